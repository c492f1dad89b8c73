"""`register`, `remove`, `buckets`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.unit.cli.conftest import Run
from tests.unit.client.fake_aws import FakeAws, Refused

PUT = "events:PutEvents"
GET = "dynamodb:GetItem"
SCAN = "dynamodb:Scan"
THROTTLED = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}


@pytest.fixture(autouse=True)
def taken(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event is accepted; the registry is empty; sleeping takes no time."""
    aws.on(PUT, lambda call: {"FailedEntryCount": 0, "Entries": [{"EventId": "now"} for _ in call["Entries"]]})
    aws.on(SCAN, {"Items": []})
    monkeypatch.setattr("time.sleep", lambda _: None)


def item(bucket: str, **attributes: str) -> dict[str, Any]:
    """An item of the registry, whose newest event is that which was just sent."""
    texts = {"state": "registered", "event_time": "2026-11-20T12:00:00.000000+00:00", **attributes}
    return {
        "bucket": {"S": bucket},
        "revision": {"N": "1"},
        "converged_revision": {"N": "1"},
        "event_ids": {"SS": ["now"]},
        "fingerprint": {"S": "of the definitions"},
        **{name: {"S": text} for name, text in texts.items()},
    }


def sent(aws: FakeAws) -> list[tuple[str, str]]:
    """The sent events: bucket and type."""
    details = [json.loads(entry["Detail"]) for call in aws.called(PUT) for entry in call["Entries"]]
    return [(detail["bucket"], detail["type"]) for detail in details]


def test_buckets_are_registered_and_removed(run: Run, aws: FakeAws) -> None:
    result = run("register", "one", "two")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "one: sent\ntwo: sent\n", "")
    assert run("remove", "one").stdout == "one: sent\n"
    assert sent(aws) == [("one", "added"), ("two", "added"), ("one", "removed")]


def test_file_adds_buckets_and_each_is_sent_once(run: Run, aws: FakeAws, tmp_path: Path) -> None:
    path = tmp_path / "buckets.txt"
    path.write_text("one\n\n# ours\n  two  # the old one\n")
    assert run("register", "two", "--file", str(path)).exit_code == 0
    assert run("register", "-f", "-", stdin="three\n").exit_code == 0
    assert sent(aws) == [("two", "added"), ("one", "added"), ("three", "added")]


@pytest.mark.parametrize("arguments", [["register"], ["remove"], ["register", "fine", "Not Fine"]])
def test_missing_and_invalid_names_are_rejected(run: Run, aws: FakeAws, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
    assert sent(aws) == []


def test_rejected_events_are_reported(run: Run, aws: FakeAws) -> None:
    aws.on(
        PUT,
        {"FailedEntryCount": 1, "Entries": [{"EventId": "1"}, THROTTLED]},
        {"FailedEntryCount": 1, "Entries": [THROTTLED]},
    )
    result = run("register", "one", "two")
    assert (result.exit_code, result.stdout) == (3, "one: sent\n")
    assert result.stderr == "two: not sent (ThrottlingException: slow down)\n"


def test_wait_reports_the_result_of_each_bucket(run: Run, aws: FakeAws) -> None:
    known = {
        "good": {"Item": item("good")},
        "bad": {"Item": item("bad", problem="UnmanagedTableError: theirs")},
        "gone": {},
    }
    # The registry is read once before the events are sent, and is empty then.
    aws.on(GET, {}, {}, {}, lambda call: known[call["Key"]["bucket"]["S"]]).on("s3:HeadBucket", Refused("404", 404))
    result = run("register", "good", "bad", "gone", "--wait", "--timeout", "0")
    assert (result.exit_code, result.stdout) == (1, "good: registered\n")
    assert result.stderr == (
        "bad: registered (UnmanagedTableError: theirs)\n"
        "gone: unknown (its event was not processed within 0 s: there is no such bucket)\n"
    )


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ({}, "the dead-letter queue (output BucketEventsDeadLetterQueueUrl) has the reason"),
        (Refused("403", 403), "the dead-letter queue (output BucketEventsDeadLetterQueueUrl) has the reason"),
        (
            EndpointConnectionError(endpoint_url="https://s3"),
            "the dead-letter queue (output BucketEventsDeadLetterQueueUrl) has the reason",
        ),
    ],
)
def test_wait_exits_with_4_at_the_timeout(run: Run, aws: FakeAws, head: Any, reason: str) -> None:
    aws.on(GET, {}).on("s3:HeadBucket", head)
    result = run("remove", "late", "--wait", "--timeout", "0")
    assert result.exit_code == 4
    assert reason in result.stderr


def test_registrations_as_json(run: Run, aws: FakeAws) -> None:
    aws.on(GET, {"Item": item("good")})
    outcomes = json.loads(run("register", "good", "--wait", "--json").stdout)
    assert outcomes == [{"Bucket": "good", "State": "registered", "EventId": "now", "Problem": None}]


def test_buckets_are_listed(run: Run, aws: FakeAws) -> None:
    seen = item("seen")
    del seen["event_time"]
    moving = {**item("moving"), "revision": {"N": "2"}}
    aws.on(SCAN, {"Items": [seen, moving, item("bad", state="removed", problem="AccessDenied: no")]})
    assert run("buckets").stdout.splitlines() == [
        "bucket  state                     since                    problem",
        "------  ------------------------  -----------------------  ----------------",
        "bad     removed                   2026-11-20 12:00:00 UTC  AccessDenied: no",
        "moving  registered (in progress)  2026-11-20 12:00:00 UTC",
        "seen    registered                first package event",
    ]
    listed = json.loads(run("buckets", "--json").stdout)
    assert [(bucket["Bucket"], bucket["InSync"]) for bucket in listed] == [
        ("bad", False),
        ("moving", False),
        ("seen", True),
    ]


def test_empty_registry_shows_what_to_do(run: Run) -> None:
    result = run("buckets")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "quilt-athena register" in result.stderr
