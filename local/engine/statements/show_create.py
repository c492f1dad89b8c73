"""SHOW CREATE TABLE, with the lines of Hive's ``DDLTask.showCreateTable``, blanks at their ends included.

https://docs.aws.amazon.com/athena/latest/ug/show-create-table.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.engine.interface import GlueTable
from local.engine.tables.formats import LAZY_SIMPLE

_CLAUSES = {
    "field.delim": "FIELDS TERMINATED BY",
    "escape.delim": "ESCAPED BY",
    "collection.delim": "COLLECTION ITEMS TERMINATED BY",
    "mapkey.delim": "MAP KEYS TERMINATED BY",
    "line.delim": "LINES TERMINATED BY",
    "serialization.null.format": "NULL DEFINED AS",
}
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def create_table_lines(table: GlueTable) -> list[str]:
    """The lines of a statement that creates the same table."""
    return list(_lines(table))


def _lines(table: GlueTable) -> Iterator[str]:
    storage: Mapping[str, Any] = table.get("StorageDescriptor") or {}
    parameters = dict(table.get("Parameters") or {})
    comment = parameters.pop("comment", None)
    external = str(parameters.pop("EXTERNAL", "TRUE")).upper() == "TRUE"
    yield f"CREATE {'EXTERNAL ' if external else ''}TABLE `{table['Name']}`("
    yield from _columns(storage.get("Columns") or ())
    if comment:
        yield f"COMMENT {_quoted(comment)}"
    if table.get("PartitionKeys"):
        yield "PARTITIONED BY ( "
        yield from _columns(table["PartitionKeys"])
    if storage.get("BucketColumns"):
        yield "CLUSTERED BY ( "
        yield from _listed([f"  {name}" for name in storage["BucketColumns"]])
        yield f"INTO {storage.get('NumberOfBuckets')} BUCKETS"
    yield from _row_format(storage.get("SerdeInfo") or {})
    yield "STORED AS INPUTFORMAT "
    yield f"  {_quoted(str(storage.get('InputFormat') or ''))} "
    yield "OUTPUTFORMAT "
    yield f"  {_quoted(str(storage.get('OutputFormat') or ''))}"
    yield "LOCATION"
    yield f"  {_quoted(str(storage.get('Location') or ''))}"
    if parameters:
        yield "TBLPROPERTIES ("
        yield from _listed([f"  {_quoted(key)}={_quoted(value)}" for key, value in sorted(parameters.items())])


def _columns(columns: Sequence[Mapping[str, str]]) -> Iterator[str]:
    yield from _listed(
        [
            f"  `{column['Name']}` {column['Type']}"
            + (f" COMMENT {_quoted(column['Comment'])}" if column.get("Comment") else "")
            for column in columns
        ]
    )


def _listed(items: Sequence[str]) -> Iterator[str]:
    yield from (f"{item}, " for item in items[:-1])
    yield from (f"{item})" for item in items[-1:])


def _row_format(serde: Mapping[str, Any]) -> Iterator[str]:
    library, given = str(serde.get("SerializationLibrary") or ""), dict(serde.get("Parameters") or {})
    if library.lower() == LAZY_SIMPLE and set(given) <= {*_CLAUSES, "serialization.format"}:
        yield "ROW FORMAT DELIMITED "
        yield from (f"  {clause} {_quoted(given[key])} " for key, clause in _CLAUSES.items() if key in given)
        return
    yield "ROW FORMAT SERDE "
    yield f"  {_quoted(library)} "
    if shown := {key: value for key, value in given.items() if (key, value) != ("serialization.format", "1")}:
        yield "WITH SERDEPROPERTIES ( "
        lines = list(_listed([f"  {_quoted(key)}={_quoted(value)}" for key, value in sorted(shown.items())]))
        yield from (*lines[:-1], f"{lines[-1]} ")


def _quoted(text: str) -> str:
    return "'" + "".join(_ESCAPES.get(character, character) for character in text) + "'"
