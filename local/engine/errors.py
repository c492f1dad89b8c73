"""The errors of queries, worded as in Athena.

Reasons look like Athena's (``TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.t' does not exist``). Categories are
those of ``AthenaError.ErrorCategory``: 1 system, 2 user, 3 other.
https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
"""

from __future__ import annotations

SYSTEM = 1
USER = 2

#: ``AthenaError.ErrorType`` of a user error without a number of its own, and of an error in the statement.
GENERIC_USER_ERROR = 2
SYNTAX_ERROR = 1006


class QueryError(Exception):
    """A query that ends FAILED.

    Attributes:
        reason: the text of Athena's ``StateChangeReason``.
        category: 1 (system) or 2 (user).
        error_type: Athena's number for this kind of error.
        retryable: whether the same query may succeed later.
        data_scanned_bytes: bytes scanned before it failed.
    """

    def __init__(
        self, reason: str, *, category: int = USER, error_type: int = GENERIC_USER_ERROR, retryable: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.category = category
        self.error_type = error_type
        self.retryable = retryable
        self.data_scanned_bytes = 0


class BytesLimitExceeded(QueryError):  # noqa: N818 - named after what happened; the caller ends the query as CANCELLED
    """A query that read more than the workgroup's ``BytesScannedCutoffPerQuery``; Athena cancels it."""

    def __init__(self, scanned: int) -> None:
        super().__init__("Bytes scanned limit was exceeded")
        self.data_scanned_bytes = scanned


class ResourcesExhausted(QueryError):  # noqa: N818 - named after what happened, as Athena's reason is
    """A query that needed more memory than it may have."""

    def __init__(self, *_: object) -> None:
        super().__init__("EXCEEDED_LOCAL_MEMORY_LIMIT: Query exhausted resources at this scale factor")


class QueryCancelled(Exception):  # noqa: N818 - a stopped query is not an error
    """A query that was stopped through its ``CancelToken``."""

    def __init__(self, data_scanned_bytes: int = 0) -> None:
        super().__init__("Query cancelled by user")
        self.data_scanned_bytes = data_scanned_bytes


class NoSuchBucket(Exception):  # noqa: N818 - the name of S3's error code
    """Raised by an ``ObjectStore`` for a bucket that doesn't exist."""


class ConcurrentModification(Exception):  # noqa: N818 - the name of Glue's error code
    """Raised by a ``CatalogWriter`` for a table that was changed since it was read."""


def at(kind: str, message: str, line: int = 1, column: int = 1) -> QueryError:
    """An error at a place in the SQL: ``KIND: line 1:15: message``."""
    return QueryError(f"{kind}: line {line}:{column}: {message}", error_type=SYNTAX_ERROR)


def cannot_run(what: str) -> QueryError:
    """The error for SQL that Athena runs and this engine doesn't."""
    return QueryError(f"NOT_SUPPORTED: the local engine can't run {what} yet; Athena may")
