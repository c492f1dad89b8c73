"""The access key of the local AWS, and the errors of requests that are signed with another one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

#: The key of the root user of the account 000000000000.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105 - not a secret: it protects nothing but a server on this machine

_UNKNOWN_KEY = frozenset({"UnrecognizedClientException", "InvalidClientTokenId"})
_HINT = f"The local AWS has AWS_ACCESS_KEY_ID={ACCESS_KEY_ID} and AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY}."

#: The code, status and message of a response.
Failure = tuple[str, int, str]


def naming_keys(
    auth_failure: Callable[[str, str, str, Mapping[str, str]], Failure],
) -> Callable[[str, str, str, Mapping[str, str]], Failure]:
    """Wrap what each service responds to a failed authentication: for an unknown key, it names the one to use."""

    @functools.wraps(auth_failure)
    def failure(service: str, code: str, message: str, headers: Mapping[str, str]) -> Failure:
        error, status, text = auth_failure(service, code, message, headers)
        return error, status, f"{text} {_HINT}" if code in _UNKNOWN_KEY else text

    return failure
