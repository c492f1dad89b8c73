"""Whose a table is: ours, the notebook's (which is adopted), or unmanaged (which is never touched)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from quilt_athena import names
from quilt_athena.catalog.legacy import is_legacy_name
from quilt_athena.catalog.tables import BUCKET_PARAMETER
from quilt_athena.catalog.views import decode_view, is_view
from quilt_athena.errors import InvalidViewError
from quilt_athena.names import bucket_id


class Owner(Enum):
    """Who made a table or view."""

    MANAGED = "ours"
    ADOPTABLE = "adoptable"
    UNMANAGED = "unmanaged"


# What the views of Quilt's notebook select from. Athena stores their SQL reformatted, so it is told by what it reads.
_NOTEBOOK_VIEW_READS = {
    names.PACKAGES_VIEW: (names.PACKAGES, names.MANIFESTS),
    names.OBJECTS_VIEW: (names.MANIFESTS, names.PACKAGES_VIEW),
}
_NOTEBOOK_VIEW_COLUMNS = {
    names.PACKAGES_VIEW: ("user", "name", "hash", "timestamp", "message", "meta"),
    names.OBJECTS_VIEW: (
        "user", "name", "timestamp", "tophash", "logical_key", "physical_keys", "size", "hash", "meta", "user_meta",
    ),
}  # fmt: skip


def owner_of(table: Mapping[str, Any], bucket: str, table_input: Mapping[str, Any]) -> tuple[Owner, str]:
    """Whose ``table`` (as Glue has it) is, where ``table_input`` of ``bucket`` should stand; and how that is told."""
    parameters = table.get("Parameters") or {}
    marked = parameters.get(BUCKET_PARAMETER)
    if marked == bucket:
        return Owner.MANAGED, f"its parameter {BUCKET_PARAMETER} names the bucket"
    if marked is not None:
        return Owner.UNMANAGED, f"its parameter {BUCKET_PARAMETER} names another bucket, {marked}"
    if is_legacy_name(table_input["Name"]):
        return Owner.UNMANAGED, f"its parameter {BUCKET_PARAMETER} is missing"
    if is_view(table_input):
        return _owner_of_view(table, bucket, table_input)
    place, expected = (_place(one) for one in (table, table_input))
    # Athena's own tables of other formats (Iceberg, Delta Lake) call themselves external too.
    special = parameters.get("table_type") or parameters.get("spark.sql.sources.provider")
    if table.get("TableType") != "EXTERNAL_TABLE" or special or place != expected:
        found = f"{special or table.get('TableType', 'a table')} at {place or 'no location'}"
        return Owner.UNMANAGED, f"expected an external table at {expected}/, found {found}"
    return Owner.ADOPTABLE, "it has the name and the location that Quilt's notebook gives"


def _place(table: Mapping[str, Any]) -> str:
    # The notebook writes the location without the trailing slash.
    return str(table.get("StorageDescriptor", {}).get("Location") or "").rstrip("/")


def _owner_of_view(table: Mapping[str, Any], bucket: str, table_input: Mapping[str, Any]) -> tuple[Owner, str]:
    try:
        view = decode_view(table)
    except InvalidViewError as error:
        return Owner.UNMANAGED, str(error)
    kind = table["Name"].removeprefix(bucket_id(bucket) + "_")
    identifiers = set(re.findall(r"\w+", view.sql.lower()))
    columns = tuple(column.name for column in view.columns)
    tables = {f"{bucket_id(bucket)}_{kind}" for kind in (names.MANIFESTS, names.PACKAGES)}
    if columns == tuple(column.name for column in decode_view(table_input).columns) and tables <= identifiers:
        # CREATE VIEW can't set the parameter that would name the bucket.
        return Owner.ADOPTABLE, "it has the name, the columns and the sources of the view that ddl.py writes"
    expected = _NOTEBOOK_VIEW_COLUMNS[kind]
    # The notebook's 2022 version has no size in its objects view.
    if columns not in (expected, tuple(name for name in expected if name != "size")):
        return (
            Owner.UNMANAGED,
            f"expected the columns of the notebook's view ({', '.join(expected)}), found {', '.join(columns)}",
        )
    missing = [kind for kind in _NOTEBOOK_VIEW_READS[kind] if f"{bucket_id(bucket)}_{kind}" not in identifiers]
    if missing:
        return Owner.UNMANAGED, f"unlike the notebook's view it doesn't read {bucket_id(bucket)}_{missing[0]}"
    return Owner.ADOPTABLE, "it has the name, the columns and the sources of the notebook's view"
