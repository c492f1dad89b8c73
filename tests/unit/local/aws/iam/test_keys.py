"""The errors of requests that are signed with an unknown access key."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from local.aws.iam.keys import Failure, naming_keys


@naming_keys
def failure(_service: str, code: str, message: str, _headers: Mapping[str, str]) -> Failure:
    return code, 403, message


@pytest.mark.parametrize("code", ["UnrecognizedClientException", "InvalidClientTokenId"])
def test_unknown_key_gets_an_error_that_names_the_key_to_use(code: str) -> None:
    assert failure("sts", code, "The security token included in the request is invalid.", {}) == (
        code,
        403,
        "The security token included in the request is invalid. "
        "The local AWS has AWS_ACCESS_KEY_ID=test and AWS_SECRET_ACCESS_KEY=test.",
    )


def test_other_failures_are_unchanged() -> None:
    assert failure("sts", "SignatureDoesNotMatch", "No match.", {}) == ("SignatureDoesNotMatch", 403, "No match.")
