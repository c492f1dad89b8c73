"""Views as the Glue catalog stores them for Athena.

The format is that of Trino's Hive connector: ``io.trino.plugin.hive.ViewReaderUtil`` (``PrestoViewReader``) and
``io.trino.plugin.hive.metastore.glue.GlueHiveMetastore``. ``ViewOriginalText`` is a comment that contains JSON in
base64: the SQL, and the columns with their Presto types. ``StorageDescriptor.Columns`` has the same columns in the same
order, with Hive types. The table has no ``Description``: Trino would take it for the parameter ``comment``, by which it
recognises a view.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quilt_athena.catalog.column_types import presto_to_hive
from quilt_athena.errors import InvalidViewError

_PREFIX = "/* Presto View: "
_SUFFIX = " */"
#: Trino requires both to recognise a Glue table as a view.
VIEW_PARAMETERS = {"presto_view": "true", "comment": "Presto View"}


@dataclass(frozen=True)
class Column:
    """A column of a table (``type`` is a Hive type) or of a view (a Presto type)."""

    name: str
    type: str


@dataclass(frozen=True)
class View:
    """A view: its SELECT, its columns with Presto types, and the schema and catalog of unqualified names in it."""

    sql: str
    columns: tuple[Column, ...]
    schema: str
    catalog: str = "awsdatacatalog"


def encode_view(name: str, view: View, parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The Glue ``TableInput`` of a view.

    Raises:
        InvalidViewError: it has no columns, two of the same name, or one of a type that Hive does not have.
    """
    if not view.columns:
        raise InvalidViewError(f"view {name}: expected at least one column")
    names = [column.name for column in view.columns]
    if len(set(names)) != len(names):
        raise InvalidViewError(f"view {name}: two columns have the same name: {', '.join(names)}")
    body = {
        "originalSql": view.sql,
        "catalog": view.catalog,
        "schema": view.schema,
        "columns": [{"name": column.name, "type": column.type} for column in view.columns],
        # A view without an owner has to run as its invoker, who needs permissions for the data.
        "runAsInvoker": True,
    }
    text = base64.b64encode(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()).decode()
    return {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {**(parameters or {}), **VIEW_PARAMETERS},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": column.name, "Type": presto_to_hive(column.type)} for column in view.columns],
            "Location": "",
            "SerdeInfo": {},
        },
        "ViewOriginalText": _PREFIX + text + _SUFFIX,
        "ViewExpandedText": "/* Presto View */",
    }


def is_view(table: Mapping[str, Any]) -> bool:
    """Whether a Glue table is a view that Athena or Trino can query."""
    return table.get("TableType") == "VIRTUAL_VIEW" and str(table.get("ViewOriginalText") or "").startswith(_PREFIX)


def decode_view(table: Mapping[str, Any]) -> View:
    """The view in a Glue ``Table`` or ``TableInput``.

    Raises:
        InvalidViewError: it is not an Athena view, its encoding is broken, or its two lists of columns differ.
    """
    name = table.get("Name", "?")
    text = str(table.get("ViewOriginalText") or "")
    if not (is_view(table) and text.endswith(_SUFFIX)):
        raise InvalidViewError(
            f"table {name} is not an Athena view: expected a VIRTUAL_VIEW whose text begins with {_PREFIX!r}"
        )
    try:
        body = json.loads(base64.b64decode(text[len(_PREFIX) : -len(_SUFFIX)], validate=True))
        columns = tuple(Column(str(column["name"]), str(column["type"])) for column in body["columns"])
        view = View(
            sql=str(body["originalSql"]),
            columns=columns,
            schema=body.get("schema", ""),
            catalog=body.get("catalog", ""),
        )
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidViewError(f"view {name}: its stored text cannot be decoded: {error!r}") from error
    try:
        _check_columns_agree(name, view.columns, table.get("StorageDescriptor", {}).get("Columns", []))
    except RecursionError:
        raise InvalidViewError(f"view {name}: the type of a column is nested too deeply") from None
    return view


def stored_sql(table: Mapping[str, Any]) -> str | None:
    """The SELECT of a view in a Glue ``Table``, whatever its columns are; None if it has none that can be decoded."""
    text = str(table.get("ViewOriginalText") or "")
    if not (is_view(table) and text.endswith(_SUFFIX)):
        return None
    try:
        body = json.loads(base64.b64decode(text[len(_PREFIX) : -len(_SUFFIX)], validate=True))
        return str(body["originalSql"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        return None


def _check_columns_agree(name: str, columns: Sequence[Column], hive_columns: Sequence[Mapping[str, Any]]) -> None:
    """Trino rejects a view whose two lists of columns differ in length."""
    if len(columns) != len(hive_columns):
        raise InvalidViewError(
            f"view {name}: {len(columns)} columns in its text, {len(hive_columns)} in its storage descriptor"
        )
    for column, hive in zip(columns, hive_columns, strict=True):
        if column.name != hive["Name"] or presto_to_hive(column.type) != hive.get("Type"):
            raise InvalidViewError(
                f"view {name}: column {column.name} {column.type} in its text, "
                f"{hive['Name']} {hive.get('Type', 'without a type')} in its storage descriptor"
            )
