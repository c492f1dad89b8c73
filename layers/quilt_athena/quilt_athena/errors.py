"""Every exception of quilt-athena, as one tree. The class name is the error's public name: dead letters, logs, the
``ErrorEquals`` of the state machines and the ``Error`` of failed executions show it.

    QuiltAthenaError
    ├── PermanentError                  trying again cannot help: the input, or something outside, has to change first
    │   ├── InvalidEventError             an event breaks its contract
    │   ├── InvalidBucketNameError        not a name that S3 allows for a bucket
    │   ├── BucketNotFoundError           S3 has no such bucket
    │   ├── BucketAccessDeniedError       S3 does not let this role list the bucket
    │   ├── BucketNotRegisteredError      the registry does not know the bucket
    │   ├── UnmanagedTableError           an unmanaged table or view has the name of a managed one
    │   ├── InvalidViewError              a view cannot be encoded for, or decoded from, the Glue catalog
    │   ├── InvalidViewFileError          no custom view can be created from a file
    │   ├── UnsupportedValueError         a value has no SQL literal
    │   ├── ServiceRejectedError          an AWS service rejects the call itself
    │   ├── ObjectUnreadableError         an S3 object is missing or changed while it was read
    │   ├── ResultUnreadableError         a query result is missing, changed or not in Athena's format
    │   ├── MissingSettingError           a function's environment lacks a variable, or has a malformed one
    │   ├── AwsSettingsError              the caller has no AWS region, or no valid credentials
    │   ├── StackNotFoundError            the caller cannot see the stack
    │   ├── ScheduleNotFoundError         the stack has no such schedule
    │   ├── IndexWriterStuckError         a statement of the index failed repeatedly, or does not end
    │   ├── MissingExtraError             an optional library of the client isn't installed
    │   └── QueryError                    an execution ended without a result
    │       ├── InvalidRequest
    │       ├── QueryFailed
    │       ├── QueryCancelled
    │       ├── QueryTimedOut
    │       ├── QueryNotStarted
    │       ├── InvalidRow
    │       ├── PackageRejected
    │       ├── PackageTimedOut
    │       └── QueryServiceError
    └── RetryableError                  the same work may succeed later
        ├── CatalogConflictError          others kept changing what was being changed
        ├── TableMissingError             the table of a partition does not exist yet
        ├── HistoryIncompleteError        an execution's history lacks its end
        ├── IndexWriterLostError          another execution has become the writer of the index
        └── ServiceUnavailableError       an AWS service throttled the call, failed or denied it for now

The names without ``Error`` are those of the contracts (``docs/contracts.md``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class QuiltAthenaError(Exception):
    """Base of all errors that quilt-athena raises on purpose; the message is written for people."""


class PermanentError(QuiltAthenaError):
    """Trying again cannot help: the input, or something outside, has to change first."""


class RetryableError(QuiltAthenaError):
    """The same work may succeed later."""


class InvalidEventError(PermanentError):
    """An event breaks its contract.

    ``field`` is the path of the field in the event, such as ``detail.bucket``.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


class InvalidBucketNameError(PermanentError, ValueError):
    """Not a name that S3 allows for a general purpose bucket."""


class BucketNotFoundError(PermanentError):
    """S3 responds 404: no such bucket."""


class BucketAccessDeniedError(PermanentError):
    """S3 responds 403: the bucket exists, and this role may not list it."""


class BucketNotRegisteredError(PermanentError):
    """The registry does not know the bucket."""


class UnmanagedTableError(PermanentError):
    """A table or view that quilt-athena does not manage has the name of one that it does."""


class InvalidViewError(PermanentError, ValueError):
    """A view cannot be encoded for, or decoded from, the Glue catalog."""


class InvalidViewFileError(PermanentError):
    """No view can be created from a file; the message says why, and where in it."""


class UnsupportedValueError(PermanentError, ValueError):
    """A value that has no SQL literal; the message says what to pass instead, and does not repeat the value."""


class ServiceRejectedError(PermanentError):
    """An AWS service rejects the call itself."""


class ObjectUnreadableError(PermanentError):
    """An object is missing, or changed since its reading began; ``code`` is S3's error code."""

    def __init__(self, location: str, code: str) -> None:
        super().__init__(f"{location} cannot be read completely: {code}")
        self.code = code


class ResultUnreadableError(PermanentError):
    """A query result is missing, changed since the query ended, or is not in Athena's format."""


class MissingSettingError(PermanentError):
    """A function's environment lacks a variable, or has a malformed one: the template and the code do not match."""


class AwsSettingsError(PermanentError):
    """The caller has no AWS region, or no valid credentials."""


class StackNotFoundError(PermanentError):
    """The stack, or an output of it, is not visible to this caller."""


class ScheduleNotFoundError(PermanentError):
    """The stack has no schedule of that name."""


class MissingExtraError(PermanentError, ImportError):
    """An optional library of the client isn't installed; the message names the extra to install."""


class QueryError(PermanentError):
    """A query without a result; ``cause`` is the parsed `Cause` of the execution (``docs/contracts.md``)."""

    def __init__(self, message: str, cause: Mapping[str, Any] | None = None, execution_arn: str | None = None) -> None:
        super().__init__(message)
        self.cause = dict(cause or {})
        #: The state machine's execution, if there is one.
        self.execution_arn = execution_arn

    @property
    def query_execution_id(self) -> str | None:
        """Athena's id of the query, if it was started."""
        return self.cause.get("QueryExecutionId")

    @property
    def state_change_reason(self) -> str | None:
        """Athena's reason for the query's state."""
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
    """The request breaks its contract, and no query was started; the message begins with the path of the field."""


class QueryFailed(QueryError):  # noqa: N818 - the contract's name
    """Athena ran the query, and it failed."""


class QueryCancelled(QueryError):  # noqa: N818 - the contract's name
    """The query was stopped, by a person or by the workgroup's limit."""


class QueryTimedOut(QueryError):  # noqa: N818 - the contract's name
    """The query was stopped because it exceeded its timeout."""


class QueryNotStarted(QueryError):  # noqa: N818 - the contract's name
    """Athena had no capacity for the query until its timeout, so nothing was started."""


class InvalidRow(QueryError):  # noqa: N818 - the contract's name
    """Rows of a result cannot be entries of a package, which was not created; ``cause`` has the first of them."""


class PackageRejected(QueryError):  # noqa: N818 - the contract's name
    """A package was not created: its workflow, quilt3 or S3 rejects it, or the result has no rows."""


class PackageTimedOut(QueryError):  # noqa: N818 - the contract's name
    """A package was not created in time, usually because objects without a hash had to be read."""


class QueryServiceError(QueryError):
    """The state machine itself failed; ``error`` is the execution's `Error`."""

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


class CatalogConflictError(RetryableError):
    """Others changed the catalog again and again while it was being reconciled."""


class TableMissingError(RetryableError):
    """The table that a partition belongs to does not exist (yet)."""


class HistoryIncompleteError(RetryableError):
    """The history lacks the execution's end: it is written a moment later than the event is sent."""


class IndexWriterStuckError(PermanentError):
    """A statement of the index failed repeatedly, or it is not known whether it has ended."""


class IndexWriterLostError(RetryableError):
    """Another execution has become the writer of the index."""


class ServiceUnavailableError(RetryableError):
    """An AWS service throttled the call, failed, or denied it (until someone grants the permission)."""
