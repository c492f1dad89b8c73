"""Report a refresh: record it in the registry, publish it as an event, and count it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.refresh.metrics import record_refresh
from quilt_athena.refresh.reports import Report
from quilt_athena.refresh.results import RefreshOutcomes
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    registry_table_name: str
    event_bus_name: str


@cache
def compose() -> RefreshOutcomes:
    """The outcomes that all events of this execution environment share."""
    settings = Settings.from_environment()
    return RefreshOutcomes(
        Registry(boto3.client("dynamodb", config=CLIENT_CONFIG), settings.registry_table_name),
        boto3.client("events", config=CLIENT_CONFIG),
        settings.event_bus_name,
    )


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the refresh result (`docs/contracts.md`) for ``Report``, ``Answers`` and other steps' results."""
    report = Report.from_json(event["Report"])
    others = {
        "OrphanedQueries": event["Sweep"],
        "AccessPolicy": event["AccessPolicy"],
        "CustomViews": event["CustomViews"],
    }
    result = compose().conclude(report, event["Answers"], others, event["ExecutionArn"])
    record_refresh(report, result)
    return result
