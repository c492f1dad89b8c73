"""Which buckets' tables, views and partitions differ from the desired state, found in one walk over the database.

Glue lists a hundred tables in one call, so N unchanged buckets of four tables cost N/25 reads. Nothing is read by name
and no order is assumed. Memory holds a count and a fingerprint for each bucket, not its tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from quilt_athena.catalog.declaration_types import ALL_BUCKETS
from quilt_athena.catalog.desired_state import (
    BUCKET_PARAMETER,
    CatalogSettings,
    DesiredState,
    DesiredTable,
    all_buckets_tables,
    desired_partitions,
    desired_state,
    expected_names,
)
from quilt_athena.catalog.plan import partition_matches, table_is_in_sync
from quilt_athena.errors import QuiltAthenaError
from quilt_athena.registration.registration import Registration

Table = Mapping[str, Any]

#: Glue lists tables by name, so those of a bucket are next to each other; a page has a hundred tables.
_RECENT_STATES = 256


@dataclass
class Drift:
    """What a walk found. All are names of buckets; ``ALL_BUCKETS`` stands for the all-buckets tables.

    ``differing`` are in the registry, ``unregistered`` are named by managed tables or by partitions and are not.
    ``fingerprints`` are those of the desired states that tables were compared with. ``partitions_error`` is why the
    partitions could not be read.
    """

    differing: set[str] = field(default_factory=set)
    unregistered: set[str] = field(default_factory=set)
    fingerprints: dict[str, str] = field(default_factory=dict)
    partitions_error: QuiltAthenaError | None = None


def detect_drift(
    registrations: Iterable[Registration],
    pages: Iterable[Sequence[Table]],
    settings: CatalogSettings,
    partitions: Iterable[tuple[str, Table]] | None = None,
) -> Drift:
    """Compare the tables in ``pages`` (as Glue's GetTables returns them) and the ``partitions`` (the table's name, and
    Glue's Partition) with the desired state of the registered buckets.

    A bucket differs if a table, view or partition of it is missing, altered or unmanaged, or still exists although the
    bucket was removed. ``partitions`` is None if the all-buckets tables are not managed; an error while they are read
    is part of the result.
    """
    registered = {known.bucket: known.registered for known in registrations}
    indexed = frozenset(known.bucket for known in registrations if known.reads_index)
    drift = Drift()
    _compare_tables(drift, registered, indexed, pages, settings)
    if partitions is not None:
        try:
            _compare_partitions(drift, registered, partitions, settings)
        except QuiltAthenaError as error:
            # Whatever replaced an all-buckets table may have no partitions, or be a link to a table that denies access.
            drift.partitions_error = error
    return drift


def _compare_tables(
    drift: Drift,
    registered: Mapping[str, bool],
    indexed: Collection[str],
    pages: Iterable[Sequence[Table]],
    settings: CatalogSettings,
) -> None:
    with_all_buckets = {**registered, ALL_BUCKETS: True} if settings.all_buckets_location else registered
    bucket_of: dict[str, str] = {}
    missing: dict[str, int] = {}
    for bucket, is_registered in with_all_buckets.items():
        names = expected_names(bucket, settings)
        bucket_of.update(dict.fromkeys(names, bucket))
        missing[bucket] = sum(names.values()) if is_registered else 0

    @lru_cache(_RECENT_STATES)
    def state_of(bucket: str) -> DesiredState:
        of_state = indexed if bucket == ALL_BUCKETS else {bucket}.intersection(indexed)
        state = desired_state(bucket, settings, of_state)
        drift.fingerprints[bucket] = state.fingerprint
        return state

    for page in pages:
        for table in page:
            owner = table.get("Parameters", {}).get(BUCKET_PARAMETER)
            bucket = bucket_of.get(table["Name"], "")
            if not bucket:
                if owner is not None and owner not in with_all_buckets:
                    drift.unregistered.add(owner)
                continue
            wanted = _wanted(state_of(bucket), table["Name"]) if with_all_buckets[bucket] else None
            if wanted is None:
                if owner == bucket:
                    drift.differing.add(bucket)
                continue
            missing[bucket] -= 1
            if not _is_in_sync(wanted, table, settings):
                drift.differing.add(bucket)
    drift.differing.update(bucket for bucket, count in missing.items() if count)


def _is_in_sync(wanted: DesiredTable, table: Table, settings: CatalogSettings) -> bool:
    try:
        return table_is_in_sync(wanted, table, settings.database)
    except Exception:
        # Whatever has the name: it differs, and synchronizing its bucket reports why. The other tables are compared.
        return False


def _wanted(state: DesiredState, name: str) -> DesiredTable | None:
    return next((table for table in state.tables if table.name == name), None)


def _compare_partitions(
    drift: Drift, registered: Mapping[str, bool], found: Iterable[tuple[str, Table]], settings: CatalogSettings
) -> None:
    tables = all_buckets_tables(settings)
    missing = dict.fromkeys((bucket for bucket, is_registered in registered.items() if is_registered), len(tables))
    for table, partition in found:
        bucket = partition["Values"][0]
        if bucket not in registered:
            drift.unregistered.add(bucket)
        elif bucket not in missing:
            drift.differing.add(bucket)
        else:
            missing[bucket] -= 1
            wanted = next(one for one in desired_partitions(bucket, settings) if one.table == table)
            if not partition_matches(wanted, partition):
                drift.differing.add(bucket)
    drift.differing.update(bucket for bucket, count in missing.items() if count)
