"""What is logged and counted of an execution that creates custom views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quilt_athena.runtime.observability import count, logger, metrics


def record_views(result: Mapping[str, Any]) -> None:
    """Log and count the result of an execution. One for some buckets without failures says nothing about the others."""
    counts = {kind: result[kind]["Count"] for kind in ("Made", "Removed", "Failed")}
    logger.info("custom views updated", unchanged=result["Unchanged"], remaining=result["Remaining"], **counts)
    count(CustomViewsCreated=counts["Made"])
    if counts["Failed"] or result["Scope"] == "all":
        count(CustomViewsFailed=counts["Failed"])
    # Not left to the handler's decorator, which warns about rounds without metrics: only the last one has them.
    metrics.flush_metrics()
