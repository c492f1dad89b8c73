"""Publish how a query that an event requested ended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.requested_queries import OutcomePublisher
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    event_bus_name: str
    query_state_machine_arn: str


@cache
def compose() -> OutcomePublisher:
    """The publisher that all events of this execution environment share."""
    settings = Settings.from_environment()
    return OutcomePublisher(
        boto3.client("stepfunctions", config=CLIENT_CONFIG),
        boto3.client("events", config=CLIENT_CONFIG),
        settings.event_bus_name,
        settings.query_state_machine_arn,
    )


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish the outcome of ``ExecutionName`` with ``CorrelationId``; return the event's ``DetailType``.

    ``Failure`` is the error output of the state that started the execution, or empty.
    """
    outcome = compose().publish(event["CorrelationId"], event["ExecutionName"], event["Failure"])
    return {"DetailType": outcome.detail_type}
