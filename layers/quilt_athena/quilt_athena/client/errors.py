"""What may go wrong for a caller.

The four errors of a query bear the names that the contract gives them; everything else about AWS comes as
``ServiceUnavailableError`` or ``ServiceRefusedError`` (``quilt_athena.aws``), under the one base ``QuiltAthenaError``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quilt_athena.errors import PermanentError, QuiltAthenaError


class StackNotFoundError(PermanentError):
    """The stack, or an output of it, can't be found where this caller may look."""


class NoSuchScheduleError(QuiltAthenaError):
    """The stack has no schedule of that name."""


class QueryError(QuiltAthenaError):
    """A query that gave no rows; ``cause`` is all that the stack said of it (``docs/contracts.md``)."""

    def __init__(self, message: str, cause: Mapping[str, Any] | None = None, execution_arn: str | None = None) -> None:
        super().__init__(message)
        self.cause = dict(cause or {})
        #: The execution of the state machine, where there is one.
        self.execution_arn = execution_arn

    @property
    def query_execution_id(self) -> str | None:
        """Athena's id of the query, if it came so far."""
        return self.cause.get("QueryExecutionId")

    @property
    def state_change_reason(self) -> str | None:
        """What Athena says about it."""
        return self.cause.get("StateChangeReason")

    @property
    def athena_error(self) -> Mapping[str, Any]:
        """Athena's classification: ``ErrorCategory``, ``ErrorType``, ``Retryable``; empty if there is none."""
        return self.cause.get("AthenaError") or {}

    @property
    def statistics(self) -> Mapping[str, Any]:
        """What the query scanned and how long it took, as far as it is known."""
        return self.cause.get("Statistics") or {}


class InvalidRequest(QueryError):  # noqa: N818 - the contract's name
    """The request was refused; no query was started."""


class QueryFailed(QueryError):  # noqa: N818 - the contract's name
    """Athena ran the query, and it failed."""


class QueryCancelled(QueryError):  # noqa: N818 - the contract's name
    """The query was stopped, by somebody or by the workgroup's limit."""


class QueryTimedOut(QueryError):  # noqa: N818 - the contract's name
    """The query was stopped because its time was up."""


class InvalidRow(QueryError):  # noqa: N818 - the contract's name
    """Rows of the result can't be entries of a package, which was not made; ``cause`` has the first of them."""


class PackageRejected(QueryError):  # noqa: N818 - the contract's name
    """The package was not made: its workflow, quilt3 or S3 refuses it, or there is nothing to make it of."""


class PackageTimedOut(QueryError):  # noqa: N818 - the contract's name
    """The package was not made in time, as a rule since objects without a hash had to be read."""


class QueryServiceError(QueryError):
    """The state machine itself failed; ``error`` is the name that it gives."""

    def __init__(
        self,
        message: str,
        cause: Mapping[str, Any] | None = None,
        execution_arn: str | None = None,
        *,
        error: str = "",
    ) -> None:
        super().__init__(message, cause, execution_arn)
        self.error = error


_CONTRACT: Mapping[str, type[QueryError]] = {
    error.__name__: error
    for error in (
        InvalidRequest,
        InvalidRow,
        PackageRejected,
        PackageTimedOut,
        QueryCancelled,
        QueryFailed,
        QueryTimedOut,
    )
}
_OF_STATUS = {"ABORTED": QueryCancelled, "TIMED_OUT": QueryTimedOut}
_STATUS_MESSAGES = {
    "ABORTED": "the execution was stopped from outside",
    "TIMED_OUT": "the execution ran longer than its state machine allows",
}


def query_error(status: str, error: str | None, cause: str | None, execution_arn: str | None = None) -> QueryError:
    """The error for an execution that ended as ``status`` (FAILED, TIMED_OUT, ABORTED), by the name in ``error``."""
    fields = _parsed(cause)
    message = str(fields.get("Message") or cause or _STATUS_MESSAGES.get(status) or f"the execution is {status}")
    known = _CONTRACT.get(error or "") or _OF_STATUS.get(status)
    if known:
        return known(message, fields, execution_arn)
    named = f"{error}: {message}" if error else message
    return QueryServiceError(named, fields, execution_arn, error=error or status)


def _parsed(cause: str | None) -> Mapping[str, Any]:
    try:
        fields = json.loads(cause or "{}")
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
