"""`dead-letters`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.test_buckets import letter
from tests.unit.client.fake_aws import FakeAws

FIRST, SECOND = "aaaaaaaa-0000-0000-0000-000000000000", "bbbbbbbb-0000-0000-0000-000000000000"
SCHEDULED = {
    **letter(""),
    "MessageId": SECOND,
    "ReceiptHandle": "second",
    "Body": "{}",
    "Attributes": {"SentTimestamp": "1763640001000"},
    "MessageAttributes": {
        "ERROR_CODE": {"DataType": "String", "StringValue": "AccessDenied"},
        "ERROR_MESSAGE": {"DataType": "String", "StringValue": "may not start it"},
    },
}


@pytest.fixture(autouse=True)
def messages(aws: FakeAws) -> None:
    """One dead letter about a bucket, and one of a schedule."""
    queues = {
        "https://dead": [{**letter("my-bucket"), "MessageId": FIRST, "ReceiptHandle": "first"}],
        "https://schedules": [SCHEDULED],
    }
    received: dict[str, list[dict[str, Any]]] = {}

    def receive(call: dict[str, Any]) -> dict[str, Any]:
        url = call["QueueUrl"]
        assert call["VisibilityTimeout"] > 0, "else it would be received again and again"
        visible = [one for one in queues.get(url, []) if one not in received.get(url, [])]
        received.setdefault(url, []).extend(visible)
        return {"Messages": visible}

    def show_again(call: dict[str, Any]) -> dict[str, Any]:
        handles = {entry["ReceiptHandle"] for entry in call["Entries"]}
        received[call["QueueUrl"]] = [one for one in received[call["QueueUrl"]] if one["ReceiptHandle"] not in handles]
        return {"Successful": [], "Failed": []}

    def count(call: dict[str, Any]) -> dict[str, Any]:
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(queues.get(call["QueueUrl"], [])))}}

    def delete(call: dict[str, Any]) -> dict[str, Any]:
        left = [one for one in queues[call["QueueUrl"]] if one["ReceiptHandle"] != call["ReceiptHandle"]]
        queues[call["QueueUrl"]] = left
        return {}

    aws.on("sqs:ReceiveMessage", receive).on("sqs:ChangeMessageVisibilityBatch", show_again)
    aws.on("sqs:GetQueueAttributes", count).on("sqs:GetQueueUrl", {"QueueUrl": "https://schedules"})
    aws.on("sqs:DeleteMessage", delete)


def test_list_shows_reasons_as_often_as_one_looks(run: Run) -> None:
    expected = [
        "id        queue          sent                     about      reason",
        "--------  -------------  -----------------------  ---------  ------",
        "bbbbbbbb  schedules      2025-11-20 12:00:01 UTC             AccessDenied: may not start it",
        "aaaaaaaa  bucket-events  2025-11-20 12:00:00 UTC  my-bucket  InvalidEventError: detail.bucket: not matched by "
        "BucketNamePattern",
    ]
    for _ in range(2):
        lines = run("dead-letters", "list").stdout.splitlines()
        lines[1] = lines[1].rstrip("-") + "------"
        assert lines == expected
    assert [one["Id"] for one in json.loads(run("dead-letters", "list", "schedules", "--json").stdout)] == [SECOND]
    assert run("dead-letters", "list", "query-requests").stderr == "No dead letters\n"


def test_show_has_the_event(run: Run) -> None:
    shown = run("dead-letters", "show", "AAAA").stdout
    assert shown.startswith(f"{FIRST} in bucket-events, 2025-11-20 12:00:00 UTC\nInvalidEventError: ")
    assert '"bucket": "my-bucket"' in shown
    missing = run("dead-letters", "show", "cccc")
    assert (missing.exit_code, missing.stdout) == (1, "")


def test_discard_deletes_the_selected_ones(run: Run, aws: FakeAws) -> None:
    assert run("dead-letters", "discard", "aaaa", "--yes").stdout == f"{FIRST} in bucket-events: deleted\n"
    assert aws.called("sqs:DeleteMessage") == [{"QueueUrl": "https://dead", "ReceiptHandle": "first"}]
    assert [one["Id"] for one in json.loads(run("dead-letters", "list", "--json").stdout)] == [SECOND]
    assert run("dead-letters", "discard", "aaaa", "--yes").exit_code == 1
    assert run("dead-letters", "discard", "--queue", "schedules", "--yes").exit_code == 0
    assert run("dead-letters", "list").stderr == "No dead letters\n"


@pytest.mark.parametrize("arguments", [(), ("aaaa",), ("aaaa", "--queue", "schedules", "--yes")])
def test_discard_needs_a_choice_and_an_answer(run: Run, aws: FakeAws, arguments: tuple[str, ...]) -> None:
    assert run("dead-letters", "discard", *arguments).exit_code == 2
    assert aws.called("sqs:DeleteMessage") == []
