"""Which errors of S3 are permanent: those that the same call would meet again."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from quilt_athena.packages.s3_errors import is_permanent, s3_error_code
from tests.unit.packages.bucket import s3_error


@pytest.mark.parametrize(
    ("code", "status", "permanent"),
    [
        ("PermanentRedirect", 301, True),
        ("NotModified", 300, True),
        ("Odd", 299, False),
        ("AccessDenied", 403, True),
        ("NoSuchKey", 404, True),
        ("Odd", 407, True),
        ("Odd", 408, False),
        ("Odd", 409, True),
        ("Odd", 428, True),
        ("Odd", 429, False),
        ("Odd", 430, True),
        ("Odd", 499, True),
        ("InternalError", 500, False),
        ("SlowDown", 403, False),
        ("RequestThrottled", 400, False),
        ("ExpiredToken", 400, False),
    ],
)
def test_status_and_code_decide_whether_an_error_is_permanent(code: str, status: int, permanent: bool) -> None:
    assert is_permanent(s3_error(code, status)) is permanent


@pytest.mark.parametrize(
    ("code", "permanent"), [("404", True), ("503", False), ("AccessDenied", False), ("Unknown", False)]
)
def test_code_is_the_status_if_there_is_no_other(code: str, permanent: bool) -> None:
    error = ClientError({"Error": {"Code": code}}, "HeadObject")
    assert is_permanent(error) is permanent


def test_error_without_a_code_is_unknown() -> None:
    assert s3_error_code(ClientError({}, "GetObject")) == "Unknown"
