"""CREATE EXTERNAL TABLE, turned into Glue's ``TableInput``.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from local.engine.errors import SYNTAX_ERROR, QueryError, cannot_run
from local.engine.statements.tokens import Cursor
from local.engine.tables.formats import OPENX_FILE, OPENX_JSON, STORED_AS, TEXT_FILE, FileFormat
from local.engine.tables.hive_types import parse

#: The parameter of the SerDe for each ``... TERMINATED BY``.
_DELIMITERS = {
    ("FIELDS", "TERMINATED", "BY"): "field.delim",
    ("COLLECTION", "ITEMS", "TERMINATED", "BY"): "collection.delim",
    ("MAP", "KEYS", "TERMINATED", "BY"): "mapkey.delim",
    ("LINES", "TERMINATED", "BY"): "line.delim",
    ("ESCAPED", "BY"): "escape.delim",
    ("NULL", "DEFINED", "AS"): "serialization.null.format",
}


#: What may follow the type of a column.
_AFTER_TYPE = (",", ")", "COMMENT", "FIRST", "AFTER")


@dataclass
class TableDefinition:
    """What a CREATE TABLE says after the table's name."""

    columns: list[dict[str, str]]
    keys: list[dict[str, str]] = field(default_factory=list)
    format: FileFormat | None = None
    serde: str | None = None
    serde_parameters: dict[str, str] = field(default_factory=dict)
    location: str = ""
    comment: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    bucket_columns: list[str] = field(default_factory=list)
    buckets: int = -1

    def table_input(self, name: str) -> dict[str, Any]:
        """The Glue ``TableInput`` that Athena creates. Raises QueryError if it has no LOCATION or no columns."""
        if not self.location:
            raise QueryError("FAILED: SemanticException: CREATE EXTERNAL TABLE requires a LOCATION")
        if not self.location.startswith(("s3://", "s3a://", "s3n://")):
            raise QueryError(
                "FAILED: SemanticException: LOCATION must be an S3 URL such as s3://bucket/folder/, "
                f"not {self.location!r}"
            )
        names = [column["Name"] for column in [*self.columns, *self.keys]]
        if twice := [name for number, name in enumerate(names) if name in names[:number]]:
            raise QueryError(f"FAILED: SemanticException [Error 10036]: Duplicate column name: {twice[0]}")
        parameters = {"EXTERNAL": "TRUE", **self.properties}
        if self.comment is not None:
            parameters["comment"] = self.comment
        parameters["transient_lastDdlTime"] = str(int(time.time()))
        file_format = self.format or (OPENX_FILE if (self.serde or "").lower() == OPENX_JSON else TEXT_FILE)
        return {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": parameters,
            "PartitionKeys": self.keys,
            "StorageDescriptor": {
                "Columns": self.columns,
                "Location": self.location,
                "InputFormat": file_format.input_format,
                "OutputFormat": file_format.output_format,
                "Compressed": False,
                "NumberOfBuckets": self.buckets,
                "SerdeInfo": {
                    "SerializationLibrary": self.serde or file_format.serde,
                    "Parameters": {"serialization.format": "1", **self.serde_parameters},
                },
                "BucketColumns": self.bucket_columns,
                "SortColumns": [],
                "StoredAsSubDirectories": False,
            },
        }


def _without_slash(location: str) -> str:
    """A location as Hive stores it, as PyAthena's tests on AWS show."""
    bucket, _, key = location.partition("://")[2].partition("/")
    return location.rstrip("/") if bucket and key.strip("/") else location


def read_definition(cursor: Cursor) -> TableDefinition:
    """Read what follows the table's name. Raises QueryError."""
    if not cursor.at("("):
        raise cannot_run("CREATE EXTERNAL TABLE without columns")
    table = TableDefinition(columns(cursor))
    while not cursor.done:
        _read_clause(cursor, table)
    return table


def columns(cursor: Cursor) -> list[dict[str, str]]:
    """Read ``(name type COMMENT '...', ...)`` as Glue's columns. Raises QueryError."""
    cursor.expect("(")
    found = [column(cursor)]
    while cursor.accept(","):
        found.append(column(cursor))
    cursor.expect(")")
    return found


def column(cursor: Cursor) -> dict[str, str]:
    """Read ``name type COMMENT '...'`` as Glue's column. Raises QueryError."""
    name = cursor.name()
    start, depth, end = cursor.next.start, 0, cursor.next.start
    while not cursor.done and not (depth == 0 and any(map(cursor.at, _AFTER_TYPE))):
        depth += (cursor.at("<") or cursor.at("(")) - (cursor.at(">") or cursor.at(")"))
        end = cursor.advance().end
    kind = _type(cursor.text[start:end])
    comment = {"Comment": cursor.string()} if cursor.accept("COMMENT") else {}
    return {"Name": name, "Type": kind, **comment}


def _type(text: str) -> str:
    """A type as Glue spells it: in lower case, without blanks and quotes."""
    try:
        return str(parse(text.lower()))
    except QueryError as error:
        raise QueryError(
            f"FAILED: ParseException: {text!r} is not a type of a column", error_type=SYNTAX_ERROR
        ) from error


def _read_clause(cursor: Cursor, table: TableDefinition) -> None:
    if cursor.accept("COMMENT"):
        table.comment = cursor.string()
    elif cursor.accept("PARTITIONED", "BY"):
        table.keys = columns(cursor)
    elif cursor.accept("CLUSTERED", "BY"):
        cursor.expect("(")
        table.bucket_columns = [cursor.name()]
        while cursor.accept(","):
            table.bucket_columns.append(cursor.name())
        cursor.expect(")", "INTO")
        table.buckets = int(cursor.advance().text)
        cursor.expect("BUCKETS")
    elif cursor.accept("ROW", "FORMAT", "SERDE"):
        table.serde = cursor.string()
    elif cursor.accept("ROW", "FORMAT", "DELIMITED"):
        _read_delimiters(cursor, table)
    elif cursor.accept("STORED", "AS", "INPUTFORMAT"):
        input_format = cursor.string()
        cursor.expect("OUTPUTFORMAT")
        table.format = FileFormat(input_format, cursor.string(), TEXT_FILE.serde)
    elif cursor.accept("STORED", "AS"):
        name = cursor.name().upper()
        if name not in STORED_AS:
            raise QueryError(f"FAILED: SemanticException: Unrecognized file format in STORED AS clause: '{name}'")
        table.format = STORED_AS[name]
    elif cursor.accept("WITH", "SERDEPROPERTIES"):
        table.serde_parameters |= cursor.properties()
    elif cursor.accept("LOCATION"):
        table.location = _without_slash(cursor.string())
    elif cursor.accept("TBLPROPERTIES"):
        table.properties |= cursor.properties()
    else:
        raise cursor.error("expecting a clause of CREATE EXTERNAL TABLE")


def _read_delimiters(cursor: Cursor, table: TableDefinition) -> None:
    while words := next((words for words in _DELIMITERS if cursor.accept(*words)), None):
        table.serde_parameters[_DELIMITERS[words]] = cursor.string()
    if "field.delim" in table.serde_parameters:
        # Hive sets both parameters.
        table.serde_parameters["serialization.format"] = table.serde_parameters["field.delim"]
