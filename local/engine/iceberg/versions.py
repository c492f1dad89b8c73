"""The version of a table that a query reads: FOR TIMESTAMP AS OF, FOR VERSION AS OF, and metadata tables.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from pyiceberg.expressions import AlwaysTrue
from pyiceberg.table import Table
from sqlglot import exp

from local.engine.errors import QueryError, at, cannot_run
from local.engine.iceberg.metadata_tables import MetadataTable, metadata_table
from local.engine.iceberg.scan import IcebergSource, source
from local.engine.types.model import TrinoType

#: The value and the type of a constant expression.
Constant = Callable[[exp.Expr], tuple[Any, TrinoType]]


def at_version(
    table: Table, kind: str, version: exp.Version | None, constant: Constant
) -> IcebergSource | MetadataTable:
    """What a query reads.

    Args:
        table: the table.
        kind: of metadata table, such as ``files``; "" for the table itself.
        version: the query's clause.
        constant: evaluates the clause's expression.

    Raises:
        QueryError: the table has no such version, or there is no such metadata table.
    """
    current = source(table, table.current_snapshot())
    if kind:
        found = metadata_table(table, kind, lambda: [task.file for task in current.plan(AlwaysTrue())])
        if found is None:
            name = ".".join(("awsdatacatalog", *table.name()))
            raise at("TABLE_NOT_FOUND", f"Table '{name}${kind}' does not exist")
        if version is not None:
            raise cannot_run(f"queries of ${kind} tables with FOR {version.name.upper()} AS OF")
        return found
    if version is None:
        return current
    value, value_type = constant(version.expression)
    if version.name.upper() == "VERSION":
        return _by_id(table, value, value_type)
    return _by_time(table, ".".join(table.name()), value, value_type)


def _by_id(table: Table, value: Any, kind: TrinoType) -> IcebergSource:
    if kind.kind == "varchar":
        found = table.snapshot_by_name(str(value))
        if found is None:
            raise QueryError(f"INVALID_ARGUMENTS: Cannot find snapshot with reference name: {value}")
        return source(table, found)
    if not kind.is_integer:
        raise QueryError(f"NOT_SUPPORTED: Unsupported type for table version: {kind}")
    found = table.snapshot_by_id(int(value))
    if found is None:
        raise QueryError(f"INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: {value}")
    return source(table, found)


def _by_time(table: Table, name: str, value: Any, kind: TrinoType) -> IcebergSource:
    match kind.kind:
        case "timestamp with time zone":
            moment = value["u"].replace(tzinfo=dt.UTC)
        case "timestamp":
            moment = value.replace(tzinfo=dt.UTC)
        case "date":
            moment = dt.datetime.combine(value, dt.time(), dt.UTC)
        case _:
            raise QueryError(f"NOT_SUPPORTED: Unsupported type for temporal table version: {kind}")
    milliseconds = int(moment.timestamp() * 1000)
    entries = [entry for entry in table.history() if entry.timestamp_ms <= milliseconds]
    found = table.snapshot_by_id(entries[-1].snapshot_id) if entries else None
    if found is None:
        raise QueryError(
            f"INVALID_ARGUMENTS: No version history table {name} at or before {moment:%Y-%m-%dT%H:%M:%S.%f}Z"
        )
    return source(table, found)
