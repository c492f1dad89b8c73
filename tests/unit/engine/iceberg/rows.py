"""The rows of an Iceberg table as the engine reads them, in the form in which those that Spark read are recorded."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from local.engine import CancelToken, Catalog, ObjectStore
from local.engine.iceberg import IcebergCatalog, ObjectFiles, at_version
from local.engine.tables.objects import ObjectCache
from local.engine.tables.plan import Reading


def stored_rows(catalog: Catalog, objects: ObjectStore, name: str) -> list[str]:
    """The rows of a table, as sorted JSON with the names of columns in lower case."""

    def no_version(_: Any) -> Any:
        raise AssertionError("no version of the table was asked for")

    table = IcebergCatalog(catalog, None, ObjectFiles(ObjectCache(objects))).load_table(("quilt_query", name))
    source = at_version(table, "", None, no_version)
    found = source.read([Reading(None, ())], 1, None, CancelToken(), lambda _: None)
    columns = [column for column in found.column_names if column not in source.hidden]
    return sorted(map(row_text, found.select(columns).to_pylist(maps_as_pydicts="strict")))


def row_text(row: Any) -> str:
    """A row as JSON: values that JSON lacks are text, as in the recording."""
    return json.dumps(_plain(row), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(key).lower(): _plain(one) for key, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case bytes():
            return value.hex()
        case Decimal():
            return str(value)
        case None | bool() | int() | float() | str():
            return value
    if hasattr(value, "hour"):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
    return value.isoformat()
