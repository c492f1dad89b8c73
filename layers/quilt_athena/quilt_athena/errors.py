"""The errors of quilt-athena, told apart by what should happen next.

The class name is the error's public name: it stands in dead letters, in logs and, for errors that leave a function, in
the ``ErrorEquals`` of the state machines.
"""


class QuiltAthenaError(Exception):
    """Base of all errors that quilt-athena raises on purpose; the message is written for people."""


class PermanentError(QuiltAthenaError):
    """Trying again can't help: the input or the world has to change first."""


class RetryableError(QuiltAthenaError):
    """The same work may succeed later."""


class InvalidEventError(PermanentError):
    """An event doesn't keep its contract.

    ``field`` is the path of the field in the event, such as ``detail.bucket``.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


class InvalidBucketNameError(PermanentError, ValueError):
    """Not a name that S3 allows for a general purpose bucket."""


class BucketNotFoundError(PermanentError):
    """S3 answers 404: no such bucket."""


class BucketAccessDeniedError(PermanentError):
    """S3 answers 403: the bucket exists, and this role may not list it."""


class ForeignTableError(PermanentError):
    """A table or view that isn't ours stands where one of ours belongs."""


class InvalidViewError(PermanentError, ValueError):
    """A view can't be encoded for, or decoded from, the Glue catalog."""


class CatalogConflictError(RetryableError):
    """The catalog was changed by somebody else again and again while it was being reconciled."""


class ServiceUnavailableError(RetryableError):
    """An AWS service throttled the call or failed; it may work later."""


class ResultUnreadableError(PermanentError):
    """A result is not what its query's answer said: it was changed, deleted, or isn't in the format of Athena's."""


class InvalidRequestError(PermanentError):
    """A query request doesn't keep its contract; its message begins with the path of the field."""


class InvalidRowError(PermanentError):
    """Rows of a result can't be entries of a package."""


class PackageRejectedError(PermanentError):
    """A package can't be made of a result, for a reason that isn't in single rows."""
