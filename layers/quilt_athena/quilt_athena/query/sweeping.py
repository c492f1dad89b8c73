"""Orphaned queries that no event reported, found among the queries of the state machines' workgroups.

The event of an ended Standard execution may be lost: executions that ended are compared with the queries that run. If
no query runs, there is nothing to sweep. Express executions report no end and cannot be listed, but they have a
workgroup of their own, where a query's age shows that it is an orphan. However many queries follow it, it is found:
only the age of queries limits how many are read.
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
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef
    from mypy_boto3_stepfunctions.literals import ExecutionStatusType

#: Athena cancels a query at the limit of its workgroup or account, at most four hours
#: (https://docs.aws.amazon.com/athena/latest/ug/service-limits.html): executions that ended earlier left none running.
MAX_QUERY_AGE = timedelta(hours=5)
#: How long an Express execution lasts: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_EXPRESS_AGE = timedelta(minutes=5)
#: How many of the newest executions are checked per machine and status.
MAX_EXECUTIONS = 100

_RUNNING = frozenset({"QUEUED", "RUNNING"})
_PAGE_QUERIES = 50
_ENDS: tuple[ExecutionStatusType, ...] = ("ABORTED", "TIMED_OUT", "FAILED")


@dataclass(frozen=True)
class Sweeper:
    """Stops orphaned queries: of some Standard state machines in the workgroups of ``stopper``, and of any Express one
    in ``express_workgroup``."""

    stopper: OrphanStopper
    state_machine_arns: Collection[str]
    express_workgroup: str
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def sweep(self) -> list[str]:
        """Stop orphaned queries, and return their ids. A failure for one is logged; the others continue.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: queries or executions cannot be listed.
        """
        stopped = [*self._of_ended_executions(), *self._of_express_executions()]
        logger.info("queries swept", stopped=stopped)
        return stopped

    def _of_ended_executions(self) -> Iterator[str]:
        if not any(any(self._running_queries(workgroup)) for workgroup in self.stopper.workgroups):
            return
        for execution_arn in self._ended():
            try:
                query_id = self.stopper.stop_query_of(self._described(execution_arn))
            except QuiltAthenaError:
                logger.exception("execution not checked", execution=execution_arn)
                continue
            if query_id is not None:
                yield query_id

    def _of_express_executions(self) -> Iterator[str]:
        newest = self.now() - MAX_EXPRESS_AGE
        for query in self._running_queries(self.express_workgroup):
            if query["Status"]["SubmissionDateTime"] >= newest:
                continue
            query_id = query["QueryExecutionId"]
            try:
                with calling("athena:StopQueryExecution", query_id):
                    self.stopper.athena.stop_query_execution(QueryExecutionId=query_id)
            except QuiltAthenaError:
                logger.exception("query not stopped", query_execution_id=query_id)
                continue
            yield query_id

    def _running_queries(self, workgroup: str) -> Iterator[QueryExecutionTypeDef]:
        """The queries of a workgroup that are queued or running, newest first, as Athena describes them."""
        oldest = self.now() - MAX_QUERY_AGE
        for ids in self._newest_queries(workgroup):
            with calling("athena:BatchGetQueryExecution", workgroup):
                queries = self.stopper.athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
            yield from (query for query in queries if query["Status"]["State"] in _RUNNING)
            if any(query["Status"]["SubmissionDateTime"] < oldest for query in queries):
                return

    def _newest_queries(self, workgroup: str) -> Iterator[list[str]]:
        """The ids of the newest queries of a workgroup, page by page."""
        paginator = self.stopper.athena.get_paginator("list_query_executions")
        with calling("athena:ListQueryExecutions", workgroup):
            for page in paginator.paginate(WorkGroup=workgroup, PaginationConfig={"PageSize": _PAGE_QUERIES}):
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
