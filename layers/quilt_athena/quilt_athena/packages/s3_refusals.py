"""S3's errors told apart: those that last until somebody changes something, and those that may pass."""

from __future__ import annotations

from botocore.exceptions import ClientError

#: Of the 4xx, those that may pass: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_PASSING_STATUSES = (408, 429)
_PASSING_CODES = frozenset(
    {
        "BandwidthLimitExceeded", "ConditionalRequestConflict", "ExpiredToken", "ExpiredTokenException",
        "OperationAborted", "PriorRequestNotComplete", "RequestExpired", "RequestLimitExceeded",
        "RequestTimeTooSkewed", "RequestTimeout", "SlowDown", "TokenRefreshRequired", "TooManyRequestsException",
    }
)  # fmt: skip


def code_of(error: ClientError) -> str:
    """What S3 calls it; of a HEAD, whose answer has no body, the status."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def lasts(error: ClientError) -> bool:
    """Whether the same call will be refused again, whenever it comes: by its HTTP status, but for some codes."""
    code = code_of(error)
    if code in _PASSING_CODES or "Throttl" in code:
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or (int(code) if code.isdigit() else 0)
    return 300 <= status < 500 and status not in _PASSING_STATUSES
