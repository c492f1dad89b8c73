"""The query machine by events: `query-requested` comes in, `query-succeeded` or `query-failed` goes out.

`docs/contracts.md` shows each with a sample. The request inside is the query machine's own and is validated there: a
wrong one is answered by `query-failed`, with the caller's correlation id. What has no correlation id to answer to is a
dead letter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError

from quilt_athena.aws.calls import calling
from quilt_athena.contracts.limits import CONTRACT_VERSION
from quilt_athena.contracts.models import Contract, ContractVersion, Envelope, invalid_event
from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.runtime import bus

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_stepfunctions import SFNClient

QUERY_SUCCEEDED = "query-succeeded"
QUERY_FAILED = "query-failed"

#: A detail of at most so many bytes carries its rows: EventBridge charges every 64 KiB of an event as one more, and
#: carries 256 KiB.
MAX_INLINE_BYTES = 60 * 1024

CorrelationId = Annotated[
    str, Field(min_length=1, max_length=256, description="The caller's name for this question; answers carry it")
]


class QueryRequested(Contract):
    """The ``detail`` of a `query-requested` event."""

    version: ContractVersion
    correlation_id: Annotated[CorrelationId, Field(alias="correlationId")]
    request: Annotated[dict[str, Any], Field(description="A query request, as the query state machine takes it")]


class QueryRequestedEvent(Envelope):
    """A `query-requested` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["query-requested"], Field(alias="detail-type")]
    detail: QueryRequested


@dataclass(frozen=True)
class RequestedQuery:
    """A question that came by an event."""

    source: str
    correlation_id: str
    request: Mapping[str, Any]

    @property
    def execution_name(self) -> str:
        """The same for the same question of the same caller: delivered twice, it runs once (in 90 days)."""
        identity = json.dumps([self.source, self.correlation_id, self.request], sort_keys=True)
        return f"event-{hashlib.sha256(identity.encode()).hexdigest()}"

    @property
    def execution_input(self) -> str:
        """The input of the state machine `requested_query`."""
        return json.dumps({"CorrelationId": self.correlation_id, "Request": self.request}, ensure_ascii=False)


def parse_query_requested(body: str) -> RequestedQuery:
    """What the `query-requested` event in ``body`` (JSON) asks.

    Raises:
        InvalidEventError: it doesn't keep its contract; the error's ``field`` is the first that is wrong.
    """
    try:
        event = QueryRequestedEvent.model_validate_json(body)
    except ValidationError as error:
        raise invalid_event(error) from None
    return RequestedQuery(event.source, event.detail.correlation_id, event.detail.request)


def start_requested_query(stepfunctions: SFNClient, state_machine_arn: str, query: RequestedQuery) -> bool:
    """Start the state machine that asks the question and tells the answer; False if it was started before.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: Step Functions didn't start it.
    """
    with calling("states:StartExecution", state_machine_arn, expected=["ExecutionAlreadyExists"]) as call:
        stepfunctions.start_execution(
            stateMachineArn=state_machine_arn, name=query.execution_name, input=query.execution_input
        )
    return call.code is None


@dataclass(frozen=True)
class Outcome:
    """An event that tells how a question ended."""

    detail_type: str
    detail: Mapping[str, Any]


def succeeded(correlation_id: str, result: Mapping[str, Any]) -> Outcome:
    """`query-succeeded`: the whole result, or all but its rows if it is large; ``result`` is the query machine's."""
    kept = dict(result)
    detail = {"version": CONTRACT_VERSION, "correlationId": correlation_id, "inline": True, "result": kept}
    if _size(detail) > MAX_INLINE_BYTES:
        del kept["Rows"]
        detail["inline"] = False
    if _size(detail) > MAX_INLINE_BYTES:  # thousands of columns
        del kept["Columns"]
    return Outcome(QUERY_SUCCEEDED, detail)


def failed(correlation_id: str, error: str | None, cause: str | None) -> Outcome:
    """`query-failed`: the error and the cause of the query machine's execution, the cause as an object."""
    detail = {
        "version": CONTRACT_VERSION,
        "correlationId": correlation_id,
        "error": error or "Unexpected",
        "cause": _cause(cause),
    }
    return Outcome(QUERY_FAILED, detail)


def outcome_of(
    stepfunctions: SFNClient, execution_arn: str, correlation_id: str, failure: Mapping[str, Any]
) -> Outcome:
    """How the execution of the query machine ended; ``failure`` is what its starter saw, if it failed.

    Raises:
        ServiceUnavailableError: it hasn't ended yet, or can't be looked at.
    """
    with calling("states:DescribeExecution", execution_arn, expected=["ExecutionDoesNotExist"]) as call:
        execution = stepfunctions.describe_execution(executionArn=execution_arn)
    if call.code and failure:  # it couldn't even be started
        return failed(correlation_id, failure.get("Error"), failure.get("Cause"))
    status = "not to be seen" if call.code else execution["status"]
    match status:
        case "SUCCEEDED":
            return succeeded(correlation_id, json.loads(execution["output"]))
        case "FAILED":
            return failed(correlation_id, execution.get("error"), execution.get("cause"))
        case "ABORTED":
            return failed(correlation_id, "QueryCancelled", "The execution was aborted")
        case "TIMED_OUT":
            return failed(correlation_id, "QueryTimedOut", "The execution took longer than it may")
        case _:
            raise ServiceUnavailableError(f"execution {execution_arn} is {status}, it was expected to have ended")


def publish(events: EventBridgeClient, event_bus: str, outcome: Outcome) -> None:
    """Put the event on the bus.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: EventBridge didn't take it.
    """
    bus.publish(events, event_bus, outcome.detail_type, outcome.detail)


def _cause(text: str | None) -> dict[str, Any]:
    """The cause as the object that the query machine makes; other text as its Message."""
    try:
        parsed = json.loads(text or "")
    except ValueError:
        parsed = None
    return parsed if isinstance(parsed, dict) else {"Message": text or "No cause was given", "QueryExecutionId": None}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _size(value: object) -> int:
    return len(_json(value).encode())
