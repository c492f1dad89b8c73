"""The edge to boto3: the one place that turns ``ClientError`` codes into typed errors."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from quilt_athena.errors import QuiltAthenaError, ServiceRejectedError, ServiceUnavailableError

# All other codes, AWS's common ones and those of each service, count as retryable: they pass by themselves, or once
# somebody has granted a permission or created a resource. The queue redelivers the event until then, and its
# dead-letter queue keeps it afterwards.
_PERMANENT = {"ValidationException", "InvalidInputException", "ResourceNumberLimitExceededException"}
# Answers of S3 with a status of 4xx that pass by themselves, whatever the object is.
_PASSING = {
    *("408", "429", "RequestTimeout", "RequestTimeTooSkewed", "OperationAborted", "SlowDown", "TooManyRequests"),
    *("Throttling", "ThrottlingException", "KMS.ThrottlingException"),
    *("ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
}


@dataclass
class Call:
    """A call in progress; ``code`` is the code of the expected error that ended it, if one did."""

    code: str | None = None


@contextmanager
def calling(
    operation: str, resource: str, expected: Collection[str] = (), *, may_be_denied: bool = False
) -> Iterator[Call]:
    """Run a call of ``operation`` (such as ``glue:GetTable``) on ``resource``, and raise typed errors.

    An error whose code is in ``expected`` ends the block and sets the call's ``code``. With ``may_be_denied`` every
    answer of S3 does that says that this object or bucket can't be read, and not that S3 is busy: nobody has a complete
    list of their codes.

    Raises:
        ServiceUnavailableError: throttled, failed, unreachable, or not (yet) permitted.
        ServiceRejectedError: the call itself is wrong.
    """
    call = Call()
    try:
        yield call
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "Unknown")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        denied = may_be_denied and 400 <= status < 500 and code not in _PASSING
        if denied or code in expected:
            call.code = code
            return
        raise error_code(code, operation, resource, error.response.get("Error", {}).get("Message", "")) from error
    except BotoCoreError as error:
        raise ServiceUnavailableError(f"{operation} on {resource} failed: {error}") from error


def error_code(code: str, operation: str, resource: str, message: str) -> QuiltAthenaError:
    """The typed error for an AWS error code."""
    text = f"{operation} on {resource} failed: {code}: {message}"
    return ServiceRejectedError(text) if code in _PERMANENT else ServiceUnavailableError(text)
