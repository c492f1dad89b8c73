"""The log lines and metrics of a refresh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quilt_athena.refresh.reports import Report
from quilt_athena.runtime.observability import emit_counts, logger


def record_round(progress: Mapping[str, Any]) -> None:
    """Log a round; ``progress`` is what it passes to the next one."""
    report = progress["Report"]
    counts = {kind: report[kind]["Count"] for kind in ("Repaired", "Failed", "Missing", "Unregistered")}
    logger.info("refresh round finished", checked=report["Checked"], more=progress["More"], **counts)


def record_refresh(report: Report, result: Mapping[str, Any]) -> None:
    """Log a refresh, and count its buckets and failed steps.

    A refresh of some buckets proves nothing about the other buckets, and counts only failed steps.
    """
    failed = report.failed.count + report.missing.count + result["ViewChecks"]["Failed"]["Count"]
    steps = _failed_steps(result)
    logger.info("refresh finished", scope=report.scope, checked=report.checked, failed=failed, failed_steps=steps)
    if report.scope == "all":
        emit_counts(BucketsRegistered=report.registered, BucketsFailed=failed, RefreshStepsFailed=len(steps))
    elif steps:
        emit_counts(RefreshStepsFailed=len(steps))


def _failed_steps(result: Mapping[str, Any]) -> list[str]:
    """The steps that failed without failing the refresh."""
    failed = [name for name in ("OrphanedQueries", "CustomViews") if "Error" in result[name]]
    return failed + ["AccessPolicy"] * bool(result["AccessPolicy"]["Failed"]["Count"])
