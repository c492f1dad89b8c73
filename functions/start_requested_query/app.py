"""Questions that came as events, from the queue; each starts the state machine that asks it and tells the answer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.events import parse_query_requested, start_requested_query
from quilt_athena.runtime.consumer import Consumer
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """An SQS batch of `query-requested` events in, the ids of those that should come again out."""
    return _consumer().consume(event)


def process(body: str) -> None:
    """Start the question of one event, unless it was started before."""
    query = parse_query_requested(body)
    started = start_requested_query(_stepfunctions(), setting("REQUESTED_QUERY_STATE_MACHINE_ARN"), query)
    logger.info("started" if started else "was started before", execution=query.execution_name, source=query.source)


@cache
def _consumer() -> Consumer:
    queue = DeadLetterQueue(boto3.client("sqs", config=CLIENT_CONFIG), setting("DEAD_LETTER_QUEUE_URL"))
    return Consumer(process, queue, int(setting("MAX_RECEIVE_COUNT")))


@cache
def _stepfunctions() -> SFNClient:
    return boto3.client("stepfunctions", config=CLIENT_CONFIG)
