"""Queries that no event told of: the workgroup's running ones against the executions that ended without an answer.

An event about an ended execution may be lost. What runs in the workgroup is looked at first: nothing runs, nothing is
to be swept, and that costs two calls.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.errors import QuiltAthenaError
from quilt_athena.query.orphans import EndedExecution, OrphanStopper
from quilt_athena.runtime.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.literals import ExecutionStatusType

#: Athena cancels a query at its workgroup's or account's limit, which is at most four hours
#: (https://docs.aws.amazon.com/athena/latest/ug/service-limits.html): what ended before that left none running.
MAX_QUERY_AGE = timedelta(hours=5)
#: The newest queries of the workgroup that are looked at, and the newest ended executions of each machine and kind.
MAX_QUERIES = 500
MAX_EXECUTIONS = 100

_RUNNING = frozenset({"QUEUED", "RUNNING"})
_PAGE_QUERIES = 50
_ENDS: tuple[ExecutionStatusType, ...] = ("ABORTED", "TIMED_OUT", "FAILED")


@dataclass(frozen=True)
class Sweeper:
    """Looks for orphaned queries of some state machines in one workgroup."""

    stopper: OrphanStopper
    state_machine_arns: Collection[str]
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def sweep(self) -> list[str]:
        """The ids of the queries that were stopped. What fails about one execution is logged, and the others go on.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: queries or executions can't be listed.
        """
        if not self._something_runs():
            return []
        stopped = []
        for execution_arn in self._ended():
            try:
                query_id = self.stopper.stop_query_of(self._described(execution_arn))
            except QuiltAthenaError:
                logger.exception("execution not looked at", execution=execution_arn)
                continue
            if query_id is not None:
                stopped.append(query_id)
        return stopped

    def _something_runs(self) -> bool:
        athena, workgroup = self.stopper.athena, self.stopper.workgroup
        token: dict[str, Any] = {}
        for _ in range(MAX_QUERIES // _PAGE_QUERIES):
            with calling("athena:ListQueryExecutions", workgroup):
                page = athena.list_query_executions(WorkGroup=workgroup, MaxResults=_PAGE_QUERIES, **token)
            if not page["QueryExecutionIds"]:
                return False
            with calling("athena:BatchGetQueryExecution", workgroup):
                queries = athena.batch_get_query_execution(QueryExecutionIds=page["QueryExecutionIds"])
            if any(query["Status"]["State"] in _RUNNING for query in queries["QueryExecutions"]):
                return True
            if not page.get("NextToken"):
                return False
            token = {"NextToken": page["NextToken"]}
        return False

    def _ended(self) -> Iterator[str]:
        """ARNs of executions that ended without an answer while their query may still run, newest first."""
        oldest = self.now() - MAX_QUERY_AGE
        for arn, status in product(self.state_machine_arns, _ENDS):
            with calling("states:ListExecutions", arn):
                page = self.stopper.stepfunctions.list_executions(
                    stateMachineArn=arn, statusFilter=status, maxResults=MAX_EXECUTIONS
                )
            for execution in page["executions"]:
                if execution.get("stopDate", oldest) >= oldest:
                    yield execution["executionArn"]

    def _described(self, execution_arn: str) -> EndedExecution:
        with calling("states:DescribeExecution", execution_arn):
            execution = self.stopper.stepfunctions.describe_execution(executionArn=execution_arn)
        return EndedExecution(execution_arn, execution["status"], execution.get("error"))
