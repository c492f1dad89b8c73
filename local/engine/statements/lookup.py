"""The tables and views of a query, as the analysis sees them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
from sqlglot import exp

from local.engine.analysis.context import FoundColumn, FoundTable, FoundView
from local.engine.errors import QueryError, at, cannot_run
from local.engine.iceberg import types as iceberg_types
from local.engine.iceberg.scan import IcebergSource
from local.engine.interface import CATALOG
from local.engine.sql.dialect import position
from local.engine.sql.resolve import Relation, Resolver
from local.engine.tables.hive_types import HiveType
from local.engine.tables.source import Partitioned, TableSource
from local.engine.tables.views import InvalidViewError, decode, is_hive_view, is_view
from local.engine.types import model
from local.engine.types.model import TrinoType
from local.engine.types.parse import parse

_HIVE = {
    "string": model.VARCHAR,
    "int": model.INTEGER,
    "float": model.REAL,
    "binary": model.VARBINARY,
    "timestamp": model.timestamp(3),
}
_ARROW = {
    pa.string(): model.VARCHAR,
    pa.int64(): model.BIGINT,
    pa.int32(): model.INTEGER,
    pa.bool_(): model.BOOLEAN,
    pa.float64(): model.DOUBLE,
    pa.float32(): model.REAL,
    pa.date32(): model.DATE,
    pa.binary(): model.VARBINARY,
}


@dataclass
class TableLookup:
    """Looks up tables and views for an analysis (``analysis.context.Tables``).

    Attributes:
        resolver: finds tables in the catalog and creates the engine's relations.
        places: where each view was named, which messages repeat.
    """

    resolver: Resolver
    found: dict[tuple[str, str, str], FoundTable | FoundView] = field(default_factory=dict)

    def look_up(self, node: exp.Table, database: str) -> FoundTable | FoundView:
        """The table or view with the name in ``node``."""
        name, schema = node.name.lower(), (node.db or database).lower()
        table = self.resolver._look_up(node, schema, name)
        version = node.args.get("version")
        if is_hive_view(table):
            raise QueryError(f"NOT_SUPPORTED: Hive views are not supported: '{schema}.{name}'")
        qualifier = (CATALOG, schema, name)
        if is_view(table):
            if version is not None:
                raise QueryError("NOT_SUPPORTED: This connector does not support versioned tables")
            try:
                view = decode(table)
            except InvalidViewError as error:
                raise at(
                    "INVALID_VIEW", f"View '{'.'.join(qualifier)}' can't be read: {error}", *position(node)
                ) from error
            columns = tuple((column, parse(str(kind))) for column, kind in view.columns)
            return FoundView(qualifier, view.sql, (view.schema or schema).lower(), columns)
        relation = self.resolver._relation(schema, name, table, None, version)
        return FoundTable(qualifier, columns_of(relation), relation)


def columns_of(relation: Relation) -> tuple[FoundColumn, ...]:
    """The columns of a relation, hidden ones last."""
    source = relation.source
    known: dict[str, TrinoType] = {}
    if isinstance(source, TableSource):
        known = {name: of_hive(kind) for name, kind in source.columns}
    elif isinstance(source, Partitioned):
        known = {name: of_hive(kind) for name, kind in source.table.columns}
    elif isinstance(source, IcebergSource):
        known = {one.name.lower(): parse(str(iceberg_types.to_trino(one.field_type))) for one in source.columns.fields}
    names = list(source.schema.names)
    hidden = [
        one for one in ("$path", "$file_modified_time", "$file_size", "$bucket", "$partition") if one not in names
    ]
    columns = [
        FoundColumn(name, known.get(name) or _of_arrow(source.schema.field(name).type), name.startswith("$"))
        for name in names
    ]
    if (
        not isinstance(source, IcebergSource)
        and "$path" in hidden
        and hasattr(source, "schema")
        and not hasattr(source, "rows")
    ):
        columns.append(FoundColumn("$path", model.VARCHAR, True))
    return tuple(columns)


def of_hive(kind: HiveType) -> TrinoType:
    """The Trino type of a Hive column."""
    inner = tuple(of_hive(one) for one in kind.inner)
    match kind.kind:
        case "struct":
            return TrinoType("row", kind.names, inner)
        case "array" | "map":
            return TrinoType(kind.kind, inner=inner)
        case "decimal":
            precision, scale = (*kind.numbers, *(10, 0)[len(kind.numbers) :])
            return model.decimal(precision, scale)
        case "varchar" | "char":
            return TrinoType(kind.kind, precision=kind.numbers[0] if kind.numbers else None)
    return _HIVE.get(kind.kind) or parse(kind.kind)


def _of_arrow(kind: pa.DataType) -> TrinoType:
    if kind in _ARROW:
        return _ARROW[kind]
    if pa.types.is_timestamp(kind):
        return model.timestamp_tz(3) if kind.tz else model.timestamp(3)
    if pa.types.is_list(kind):
        return model.array(_of_arrow(kind.value_type))
    if pa.types.is_map(kind):
        return model.map_of(_of_arrow(kind.key_type), _of_arrow(kind.item_type))
    if pa.types.is_struct(kind):
        return model.row(
            *((kind.field(place).name, _of_arrow(kind.field(place).type)) for place in range(kind.num_fields))
        )
    if pa.types.is_decimal(kind):
        return model.decimal(kind.precision, kind.scale)
    raise cannot_run(f"columns of the type {kind}")
