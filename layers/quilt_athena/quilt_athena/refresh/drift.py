"""Which buckets' tables differ from what they should be, told from one walk over the whole database.

Glue lists a hundred tables a call: N unchanged buckets of four tables cost N/25 reads. Nothing is asked for by name,
and no order is assumed. What is kept in memory is a count a bucket, not its tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quilt_athena.catalog.all_buckets import ALL_BUCKETS, TABLES, all_buckets_definitions, all_buckets_names
from quilt_athena.catalog.all_buckets import partitions as partitions_of
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.legacy import LegacyViews, is_legacy_name
from quilt_athena.catalog.partitions import is_as_desired
from quilt_athena.catalog.plan import plan
from quilt_athena.catalog.tables import BUCKET_PARAMETER, definition_names
from quilt_athena.errors import UnmanagedTableError
from quilt_athena.registration.registry import Registration

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Inspection:
    """``differing`` are buckets of the registry; ``unregistered`` those that tables of ours name and it doesn't."""

    differing: frozenset[str]
    unregistered: frozenset[str]


def inspect(
    registrations: Iterable[Registration],
    pages: Iterable[Sequence[Table]],
    catalog: GlueCatalog,
    partitions: Iterable[tuple[str, Table]] | None = None,
) -> Inspection:
    """Compare the tables in ``pages`` (as Glue's GetTables gives them) with what the registrations and the ``catalog``
    ask for.

    A bucket differs if a table of it is missing, altered, unmanaged, or left though the bucket was removed. In a
    catalog with all-buckets tables, ``ALL_BUCKETS`` differs if one of those does, and a bucket if one of its
    ``partitions`` (the table's name, and Glue's Partition) does; None where they are nothing of ours.
    """
    database, all_buckets_location = catalog.database, catalog.all_buckets_location
    removes_legacy = catalog.legacy is LegacyViews.REMOVE
    registered: dict[str, bool] = {}
    bucket_of: dict[str, str] = {}
    missing: dict[str, int] = {}
    for registration in registrations:
        names, legacy = definition_names(registration.bucket), catalog.legacy_names(registration.bucket)
        registered[registration.bucket] = registration.registered
        bucket_of.update(dict.fromkeys((*names, *legacy), registration.bucket))
        if registration.registered:
            missing[registration.bucket] = len(names) + (len(legacy) if catalog.legacy is LegacyViews.CREATE else 0)
    if all_buckets_location:
        bucket_of.update(dict.fromkeys(all_buckets_names(), ALL_BUCKETS))
        registered[ALL_BUCKETS] = True
        missing[ALL_BUCKETS] = len(all_buckets_names())

    @lru_cache(maxsize=256)
    def desired(bucket: str) -> Mapping[str, Table]:
        all_buckets = bucket == ALL_BUCKETS
        made = all_buckets_definitions(database, all_buckets_location) if all_buckets else catalog.definitions(bucket)
        return {table["Name"]: table for table in made}

    differing, unregistered = set[str](), set[str]()
    for page in pages:
        for table in page:
            owner = table.get("Parameters", {}).get(BUCKET_PARAMETER)
            bucket = bucket_of.get(table["Name"])
            if bucket is None:
                if owner is not None and owner not in registered:
                    unregistered.add(owner)
            elif not registered[bucket] or (removes_legacy and is_legacy_name(table["Name"])):
                if owner == bucket:
                    differing.add(bucket)
            else:
                missing[bucket] -= 1
                if bucket not in differing and not _is_as_desired(bucket, desired(bucket)[table["Name"]], table):
                    differing.add(bucket)
    differing.update(bucket for bucket, count in missing.items() if count)
    if all_buckets_location:
        del registered[ALL_BUCKETS]
        if partitions is not None:
            split, unknown = _compare_partitions(registered, partitions)
            differing |= split
            unregistered |= unknown
    return Inspection(frozenset(differing), frozenset(unregistered))


def _compare_partitions(
    registered: Mapping[str, bool], found: Iterable[tuple[str, Table]]
) -> tuple[set[str], set[str]]:
    """Buckets of which a partition is missing, altered, or left; and those that partitions name and nobody knows."""
    differing, unknown = set[str](), set[str]()
    lacking = dict.fromkeys((bucket for bucket, is_there in registered.items() if is_there), len(TABLES))
    for table, partition in found:
        bucket = partition["Values"][0]
        if bucket not in registered:
            unknown.add(bucket)
        elif bucket not in lacking:
            differing.add(bucket)
        else:
            lacking[bucket] -= 1
            wanted = next(one for one in partitions_of(bucket) if one.table == table)
            if not is_as_desired(wanted, partition):
                differing.add(bucket)
    return differing | {bucket for bucket, count in lacking.items() if count}, unknown


def _is_as_desired(bucket: str, table_input: Mapping[str, Any], table: Table) -> bool:
    try:
        return not plan(bucket, [table_input], {table["Name"]: table})
    except UnmanagedTableError:
        return False
