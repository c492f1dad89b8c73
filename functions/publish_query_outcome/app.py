"""How a question that came as an event ended, told as an event."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.events import outcome_of, publish
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_stepfunctions import SFNClient


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``CorrelationId``, ``ExecutionName``, ``Failure`` in; out, when it is on the bus, the event's ``DetailType``."""
    executions = setting("QUERY_STATE_MACHINE_ARN").replace(":stateMachine:", ":execution:")
    execution_arn = f"{executions}:{event['ExecutionName']}"
    outcome = outcome_of(_stepfunctions(), execution_arn, event["CorrelationId"], event["Failure"])
    publish(_events(), setting("EVENT_BUS_NAME"), outcome)
    logger.info("told", execution=execution_arn, outcome=outcome.detail_type)
    return {"DetailType": outcome.detail_type}


@cache
def _stepfunctions() -> SFNClient:
    return boto3.client("stepfunctions", config=CLIENT_CONFIG)


@cache
def _events() -> EventBridgeClient:
    return boto3.client("events", config=CLIENT_CONFIG)
