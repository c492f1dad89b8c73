"""Failed executions as errors: the execution's ``Error`` is the name of the class."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quilt_athena.errors import (
    InvalidRequest,
    InvalidRow,
    PackageRejected,
    PackageTimedOut,
    QueryCancelled,
    QueryError,
    QueryFailed,
    QueryNotStarted,
    QueryServiceError,
    QueryTimedOut,
)

_BY_NAME: Mapping[str, type[QueryError]] = {
    error.__name__: error
    for error in (
        InvalidRequest,
        InvalidRow,
        PackageRejected,
        PackageTimedOut,
        QueryCancelled,
        QueryFailed,
        QueryNotStarted,
        QueryTimedOut,
    )
}
_BY_STATUS = {"ABORTED": QueryCancelled, "TIMED_OUT": QueryTimedOut}
_STATUS_MESSAGES = {
    "ABORTED": "the execution was stopped by another caller",
    "TIMED_OUT": "the execution exceeded the timeout of its state machine",
}


def query_error(status: str, error: str | None, cause: str | None, execution_arn: str | None = None) -> QueryError:
    """The error for an execution that ended as ``status`` (FAILED, TIMED_OUT, ABORTED), by the name in ``error``."""
    fields = parse_cause(cause)
    message = str(fields.get("Message") or cause or _STATUS_MESSAGES.get(status) or f"the execution is {status}")
    known = _BY_NAME.get(error or "") or _BY_STATUS.get(status)
    if known:
        return known(message, fields, execution_arn)
    named = f"{error}: {message}" if error else message
    return QueryServiceError(named, fields, execution_arn, error=error or status)


def parse_cause(cause: str | None) -> Mapping[str, Any]:
    """The fields of an execution's ``Cause``; empty if it isn't a JSON object."""
    try:
        fields = json.loads(cause or "{}")
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
