"""Which of S3's errors are permanent, that is until somebody changes something, and which are temporary."""

from __future__ import annotations

from botocore.exceptions import ClientError

#: The temporary ones among 4xx: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_TEMPORARY_STATUSES = (408, 429)
_TEMPORARY_CODES = frozenset(
    {
        "BandwidthLimitExceeded", "ConditionalRequestConflict", "ExpiredToken", "ExpiredTokenException",
        "OperationAborted", "PriorRequestNotComplete", "RequestExpired", "RequestLimitExceeded",
        "RequestTimeTooSkewed", "RequestTimeout", "SlowDown", "TokenRefreshRequired", "TooManyRequestsException",
    }
)  # fmt: skip


def s3_error_code(error: ClientError) -> str:
    """S3's error code; for a HEAD request, whose response has no body, the HTTP status."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def is_permanent(error: ClientError) -> bool:
    """Whether the same call would be rejected again at any time: decided by HTTP status, except for some codes."""
    code = s3_error_code(error)
    if code in _TEMPORARY_CODES or "Throttl" in code:
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or (int(code) if code.isdigit() else 0)
    return 300 <= status < 500 and status not in _TEMPORARY_STATUSES
