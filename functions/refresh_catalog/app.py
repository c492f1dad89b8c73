"""Run one round of a refresh: compare the registry with S3 and the catalog, and repair what differs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.legacy import LegacyViews
from quilt_athena.refresh.metrics import record_round
from quilt_athena.refresh.refresher import Limits, Refresher, parse_refresh_request
from quilt_athena.refresh.rounds import RefreshRounds
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.deadlines import has_more_than
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings
from quilt_athena.runtime.validation import reports_invalid_requests

#: Enough to finish what a round has begun when it notices that its time is over.
_RESERVED_SECONDS = 90


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    database_name: str
    registry_table_name: str
    event_bus_name: str
    joined_tables_location: str
    legacy_views: LegacyViews
    removes_gone_buckets: bool
    max_existence_checks: int
    repair_concurrency: int
    max_probes: int
    sampled_probes: int


@cache
def compose() -> RefreshRounds:
    """The rounds that all events of this execution environment share."""
    settings = Settings.from_environment()
    registrar = BucketRegistrar(
        catalog=GlueCatalog(
            boto3.client("glue", config=PATIENT_CLIENT_CONFIG),
            settings.database_name,
            settings.joined_tables_location,
            settings.legacy_views,
        ),
        registry=Registry(boto3.client("dynamodb", config=PATIENT_CLIENT_CONFIG), settings.registry_table_name),
        s3=boto3.client("s3", config=PATIENT_CLIENT_CONFIG),
        events=boto3.client("events", config=PATIENT_CLIENT_CONFIG),
        event_bus=settings.event_bus_name,
    )
    limits = Limits(
        existence_checks=settings.max_existence_checks,
        workers=settings.repair_concurrency,
        removes_missing=settings.removes_gone_buckets,
    )
    return RefreshRounds(Refresher(registrar, limits), settings.max_probes, settings.sampled_probes)


@logger.inject_lambda_context(clear_state=True)
@reports_invalid_requests(execution_field="ExecutionId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run one round for ``Request``, ``Progress`` and ``ExecutionId``.

    Returns ``Progress`` and ``Probes``, the view checks to run, or why the request is invalid.
    """
    request = parse_refresh_request(event["Request"])
    has_time = has_more_than(_RESERVED_SECONDS, context)
    done = compose().run(request, event["Progress"], event["ExecutionId"], has_time)
    record_round(done["Progress"])
    return done
