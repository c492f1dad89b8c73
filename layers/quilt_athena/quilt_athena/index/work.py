"""Finding work for the index writer, and finishing it.

Every method may be run again after a crash, with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quilt_athena.errors import BucketAccessDeniedError, BucketNotFoundError, IndexWriterStuckError
from quilt_athena.index.backfill import next_pointers
from quilt_athena.index.comparison import Totals, differences
from quilt_athena.index.jobs import Job, JobKind, Phase, new_id, phases_of_batch
from quilt_athena.index.limits import DEFAULT_LIMITS, IndexLimits
from quilt_athena.index.listing import buckets_with_objects, check_listable
from quilt_athena.index.lost_files import bucket_of_lost_file
from quilt_athena.index.maintenance import Maintenance, target
from quilt_athena.index.object_keys import POINTERS_PREFIX, names_rows
from quilt_athena.index.pending import PendingObject, PendingObjects
from quilt_athena.index.row_checks import RowChecks, doubtful_pointers
from quilt_athena.index.staging import Contents, Staging
from quilt_athena.index.states import BucketStates
from quilt_athena.index.tables import SNAPSHOT_AGE, IndexCatalog
from quilt_athena.index.writer import Turn
from quilt_athena.query.csv_results import read_csv
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from quilt_athena.registration.registration import Registration
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import emit_counts, logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: The cursor of a backfill that has read all pointers.
_ALL_POINTERS = "end"
_MAX_READS = 20
_MAX_REPORTED = 1000


@dataclass(frozen=True)
class IndexWork:
    """What is to be done for the indexed buckets of a stack. ``switch_views`` is that of ``BucketStates``."""

    registry: Registry
    pending: PendingObjects
    staging: Staging
    catalog: IndexCatalog
    maintenance: Maintenance
    s3: S3Client
    switch_views: Callable[[Registration], None]
    limits: IndexLimits = DEFAULT_LIMITS
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def states(self) -> BucketStates:
        """What is recorded of buckets, and their views."""
        return BucketStates(self.registry, self.pending, self.switch_views)

    @property
    def row_checks(self) -> RowChecks:
        """The check of rows in comparisons."""
        return RowChecks(self.s3, self.staging, self.limits)

    def next_job(self, turn: Turn, divisor: int) -> Job | None:
        """What to do next, None if there is nothing: what is new first, then backfills, comparisons and maintenance.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: an AWS service does not respond as expected.
        """
        buckets = {known.bucket: known for known in self.registry.walk() if known.indexed or known.index}
        if not buckets:
            return None
        for known in buckets.values():
            buckets[known.bucket] = self.states.applied(known)
        if not self.catalog.has_tables():
            # Somebody may have dropped one: until the rows are back, the views read the buckets.
            for known in buckets.values():
                if known.index and known.index.state is not IndexState.ERASING:
                    self.states.start_again(known)
            return Job(JobKind.CREATE, (Phase.CREATE_MANIFESTS, Phase.CREATE_PACKAGES))
        return (
            self._batch(buckets, divisor)
            or self._first(buckets, self.states.erase)
            or self._first(buckets, lambda known: self._backfill(known, divisor))
            or self._first(buckets, lambda known: self._compare(known, turn))
            or self.maintenance.next_job(turn)
        )

    def what_is_new_before(self, job: Job, divisor: int) -> Job:
        """The job, or a batch of what arrived meanwhile that suspends it: maintenance has many long statements.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: an AWS service does not respond as expected.
        """
        if job.kind is not JobKind.MAINTAIN:
            return job
        batch = self._batch({known.bucket: known for known in self.registry.walk()}, divisor)
        return replace(batch, suspended=job.to_json()) if batch else job

    def retry_unreadable(self) -> None:
        """Make objects pending again that could not be read."""
        self.pending.retry()

    def report(self) -> None:
        """Count the objects that cannot be read, for the alarm."""
        unreadable = len(self.pending.read_unreadable(_MAX_REPORTED))
        logger.info("index written", unreadable=unreadable)
        if unreadable or any(known.indexed for known in self.registry.walk()):
            emit_counts(IndexObjectsUnreadable=unreadable)

    def succeed(self, job: Job, result: Mapping[str, Any]) -> Job:
        """The job after its current statement returned ``result`` (a query result)."""
        if job.phase is Phase.VERIFY:
            return self._verified(job, result)
        if job.phase in (Phase.LIST_MARKERS, Phase.LIST_POINTERS):
            listed = replace(job.then(), results=(*job.results, result["OutputLocation"]))
            return listed if listed.phases else self._check_rows(listed)
        if job.phase is Phase.CHECK_ROWS:
            return self.row_checks.succeed(job, result)
        if job.kind is JobKind.MAINTAIN:
            return self.maintenance.succeed(job, result)
        return job.then()

    def finish(self, turn: Turn, job: Job) -> None:
        """Record that all statements of a job succeeded."""
        if job.kind is JobKind.BATCH:
            self._finish_batch(job)
        elif job.kind is JobKind.ERASE:
            self.states.finish_erasing(job.buckets[0], self.now())
        elif job.kind is JobKind.COMPARE:
            self._finish_comparison(job)
        elif job.kind is JobKind.MAINTAIN:
            self.maintenance.finish(turn)
            self._forget_erased(job)

    def skip(self, job: Job, reason: str) -> Job | None:
        """The job without its current statement, which failed repeatedly; None if the others depend on it."""
        if job.phase is not Phase.OPTIMIZE:
            return None
        # What is not compacted is slower to read. Without VACUUM, which follows, nothing would ever be deleted.
        _, bucket, kind = target(job.targets[0])
        if not self._start_again_after_loss(reason):
            self.states.set_aside(bucket, f"its files{f' of kind {kind}' if kind else ''} can't be compacted: {reason}")
        return self.maintenance.succeed(job, {})

    def give_up(self, turn: Turn, job: Job, reason: str) -> None:
        """Give up a job whose statement failed repeatedly. The objects of a batch stay pending, for smaller batches.

        Raises:
            IndexWriterStuckError: the job cannot be divided. It is found again when there is a reason for it.
        """
        if job.kind is JobKind.MAINTAIN:
            self.maintenance.finish(turn)
        if job.kind is not JobKind.ERASE and self._start_again_after_loss(reason):
            if job.kind is JobKind.BATCH:
                self.staging.delete(job.id)
            return
        if job.kind is JobKind.COMPARE and self._leave_comparison(job):
            self.states.set_aside(job.buckets[0], f"its rows can't be compared: {reason}")
            return
        if job.kind is not JobKind.BATCH:
            raise IndexWriterStuckError(f"could not {job.kind} ({', '.join(job.buckets)}): {reason}")
        if job.objects == 1:
            # Nothing else is in the batch: it is this object that Athena cannot index.
            self.pending.set_aside(replace(one, reason=reason) for one in self.staging.objects(job.id))
            self._advance(job)
        self.staging.delete(job.id)

    def _start_again_after_loss(self, reason: str) -> bool:
        """Index a bucket again if its rows were in a file that doesn't exist. False if that is not the reason."""
        bucket = bucket_of_lost_file(self.s3, self.staging.bucket, reason)
        known = self.registry.get(bucket) if bucket else None
        if not (known and known.index):
            return False
        if known.index.state is IndexState.ERASING:
            return True  # it is about to be
        logger.warning("a file of the index was deleted: the bucket is indexed again", bucket=bucket, reason=reason)
        return self.states.start_again(known)

    # ------------------------------------------------------------------------------------------------------ batches

    def _batch(self, buckets: Mapping[str, Registration], divisor: int) -> Job | None:
        for _ in range(_MAX_READS):
            found = self.pending.read(max(1, self.limits.objects // divisor), self.limits.buckets)
            if not found:
                return None
            wanted: list[PendingObject] = []
            unwanted: list[PendingObject] = []
            for one in found:
                (wanted if _is_wanted(buckets.get(one.bucket)) else unwanted).append(one)
            self.pending.remove(unwanted)
            contents = self.staging.choose(wanted, max(1, self.limits.bytes // divisor))
            if job := self._stage(contents):
                return job
            # None of them could be read, or each stands for nothing.
            self.pending.remove(contents.done)
        return None

    def _stage(self, contents: Contents, cursor: str | None = None) -> Job | None:
        batch = new_id()
        self.staging.stage(batch, contents)
        self.pending.set_aside(contents.unreadable)
        phases = phases_of_batch(
            manifests=bool(contents.manifests), pointers=bool(contents.pointers), removed=bool(contents.removed)
        )
        if not phases:
            self.staging.delete(batch)
            return None
        return Job(
            JobKind.BATCH,
            tuple(phases),
            id=batch,
            buckets=tuple(contents.buckets),
            objects=len(contents.done),
            manifests=len(contents.manifests),
            bytes=sum(manifest.size for manifest in contents.manifests),
            cursor=cursor,
        )

    def _verified(self, job: Job, result: Mapping[str, Any]) -> Job:
        """Missing manifests are inserted (again); those with several markers, or with an older one, are replaced."""
        rows = result["Rows"]
        if any(int(row["copies"]) == 0 for row in rows):
            return replace(job.then(Phase.INSERT, Phase.VERIFY), failures=job.failures)
        if rows:
            self.staging.write_replaced(job.id, {(row["bucket"], row["tophash"]) for row in rows})
            return job.then(Phase.REPLACE, Phase.VERIFY)
        return job.then()

    def _finish_batch(self, job: Job) -> None:
        if job.cursor is None:
            self.pending.remove(self.staging.objects(job.id))
        self._advance(job)
        self.staging.delete(job.id)

    def _advance(self, job: Job) -> None:
        """Move the cursor of a backfill to the end of its slice."""
        if job.cursor is None:
            return
        known = self.registry.get(job.buckets[0])
        if known and known.index and known.index.state is IndexState.BACKFILLING and known.index.cursor < job.cursor:
            progress = replace(
                known.index,
                cursor=job.cursor,
                manifests=known.index.manifests + job.manifests,
                bytes=known.index.bytes + job.bytes,
            )
            self.registry.set_index(known, progress)

    # ---------------------------------------------------------------------------------- backfills and comparisons

    def _first(self, buckets: Mapping[str, Registration], job_of: Callable[[Registration], Job | None]) -> Job | None:
        """The first job of a bucket. A bucket that cannot be listed does not delay the others."""
        for bucket in sorted(buckets):
            try:
                if job := job_of(buckets[bucket]):
                    return job
            except (BucketNotFoundError, BucketAccessDeniedError) as error:
                self.states.set_aside(bucket, str(error))
        return None

    def _backfill(self, known: Registration, divisor: int) -> Job | None:
        if not (known.registered and known.indexed):
            return None
        progress = known.index or IndexProgress(IndexState.BACKFILLING)
        if progress.state is IndexState.ERASING and progress.erased_at:
            progress = IndexProgress(IndexState.BACKFILLING)
        if progress.state is not IndexState.BACKFILLING or progress.cursor == _ALL_POINTERS:
            return None
        if progress != known.index and not self.registry.set_index(known, progress):
            return None  # an event changed the registration meanwhile, and announced work
        limit = max(1, self.limits.objects // divisor)
        while pointers := next_pointers(self.s3, known.bucket, progress.cursor, limit):
            contents, cursor = self.staging.choose_slice(pointers, max(1, self.limits.bytes // divisor))
            contents.done = [one for one in pointers if one.key <= cursor]
            if job := self._stage(contents, cursor):
                return job
            progress = replace(progress, cursor=cursor)
        self.registry.set_index(replace(known, index=progress), replace(progress, cursor=_ALL_POINTERS))
        return self._compare_job(known)

    def _compare(self, known: Registration, turn: Turn) -> Job | None:
        """Compare at the end of a backfill, and whenever maintenance is due."""
        progress = known.index
        if not (progress and known.registered and known.indexed):
            return None
        if progress.state is IndexState.BACKFILLING:
            if progress.cursor != _ALL_POINTERS:
                return None
            if progress.compared_at is None:
                return self._compare_job(known)
            self.states.complete(known, progress)
            return None
        due = turn.maintenance_due
        is_due = due is not None and (progress.compared_at is None or progress.compared_at < due)
        return self._compare_job(known) if is_due and progress.state is IndexState.COMPLETE else None

    def _compare_job(self, known: Registration) -> Job:
        check_listable(self.s3, known.bucket)
        phases = (Phase.LIST_MARKERS, Phase.LIST_POINTERS)
        return Job(JobKind.COMPARE, phases, buckets=(known.bucket,), started_at=self.now().isoformat())

    def _check_rows(self, job: Job) -> Job:
        known = self.registry.get(job.buckets[0])
        return self.row_checks.begin(job, known.index.compared_at if known and known.index else None)

    def _leave_comparison(self, job: Job) -> bool:
        """Leave the rest of a comparison to the next day, so that others have their turn. False if it can't be left."""
        if job.phase in (Phase.CHECK_ROWS, Phase.REPLACE):
            # The listings show what else differs.
            self._finish_comparison(job)
            return True
        known = self.registry.get(job.buckets[0])
        if known and known.index and known.index.state is IndexState.COMPLETE:
            self.registry.set_index(known, replace(known.index, compared_at=datetime.fromisoformat(job.started_at)))
            return True
        return False

    def _finish_comparison(self, job: Job) -> None:
        self.row_checks.finish(job)
        bucket = job.buckets[0]
        known = self.registry.get(bucket)
        if not (known and known.index and known.indexed):
            return
        markers, pointers = (read_csv(self.s3, location) for location in job.results)
        next(markers, None)
        next(pointers, None)
        totals = Totals()
        try:
            different = list(differences(self.s3, bucket, markers, pointers, totals))
        except (BucketNotFoundError, BucketAccessDeniedError) as error:
            self.states.set_aside(bucket, str(error))
            return
        self.states.forget_set_aside(bucket)
        if not all(map(names_rows, different)):
            logger.warning("index differed in rows that no key finds: it is rebuilt", bucket=bucket)
            self.states.start_again(known)
            return
        rows = read_csv(self.s3, job.results[1])
        next(rows, None)
        doubtful = [POINTERS_PREFIX + one for one in doubtful_pointers(rows, job.id, self.limits)]
        self.pending.add(PendingObject(bucket, key) for key in (*different, *doubtful))
        if different or job.differences:
            logger.warning("index differed", bucket=bucket, objects=len(different), rows_of_manifests=job.differences)
        compared = replace(
            known.index,
            compared_at=datetime.fromisoformat(job.started_at),
            manifests=totals.manifests,
            bytes=totals.bytes,
            differences=len(different) + job.differences,
        )
        self.registry.set_index(known, compared)

    def _forget_erased(self, job: Job) -> None:
        """A bucket is erased when no object has anything of it: VACUUM deletes files when their snapshots expire."""
        vacuumed = datetime.fromisoformat(job.started_at)
        erased = {
            known.bucket: known
            for known in self.registry.walk()
            if known.index and known.index.erased_at and known.index.erased_at + SNAPSHOT_AGE < vacuumed
        }
        left = buckets_with_objects(self.s3, self.staging.bucket, set(erased)) if erased else set()
        for bucket, known in erased.items():
            if bucket in left:
                logger.warning("objects are left", bucket=bucket)
            else:
                self.registry.set_index(known, None)


def _is_wanted(known: Registration | None) -> bool:
    """Whether changes of a bucket are to be indexed now: if it is about to be erased, a backfill finds them later."""
    if not (known and known.registered and known.indexed):
        return False
    return not (known.index and known.index.state is IndexState.ERASING and known.index.erased_at is None)
