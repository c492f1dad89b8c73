"""Questions that prove a bucket's views: Athena has to take each, and to read the bucket, and scans next to nothing.

Athena checks a view against its definition when a query names it; which rows are wanted comes after that. One
pointer (64 bytes) is read to see that the bucket can be. Of the all-buckets views nothing is read: that would be
about a bucket.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from typing import Any

from quilt_athena.catalog.all_buckets import ALL_BUCKETS, all_buckets_sql
from quilt_athena.catalog.tables import bucket_sql

#: What the registry says of views that were changed and couldn't be asked in the same refresh: the next one does.
NOT_CHECKED_YET = "The views have not been asked since they were made or changed"


def choose(due: Iterable[str], others: Collection[str], *, limit: int, sample: int, seed: str) -> list[str]:
    """Whose views to ask: those that are ``due``, and ``sample`` of the others, by chance that ``seed`` decides; at
    most ``limit``.
    """
    chosen = list(dict.fromkeys(due))[:limit]
    room = min(sample, limit - len(chosen), len(others))
    return chosen + random.Random(seed).sample(sorted(others), room)  # noqa: S311 - a sample, no secret


def view_check(bucket: str, database: str, *, noted: bool) -> dict[str, Any]:
    """What the state machine needs to ask; ``noted`` is whether the registry has something to forget if it answers."""
    all_buckets = bucket == ALL_BUCKETS
    sql = (
        all_buckets_sql("all_view_check.sql", database)
        if all_buckets
        else bucket_sql("view_check.sql", bucket, database)
    )
    return {"Bucket": bucket, "QueryString": sql, "Noted": noted}
