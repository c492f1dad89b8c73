"""The statement that creates a view from a file, and how such a view is recognised afterwards.

CREATE VIEW accepts no property that could mark the view as created from a file. So the file's SELECT is embedded in an
outer SELECT whose alias carries the mark, with a fingerprint of everything that the view was created from. Athena keeps
the alias, and it does not affect the result.

A checksum, stored as a parameter of the view in Glue, shows whether somebody has altered the view since. It is computed
from what Athena stored, because only Athena knows how it writes SQL down.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from quilt_athena.catalog.desired_state import columns_fingerprint
from quilt_athena.catalog.views import stored_sql
from quilt_athena.custom_views.files import ViewFile
from quilt_athena.names import sql_identifier

#: The parameter of a view in Glue that holds its checksum. A view that was replaced through Athena has none.
CHECKSUM_PARAMETER = "quilt_athena.view"
#: A release may change the columns of what a view reads: then the view is created again, which checks it.
_COLUMNS = columns_fingerprint()
_ALIAS = "quilt_athena_view_"
_MARK = re.compile(rf"\b{_ALIAS}([0-9a-f]{{8}})_([0-9a-f]{{16}})\b")


def create_statement(file: ViewFile, bucket: str | None, database: str) -> str:
    """CREATE OR REPLACE VIEW for a file's view of a bucket (None: its global view). Line numbers are the file's."""
    name = f"{sql_identifier(database)}.{sql_identifier(file.view_name(bucket))}"
    alias = f"{_ALIAS}{_hash(file.view_name(bucket), 8)}_{view_fingerprint(file, bucket, database)}"
    select = f"SELECT * FROM ({file.sql(bucket, database)}\n) AS {alias}"  # noqa: S608 - the file is checked SQL
    return f"CREATE OR REPLACE VIEW {name} AS {select}"


def view_fingerprint(file: ViewFile, bucket: str | None, database: str) -> str:
    """16 hex digits that change whenever the view has to be created again."""
    return _hash(f"{_COLUMNS}\n{file.sql(bucket, database)}", 16)


def fingerprint_of(table: Mapping[str, Any]) -> str | None:
    """The fingerprint of a view as Glue returns it; None unless the view was created from a file, under this name."""
    found = _MARK.findall(stored_sql(table) or "")
    # Somebody may have copied the SQL of such a view into a view of another name.
    return found[-1][1] if found and found[-1][0] == _hash(table["Name"], 8) else None


def checksum_of(table: Mapping[str, Any]) -> str:
    """The checksum that a view should have, computed from its definition in Glue."""
    columns = [(column["Name"], column.get("Type")) for column in table.get("StorageDescriptor", {}).get("Columns", [])]
    return _hash(json.dumps([table.get("ViewOriginalText"), columns]), 32)


def is_unaltered(table: Mapping[str, Any]) -> bool:
    """Whether a view that was created from a file is still as Athena created it."""
    return bool(table.get("Parameters", {}).get(CHECKSUM_PARAMETER) == checksum_of(table))


def _hash(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
