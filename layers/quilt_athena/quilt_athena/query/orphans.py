"""Queries that outlived the execution that asked for them: found, and stopped.

An execution that is aborted, runs out of time or fails has no say any more in what becomes of its query. Its status
change (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html) brings it here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError

from quilt_athena.aws.calls import calling
from quilt_athena.contracts.models import Contract, invalid_event
from quilt_athena.errors import InvalidEventError
from quilt_athena.query.histories import UnansweredStart, last_query

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_stepfunctions import SFNClient

#: Errors that the state machine ends in when it knows that no query of its own runs any more.
ENDED_IN_ORDER = frozenset({"InvalidRequest", "QueryFailed", "QueryCancelled", "QueryTimedOut"})

_TERMINAL = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})
_PAGE_EVENTS = 200
#: An execution holds at most 25,000 events; a query's are found among the last few.
_MAX_PAGES = 125


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
    """An execution of a query state machine that didn't succeed; ``error`` is what it failed with, if it did."""

    arn: str
    status: str
    error: str | None

    @property
    def may_leave_a_query(self) -> bool:
        """Whether its query may still run."""
        return self.error not in ENDED_IN_ORDER


def parse_status_change(body: str, state_machine_arns: Collection[str]) -> EndedExecution:
    """What a `Step Functions Execution Status Change` event (JSON) says of an execution of one of these state machines.

    Raises:
        InvalidEventError: it is no such event, or of another state machine, whose queries are none of ours.
    """
    try:
        detail = _StatusChange.model_validate_json(body).detail
    except ValidationError as error:
        raise invalid_event(error) from None
    if detail.state_machine_arn not in state_machine_arns:
        expected = " or ".join(state_machine_arns)
        raise InvalidEventError(
            "detail.stateMachineArn", f"expected {expected}, got {detail.state_machine_arn[:200]!r}"
        )
    return EndedExecution(detail.execution_arn, detail.status, detail.error)


@dataclass(frozen=True)
class OrphanStopper:
    """Stops what ended executions left running, in one workgroup and no other."""

    stepfunctions: SFNClient
    athena: AthenaClient
    workgroup: str

    def stop_query_of(self, execution: EndedExecution) -> str | None:
        """The id of the query that was stopped; None if there was nothing to stop. Doing it again does no harm.

        Raises:
            HistoryIncompleteError: its history isn't written to its end yet.
            ServiceUnavailableError, ServiceRejectedError: a call failed.
        """
        found = last_query(self._history(execution.arn)) if execution.may_leave_a_query else None
        if found is None:
            return None
        query_id = self._find(found.arguments) if isinstance(found, UnansweredStart) else found.query_execution_id
        if query_id is None or not self._runs_here(query_id):
            return None
        with calling("athena:StopQueryExecution", query_id):
            self.athena.stop_query_execution(QueryExecutionId=query_id)
        return query_id

    def _history(self, execution_arn: str) -> Iterator[Mapping[str, Any]]:
        """Its events, newest first, read page by page as they are asked for."""
        token: dict[str, Any] = {}
        for _ in range(_MAX_PAGES):
            with calling("states:GetExecutionHistory", execution_arn):
                page = self.stepfunctions.get_execution_history(
                    executionArn=execution_arn, reverseOrder=True, maxResults=_PAGE_EVENTS, **token
                )
            yield from page["events"]
            if "nextToken" not in page:
                return
            token = {"nextToken": page["nextToken"]}

    def _find(self, arguments: Mapping[str, Any]) -> str | None:
        """The query of a start without an answer: the same call with the same token gives the same query.

        If that start never reached Athena, this one starts the query, and it is stopped at once.
        """
        if arguments.get("WorkGroup") != self.workgroup:
            return None
        # What Athena refuses now, it refused then: there is no query.
        with calling("athena:StartQueryExecution", self.workgroup, expected=["InvalidRequestException"]) as call:
            answer = self.athena.start_query_execution(**arguments)
        return None if call.code else answer["QueryExecutionId"]

    def _runs_here(self, query_id: str) -> bool:
        # Athena forgets queries after 45 days.
        with calling("athena:GetQueryExecution", query_id, expected=["InvalidRequestException"]) as call:
            query = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        if call.code or query.get("WorkGroup") != self.workgroup:
            return False
        return query["Status"]["State"] not in _TERMINAL
