"""Statements that change the catalog: CREATE EXTERNAL TABLE, CREATE VIEW, CREATE DATABASE, DROP TABLE, DROP VIEW.

Tables are written in Hive's DDL (with its quotes), views in the query language; errors are those of each.
https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from local.engine.column_names import column_names
from local.engine.errors import QueryError, at, cannot_run
from local.engine.protocols import Catalog, CatalogWriter
from local.engine.resolve import CATALOG
from local.engine.statement import Statement, parse_query
from local.engine.trino_types import TrinoType
from quilt_athena.catalog.views import Column, View, encode_view, is_view
from quilt_athena.errors import QuiltAthenaError

#: The columns that a query yields.
Describe = Callable[[str], list[tuple[str, TrinoType]]]

_NAME = r"((?:`[^`]+`|\"[^\"]+\"|[\w-]+)(?:\s*\.\s*(?:`[^`]+`|\"[^\"]+\"|[\w-]+))*)"
_CREATE_DATABASE = re.compile(rf"CREATE\s+(?:DATABASE|SCHEMA)\s+(IF\s+NOT\s+EXISTS\s+)?{_NAME}\b.*", re.I | re.S)
_DROP = re.compile(rf"DROP\s+(TABLE|VIEW)\s+(IF\s+EXISTS\s+)?{_NAME}\s*", re.I | re.S)
_CREATE_VIEW = re.compile(rf"CREATE\s+(OR\s+REPLACE\s+)?VIEW\s+{_NAME}\s+AS\b", re.I | re.S)

_TEXT = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
)
_LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


class CatalogChange:
    """Runs one such statement against the catalog."""

    def __init__(self, catalog: Catalog, writer: CatalogWriter | None, describe: Describe) -> None:
        """``describe`` tells the columns of a view's SELECT."""
        self._catalog = catalog
        self._writer = writer
        self._describe = describe

    def run(self, statement: Statement, database: str) -> str:
        """Change the catalog; the answer is the statement's kind, such as ``CREATE_VIEW``.

        Raises:
            QueryError: it can't be run, or what it makes exists, or what it drops doesn't.
        """
        if self._writer is None:
            raise cannot_run(" ".join(statement.words[:2]))
        text, words = statement.text, statement.words
        if match := _CREATE_DATABASE.fullmatch(text):
            return self._create_database(self._writer, _parts(match[2])[-1], bool(match[1]))
        if match := _DROP.fullmatch(text):
            return self._drop(self._writer, match[1].upper(), _target(match[3], database), bool(match[2]))
        if match := _CREATE_VIEW.match(text):
            sql = text[match.end() :].strip()
            return self._create_view(self._writer, _target(match[2], database), sql, database, bool(match[1]))
        if words[:3] == ("CREATE", "EXTERNAL", "TABLE"):
            return self._create_table(self._writer, text, database)
        raise cannot_run(" ".join(words[:3]))

    def _create_database(self, writer: CatalogWriter, name: str, if_not_exists: bool) -> str:
        if self._catalog.get_database(name) is None:
            writer.create_database(name)
        elif not if_not_exists:
            raise _failed_task(f"Database {name} already exists")
        return "CREATE_DATABASE"

    def _drop(self, writer: CatalogWriter, kind: str, target: tuple[str, str], if_exists: bool) -> str:
        table = self._catalog.get_table(*target)
        if table is not None and (kind == "VIEW") != is_view(table):
            other = "a table" if kind == "VIEW" else "a view"
            raise _failed_task(f"Cannot drop {other} with DROP {kind}: {'.'.join(target)}")
        if table is not None:
            writer.delete_table(*target)
        elif not if_exists:
            if kind == "VIEW":
                raise at("TABLE_NOT_FOUND", f"View '{CATALOG}.{target[0]}.{target[1]}' does not exist")
            raise QueryError(f"FAILED: SemanticException [Error 10001]: Table not found {'.'.join(target)}")
        return f"DROP_{kind}"

    def _create_view(
        self, writer: CatalogWriter, target: tuple[str, str], sql: str, default_database: str, replace: bool
    ) -> str:
        database, name = target
        self._check_database(database)
        existing = self._catalog.get_table(database, name)
        if existing is not None and not (replace and is_view(existing)):
            kind = "View" if is_view(existing) else "Table"
            raise at(f"{kind.upper()}_ALREADY_EXISTS", f"{kind} already exists: '{CATALOG}.{database}.{name}'")
        columns = self._describe(sql)
        _check_column_names([column for column, _ in columns])
        _check_different(column_names(parse_query(sql), lambda table: self._columns_of(table, default_database)))
        view = View(sql=sql, columns=tuple(Column(column, str(kind)) for column, kind in columns), schema=database)
        try:
            table_input = encode_view(name, view)
        except QuiltAthenaError as error:
            raise QueryError(f"NOT_SUPPORTED: {error}") from error
        (writer.update_table if existing is not None else writer.create_table)(database, table_input)
        return "CREATE_VIEW"

    def _columns_of(self, table: exp.Table, default_database: str) -> list[str]:
        found = self._catalog.get_table((table.db or default_database).lower(), table.name.lower()) or {}
        columns = [*found.get("StorageDescriptor", {}).get("Columns", ()), *(found.get("PartitionKeys") or ())]
        return [column["Name"].lower() for column in columns]

    def _create_table(self, writer: CatalogWriter, text: str, default_database: str) -> str:
        try:
            tree = sqlglot.parse_one(text, read="hive")
        except (ParseError, TokenError) as error:
            raise QueryError(f"FAILED: ParseException: {str(error).splitlines()[0]}", error_type=1006) from error
        schema = tree.this
        if not isinstance(tree, exp.Create) or not isinstance(schema, exp.Schema):
            raise cannot_run("CREATE EXTERNAL TABLE without columns")
        database, name = _target(".".join(f"`{part.name}`" for part in schema.this.parts), default_database)
        self._check_database(database)
        table_input = _table_input(name, schema, tree.args.get("properties"))
        if self._catalog.get_table(database, name) is None:
            writer.create_table(database, table_input)
        elif not tree.args.get("exists"):
            raise _failed_task(f"AlreadyExistsException(message:Table {name} already exists in database {database})")
        return "CREATE_TABLE"

    def _check_database(self, database: str) -> None:
        if self._catalog.get_database(database) is None:
            raise at("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")


def _table_input(name: str, schema: exp.Schema, properties: exp.Properties | None) -> dict[str, Any]:
    """The Glue ``TableInput`` that Athena makes of a CREATE EXTERNAL TABLE."""
    serde, serde_parameters = _LAZY_SIMPLE, {"serialization.format": "1"}
    formats, location, comment = _TEXT, "", None
    parameters = {"EXTERNAL": "TRUE"}
    for item in properties.expressions if properties else ():
        if isinstance(item, exp.RowFormatSerdeProperty):
            serde = item.this.name
            own = item.args.get("serde_properties")
            serde_parameters |= {one.this.name: one.args["value"].name for one in (own.expressions if own else ())}
        elif isinstance(item, exp.RowFormatDelimitedProperty):
            serde_parameters |= _delimiters(item)
        elif isinstance(item, exp.FileFormatProperty):
            formats = _formats(item)
        elif isinstance(item, exp.LocationProperty):
            location = item.this.name
        elif isinstance(item, exp.SchemaCommentProperty):
            comment = item.this.name
        elif isinstance(item, exp.PartitionedByProperty):
            raise cannot_run("CREATE TABLE with PARTITIONED BY")
        elif type(item) is exp.Property:
            parameters[item.this.name] = item.args["value"].name
        elif not isinstance(item, exp.ExternalProperty):
            raise cannot_run(f"CREATE TABLE with {item.key.removesuffix('property').upper()}")
    if not location:
        raise QueryError("FAILED: SemanticException: CREATE EXTERNAL TABLE wants a LOCATION")
    if comment is not None:
        parameters["comment"] = comment
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [_column(column) for column in schema.expressions],
            "Location": location,
            "InputFormat": formats[0],
            "OutputFormat": formats[1],
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters},
        },
    }


def _column(column: exp.Expr) -> dict[str, str]:
    if not isinstance(column, exp.ColumnDef) or column.kind is None:
        raise cannot_run(f"the column definition {column.sql('hive')}")
    kind = column.kind.sql("hive").lower().replace(" ", "").replace("`", "")
    comments = [constraint.kind.this.name for constraint in column.constraints if hasattr(constraint.kind, "this")]
    return {"Name": column.name.lower(), "Type": kind, **({"Comment": comments[0]} if comments else {})}


def _delimiters(item: exp.RowFormatDelimitedProperty) -> Mapping[str, str]:
    names = {
        "fields": "field.delim",
        "escaped": "escape.delim",
        "collection_items": "collection.delim",
        "map_keys": "mapkey.delim",
        "lines": "line.delim",
        "null": "serialization.null.format",
    }
    found = {name: item.args[key].name for key, name in names.items() if item.args.get(key)}
    # Hive writes the delimiter into both parameters.
    return found | ({"serialization.format": found["field.delim"]} if "field.delim" in found else {})


def _formats(item: exp.FileFormatProperty) -> tuple[str, str]:
    if isinstance(item.this, exp.InputOutputFormat):
        return item.this.args["input_format"].name, item.this.args["output_format"].name
    if item.this.name.upper() != "TEXTFILE":
        raise cannot_run(f"CREATE TABLE with STORED AS {item.this.name.upper()}")
    return _TEXT


def _parts(name: str) -> list[str]:
    found = re.findall(r"`([^`]+)`|\"([^\"]+)\"|([\w-]+)", name)
    # The notebook writes `database.table` in one pair of backticks.
    return [part for parts in found for one in parts if one for part in one.lower().split(".")]


def _target(name: str, database: str) -> tuple[str, str]:
    parts = _parts(name)
    if len(parts) == 3 and parts[0] == CATALOG:
        parts = parts[1:]
    if len(parts) > 2 or (len(parts) == 1 and not database):
        raise QueryError(f"FAILED: SemanticException: {name} is not the name of a table in a database")
    return (parts[0], parts[1]) if len(parts) == 2 else (database.lower(), parts[0])


def _check_column_names(names: list[str]) -> None:
    for number, name in enumerate(names):
        if name == f"_col{number}":
            raise at("MISSING_COLUMN_NAME", f"Column name not specified at position {number + 1}")
    _check_different(names)


def _check_different(names: list[str]) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise at("DUPLICATE_COLUMN_NAME", f"Column name '{name}' specified more than once")


def _failed_task(message: str) -> QueryError:
    return QueryError(f"FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. {message}")
