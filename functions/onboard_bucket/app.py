"""Bucket events from the queue, into the registry and the catalog; what can't succeed goes to the dead letters."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws import CLIENT_CONFIG
from quilt_athena.catalog import GlueCatalog
from quilt_athena.dead_letters import DeadLetterQueue
from quilt_athena.errors import PermanentError
from quilt_athena.events import parse_event
from quilt_athena.observability import logger, metrics
from quilt_athena.onboarding import Onboarding
from quilt_athena.registry import Registry
from quilt_athena.settings import OnboardingSettings


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """An SQS batch of EventBridge events in, the ids of those that should come again out."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)


def process(record: SQSRecord) -> None:
    """Take in one message; an error that is raised makes it come again."""
    settings, onboarding, dead_letters = _services()
    logger.append_keys(message_id=record.message_id)
    try:
        event = parse_event(record.body, settings.event_sources)
        logger.append_keys(bucket=event.bucket, event_id=event.id, kind=event.kind.value)
        changes = onboarding.process(event)
    except Exception as error:
        again = not isinstance(error, PermanentError) and _receive_count(record) < settings.max_receive_count
        _report(error, again)
        if again:
            raise
        dead_letters.put(record.body, error)
    else:
        logger.info("processed", changes=[f"{change.action.value} {change.name}" for change in changes])
        metrics.add_metric("EventsProcessed", MetricUnit.Count, 1)
        metrics.add_metric("CatalogChanges", MetricUnit.Count, len(changes))
    finally:
        logger.remove_keys(["message_id", "bucket", "event_id", "kind"])


def _report(error: Exception, again: bool) -> None:
    """Say what was wrong: with a trace where it isn't one of our own errors."""
    log = logger.error if isinstance(error, PermanentError) else logger.exception
    log("will come again" if again else "to the dead-letter queue", error=type(error).__name__, reason=str(error))
    metrics.add_metric("EventsRetried" if again else "EventsRejected", MetricUnit.Count, 1)


def _receive_count(record: SQSRecord) -> int:
    return int(record.attributes.approximate_receive_count or 1)


@cache
def _services() -> tuple[OnboardingSettings, Onboarding, DeadLetterQueue]:
    """What one execution environment makes once, at its first event."""
    settings = OnboardingSettings.from_environment()
    onboarding = Onboarding(
        catalog=GlueCatalog(boto3.client("glue", config=CLIENT_CONFIG), settings.database),
        registry=Registry(boto3.client("dynamodb", config=CLIENT_CONFIG), settings.registry_table),
        s3=boto3.client("s3", config=CLIENT_CONFIG),
        events=boto3.client("events", config=CLIENT_CONFIG),
        event_bus=settings.event_bus,
    )
    return (
        settings,
        onboarding,
        DeadLetterQueue(boto3.client("sqs", config=CLIENT_CONFIG), settings.dead_letter_queue_url),
    )
