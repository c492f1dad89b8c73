"""The rounds of the index state machine: each takes in the result of a statement and returns the next one.

Everything that a round has to know is in DynamoDB and S3. So an execution may end at any point, and the next one
continues: it takes over the writer's item, and repeats the statement of the job in it with the same idempotency key,
which returns the same query. Only when that query has ended is another statement started.

That an INSERT failed, was cancelled or timed out does not prove that it wrote nothing. So it is always followed by a
query of the markers, and only manifests without one are inserted again. All other statements have the same result when
they run twice.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from quilt_athena.aws.backoff import Chance, retry_delay
from quilt_athena.errors import IndexWriterStuckError
from quilt_athena.index.job_statements import JobStatements
from quilt_athena.index.jobs import Job, Phase
from quilt_athena.index.limits import DEFAULT_LIMITS, IndexLimits
from quilt_athena.index.work import IndexWork
from quilt_athena.index.writer import Turn, WriterItem
from quilt_athena.runtime.observability import logger

#: The query has ended. After any other error it may still run, or may never have been started.
_ENDED = ("QueryFailed", "QueryCancelled", "QueryTimedOut")
_STATEMENT_SECONDS = 1800
#: OPTIMIZE and VACUUM do a part of their work, and fail with such as ICEBERG_VACUUM_MORE_RUNS_NEEDED if there is more.
#: https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
_MORE_RUNS = "_MORE_RUNS_NEEDED"


@dataclass(frozen=True)
class IndexRounds:
    """The rounds of all executions."""

    writer: WriterItem
    work: IndexWork
    statements: JobStatements
    chance: Chance = field(default_factory=random.SystemRandom)
    limits: IndexLimits = DEFAULT_LIMITS

    def run(
        self,
        execution: str,
        rounds: int,
        result: Mapping[str, Any] | None,
        request: Mapping[str, Any] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """Run one round.

        Args:
            request: The execution's input: buckets to ``Rebuild``, whether to ``Maintain`` the tables.
            execution: The execution's ARN.
            rounds: How many rounds the execution has run before.
            result: Of the statement of the previous round: its ``Key`` with its ``Result``, or with ``Error`` and
                ``Reason``. None in the first round.

        Returns:
            ``Next``: ``Statement``, with ``Statement`` (``Key``, ``QueryString``, ``TimeoutSeconds``, ``MaxRows``) and
            the ``WaitSeconds`` before it; ``Round`` for another round at once; ``Execution`` for another execution to
            continue; or ``End``. The state machine's definition reads these keys.

        Raises:
            IndexWriterLostError: another execution has become the writer.
            IndexWriterStuckError: Athena does not report whether a statement has ended.
            ServiceUnavailableError, ServiceRejectedError: an AWS service does not respond as expected.
        """
        if rounds == 0:
            if buckets := request.get("Rebuild", ()):
                self.work.states.rebuild(buckets)
                self.writer.wake()  # another execution may be the writer, and about to end
            if request.get("Maintain"):
                self.work.retry_unreadable()
                self.writer.wake(with_maintenance=True)
        turn = self.writer.take(execution)
        if turn is None:
            return {"Next": "End"}
        job = Job.from_json(turn.job) if turn.job is not None else None
        divisor = turn.divisor
        if job is not None and result is not None and result.get("Key") == job.key:
            job, divisor = self._take_in(turn, job, result, divisor)
            # Maintenance that has just been done isn't due any more.
            turn = self.writer.take(execution) or turn
        if rounds >= self.limits.rounds:
            # Another execution continues the job, if there is one.
            self.writer.store_job(turn, job.to_json() if job else None, divisor)
            if self.writer.release(turn):
                return {"Next": "Execution"}
        if job is None:
            job = self.work.next_job(turn, divisor)
        if job is None:
            self.writer.store_job(turn, None, divisor)
            if not self.writer.release(turn):
                return {"Next": "Round"}  # work was announced meanwhile
            self.work.report()
            return {"Next": "End"}
        self.writer.store_job(turn, job.to_json(), divisor)
        delay = round(retry_delay(job.waits, first=2, longest=300, chance=self.chance)) if job.waits else 0
        return {
            "Next": "Statement",
            "WaitSeconds": delay,
            "Statement": {
                "Key": job.key,
                "QueryString": self.statements.sql(job),
                "TimeoutSeconds": _STATEMENT_SECONDS,
                "MaxRows": self.limits.mismatches,
            },
        }

    def _take_in(self, turn: Turn, job: Job, result: Mapping[str, Any], divisor: int) -> tuple[Job | None, int]:
        """The job after the result of its statement, None if it is done or given up; and the new divisor of batches."""
        error = result.get("Error")
        if error is None:
            next_job = self.work.succeed(job, result["Result"])
            if next_job.phases:
                return self.work.what_is_new_before(next_job, divisor), divisor
            self.work.finish(turn, next_job)
            suspended = next_job.suspended
            return Job.from_json(suspended) if suspended else None, max(1, divisor // 2)
        logger.warning("statement failed", phase=job.phase, error=error, reason=result.get("Reason", ""))
        if error not in _ENDED:
            if job.waits >= self.limits.waits:
                raise IndexWriterStuckError(
                    f"it is not known whether statement {job.key} ({job.phase}) has ended, after {job.waits} tries:"
                    f" {error}: {result.get('Reason', '')}"
                )
            return job.wait(), divisor
        if _MORE_RUNS in result.get("Reason", "") and job.step < self.limits.rounds:
            return self.work.what_is_new_before(job.again(), divisor), divisor
        if job.failures + 1 < self.limits.failures:
            # The INSERT may have been committed nevertheless: VERIFY, the next phase, finds out.
            return (job.fail() if job.phase is not Phase.INSERT else job.fail().then()), divisor
        reason = f"{error}: {result.get('Reason', '')}"
        if rest := self.work.skip(job, reason):
            return self.work.what_is_new_before(rest, divisor), divisor
        if divisor > self.limits.objects * self.limits.single_failures:
            # One object after the other failed: the objects are not the reason. The next execution tries one again.
            self.writer.store_job(turn, None, divisor)
            raise IndexWriterStuckError(f"statement {job.key} ({job.phase}) fails whatever it writes: {reason}")
        # Whatever happens next, other work is not held up by this job.
        self.writer.store_job(turn, None, divisor * 4)
        self.work.give_up(turn, job, reason)
        return None, divisor * 4
