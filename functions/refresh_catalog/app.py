"""Run one round of a refresh: compare the registry with S3 and the catalog, and repair what differs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.desired_state import CatalogSettings, LegacyViews
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.reconciler import Reconciler, TrustCache
from quilt_athena.refresh.metrics import record_round
from quilt_athena.refresh.payloads import RoundInput
from quilt_athena.refresh.refresher import Refresher
from quilt_athena.refresh.requests import parse_refresh_request
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
    all_buckets_location: str
    legacy_views: LegacyViews
    remove_missing_buckets: bool


@cache
def compose() -> RefreshRounds:
    """The rounds that all events of this execution environment share."""
    settings = Settings.from_environment()
    registrar = BucketRegistrar(
        reconciler=Reconciler(
            GlueCatalog(boto3.client("glue", config=PATIENT_CLIENT_CONFIG), settings.database_name),
            CatalogSettings(settings.database_name, settings.all_buckets_location, settings.legacy_views),
            TrustCache(),
        ),
        registry=Registry(boto3.client("dynamodb", config=PATIENT_CLIENT_CONFIG), settings.registry_table_name),
        s3=boto3.client("s3", config=PATIENT_CLIENT_CONFIG),
        events=boto3.client("events", config=PATIENT_CLIENT_CONFIG),
        event_bus=settings.event_bus_name,
    )
    return RefreshRounds(Refresher(registrar, removes_missing_buckets=settings.remove_missing_buckets))


@logger.inject_lambda_context(clear_state=True)
@reports_invalid_requests("ExecutionArn", "ExecutionId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run one round for ``Request``, ``Progress`` and ``ExecutionArn``.

    Returns ``Progress`` and ``ViewChecks``, the view checks to run, or why the request is invalid.
    """
    given = RoundInput.from_event(event)
    request = parse_refresh_request(given.request)
    result = compose().run(request, given.progress, given.execution, has_more_than(_RESERVED_SECONDS, context))
    record_round(result["Progress"])
    return given.returned(result)
