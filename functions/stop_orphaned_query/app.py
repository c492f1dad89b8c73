"""Stop the queries that executions of query state machines left running, as status-change events report them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.orphans import OrphanStopper, StatusChangeProcessor
from quilt_athena.runtime.consumer import Consumer
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    workgroup_names: tuple[str, ...]
    query_state_machine_arns: tuple[str, ...]
    dead_letter_queue_url: str
    max_receive_count: int


@cache
def compose() -> Consumer:
    """The consumer that all events of this execution environment share."""
    settings = Settings.from_environment()
    stopper = OrphanStopper(
        boto3.client("stepfunctions", config=CLIENT_CONFIG),
        boto3.client("athena", config=CLIENT_CONFIG),
        settings.workgroup_names,
    )
    return Consumer(
        StatusChangeProcessor(stopper, settings.query_state_machine_arns).process,
        DeadLetterQueue(boto3.client("sqs", config=CLIENT_CONFIG), settings.dead_letter_queue_url),
        settings.max_receive_count,
    )


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Process an SQS batch of status-change events; return the ids of those to redeliver."""
    return compose().consume(event)
