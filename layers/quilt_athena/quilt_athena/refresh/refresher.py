"""One round of a refresh: what the registry says, compared with S3 and the catalog, and put right bucket by bucket.

A round that runs out of time tells how far it came, and another goes on behind it. Nothing depends on a round's end:
killed half-way, or run by two at once, each bucket is still brought to what the registry says, as by an event.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from quilt_athena.catalog.all_buckets import ALL_BUCKETS
from quilt_athena.catalog.plan import Change
from quilt_athena.contracts.limits import MAX_BUCKETS
from quilt_athena.contracts.models import BucketName, Contract, parse_as
from quilt_athena.errors import BucketAccessDeniedError, BucketNotFoundError, PermanentError
from quilt_athena.refresh.drift import inspect
from quilt_athena.refresh.reports import Report
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registry import Registration
from quilt_athena.runtime.observability import logger


class RefreshRequest(Contract):
    """The input of the refresh state machine; a schedule gives it nothing."""

    buckets: Annotated[
        list[BucketName] | None,
        Field(alias="Buckets", min_length=1, max_length=MAX_BUCKETS, description="Only these; all, if it isn't there"),
    ] = None


def parse_refresh_request(request: object) -> RefreshRequest:
    """The request, if it keeps its contract.

    Raises:
        InvalidRequest: it doesn't; the message begins with the path of the field.
    """
    return parse_as(RefreshRequest, request)


@dataclass(frozen=True)
class Limits:
    """How much a refresh may do: S3 buckets asked for in all, and buckets worked on at once."""

    existence_checks: int
    workers: int
    #: Whether a bucket that S3 no longer has is removed from registry and catalog, or only reported.
    removes_missing: bool


@dataclass(frozen=True)
class Round:
    """How far a refresh came. ``cursor`` is the last bucket done if there are more, ``due`` whose views to ask."""

    report: Report
    cursor: str | None
    due: tuple[str, ...]
    #: Buckets whose views could be asked besides.
    others: tuple[str, ...]
    #: Buckets of which the registry notes that their views didn't answer.
    noted: frozenset[str]


@dataclass(frozen=True)
class _Task:
    """A bucket to look at: whether its tables differ, and whether to see if it is still there."""

    known: Registration
    differs: bool
    checks: bool


@dataclass(frozen=True)
class _Outcome:
    bucket: str
    changes: tuple[Change, ...] = ()
    gone: bool = False
    removed: bool = False
    error: Exception | None = None


@dataclass(frozen=True)
class Refresher:
    """Walks the registered buckets."""

    registrar: BucketRegistrar
    limits: Limits
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def run(
        self,
        report: Report,
        buckets: Collection[str] | None,
        *,
        after: str,
        seed: str,
        has_time: Callable[[], bool],
    ) -> Round:
        """Do what is left behind the bucket ``after`` (in the order of names; "" for all), as long as ``has_time``.

        ``buckets`` are those asked for, None for all; ``seed`` (the execution's id) decides which are looked for in S3.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: registry or catalog can't be read at all.
        """
        everything = buckets is None
        known = self._all() if buckets is None else self._named(buckets, report if not after else None)
        differing = self._differing(known.values(), report, first=not after) if everything else frozenset(known)
        registered = [bucket for bucket, registration in known.items() if registration.registered]
        report.checked = len(known)
        all_buckets = everything and bool(registered and self.registrar.catalog.all_buckets_location)
        if everything:
            report.registered = len(registered)
        checked = self._existence_checks(known, registered, seed)
        tasks = [
            _Task(known[bucket], bucket in differing, bucket in checked)
            for bucket in sorted(known)
            if bucket > after and (bucket in checked or self._needs_work(known[bucket], bucket in differing))
        ]
        outcomes, cursor = self._work(tasks, has_time)
        due = [ALL_BUCKETS] if ALL_BUCKETS in differing else []
        for outcome in outcomes:
            self._add(report, outcome)
            if outcome.changes and not outcome.removed and known[outcome.bucket].registered:
                due.append(outcome.bucket)
        noted = frozenset(bucket for bucket in registered if known[bucket].view_problem)
        hopeless = {outcome.bucket for outcome in outcomes if outcome.gone or outcome.error}
        due += sorted(noted - hopeless if everything else set(registered) - hopeless)
        candidates = [*registered, *([ALL_BUCKETS] if all_buckets else [])]
        others = tuple(bucket for bucket in candidates if bucket not in hopeless and bucket not in due)
        return Round(report, cursor, tuple(dict.fromkeys(due)), others, noted)

    def _all(self) -> dict[str, Registration]:
        return {registration.bucket: registration for registration in self.registrar.registry.walk()}

    def _named(self, buckets: Iterable[str], report: Report | None) -> dict[str, Registration]:
        """Those asked for; a ``report`` is told of those that nobody has registered."""
        known = {}
        for bucket in dict.fromkeys(buckets):
            registration = self.registrar.registry.get(bucket)
            if registration is not None:
                known[bucket] = registration
            elif report is not None:
                reason = f"bucket {bucket} was never registered: send a bucket-registration event of type added"
                report.add_failed(bucket, "BucketNotRegistered", reason)
        return known

    def _differing(self, known: Collection[Registration], report: Report, *, first: bool) -> frozenset[str]:
        """Buckets whose tables differ; ``ALL_BUCKETS`` is one of them if those over all were put right just now."""
        catalog = self.registrar.catalog
        is_ours = catalog.all_buckets_location and not catalog.all_buckets_is_unmanaged()
        partitions = catalog.walk_partitions() if is_ours else None
        found = inspect(known, catalog.walk(), catalog, partitions)
        repaired = first and ALL_BUCKETS in found.differing and self._reconcile_all_buckets(report)
        report.unregistered = replace(report.unregistered, count=0, items=[])
        for bucket in sorted(found.unregistered):
            # It may have been registered since the registry was read.
            if self.registrar.registry.get(bucket) is None:
                report.unregistered.add(bucket)
        return found.differing if repaired else found.differing - {ALL_BUCKETS}

    def _reconcile_all_buckets(self, report: Report) -> bool:
        """Whether the tables and all-buckets views stand as they should now."""
        try:
            changes = self.registrar.catalog.reconcile_all_buckets()
        except PermanentError as error:
            report.add_failed(ALL_BUCKETS, type(error).__name__, str(error))
            return False
        report.add_repaired(ALL_BUCKETS, changes)
        return True

    def _existence_checks(self, known: dict[str, Registration], registered: Sequence[str], seed: str) -> frozenset[str]:
        """Those that are looked for in S3: what was wrong before, and of the others as many as the limit lets."""
        wrong = [bucket for bucket in registered if known[bucket].problem][: self.limits.existence_checks]
        others = sorted(set(registered) - set(wrong))
        room = min(self.limits.existence_checks - len(wrong), len(others))
        return frozenset(wrong + random.Random(seed).sample(others, room))  # noqa: S311 - a sample, no secret

    def _needs_work(self, known: Registration, differs: bool) -> bool:
        return differs or bool(known.problem) or not known.was_in_sync(self.registrar.catalog.fingerprint(known.bucket))

    def _work(self, tasks: Sequence[_Task], has_time: Callable[[], bool]) -> tuple[list[_Outcome], str | None]:
        """The outcomes in the order of the tasks, and the last bucket if time ran out before the end."""
        outcomes: list[_Outcome] = []
        batch = self.limits.workers * 4
        with ThreadPoolExecutor(self.limits.workers) as pool:
            for start in range(0, len(tasks), batch):
                if start and not has_time():
                    return outcomes, tasks[start - 1].known.bucket
                outcomes += pool.map(self._refresh, tasks[start : start + batch])
        return outcomes, None

    def _refresh(self, task: _Task) -> _Outcome:
        """One bucket; whatever happens to it, the others go on."""
        bucket = task.known.bucket
        try:
            return self._check_and_synchronize(task)
        except Exception as error:
            if not isinstance(error, PermanentError):
                logger.exception("bucket failed", bucket=bucket)
                return _Outcome(bucket, error=error)
            try:
                self._note(task.known, error)
            except Exception:
                logger.exception("problem not noted", bucket=bucket)
            return _Outcome(bucket, gone=isinstance(error, BucketNotFoundError), error=error)

    def _check_and_synchronize(self, task: _Task) -> _Outcome:
        known, denied = task.known, None
        changes: tuple[Change, ...] = ()
        if task.checks:
            try:
                self.registrar.check_bucket(known.bucket)
            except BucketNotFoundError:
                if not self.limits.removes_missing:
                    # A question about all buckets would fail of it, and somebody may make it anew.
                    self.registrar.catalog.drop_partitions(known.bucket)
                    raise
                event = BucketEvent(known.bucket, EventKind.REMOVED, self.now(), f"gone-{known.revision}")
                changes = self.registrar.process(event)
                return _Outcome(known.bucket, changes, gone=True, removed=True)
            except BucketAccessDeniedError as error:
                denied = error  # its tables are kept true all the same
        if self._needs_work(replace(known, problem=None) if denied else known, task.differs):
            changes = self.registrar.synchronize(known)
        if denied:
            self._note(replace(known, problem=None) if changes else known, denied)
        return _Outcome(known.bucket, changes, error=denied)

    def _note(self, known: Registration, error: PermanentError) -> None:
        problem = f"{type(error).__name__}: {error}"
        if known.problem != problem:
            self.registrar.registry.note_problem(known.bucket, problem)

    @staticmethod
    def _add(report: Report, outcome: _Outcome) -> None:
        if outcome.gone:
            report.gone.add(outcome.bucket, Removed=outcome.removed)
            return
        if outcome.changes:
            report.add_repaired(outcome.bucket, outcome.changes)
        if outcome.error:
            report.add_failed(outcome.bucket, type(outcome.error).__name__, str(outcome.error))
