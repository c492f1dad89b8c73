"""Orphaned queries that no event reported, found by comparing executions that ended with a workgroup's queries.

The event of an ended execution may be lost. If no query of the workgroup is running, there is nothing to sweep, which
takes two calls to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling
from quilt_athena.errors import QuiltAthenaError
from quilt_athena.query.orphans import EndedExecution, OrphanStopper
from quilt_athena.runtime.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.literals import ExecutionStatusType

#: Athena cancels a query at the limit of its workgroup or account, at most four hours
#: (https://docs.aws.amazon.com/athena/latest/ug/service-limits.html): executions that ended earlier left none running.
MAX_QUERY_AGE = timedelta(hours=5)
#: How many of the newest queries of the workgroup are checked, and of the newest executions per machine and status.
MAX_QUERIES = 500
MAX_EXECUTIONS = 100

_RUNNING = frozenset({"QUEUED", "RUNNING"})
_PAGE_QUERIES = 50
_ENDS: tuple[ExecutionStatusType, ...] = ("ABORTED", "TIMED_OUT", "FAILED")


@dataclass(frozen=True)
class Sweeper:
    """Stops orphaned queries of some state machines in one workgroup."""

    stopper: OrphanStopper
    state_machine_arns: Collection[str]
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def sweep(self) -> list[str]:
        """Stop orphaned queries, and return their ids. A failure for one execution is logged; the others continue.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: queries or executions cannot be listed.
        """
        stopped: list[str] = []
        for execution_arn in self._ended() if self._any_query_runs() else ():
            try:
                query_id = self.stopper.stop_query_of(self._described(execution_arn))
            except QuiltAthenaError:
                logger.exception("execution not checked", execution=execution_arn)
                continue
            if query_id is not None:
                stopped.append(query_id)
        logger.info("queries swept", stopped=stopped)
        return stopped

    def _any_query_runs(self) -> bool:
        athena, workgroup = self.stopper.athena, self.stopper.workgroup
        for ids in self._newest_queries():
            with calling("athena:BatchGetQueryExecution", workgroup):
                queries = athena.batch_get_query_execution(QueryExecutionIds=ids)
            if any(query["Status"]["State"] in _RUNNING for query in queries["QueryExecutions"]):
                return True
        return False

    def _newest_queries(self) -> Iterator[list[str]]:
        """The ids of the newest queries of the workgroup, page by page."""
        paginator = self.stopper.athena.get_paginator("list_query_executions")
        with calling("athena:ListQueryExecutions", self.stopper.workgroup):
            for page in paginator.paginate(
                WorkGroup=self.stopper.workgroup,
                PaginationConfig={"PageSize": _PAGE_QUERIES, "MaxItems": MAX_QUERIES},
            ):
                if page["QueryExecutionIds"]:
                    yield page["QueryExecutionIds"]

    def _ended(self) -> Iterator[str]:
        """The ARNs of executions that ended without a result and whose query may still run, newest first."""
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
