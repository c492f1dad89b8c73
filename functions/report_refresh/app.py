"""What a refresh came to: noted in the registry, told as an event, counted as metrics."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.refresh.reports import Report
from quilt_athena.refresh.results import RefreshOutcomes
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger, metrics
from quilt_athena.runtime.settings import setting


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``Report``, ``Answers``, and what became of the rest in; a result (`docs/contracts.md`) out."""
    report = Report.from_json(event["Report"])
    rest = {
        "OrphanedQueries": event["Sweep"],
        "AccessPolicy": event["AccessPolicy"],
        "CustomViews": event["CustomViews"],
    }
    result = _outcomes().conclude(report, event["Answers"], rest, event["ExecutionArn"])
    failed = report.failed.count + report.gone.count + result["Views"]["Failed"]["Count"]
    logger.info("refresh ended", scope=report.scope, checked=report.checked, failed=failed)
    failed_steps = _failed_steps(rest)
    if report.scope == "all":  # a refresh of some buckets says nothing about the others
        metrics.add_metric("BucketsRegistered", MetricUnit.Count, report.registered)
        metrics.add_metric("BucketsFailed", MetricUnit.Count, failed)
    if report.scope == "all" or failed_steps:
        metrics.add_metric("RefreshStepsFailed", MetricUnit.Count, len(failed_steps))
        metrics.flush_metrics()
    return result


def _failed_steps(results: Mapping[str, Any]) -> list[str]:
    """The steps that failed without failing the refresh."""
    failed = [name for name in ("OrphanedQueries", "CustomViews") if "Error" in results[name]]
    return failed + ["AccessPolicy"] * bool(results["AccessPolicy"]["Failed"]["Count"])


@cache
def _outcomes() -> RefreshOutcomes:
    return RefreshOutcomes(
        Registry(boto3.client("dynamodb", config=CLIENT_CONFIG), setting("REGISTRY_TABLE_NAME")),
        boto3.client("events", config=CLIENT_CONFIG),
        setting("EVENT_BUS_NAME"),
    )
