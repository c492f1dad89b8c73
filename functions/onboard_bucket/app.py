"""Bucket events from the queue, into the registry and the catalog; what can't succeed goes to the dead letters."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws import CLIENT_CONFIG
from quilt_athena.catalog import GlueCatalog
from quilt_athena.dead_letters import DeadLetterQueue
from quilt_athena.errors import PermanentError, QuiltAthenaError
from quilt_athena.events import parse_event
from quilt_athena.observability import logger, metrics
from quilt_athena.onboarding import Onboarding
from quilt_athena.registry import Registry
from quilt_athena.settings import OnboardingSettings


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """An SQS batch of EventBridge events in, the ids of those that should come again out.

    Source of both shapes: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html. (The batch
    utility of Powertools does the same, and would make up a fifth of this function's import time.)
    """
    _services()  # a function that isn't set up fails as a whole, and says so: no message is to blame
    failed = [record["messageId"] for record in event["Records"] if not process(record)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def process(record: dict[str, Any]) -> bool:
    """Take in one SQS record; False if it should come again."""
    settings, onboarding, dead_letters = _services()
    body = record["body"]
    # What is None isn't logged; all four are gone when the record is done.
    with logger.append_context_keys(message_id=record["messageId"], bucket=None, event_id=None, kind=None):
        try:
            event = parse_event(body, settings.event_sources)
            logger.append_keys(bucket=event.bucket, event_id=event.id, kind=event.kind.value)
            changes = onboarding.process(event)
            logger.info("processed", changes=[f"{change.action.value} {change.name}" for change in changes])
            metrics.add_metric("EventsProcessed", MetricUnit.Count, 1)
            metrics.add_metric("CatalogChanges", MetricUnit.Count, len(changes))
        except Exception as error:
            receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
            again = not isinstance(error, PermanentError) and receives < settings.max_receive_count
            _report(error, again)
            return not again and _keep(body, error, dead_letters)
    return True


def _report(error: Exception, again: bool) -> None:
    """Say what was wrong: with a trace where it isn't one of our own errors."""
    log = logger.error if isinstance(error, QuiltAthenaError) else logger.exception
    log("will come again" if again else "to the dead-letter queue", error=type(error).__name__, reason=str(error))
    metrics.add_metric("EventsRetried" if again else "EventsRejected", MetricUnit.Count, 1)


def _keep(body: str, error: Exception, dead_letters: DeadLetterQueue) -> bool:
    """Whether the dead-letter queue took the event; if not it comes again, and nothing is lost."""
    try:
        dead_letters.put(body, error)
    except QuiltAthenaError as failure:
        _report(failure, again=True)
        return False
    return True


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
