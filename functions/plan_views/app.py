"""Plan which custom views to create next, and take in the results of those before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.custom_views.contracts import parse_custom_views_request
from quilt_athena.custom_views.metrics import record_views
from quilt_athena.custom_views.rounds import ViewRounds
from quilt_athena.custom_views.store import ViewStore
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings
from quilt_athena.runtime.validation import reports_invalid_requests


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    views_bucket_name: str
    registry_table_name: str
    database_name: str


@cache
def compose() -> ViewRounds:
    """The rounds that all events of this execution environment share."""
    settings = Settings.from_environment()
    return ViewRounds(
        ViewStore(boto3.client("s3", config=PATIENT_CLIENT_CONFIG), settings.views_bucket_name),
        Registry(boto3.client("dynamodb", config=PATIENT_CLIENT_CONFIG), settings.registry_table_name),
        GlueCatalog(boto3.client("glue", config=PATIENT_CLIENT_CONFIG), settings.database_name),
    )


@logger.inject_lambda_context(clear_state=True)
@reports_invalid_requests("Execution")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run one round for ``Request``, ``Progress``, ``Results`` and ``Execution``; return it, or why it is invalid."""
    request = parse_custom_views_request(event["Request"])
    planned = compose().run(request, event["Progress"], event["Results"], event["Execution"])
    if planned["Done"]:
        record_views(planned["Result"])
    return planned
