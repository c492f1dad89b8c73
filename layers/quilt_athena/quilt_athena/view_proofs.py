"""Questions that prove a bucket's views: Athena has to take each, and to read the bucket, and scans next to nothing.

Athena checks a view against its definition when a query names it; which rows are wanted comes after that. One
pointer (64 bytes) is read to see that the bucket can be. Of the views over all buckets nothing is read: that would be
about a bucket.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from typing import Any

from quilt_athena.joined import ALL_BUCKETS, joined_sql
from quilt_athena.tables import bucket_sql

#: What the registry says of views that were changed and couldn't be asked in the same refresh: the next one does.
NOT_ASKED_YET = "The views have not been asked since they were made or changed"


def choose(due: Iterable[str], others: Collection[str], *, limit: int, sample: int, seed: str) -> list[str]:
    """Whose views to ask: those that are ``due``, and ``sample`` of the others, by chance that ``seed`` decides; at
    most ``limit``.
    """
    chosen = list(dict.fromkeys(due))[:limit]
    room = min(sample, limit - len(chosen), len(others))
    return chosen + random.Random(seed).sample(sorted(others), room)  # noqa: S311 - a sample, no secret


def probe(bucket: str, database: str, *, noted: bool) -> dict[str, Any]:
    """What the state machine needs to ask; ``noted`` is whether the registry has something to forget if it answers."""
    joined = bucket == ALL_BUCKETS
    sql = joined_sql("all_proof.sql", database) if joined else bucket_sql("proof.sql", bucket, database)
    return {"Bucket": bucket, "QueryString": sql, "Noted": noted}
