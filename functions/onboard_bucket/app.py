"""Bucket events from the queue, into the registry and the catalog; what can't succeed goes to the dead letters."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.catalog.desired_state import CatalogSettings
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.reconciler import Reconciler, TrustCache
from quilt_athena.registration.events import parse_event
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.consumer import Consumer
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from quilt_athena.runtime.observability import logger, metrics
from quilt_athena.runtime.settings import RegistrationSettings


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """An SQS batch of EventBridge events in, the ids of those that should come again out."""
    return _consumer().consume(event)


def process(body: str) -> None:
    """Take in one event."""
    settings = _settings()
    event = parse_event(body, settings.event_sources)
    logger.append_keys(bucket=event.bucket, event_id=event.id, kind=event.kind.value)
    changes = _registrar().process(event)
    logger.info("processed", changes=[f"{change.action.value} {change.name}" for change in changes])
    metrics.add_metric("CatalogChanges", MetricUnit.Count, len(changes))


# What one execution environment makes once, at its first event.


@cache
def _settings() -> RegistrationSettings:
    return RegistrationSettings.from_environment()


@cache
def _consumer() -> Consumer:
    settings = _settings()  # a function that isn't set up fails as a whole, and says so: no message is to blame
    queue = DeadLetterQueue(boto3.client("sqs", config=CLIENT_CONFIG), settings.dead_letter_queue_url)
    return Consumer(process, queue, settings.max_receive_count, log_keys=("bucket", "event_id", "kind"))


@cache
def _registrar() -> BucketRegistrar:
    settings = _settings()
    return BucketRegistrar(
        reconciler=Reconciler(
            GlueCatalog(boto3.client("glue", config=CLIENT_CONFIG), settings.database),
            CatalogSettings(settings.database, settings.all_buckets_location, settings.legacy),
            TrustCache(),
        ),
        registry=Registry(boto3.client("dynamodb", config=CLIENT_CONFIG), settings.registry_table),
        s3=boto3.client("s3", config=CLIENT_CONFIG),
        events=boto3.client("events", config=CLIENT_CONFIG),
        event_bus=settings.event_bus,
    )
