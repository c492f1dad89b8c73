"""How Athena describes a result's columns."""

from __future__ import annotations

from typing import Any

from local.engine import Column

_CASE_SENSITIVE = frozenset({"varchar", "char", "json"})


def column_info(column: Column) -> dict[str, Any]:
    """The ColumnInfo structure of the API."""
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.base_type,
        "Precision": column.precision,
        "Scale": column.scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": column.base_type in _CASE_SENSITIVE,
    }
