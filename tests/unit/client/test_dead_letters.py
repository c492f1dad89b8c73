"""Dead letters are read with their reasons, and stay where they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from quilt_athena.client import QuiltAthena, ServiceUnavailableError
from tests.unit.client.deployed import OUTPUTS
from tests.unit.client.fake_aws import FakeAws, Refused

RECEIVE, RELEASE = "sqs:ReceiveMessage", "sqs:ChangeMessageVisibilityBatch"
NOTHING: dict[str, Any] = {"Messages": []}


def message(number: int, **attributes: str) -> dict[str, Any]:
    """A message as ReceiveMessage returns it, sent that many seconds after 1970."""
    return {
        "MessageId": f"message-{number}",
        "ReceiptHandle": f"handle-{number}",
        "Body": f"body {number}",
        "Attributes": {"SentTimestamp": str(number * 1000)},
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }


@pytest.fixture
def aws() -> FakeAws:
    url = {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/schedules"}
    return FakeAws().on("sqs:GetQueueUrl", url).on(RELEASE, {"Successful": [], "Failed": []})


def letters(aws: FakeAws) -> list[Any]:
    return list(QuiltAthena(session=aws.session(), outputs=OUTPUTS).operations.dead_letters())


def test_letters_of_all_queues_are_returned_the_newest_first(aws: FakeAws) -> None:
    aws.on(
        RECEIVE,
        {"Messages": [message(1, Error="InvalidEventError", Reason="no bucket")]},
        NOTHING,
        {"Messages": [message(3, ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="not authorized")]},
        {"Messages": [message(2)]},
        NOTHING,
    )
    found = [(letter.queue, letter.sent, letter.error, letter.reason, letter.body) for letter in letters(aws)]
    assert found == [
        ("ended-executions", datetime(1970, 1, 1, 0, 0, 3, tzinfo=UTC), "NO_PERMISSIONS", "not authorized", "body 3"),
        ("ended-executions", datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC), None, None, "body 2"),
        ("bucket-events", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "InvalidEventError", "no bucket", "body 1"),
    ]


def test_letters_are_released_at_once(aws: FakeAws) -> None:
    aws.on(RECEIVE, {"Messages": [message(number) for number in range(10)]}, {"Messages": [message(10)]}, NOTHING)
    assert len(letters(aws)) == 11
    released = [entry for call in aws.called(RELEASE) for entry in call["Entries"]]
    assert {entry["ReceiptHandle"] for entry in released} == {f"handle-{number}" for number in range(11)}
    assert {entry["VisibilityTimeout"] for entry in released} == {0}
    assert [len(call["Entries"]) for call in aws.called(RELEASE)] == [10, 1]


def test_letter_that_is_received_twice_is_returned_once(aws: FakeAws) -> None:
    aws.on(RECEIVE, {"Messages": [message(1)]}, {"Messages": [message(1)]}, NOTHING)
    assert [letter.body for letter in letters(aws)] == ["body 1"]


def test_denied_read_is_reported(aws: FakeAws) -> None:
    aws.on(RECEIVE, Refused("AccessDeniedException", 403))
    with pytest.raises(ServiceUnavailableError, match="sqs:ReceiveMessage"):
        letters(aws)
