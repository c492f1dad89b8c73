"""The view check of a bucket: a query that proves that Athena accepts its views, and can read the bucket.

It scans next to nothing: Athena compares a view with its columns when a query names it, before it reads any row.
Nothing is read through the all-buckets views, since that would prove something about one bucket only.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from typing import Any

from quilt_athena.catalog.declaration_types import ViewCheck
from quilt_athena.catalog.desired_state import DesiredState
from quilt_athena.names import sql_identifier, sql_string

#: Recorded as the view problem of buckets for whose view check a refresh has no room: the next one checks them.
NOT_CHECKED_YET = "The views have not been checked since they were created or changed"


def choose(due: Iterable[str], others: Collection[str], *, limit: int, sample: int, seed: str) -> list[str]:
    """The buckets to check, at most ``limit``: those that are ``due``, and ``sample`` of the others, which ``seed``
    chooses at random.
    """
    chosen = list(dict.fromkeys(due))[:limit]
    room = min(sample, limit - len(chosen), len(others))
    return chosen + random.Random(seed).sample(sorted(others), room)  # noqa: S311 - a sample, no secret


def view_check(state: DesiredState, *, noted: bool) -> dict[str, Any]:
    """What the state machine needs to check the views of a bucket; ``noted``: the registry has a view problem, to be
    removed if the check succeeds.
    """
    return {"Bucket": state.bucket, "QueryString": view_check_sql(state), "Noted": noted}


def view_check_sql(state: DesiredState) -> str:
    """One query over all tables and views that take part in the check."""
    selects = []
    for table in state.tables:
        name = f"{sql_identifier(state.database)}.{sql_identifier(table.name)}"
        rows = {
            ViewCheck.NONE: None,
            ViewCheck.ANALYZE: f"{name} WHERE false",
            ViewCheck.READ_ONE_ROW: f"(SELECT * FROM {name} LIMIT 1)",  # noqa: S608 - identifiers are quoted
        }[table.declaration.check]
        if rows:
            selects.append(f"SELECT {sql_string(table.name)} AS name, count(*) AS rows_seen FROM {rows}")  # noqa: S608
    return "\nUNION ALL\n".join(selects)
