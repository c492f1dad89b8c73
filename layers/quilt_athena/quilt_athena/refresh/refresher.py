"""One round of a refresh: the registry is compared with S3 and the catalog, and differences are repaired.

A round that runs out of time returns how far it came, and the next one continues there. Nothing depends on the end of a
round: even if it is killed, or two run at once, each bucket is synchronized with the registry as it is for an event.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from quilt_athena.catalog.changes import Change
from quilt_athena.catalog.declaration_types import ALL_BUCKETS
from quilt_athena.errors import BucketAccessDeniedError, BucketNotFoundError, PermanentError
from quilt_athena.refresh.drift import Drift, detect_drift
from quilt_athena.refresh.limits import RefreshLimits
from quilt_athena.refresh.reports import Report
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registration import Registration
from quilt_athena.runtime.observability import logger


@dataclass(frozen=True)
class Round:
    """How far a refresh came: ``cursor`` is the last bucket that was worked on if there are more, else None.

    The view checks of the buckets in ``due`` are needed, those of ``others`` are possible. ``with_view_problem`` are
    buckets whose last view check failed, or was postponed.
    """

    report: Report
    cursor: str | None
    due: tuple[str, ...]
    others: tuple[str, ...]
    with_view_problem: frozenset[str]


@dataclass(frozen=True)
class _Task:
    """A bucket to work on: whether the catalog ``differs``, and whether to look the bucket up in S3."""

    known: Registration
    differs: bool
    check_existence: bool

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return self.differs or self.check_existence or bool(self.known.problem)


@dataclass(frozen=True)
class _Result:
    bucket: str
    changes: tuple[Change, ...] = ()
    missing: bool = False
    removed: bool = False
    error: Exception | None = None


@dataclass(frozen=True)
class Refresher:
    """Synchronizes all registered buckets, or some."""

    registrar: BucketRegistrar
    #: Whether a bucket that does not exist in S3 any more is removed, or only reported.
    removes_missing_buckets: bool
    limits: RefreshLimits = field(default_factory=RefreshLimits)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def run(
        self,
        report: Report,
        buckets: Collection[str] | None,
        *,
        after: str,
        seed: str,
        has_time: Callable[[], bool],
    ) -> Round:
        """Work on the buckets whose names sort after ``after``, in order, as long as ``has_time``; add to ``report``.

        ``buckets`` are those of the request, None for all. ``seed`` (the execution's ARN) chooses those that are looked
        up in S3 at random.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the registry or the catalog cannot be read at all.
        """
        everything = buckets is None
        known = self._all() if buckets is None else self._named(buckets, report if not after else None)
        registered = [bucket for bucket, registration in known.items() if registration.registered]
        report.checked = len(known)
        if everything:
            drift = self._detect_drift(known.values(), report, is_first_round=not after)
            report.registered = len(registered)
        else:
            drift = Drift(differing=set(known))
        checked = self._existence_checks(known, registered, seed)
        tasks = [
            _Task(known[bucket], _differs(known[bucket], drift), bucket in checked)
            for bucket in sorted(known)
            if bucket > after
        ]
        results, cursor = self._work([task for task in tasks if task.is_needed], has_time)
        for result in results:
            self._add(report, result)
        with_view_problem = frozenset(bucket for bucket in registered if known[bucket].view_problem)
        unusable = {result.bucket for result in results if result.missing or result.error}
        changed = [result.bucket for result in results if result.changes and not result.removed]
        requested = with_view_problem if everything else set(registered)
        due = dict.fromkeys(
            [
                *([ALL_BUCKETS] if ALL_BUCKETS in drift.differing else []),
                *(bucket for bucket in changed if known[bucket].registered),
                *sorted(requested - unusable),
            ]
        )
        has_all_buckets = everything and registered and self.registrar.reconciler.settings.all_buckets_location
        candidates = [*registered, *([ALL_BUCKETS] if has_all_buckets else [])]
        others = tuple(bucket for bucket in candidates if bucket not in unusable and bucket not in due)
        return Round(report, cursor, tuple(due), others, with_view_problem)

    def _all(self) -> dict[str, Registration]:
        return {registration.bucket: registration for registration in self.registrar.registry.walk()}

    def _named(self, buckets: Iterable[str], report: Report | None) -> dict[str, Registration]:
        """The registrations of some buckets; those that have none are added to a ``report``."""
        known = {}
        for bucket in dict.fromkeys(buckets):
            registration = self.registrar.registry.get(bucket)
            if registration is not None:
                known[bucket] = registration
            elif report is not None:
                reason = f"bucket {bucket} was never registered: send a bucket-registration event of type added"
                report.add_failed(bucket, "BucketNotRegisteredError", reason)
        return known

    def _detect_drift(self, known: Collection[Registration], report: Report, *, is_first_round: bool) -> Drift:
        """What differs. ``ALL_BUCKETS`` remains in it if this repaired the all-buckets tables, in the first round."""
        indexed = [registration.bucket for registration in known if registration.reads_index]
        reconciler = self.registrar.reconciler
        reconciler.trust.expire()
        partitions = reconciler.walk_partitions() if reconciler.manages_all_buckets() else None
        drift = detect_drift(known, reconciler.catalog.walk(), reconciler.settings, partitions)
        if drift.partitions_error and is_first_round:
            report.add_failed(ALL_BUCKETS, type(drift.partitions_error).__name__, str(drift.partitions_error))
        if not (is_first_round and ALL_BUCKETS in drift.differing and self._repair_all_buckets(report, indexed)):
            drift.differing.discard(ALL_BUCKETS)
        report.unregistered = replace(report.unregistered, count=0, items=[])
        for bucket in sorted(drift.unregistered):
            # It may have been registered since the registry was read.
            if self.registrar.registry.get(bucket) is None:
                report.unregistered.add(bucket)
        return drift

    def _repair_all_buckets(self, report: Report, indexed: Collection[str]) -> bool:
        """Whether the all-buckets tables and views could be repaired."""
        try:
            changes = self.registrar.reconciler.reconcile_all_buckets(indexed)
        except Exception as error:
            # Whatever has one of their names, the buckets are refreshed.
            if not isinstance(error, PermanentError):
                logger.exception("all-buckets tables failed")
            report.add_failed(ALL_BUCKETS, type(error).__name__, str(error))
            return False
        report.add_repaired(ALL_BUCKETS, changes)
        return True

    def _existence_checks(
        self, known: Mapping[str, Registration], registered: Sequence[str], seed: str
    ) -> frozenset[str]:
        """The buckets to look up in S3: those with a problem, and as many of the others as the limit allows."""
        with_problem = [bucket for bucket in registered if known[bucket].problem][: self.limits.existence_checks]
        others = sorted(set(registered) - set(with_problem))
        room = min(self.limits.existence_checks - len(with_problem), len(others))
        return frozenset(with_problem + random.Random(seed).sample(others, room))  # noqa: S311 - a sample, no secret

    def _work(self, tasks: Sequence[_Task], has_time: Callable[[], bool]) -> tuple[list[_Result], str | None]:
        """The results in the order of the tasks, and the last bucket if time ran out before the end."""
        results: list[_Result] = []
        batch = self.limits.workers * 4
        with ThreadPoolExecutor(self.limits.workers) as pool:
            for start in range(0, len(tasks), batch):
                if start and not has_time():
                    return results, tasks[start - 1].known.bucket
                results += pool.map(self._refresh, tasks[start : start + batch])
        return results, None

    def _refresh(self, task: _Task) -> _Result:
        """One bucket, whose failure does not affect the others."""
        bucket = task.known.bucket
        try:
            return self._check_and_synchronize(task)
        except Exception as error:
            if not isinstance(error, PermanentError):
                logger.exception("bucket failed", bucket=bucket)
                return _Result(bucket, error=error)
            try:
                self._note(task.known, error)
            except Exception:
                logger.exception("problem could not be recorded", bucket=bucket)
            return _Result(bucket, missing=isinstance(error, BucketNotFoundError), error=error)

    def _check_and_synchronize(self, task: _Task) -> _Result:
        known, reconciler = task.known, self.registrar.reconciler
        access_denied: BucketAccessDeniedError | None = None
        if task.check_existence:
            try:
                self.registrar.check_bucket(known.bucket)
            except BucketNotFoundError:
                if not self.removes_missing_buckets:
                    # It would fail every all-buckets query. The partitions return if the bucket is created again.
                    reconciler.delete_partitions(reconciler.desired_state(known.bucket))
                    raise
                event = BucketEvent(known.bucket, EventKind.REMOVED, self.now(), f"missing-{known.revision}")
                return _Result(known.bucket, self.registrar.process(event), missing=True, removed=True)
            except BucketAccessDeniedError as error:
                access_denied = error  # its tables are kept in sync all the same
        changes: tuple[Change, ...] = ()
        if task.differs or (known.problem and not access_denied):
            changes = self.registrar.synchronize(known)
            known = replace(known, problem=None)
        if access_denied:
            self._note(known, access_denied)
        return _Result(known.bucket, changes, error=access_denied)

    def _note(self, known: Registration, error: PermanentError) -> None:
        problem = f"{type(error).__name__}: {error}"
        if known.problem != problem:
            self.registrar.registry.note_problem(known.bucket, problem)

    @staticmethod
    def _add(report: Report, result: _Result) -> None:
        if result.missing:
            report.missing.add(result.bucket, Removed=result.removed)
            return
        if result.changes:
            report.add_repaired(result.bucket, result.changes)
        if result.error:
            report.add_failed(result.bucket, type(result.error).__name__, str(result.error))


def _differs(known: Registration, drift: Drift) -> bool:
    # Without a fingerprint none of the bucket's tables was found: a registered bucket differs then.
    return known.bucket in drift.differing or not known.was_in_sync(drift.fingerprints.get(known.bucket, ""))
