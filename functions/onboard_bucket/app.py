"""Apply bucket events from the queue to the registry and the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.catalog.desired_state import CatalogSettings, LegacyViews
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.reconciler import Reconciler, TrustCache
from quilt_athena.index.recording import IndexWaker
from quilt_athena.index.writer import WriterItem
from quilt_athena.registration.processing import LOG_KEYS, BucketEventProcessor
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.consumer import Consumer
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    database_name: str
    registry_table_name: str
    event_bus_name: str
    event_sources: frozenset[str]
    dead_letter_queue_url: str
    max_receive_count: int
    all_buckets_location: str
    legacy_views: LegacyViews
    index_table_name: str
    index_state_machine_arn: str


@cache
def compose() -> Consumer:
    """The consumer that all events of this execution environment share."""
    settings = Settings.from_environment()
    dynamodb = boto3.client("dynamodb", config=CLIENT_CONFIG)
    registrar = BucketRegistrar(
        reconciler=Reconciler(
            GlueCatalog(boto3.client("glue", config=CLIENT_CONFIG), settings.database_name),
            CatalogSettings(settings.database_name, settings.all_buckets_location, settings.legacy_views),
            TrustCache(),
        ),
        registry=Registry(dynamodb, settings.registry_table_name),
        s3=boto3.client("s3", config=CLIENT_CONFIG),
        events=boto3.client("events", config=CLIENT_CONFIG),
        event_bus=settings.event_bus_name,
    )
    stepfunctions = boto3.client("stepfunctions", config=CLIENT_CONFIG)
    writer = WriterItem(dynamodb, stepfunctions, settings.index_table_name)
    index = IndexWaker(writer, stepfunctions, settings.index_state_machine_arn)
    return Consumer(
        BucketEventProcessor(registrar, settings.event_sources, index.wake).process,
        DeadLetterQueue(boto3.client("sqs", config=CLIENT_CONFIG), settings.dead_letter_queue_url),
        settings.max_receive_count,
        LOG_KEYS,
    )


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Process an SQS batch of EventBridge events; return the ids of those to redeliver."""
    return compose().consume(event)
