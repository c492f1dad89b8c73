"""Who manages a table or view: quilt-athena, nobody yet (the notebook created it: it is adopted), or somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from quilt_athena.catalog.declaration_types import KnownView, ViewDeclaration
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER, DesiredTable
from quilt_athena.catalog.views import decode_view
from quilt_athena.errors import InvalidViewError


class Owner(Enum):
    """Who manages a table or view."""

    MANAGED = "managed"
    #: The notebook, or a statement of ``quilt-athena ddl``, created it: quilt-athena takes it over.
    ADOPTABLE = "adoptable"
    #: It is never changed.
    UNMANAGED = "unmanaged"


def owner_of(table: Mapping[str, Any], desired: DesiredTable) -> tuple[Owner, str]:
    """Who manages ``table`` (as Glue returns it), which has the name of ``desired``; and how that can be seen."""
    parameters = table.get("Parameters") or {}
    bucket = parameters.get(BUCKET_PARAMETER)
    if bucket == desired.bucket:
        return Owner.MANAGED, f"its parameter {BUCKET_PARAMETER} names the bucket"
    if bucket is not None:
        return Owner.UNMANAGED, f"its parameter {BUCKET_PARAMETER} names another bucket, {bucket}"
    if not desired.declaration.has_ddl:
        return Owner.UNMANAGED, f"it has no parameter {BUCKET_PARAMETER}"
    if isinstance(desired.declaration, ViewDeclaration):
        return _owner_of_view(table, desired, desired.declaration)
    found_location, location = _location(table), _location(desired.table_input)
    # Athena's tables of other formats (Iceberg, Delta Lake) have the type EXTERNAL_TABLE too.
    table_format = parameters.get("table_type") or parameters.get("spark.sql.sources.provider")
    if table.get("TableType") != "EXTERNAL_TABLE" or table_format or found_location != location:
        found = f"{table_format or table.get('TableType', 'a table')} at {found_location or 'no location'}"
        return Owner.UNMANAGED, f"expected an external table at {location}/, found {found}"
    return Owner.ADOPTABLE, "it has the name and the location of the notebook's table"


def _location(table: Mapping[str, Any]) -> str:
    # The notebook writes the location without the trailing slash.
    return str(table.get("StorageDescriptor", {}).get("Location") or "").rstrip("/")


def _owner_of_view(table: Mapping[str, Any], desired: DesiredTable, declaration: ViewDeclaration) -> tuple[Owner, str]:
    try:
        view = decode_view(table)
    except InvalidViewError as error:
        return Owner.UNMANAGED, str(error)
    columns = tuple(column.name for column in view.columns)
    known = next((known for known in _known_views(declaration) if known.columns == columns), None)
    if known is None:
        expected = " or ".join(f"({', '.join(known.columns)})" for known in _known_views(declaration))
        return Owner.UNMANAGED, f"expected a view with the columns {expected}, found ({', '.join(columns)})"
    identifiers = set(re.findall(r"\w+", view.sql.lower()))
    for name in (desired.names[placeholder] for placeholder in known.reads):
        if name not in identifiers:
            return Owner.UNMANAGED, f"a view with its columns is expected to read {name}, and it does not"
    return Owner.ADOPTABLE, "it has the name, the columns and the sources of a view that the notebook or DDL creates"


def _known_views(declaration: ViewDeclaration) -> Iterator[KnownView]:
    """What the notebook creates, and what ``quilt-athena ddl`` does: CREATE VIEW cannot set a parameter."""
    yield from declaration.notebook
    yield KnownView(tuple(column.name for column in declaration.columns), declaration.reads)
