"""Views as the Glue catalog stores them for Athena: an implementation of the format that is independent of the layer's.

Source: Trino's Hive connector (``io.trino.plugin.hive.ViewReaderUtil`` and ``ConnectorViewDefinition``). The view is
JSON in base64 in ``ViewOriginalText``, between ``/* Presto View: `` and `` */``::

    {"originalSql": "SELECT ...", "catalog": "awsdatacatalog", "schema": "quilt_query",
     "columns": [{"name": "size", "type": "varchar"}], "owner": "...", "runAsInvoker": true}

``StorageDescriptor.Columns`` repeats the columns with Hive's types.

**Which tables are views.** Trino requires the table type ``VIRTUAL_VIEW`` and the parameters ``presto_view=true`` and
``comment=Presto View``; on Glue a ``Description`` overrides that comment, so Trino treats a view with any other
Description as a table. Athena reads such views: public Terraform and CloudFormation modules create them. This engine
stands in for Athena, so it goes by ``presto_view=true`` alone.

**Stricter than Trino**, so that a wrong encoding fails here instead of on AWS: the two lists of columns must agree.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.engine.errors import QueryError
from local.engine.interface import CATALOG, GlueTable
from local.engine.tables.hive_types import from_trino
from local.engine.tables.hive_types import parse as parse_hive_type
from local.engine.tables.source import check_serde_info
from local.engine.types.model import TrinoType
from local.engine.types.parse import parse as parse_trino_type

_PREFIX = "/* Presto View: "
_SUFFIX = " */"
_EXPANDED_TEXT = "/* Presto View */"
_FLAG = "presto_view"


class InvalidViewError(Exception):
    """The view in a Glue table can't be read, or a view can't be stored in one; the message says why."""


@dataclass(frozen=True)
class View:
    """A view.

    Attributes:
        sql: its query.
        columns: the names and types of its columns.
        schema: the database of names in ``sql`` that have none; "" if the view doesn't say.
        catalog: the catalog of such names.
    """

    sql: str
    columns: tuple[tuple[str, TrinoType], ...]
    schema: str
    catalog: str = CATALOG


def is_view(table: GlueTable) -> bool:
    """Whether Athena takes the Glue table for a view that it can read."""
    return _is_virtual(table) and _parameters(table).get(_FLAG) == "true"


def is_hive_view(table: GlueTable) -> bool:
    """Whether the Glue table is a view that Hive created, in Hive's SQL."""
    return _is_virtual(table) and _FLAG not in _parameters(table)


def decode(table: GlueTable) -> View:
    """The view in a Glue ``Table`` for which ``is_view`` holds.

    Raises:
        QueryError: it has no SerDe information, without which Athena reads no table or view.
        InvalidViewError: its text is broken, or contradicts its columns.
    """
    storage = table.get("StorageDescriptor") or {}
    check_serde_info(storage)
    body = _body(str(table.get("ViewOriginalText") or ""))
    columns = tuple(_column(column) for column in _field(body, "columns", list))
    if not columns:
        raise InvalidViewError("columns list is empty")
    if body.get("runAsInvoker") and body.get("owner"):
        raise InvalidViewError("owner cannot be present with runAsInvoker")
    if body.get("schema") and not body.get("catalog"):
        raise InvalidViewError("catalog must be present if schema is present")
    _check_hive_columns(columns, storage.get("Columns") or [])
    sql = _field(body, "originalSql", str)
    return View(sql, columns, str(body.get("schema") or ""), str(body.get("catalog") or CATALOG))


def encode(name: str, view: View) -> dict[str, Any]:
    """The Glue ``TableInput`` that CREATE VIEW stores.

    Raises:
        InvalidViewError: a column has a type that Hive doesn't have.
    """
    try:
        hive_columns = [{"Name": column, "Type": str(from_trino(kind))} for column, kind in view.columns]
    except ValueError as error:
        raise InvalidViewError(str(error)) from error
    body = {
        "originalSql": view.sql,
        "catalog": view.catalog,
        "schema": view.schema,
        "columns": [{"name": column, "type": str(kind)} for column, kind in view.columns],
        "runAsInvoker": True,
    }
    text = base64.b64encode(json.dumps(body, ensure_ascii=False).encode()).decode()
    return {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {_FLAG: "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "StorageDescriptor": {"Columns": hive_columns, "Location": "", "SerdeInfo": {}},
        "ViewOriginalText": f"{_PREFIX}{text}{_SUFFIX}",
        "ViewExpandedText": _EXPANDED_TEXT,
    }


def _is_virtual(table: GlueTable) -> bool:
    return table.get("TableType") == "VIRTUAL_VIEW"


def _parameters(table: GlueTable) -> Mapping[str, str]:
    return table.get("Parameters") or {}


def _body(text: str) -> Mapping[str, Any]:
    if not text.startswith(_PREFIX):
        raise InvalidViewError(f"View data missing prefix: {text[:100]}")
    if not text.endswith(_SUFFIX):
        raise InvalidViewError(f"View data missing suffix: {text[:100]}")
    encoded = text.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    try:
        # Java's decoder does without the padding.
        body = json.loads(base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True))
    except (binascii.Error, ValueError) as error:
        raise InvalidViewError(f"its text can't be decoded: {error}") from error
    if not isinstance(body, dict):
        raise InvalidViewError("its text is not a JSON object")
    return body


def _field(body: Mapping[str, Any], name: str, kind: type) -> Any:
    value = body.get(name)
    if not isinstance(value, kind):
        raise InvalidViewError(f"{name} is missing from its text, or isn't a {kind.__name__}")
    return value


def _column(column: Any) -> tuple[str, TrinoType]:
    if not isinstance(column, dict):
        raise InvalidViewError("a column in its text is not a JSON object")
    try:
        return _field(column, "name", str).lower(), parse_trino_type(_field(column, "type", str))
    except ValueError as error:
        raise InvalidViewError(str(error)) from error


def _check_hive_columns(columns: tuple[tuple[str, TrinoType], ...], hive: list[Mapping[str, Any]]) -> None:
    if len(columns) != len(hive):
        raise InvalidViewError(f"{len(columns)} columns in its text, {len(hive)} in its storage descriptor")
    for (name, kind), column in zip(columns, hive, strict=True):
        try:
            agrees = str(column.get("Name")).lower() == name and parse_hive_type(str(column.get("Type"))) == from_trino(
                kind
            )
        except (QueryError, ValueError) as error:
            raise InvalidViewError(f"column {name}: {error}") from error
        if not agrees:
            raise InvalidViewError(
                f"column {name} {kind} in its text, {column.get('Name')} {column.get('Type')} in its storage descriptor"
            )
