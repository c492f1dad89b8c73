"""Which buckets' tables differ from what they should be, told from one walk over the whole database.

Glue lists a hundred tables a call: N unchanged buckets of four tables cost N/25 reads. Nothing is asked for by name,
and no order is assumed. What is kept in memory is a count a bucket, not its tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quilt_athena.catalog import plan
from quilt_athena.errors import ForeignTableError
from quilt_athena.registry import Registration
from quilt_athena.tables import BUCKET_PARAMETER, definition_names, definitions

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Inspection:
    """``differing`` are buckets of the registry; ``unregistered`` those that tables of ours name and it doesn't."""

    differing: frozenset[str]
    unregistered: frozenset[str]


def inspect(registrations: Iterable[Registration], pages: Iterable[Sequence[Table]], database: str) -> Inspection:
    """Compare the tables in ``pages`` (as Glue's GetTables gives them) with what the registrations ask for.

    A bucket differs if a table of it is missing, altered, foreign, or left though the bucket was removed.
    """
    registered: dict[str, bool] = {}
    bucket_of: dict[str, str] = {}
    missing: dict[str, int] = {}
    for registration in registrations:
        names = definition_names(registration.bucket)
        registered[registration.bucket] = registration.registered
        bucket_of.update(dict.fromkeys(names, registration.bucket))
        if registration.registered:
            missing[registration.bucket] = len(names)
    desired = lru_cache(maxsize=256)(lambda bucket: {table["Name"]: table for table in definitions(bucket, database)})
    differing, unregistered = set[str](), set[str]()
    for page in pages:
        for table in page:
            owner = table.get("Parameters", {}).get(BUCKET_PARAMETER)
            bucket = bucket_of.get(table["Name"])
            if bucket is None:
                if owner is not None and owner not in registered:
                    unregistered.add(owner)
            elif not registered[bucket]:
                if owner == bucket:
                    differing.add(bucket)
            else:
                missing[bucket] -= 1
                if bucket not in differing and not _is_as_desired(bucket, desired(bucket)[table["Name"]], table):
                    differing.add(bucket)
    differing.update(bucket for bucket, count in missing.items() if count)
    return Inspection(frozenset(differing), frozenset(unregistered))


def _is_as_desired(bucket: str, table_input: Mapping[str, Any], table: Table) -> bool:
    try:
        return not plan(bucket, [table_input], {table["Name"]: table})
    except ForeignTableError:
        return False
