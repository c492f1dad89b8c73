"""The statement that makes a view of a file, and how such a view is known again.

CREATE VIEW takes no property that could say whose a view is. So the SELECT of the file stands in one whose alias says
it, with a fingerprint of all that the view was made of: Athena keeps it, and nothing of the result depends on it.

Whether somebody altered the view since is seen by a seal, a parameter of it in Glue: how Athena writes the SQL down is
Athena's, so what it wrote is taken as it is once the view was made.
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

#: The parameter of a view in Glue that holds its seal. Replaced through Athena, a view has none.
SEAL_PARAMETER = "quilt_athena.view"
#: The columns of what a view reads may change with a release: it is created again then, which checks it.
_COLUMNS = columns_fingerprint()
_ALIAS = "quilt_athena_view_"
_MARK = re.compile(rf"\b{_ALIAS}([0-9a-f]{{8}})_([0-9a-f]{{16}})\b")


def statement(file: ViewFile, bucket: str | None, database: str) -> str:
    """The CREATE OR REPLACE VIEW of a file's view of a bucket, or of its one view. Lines are counted as in the file."""
    name = f"{sql_identifier(database)}.{sql_identifier(file.view_name(bucket))}"
    alias = f"{_ALIAS}{_hash(file.view_name(bucket), 8)}_{fingerprint(file, bucket, database)}"
    select = f"SELECT * FROM ({file.sql(bucket, database)}\n) AS {alias}"  # noqa: S608 - the file is SQL, checked
    return f"CREATE OR REPLACE VIEW {name} AS {select}"


def fingerprint(file: ViewFile, bucket: str | None, database: str) -> str:
    """16 hex digits that change whenever the view would have to be made anew."""
    return _hash(f"{_COLUMNS}\n{file.sql(bucket, database)}", 16)


def fingerprint_of(table: Mapping[str, Any]) -> str | None:
    """That of a view as Glue has it; None if it isn't a view that was made of a file, under the name that it has."""
    found = _MARK.findall(stored_sql(table) or "")
    # Somebody may have copied the SQL of one into a view of their own.
    return found[-1][1] if found and found[-1][0] == _hash(table["Name"], 8) else None


def seal_of(table: Mapping[str, Any]) -> str:
    """The seal that a view should have, as it stands in Glue."""
    columns = [(column["Name"], column.get("Type")) for column in table["StorageDescriptor"].get("Columns", [])]
    return _hash(json.dumps([table.get("ViewOriginalText"), columns]), 32)


def is_sealed(table: Mapping[str, Any]) -> bool:
    """Whether a view that was made of a file stands as Athena made it."""
    return bool(table.get("Parameters", {}).get(SEAL_PARAMETER) == seal_of(table))


def _hash(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
