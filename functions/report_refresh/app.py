"""The report at the end of a refresh: recorded in the registry, published as an event, counted as metrics."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.refresh.payloads import ReportInput
from quilt_athena.refresh.reporter import RefreshReporter
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger, metrics
from quilt_athena.runtime.settings import setting


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``Report``, ``ViewChecks`` and the results of the other steps in; a refresh result (`docs/contracts.md`) out."""
    found = ReportInput.from_event(event)
    result = _reporter().report(found)
    report = found.report
    failed = report.failed.count + report.missing.count + result["ViewChecks"]["Failed"]["Count"]
    logger.info("refresh ended", scope=report.scope, checked=report.checked, failed=failed)
    metrics.add_metric("BucketsRepaired", MetricUnit.Count, report.repaired.count)
    metrics.add_metric("ViewsChecked", MetricUnit.Count, result["ViewChecks"]["Checked"])
    if report.scope == "all":  # a refresh of some buckets proves nothing about the others
        metrics.add_metric("RefreshesCompleted", MetricUnit.Count, 1)
        metrics.add_metric("RefreshCompletedAt", MetricUnit.Seconds, int(time.time()))
        metrics.add_metric("BucketsRegistered", MetricUnit.Count, report.registered)
        metrics.add_metric("BucketsFailed", MetricUnit.Count, failed)
    return result


@cache
def _reporter() -> RefreshReporter:
    return RefreshReporter(
        Registry(boto3.client("dynamodb", config=CLIENT_CONFIG), setting("REGISTRY_TABLE_NAME")),
        boto3.client("events", config=CLIENT_CONFIG),
        setting("EVENT_BUS_NAME"),
    )
