"""Record which objects of indexed buckets have changed, and wake the index's writer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.index.pending import PendingObjects
from quilt_athena.index.recording import ChangeConsumer, ChangeRecorder, IndexWaker
from quilt_athena.index.writer import WriterItem
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    registry_table_name: str
    index_table_name: str
    index_state_machine_arn: str
    event_sources: frozenset[str]
    dead_letter_queue_url: str
    max_receive_count: int


@cache
def compose() -> ChangeConsumer:
    """The consumer that all events of this execution environment share."""
    settings = Settings.from_environment()
    dynamodb = boto3.client("dynamodb", config=CLIENT_CONFIG)
    stepfunctions = boto3.client("stepfunctions", config=CLIENT_CONFIG)
    writer = WriterItem(dynamodb, stepfunctions, settings.index_table_name)
    recorder = ChangeRecorder(
        Registry(dynamodb, settings.registry_table_name),
        PendingObjects(dynamodb, settings.index_table_name),
        IndexWaker(writer, stepfunctions, settings.index_state_machine_arn),
    )
    dead_letters = DeadLetterQueue(boto3.client("sqs", config=CLIENT_CONFIG), settings.dead_letter_queue_url)
    return ChangeConsumer(recorder, settings.event_sources, dead_letters, settings.max_receive_count)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Process an SQS batch: all of its messages together; return the ids of those to redeliver."""
    return compose().consume(event)
