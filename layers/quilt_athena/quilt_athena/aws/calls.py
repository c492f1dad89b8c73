"""The edge to boto3: its ``ClientError`` codes become our typed errors, in this one place."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from quilt_athena.errors import QuiltAthenaError, ServiceRejectedError, ServiceUnavailableError

# Codes of AWS's common errors and of Glue, DynamoDB, SQS, EventBridge and S3 that pass by themselves, or once somebody
# has given a permission or made a missing resource: the queue brings the event again, and its dead-letter queue keeps
# it after that.
_PERMANENT = {"ValidationException", "InvalidInputException", "ResourceNumberLimitExceededException"}


@dataclass
class Call:
    """A call in progress; ``code`` is the expected error that it ended in, if it did."""

    code: str | None = None


@contextmanager
def calling(operation: str, resource: str, expected: Collection[str] = ()) -> Iterator[Call]:
    """Run a call of ``operation`` (such as ``glue:GetTable``) on ``resource`` and name what goes wrong.

    An error whose code is ``expected`` ends the block and is left in the call's ``code``.

    Raises:
        ServiceUnavailableError: throttled, failed, unreachable, or not permitted (yet).
        ServiceRejectedError: the call itself is wrong.
    """
    call = Call()
    try:
        yield call
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "Unknown")
        if code in expected:
            call.code = code
            return
        raise error_code(code, operation, resource, error.response.get("Error", {}).get("Message", "")) from error
    except BotoCoreError as error:
        raise ServiceUnavailableError(f"{operation} on {resource} failed: {error}") from error


def error_code(code: str, operation: str, resource: str, message: str) -> QuiltAthenaError:
    """The typed error for a code of AWS's."""
    text = f"{operation} on {resource} failed: {code}: {message}"
    return ServiceRejectedError(text) if code in _PERMANENT else ServiceUnavailableError(text)
