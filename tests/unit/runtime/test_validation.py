"""An invalid request becomes a result with its cause; other errors are raised."""

from __future__ import annotations

from typing import Any

import pytest

from quilt_athena.contracts.limits import MAX_MESSAGE_LENGTH
from quilt_athena.errors import InvalidRequest, ServiceUnavailableError
from quilt_athena.runtime.validation import reports_invalid_requests

EVENT = {"Request": {"MaxRows": -1}, "ExecutionId": "one"}


def run(outcome: dict[str, Any] | Exception) -> dict[str, Any]:
    """Invoke a decorated handler that returns or raises the outcome."""

    @reports_invalid_requests("ExecutionId")
    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        assert (event, context) == (EVENT, None)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return handler(EVENT, None)


def test_valid_request_returns_the_handlers_result() -> None:
    assert run({"Start": {}}) == {"Valid": True, "Start": {}}


def test_invalid_request_returns_its_cause() -> None:
    assert run(InvalidRequest("MaxRows: -1")) == {"Valid": False, "Cause": {"Message": "MaxRows: -1"}}


def test_long_message_loses_its_middle() -> None:
    message = run(InvalidRequest("Metadata: " + "x" * 10_000 + ": expected text"))["Cause"]["Message"]
    assert len(message) == MAX_MESSAGE_LENGTH
    assert message.startswith("Metadata: xxx")
    assert message.endswith("xxx: expected text")


def test_other_errors_are_raised() -> None:
    with pytest.raises(ServiceUnavailableError):
        run(ServiceUnavailableError("later"))
