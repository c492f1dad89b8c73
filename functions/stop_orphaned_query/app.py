"""Executions of the query machine that ended without an answer, from the queue; a query that still runs is stopped."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.orphans import OrphanStopper, parse_status_change
from quilt_athena.runtime.consumer import Consumer
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting, settings_list


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """An SQS batch of status changes in, the ids of those that should come again out."""
    return _consumer().consume(event)


def process(body: str) -> None:
    """Stop what the execution of one status change left running."""
    execution = parse_status_change(body, settings_list("QUERY_STATE_MACHINE_ARNS"))
    stopped = _stopper().stop_query_of(execution)
    logger.info("looked at", execution=execution.arn, status=execution.status, stopped=stopped)


@cache
def _consumer() -> Consumer:
    queue = DeadLetterQueue(boto3.client("sqs", config=CLIENT_CONFIG), setting("DEAD_LETTER_QUEUE_URL"))
    _stopper()  # a function that isn't set up fails as a whole, and says so: no message is to blame
    return Consumer(process, queue, int(setting("MAX_RECEIVE_COUNT")))


@cache
def _stopper() -> OrphanStopper:
    return OrphanStopper(
        boto3.client("stepfunctions", config=CLIENT_CONFIG),
        boto3.client("athena", config=CLIENT_CONFIG),
        setting("WORKGROUP_NAME"),
    )
