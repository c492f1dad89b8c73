"""Queries requested by events: started once each, their outcome published as an event."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.query.events import Outcome, RequestedQuery, failed, parse_query_requested, succeeded
from quilt_athena.runtime import bus
from quilt_athena.runtime.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class RequestedQueryStarter:
    """Starts the state machine that runs a requested query and publishes its outcome."""

    stepfunctions: SFNClient
    state_machine_arn: str
    event_sources: Collection[str]

    def process(self, body: str) -> None:
        """Start the query of a `query-requested` event (JSON), unless it was started before.

        Raises:
            InvalidEventError: the event breaks its contract, or comes from another source.
            ServiceUnavailableError, ServiceRejectedError: as ``start``.
        """
        query = parse_query_requested(body, self.event_sources)
        started = self.start(query)
        logger.info(
            "query started" if started else "query was started before",
            execution=query.execution_name,
            source=query.source,
        )

    def start(self, query: RequestedQuery) -> bool:
        """Start a query; False if it was started before.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Step Functions did not start it.
        """
        with calling("states:StartExecution", self.state_machine_arn, expected=["ExecutionAlreadyExists"]) as call:
            self.stepfunctions.start_execution(
                stateMachineArn=self.state_machine_arn, name=query.execution_name, input=query.execution_input
            )
        return call.code is None


@dataclass(frozen=True)
class OutcomePublisher:
    """Publishes how executions of the query state machine ended."""

    stepfunctions: SFNClient
    events: EventBridgeClient
    event_bus: str
    query_state_machine_arn: str

    def publish(self, correlation_id: str, execution_name: str, failure: Mapping[str, Any]) -> Outcome:
        """Publish the outcome of an execution of the query state machine, as ``outcome`` returns it.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the execution has not ended, or a call failed.
        """
        outcome = self.outcome(correlation_id, execution_name, failure)
        bus.publish(self.events, self.event_bus, outcome.detail_type, outcome.detail)
        logger.info("outcome published", execution=execution_name, outcome=outcome.detail_type)
        return outcome

    def outcome(self, correlation_id: str, execution_name: str, failure: Mapping[str, Any]) -> Outcome:
        """How the execution ended. ``failure`` is the error output of the state that started it, if that failed; it
        only counts if the execution does not exist.

        Raises:
            ServiceUnavailableError: the execution has not ended yet, or cannot be described.
        """
        arn = f"{self.query_state_machine_arn.replace(':stateMachine:', ':execution:')}:{execution_name}"
        with calling("states:DescribeExecution", arn, expected=["ExecutionDoesNotExist"]) as call:
            execution = self.stepfunctions.describe_execution(executionArn=arn)
        if call.code and failure:  # it could not even be started
            return failed(correlation_id, failure.get("Error"), failure.get("Cause"))
        status = "not visible yet" if call.code else execution["status"]
        match status:
            case "SUCCEEDED":
                return succeeded(correlation_id, json.loads(execution["output"]))
            case "FAILED":
                return failed(correlation_id, execution.get("error"), execution.get("cause"))
            case "ABORTED":
                return failed(correlation_id, "QueryCancelled", "The execution was aborted")
            case "TIMED_OUT":
                return failed(correlation_id, "QueryTimedOut", "The execution exceeded its timeout")
            case _:
                raise ServiceUnavailableError(f"execution {arn} is {status}, expected it to have ended")
