"""Report a refresh: record it in the registry, publish it as an event, and count it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.refresh.metrics import record_refresh
from quilt_athena.refresh.payloads import ReportInput
from quilt_athena.refresh.reporter import RefreshReporter
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    registry_table_name: str
    event_bus_name: str


@cache
def compose() -> RefreshReporter:
    """The reporter that all events of this execution environment share."""
    settings = Settings.from_environment()
    return RefreshReporter(
        Registry(boto3.client("dynamodb", config=CLIENT_CONFIG), settings.registry_table_name),
        boto3.client("events", config=CLIENT_CONFIG),
        settings.event_bus_name,
    )


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the refresh result (`docs/contracts.md`) for ``Report``, ``ViewChecks`` and the other steps' results."""
    given = ReportInput.from_event(event)
    result = compose().report(given)
    record_refresh(given.report, result)
    return result
