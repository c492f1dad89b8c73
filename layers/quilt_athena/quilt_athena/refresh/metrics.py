"""What is logged and counted of a refresh."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from quilt_athena.refresh.reports import Report
from quilt_athena.runtime.observability import count, logger, metrics


def record_round(progress: Mapping[str, Any]) -> None:
    """Log a round; ``progress`` is what it passes to the next one."""
    report = progress["Report"]
    counts = {kind: report[kind]["Count"] for kind in ("Repaired", "Failed", "Gone", "Unregistered")}
    logger.info("refresh round finished", checked=report["Checked"], more=progress["More"], **counts)


def record_refresh(report: Report, result: Mapping[str, Any]) -> None:
    """Log and count a refresh. A refresh of some buckets says nothing about the others, nor that a full one ran."""
    failed = report.failed.count + report.gone.count + result["Views"]["Failed"]["Count"]
    logger.info("refresh finished", scope=report.scope, checked=report.checked, failed=failed)
    count(BucketsRepaired=report.repaired.count, ViewsChecked=result["Views"]["Asked"])
    if report.scope == "all":
        count(RefreshesCompleted=1, BucketsRegistered=report.registered, BucketsFailed=failed)
        metrics.add_metric("RefreshCompletedAt", MetricUnit.Seconds, int(time.time()))
