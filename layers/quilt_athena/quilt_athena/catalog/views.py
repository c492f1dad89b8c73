"""Views as the Glue catalog stores them for Athena.

The format is that of Trino's Hive connector: ``io.trino.plugin.hive.ViewReaderUtil`` (``PrestoViewReader``) and
``io.trino.plugin.hive.metastore.glue.GlueHiveMetastore``. The SQL and the column types of the query language are JSON
in base64 inside a comment, in ``ViewOriginalText``; Hive's types stand in ``StorageDescriptor.Columns`` in the same
order.
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
#: Trino wants both, to take a Glue table for a view.
VIEW_PARAMETERS = {"presto_view": "true", "comment": "Presto View"}


@dataclass(frozen=True)
class Column:
    """A column of a table (``type`` in Hive's words) or of a view (``type`` in Presto's)."""

    name: str
    type: str


@dataclass(frozen=True)
class View:
    """A view: its SELECT, its columns with Presto types, and where its unqualified names are looked up."""

    sql: str
    columns: tuple[Column, ...]
    schema: str
    catalog: str = "awsdatacatalog"


def encode_view(name: str, view: View, parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The Glue ``TableInput`` of a view.

    Raises:
        InvalidViewError: it has no columns, one twice, or one of a type that Hive has no word for.
    """
    if not view.columns:
        raise InvalidViewError(f"view {name}: expected at least one column")
    names = [column.name for column in view.columns]
    if len(set(names)) != len(names):
        raise InvalidViewError(f"view {name}: a column name stands twice in {', '.join(names)}")
    body = {
        "originalSql": view.sql,
        "catalog": view.catalog,
        "schema": view.schema,
        "columns": [{"name": column.name, "type": column.type} for column in view.columns],
        # Without an owner a view must run as its invoker: whoever asks needs the rights to the data.
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
    """Whether a Glue table is a view of Athena's."""
    return table.get("TableType") == "VIRTUAL_VIEW" and str(table.get("ViewOriginalText") or "").startswith(_PREFIX)


def decode_view(table: Mapping[str, Any]) -> View:
    """The view in a Glue ``Table`` or ``TableInput``.

    Raises:
        InvalidViewError: it isn't one, its encoding is broken, or its Hive columns contradict the Presto ones.
    """
    name = table.get("Name", "?")
    text = str(table.get("ViewOriginalText") or "")
    if not (is_view(table) and text.endswith(_SUFFIX)):
        raise InvalidViewError(
            f"table {name} is not a view of Athena's: expected a VIRTUAL_VIEW whose text begins with {_PREFIX!r}"
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
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise InvalidViewError(f"view {name}: its stored text can't be read: {error!r}") from error
    _check_columns_agree(name, view.columns, table.get("StorageDescriptor", {}).get("Columns", []))
    return view


def stored_sql(table: Mapping[str, Any]) -> str | None:
    """The SELECT of a view in a Glue ``Table``, whatever its columns are; None if it is no view, or can't be read."""
    text = str(table.get("ViewOriginalText") or "")
    if not (is_view(table) and text.endswith(_SUFFIX)):
        return None
    try:
        body = json.loads(base64.b64decode(text[len(_PREFIX) : -len(_SUFFIX)], validate=True))
        return str(body["originalSql"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None


def _check_columns_agree(name: str, columns: Sequence[Column], hive_columns: Sequence[Mapping[str, Any]]) -> None:
    """Trino refuses a view whose two lists of columns differ in number."""
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
