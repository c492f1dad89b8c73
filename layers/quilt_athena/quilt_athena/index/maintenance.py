"""Keeping the index tables small: compaction where there are many small files, and deletion of old snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from quilt_athena.index.jobs import Job, JobKind, Phase
from quilt_athena.index.tables import INDEX_TABLES, MANIFESTS_INDEX, PACKAGES_INDEX, IndexCatalog
from quilt_athena.index.writer import Turn, WriterItem

#: Partitions that one maintenance optimizes; the others follow the next time.
_MAX_TARGETS = 50


def target(text: str) -> tuple[str, str, str | None]:
    """A table, a bucket and a kind (None: the table has no kinds), from the ``targets`` of a job."""
    table, bucket, kind = text.split("|")
    return table, bucket, kind or None


@dataclass(frozen=True)
class Maintenance:
    """The maintenance of both tables, which is due once a day."""

    writer: WriterItem
    catalog: IndexCatalog
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def next_job(self, turn: Turn) -> Job | None:
        """The maintenance, if it is due."""
        if turn.maintenance_due is None:
            return None
        return Job(
            JobKind.MAINTAIN,
            (Phase.MEASURE_MANIFESTS, Phase.MEASURE_PACKAGES, Phase.VACUUM_MANIFESTS, Phase.VACUUM_PACKAGES),
            started_at=self.now().isoformat(),
        )

    def succeed(self, job: Job, result: Mapping[str, Any]) -> Job:
        """The job after its current statement: each partition that was found is optimized.

        That statements of a partition failed doesn't count for the next one.
        """
        if job.phase is Phase.OPTIMIZE:
            return replace(job.then(), targets=job.targets[1:], failures=0)
        if job.phase not in (Phase.MEASURE_MANIFESTS, Phase.MEASURE_PACKAGES):
            return job.then()
        table = MANIFESTS_INDEX if job.phase is Phase.MEASURE_MANIFESTS else PACKAGES_INDEX
        found = tuple(f"{table}|{row['bucket']}|{row['kind'] or ''}" for row in result["Rows"][:_MAX_TARGETS])
        return replace(job.then(*[Phase.OPTIMIZE] * len(found)), targets=(*found, *job.targets))

    def finish(self, turn: Turn) -> None:
        """Delete old versions of the tables in Glue, and record that maintenance was done."""
        for table in INDEX_TABLES:
            self.catalog.delete_old_versions(table.name)
        self.writer.end_maintenance(turn)
