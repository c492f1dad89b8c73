"""Orphaned queries: those that still run after the execution that started them has ended. They are stopped.

An execution that is aborted, times out or fails may leave a query behind. Its status-change event
(https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html) leads to the query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from quilt_athena.aws.calls import calling
from quilt_athena.contracts.models import Contract, parse_json_event
from quilt_athena.errors import InvalidEventError
from quilt_athena.query.histories import StartWithoutResponse, last_query
from quilt_athena.runtime.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_stepfunctions import SFNClient

#: Errors with which the state machine fails only when no query of it runs.
ERRORS_AFTER_THE_END = frozenset(
    {"InvalidRequest", "QueryFailed", "QueryCancelled", "QueryTimedOut", "QueryNotStarted"}
)

_TERMINAL = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})
#: Events per request: the last query is usually among them.
_PAGE_EVENTS = 200


class _Detail(Contract):
    execution_arn: Annotated[str, Field(alias="executionArn")]
    state_machine_arn: Annotated[str, Field(alias="stateMachineArn")]
    status: Literal["ABORTED", "TIMED_OUT", "FAILED"]
    error: str | None = None


class _StatusChange(Contract):
    source: Literal["aws.states"]
    detail: _Detail


@dataclass(frozen=True)
class EndedExecution:
    """An execution of a query state machine that did not succeed; ``error`` is the error of a failed one."""

    arn: str
    status: str
    error: str | None

    @property
    def may_leave_a_query(self) -> bool:
        """Whether its query may still run."""
        return self.error not in ERRORS_AFTER_THE_END


def parse_status_change(body: str, state_machine_arns: Collection[str]) -> EndedExecution:
    """The execution of a `Step Functions Execution Status Change` event (JSON).

    Raises:
        InvalidEventError: the event is another one, or of a state machine not in ``state_machine_arns``.
    """
    detail = parse_json_event(_StatusChange, body).detail
    if detail.state_machine_arn not in state_machine_arns:
        expected = " or ".join(state_machine_arns)
        raise InvalidEventError(
            "detail.stateMachineArn", f"expected {expected}, got {detail.state_machine_arn[:200]!r}"
        )
    return EndedExecution(detail.execution_arn, detail.status, detail.error)


@dataclass(frozen=True)
class StatusChangeProcessor:
    """Stops the queries of executions whose status change is reported."""

    stopper: OrphanStopper
    state_machine_arns: Collection[str]

    def process(self, body: str) -> None:
        """Stop the query that the execution of a status-change event (JSON) left running, if it did.

        Raises:
            InvalidEventError: as ``parse_status_change``.
            HistoryIncompleteError, ServiceUnavailableError, ServiceRejectedError: as ``OrphanStopper.stop_query_of``.
        """
        execution = parse_status_change(body, self.state_machine_arns)
        stopped = self.stopper.stop_query_of(execution)
        logger.info("execution checked", execution=execution.arn, status=execution.status, stopped=stopped)


@dataclass(frozen=True)
class OrphanStopper:
    """Stops queries that ended executions left running, in some workgroups only."""

    stepfunctions: SFNClient
    athena: AthenaClient
    workgroups: Collection[str]

    def stop_query_of(self, execution: EndedExecution) -> str | None:
        """Stop the query of an execution, and return its id; None if there is none to stop. Repeating it is harmless.

        Raises:
            HistoryIncompleteError: the end of the execution is not in its history yet.
            ServiceUnavailableError, ServiceRejectedError: a call failed.
        """
        found = last_query(self._history(execution.arn)) if execution.may_leave_a_query else None
        if found is None:
            return None
        query_id = self._find(found.arguments) if isinstance(found, StartWithoutResponse) else found.query_execution_id
        if query_id is None or not self._runs_here(query_id):
            return None
        with calling("athena:StopQueryExecution", query_id):
            self.athena.stop_query_execution(QueryExecutionId=query_id)
        return query_id

    def _history(self, execution_arn: str) -> Iterator[Mapping[str, Any]]:
        """The events of an execution, newest first; pages are requested when they are needed."""
        paginator = self.stepfunctions.get_paginator("get_execution_history")
        with calling("states:GetExecutionHistory", execution_arn):
            for page in paginator.paginate(
                executionArn=execution_arn, reverseOrder=True, PaginationConfig={"PageSize": _PAGE_EVENTS}
            ):
                yield from page["events"]

    def _find(self, arguments: Mapping[str, Any]) -> str | None:
        """The query of a start without a response: the same call with the same token returns the same query.

        If that start never reached Athena, this one starts the query, which is then stopped immediately.
        """
        workgroup = arguments.get("WorkGroup", "")
        if workgroup not in self.workgroups:
            return None
        # If Athena rejects the call now, it rejected it then: there is no query.
        with calling("athena:StartQueryExecution", workgroup, expected=["InvalidRequestException"]) as call:
            response = self.athena.start_query_execution(**arguments)
        return None if call.code else response["QueryExecutionId"]

    def _runs_here(self, query_id: str) -> bool:
        # Athena forgets queries after 45 days.
        with calling("athena:GetQueryExecution", query_id, expected=["InvalidRequestException"]) as call:
            query = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        if call.code or query.get("WorkGroup") not in self.workgroups:
            return False
        return query["Status"]["State"] not in _TERMINAL
