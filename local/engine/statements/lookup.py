"""The tables and views of a query, as the analysis sees them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
from sqlglot import exp

from local.engine.analysis.context import FoundColumn, FoundTable, FoundView
from local.engine.errors import QueryError, at, cannot_run
from local.engine.interface import CATALOG
from local.engine.sql.dialect import position
from local.engine.sql.parsing import parse_expression
from local.engine.sql.resolve import Relation, Resolver
from local.engine.tables.hive_types import HiveType
from local.engine.tables.source import HIDDEN_COLUMNS, Partitioned, TableSource
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
        about_catalog = self.resolver._catalog_table(schema, name)
        if about_catalog is not None:
            return FoundTable((CATALOG, schema, name), columns_of(about_catalog), about_catalog)
        table = self.resolver._look_up(node, schema, name)
        version = _version(node)
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


def _version(node: exp.Table) -> exp.Version | None:
    """The table's version, with the expression as the opener of Iceberg tables evaluates it."""
    found = node.args.get("version")
    if found is None:
        return None
    expression = parse_expression(f"SELECT {found.expression.name}").expressions[0]
    return exp.Version(this=found.this, kind="AS OF", expression=expression)


def columns_of(relation: Relation) -> tuple[FoundColumn, ...]:
    """The columns of a relation, hidden ones last."""
    source = relation.source
    known: dict[str, TrinoType] = {}
    if isinstance(source, TableSource):
        known = {name: of_hive(kind) for name, kind in source.columns}
    elif isinstance(source, Partitioned):
        known = {name: of_hive(kind) for name, kind in (*source.table.columns, *source.keys)}
    elif not isinstance(source, TableSource):
        return tuple(FoundColumn(one.name, _of_arrow(one.type, 6), one.name in source.hidden) for one in source.schema)
    hidden = pa.schema(list(HIDDEN_COLUMNS.items()))
    columns = [FoundColumn(one.name, known.get(one.name) or _of_arrow(one.type)) for one in source.schema]
    columns += [
        FoundColumn(one.name, _of_arrow(one.type), True) for one in hidden if one.name not in source.schema.names
    ]
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


def _of_arrow(kind: pa.DataType, digits: int = 3) -> TrinoType:
    """The Trino type of an Arrow column, whose timestamps have so many digits after the second."""
    if kind in _ARROW:
        return _ARROW[kind]
    if pa.types.is_timestamp(kind):
        return model.timestamp_tz(digits) if kind.tz else model.timestamp(digits)
    if pa.types.is_time(kind):
        return model.time(digits)
    if pa.types.is_list(kind):
        return model.array(_of_arrow(kind.value_type, digits))
    if pa.types.is_map(kind):
        return model.map_of(_of_arrow(kind.key_type, digits), _of_arrow(kind.item_type, digits))
    if pa.types.is_struct(kind):
        fields = (kind.field(place) for place in range(kind.num_fields))
        return model.row(*((one.name, _of_arrow(one.type, digits)) for one in fields))
    if pa.types.is_decimal(kind):
        return model.decimal(kind.precision, kind.scale)
    raise cannot_run(f"columns of the type {kind}")
