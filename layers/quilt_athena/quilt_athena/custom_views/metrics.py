"""The log line and metric of an execution that creates custom views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quilt_athena.runtime.observability import emit_counts, logger


def record_views(result: Mapping[str, Any]) -> None:
    """Log the result of an execution, and count its failed views.

    An execution for some buckets that has no failure proves nothing about the other buckets, and counts nothing.
    """
    counts = {kind: result[kind]["Count"] for kind in ("Created", "Deleted", "Failed")}
    logger.info("custom views updated", unchanged=result["Unchanged"], remaining=result["Remaining"], **counts)
    if counts["Failed"] or result["Scope"] == "all":
        emit_counts(CustomViewsFailed=counts["Failed"])
