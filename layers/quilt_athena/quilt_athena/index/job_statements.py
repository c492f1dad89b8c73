"""The text of the statements of jobs."""

from __future__ import annotations

from dataclasses import dataclass

from quilt_athena.index import statements
from quilt_athena.index.jobs import Job, Phase
from quilt_athena.index.maintenance import target
from quilt_athena.index.statements import BatchStatements
from quilt_athena.index.tables import INDEX_TABLES, MANIFESTS_INDEX, PACKAGES_INDEX

_MANIFESTS, _PACKAGES = INDEX_TABLES


@dataclass(frozen=True)
class JobStatements:
    """The statements in ``database``, for tables in ``index_bucket``."""

    database: str
    index_bucket: str

    def sql(self, job: Job) -> str:
        """The text of the current statement of a job."""
        batch = BatchStatements(self.database, self.index_bucket, job.id, job.buckets)
        match job.phase:
            case Phase.CREATE_MANIFESTS:
                return _MANIFESTS.create_statement(self.database, self.index_bucket)
            case Phase.CREATE_PACKAGES:
                return _PACKAGES.create_statement(self.database, self.index_bucket)
            case Phase.INSERT:
                return batch.insert()
            case Phase.VERIFY:
                return batch.verify()
            case Phase.REPLACE:
                return batch.replace()
            case Phase.POINTERS:
                return batch.merge_pointers()
            case Phase.REMOVE:
                return batch.remove()
            case Phase.LIST_MARKERS:
                return statements.list_markers(self.database, job.buckets[0])
            case Phase.LIST_POINTERS:
                return statements.list_pointers(self.database, job.buckets[0])
            case Phase.CHECK_ROWS:
                return batch.check_rows()
            case Phase.ERASE_MANIFESTS:
                return statements.erase_bucket(self.database, MANIFESTS_INDEX, job.buckets[0])
            case Phase.ERASE_PACKAGES:
                return statements.erase_bucket(self.database, PACKAGES_INDEX, job.buckets[0])
            case Phase.MEASURE_MANIFESTS:
                return statements.measure(self.database, MANIFESTS_INDEX)
            case Phase.MEASURE_PACKAGES:
                return statements.measure(self.database, PACKAGES_INDEX)
            case Phase.OPTIMIZE:
                return statements.optimize(self.database, *target(job.targets[0]))
            case Phase.VACUUM_MANIFESTS:
                return statements.vacuum(self.database, MANIFESTS_INDEX)
            case Phase.VACUUM_PACKAGES:
                return statements.vacuum(self.database, PACKAGES_INDEX)
