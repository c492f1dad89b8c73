"""The edge to boto3: which error means what."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from quilt_athena.aws.calls import calling
from quilt_athena.errors import PermanentError, RetryableError, ServiceRejectedError, ServiceUnavailableError


def client_error(code: str) -> ClientError:
    """What boto3 raises."""
    return ClientError({"Error": {"Code": code, "Message": "because"}}, "Operation")


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException",
        "InternalServiceException",
        "AccessDeniedException",
        "ResourceNotFoundException",
        "Unheard",
    ],
)
def test_what_may_pass_is_worth_another_try(code: str) -> None:
    with (
        pytest.raises(ServiceUnavailableError, match=f"^glue:GetTable on d.t failed: {code}: because$") as caught,
        calling("glue:GetTable", "d.t"),
    ):
        raise client_error(code)
    assert isinstance(caught.value, RetryableError)


@pytest.mark.parametrize(
    "code", ["ValidationException", "InvalidInputException", "ResourceNumberLimitExceededException"]
)
def test_what_is_wrong_in_itself_is_not(code: str) -> None:
    with (
        pytest.raises(ServiceRejectedError, match=f"^glue:GetTable on d.t failed: {code}: because$") as caught,
        calling("glue:GetTable", "d.t"),
    ):
        raise client_error(code)
    assert isinstance(caught.value, PermanentError)


def test_a_service_out_of_reach_is_worth_another_try() -> None:
    with pytest.raises(ServiceUnavailableError, match="Could not connect"), calling("glue:GetTable", "d.t"):
        raise EndpointConnectionError(endpoint_url="https://glue.test")


def test_an_expected_error_is_left_to_the_caller() -> None:
    with calling("glue:GetTable", "d.t", expected=["EntityNotFoundException"]) as call:
        raise client_error("EntityNotFoundException")
    assert call.code == "EntityNotFoundException"
    with calling("glue:GetTable", "d.t", expected=["EntityNotFoundException"]) as call:
        pass
    assert call.code is None


@pytest.mark.parametrize(
    ("code", "status", "is_denial"),
    [
        ("NotSignedUp", 403, True),
        ("KeyTooLongError", 400, True),
        ("SlowDown", 503, False),
        ("RequestTimeout", 400, False),
    ],
)
def test_a_denial_is_left_to_the_caller_and_a_busy_service_is_not(code: str, status: int, is_denial: bool) -> None:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    found = None
    try:
        with calling("s3:GetObject", "s3://b/k", may_be_denied=True) as call:
            raise ClientError(response, "GetObject")
        found = call.code
    except ServiceUnavailableError:
        pass
    assert (found == code) == is_denial


def test_other_errors_pass_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), calling("glue:GetTable", "d.t"):
        raise ZeroDivisionError
