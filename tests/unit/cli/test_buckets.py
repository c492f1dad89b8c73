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
GET = "dynamodb:BatchGetItem"
HEAD = "s3:HeadBucket"
SCAN = "dynamodb:Scan"
THROTTLED = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}


@pytest.fixture(autouse=True)
def taken(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event is accepted; the registry is empty; sleeping takes no time."""
    aws.on(PUT, lambda call: {"FailedEntryCount": 0, "Entries": [{"EventId": "now"} for _ in call["Entries"]]})
    aws.on(SCAN, {"Items": []}).on(HEAD, {})
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


def entries(*items: dict[str, Any]) -> dict[str, Any]:
    """What BatchGetItem returns."""
    return {"Responses": {"registry": list(items)}}


def test_a_misspelt_name_ends_before_any_event(run: Run, aws: FakeAws) -> None:
    aws.on(HEAD, lambda call: Refused("404", 404) if call["Bucket"] == "typo" else {})
    result = run("register", "typo", "--wait")
    assert (result.exit_code, result.stderr) == (1, "typo: not sent (there is no such bucket)\n")
    assert sent(aws) == []
    assert run("register", "one", "typo").exit_code == 1
    assert sent(aws) == [("one", "added")], "the others are registered"
    assert run("remove", "typo").exit_code == 0, "its tables are deleted"


@pytest.mark.parametrize("head", [Refused("403", 403), EndpointConnectionError(endpoint_url="https://s3")])
def test_a_bucket_that_this_caller_cannot_see_is_registered(run: Run, aws: FakeAws, head: Any) -> None:
    aws.on(HEAD, head)
    assert run("register", "theirs").stdout == "theirs: sent\n"


def test_wait_reports_the_result_of_each_bucket(run: Run, aws: FakeAws) -> None:
    # The registry is read once before the events are sent, and is empty then.
    aws.on(GET, entries(), entries(item("good"), item("bad", problem="UnmanagedTableError: theirs")))
    result = run("register", "good", "bad", "--wait", "--timeout", "0")
    assert (result.exit_code, result.stdout) == (1, "good: registered\n")
    assert result.stderr == "bad: registered (UnmanagedTableError: theirs)\n"
    keys = [key["bucket"]["S"] for key in aws.called(GET)[-1]["RequestItems"]["registry"]["Keys"]]
    assert keys == ["good", "bad"], "one call for all of them"


def letter(bucket: str) -> dict[str, Any]:
    """A dead letter about a bucket."""
    return {
        "MessageId": "abcdef01-0000-0000-0000-000000000000",
        "ReceiptHandle": "handle",
        "Body": json.dumps({"detail": {"bucket": bucket}}),
        "Attributes": {"SentTimestamp": "1763640000000"},
        "MessageAttributes": {
            "Error": {"DataType": "String", "StringValue": "InvalidEventError"},
            "Reason": {"DataType": "String", "StringValue": "detail.bucket: not matched by BucketNamePattern"},
        },
    }


def test_buckets_that_wait_are_pending_and_rejected_ones_have_their_reason(run: Run, aws: FakeAws) -> None:
    aws.on(GET, entries())
    aws.on("sqs:GetQueueAttributes", {"Attributes": {"ApproximateNumberOfMessages": "1"}})
    aws.on("sqs:ReceiveMessage", {"Messages": [letter("theirs")]}, {}).on("sqs:ChangeMessageVisibilityBatch", {})
    result = run("register", "late", "theirs", "--wait", "--timeout", "0")
    assert result.exit_code == 1
    assert result.stderr == (
        "late: pending (not processed within 0 s: see quilt-athena buckets, and quilt-athena dead-letters list)\n"
        "theirs: rejected (InvalidEventError: detail.bucket: not matched by BucketNamePattern)\n"
    )


def test_wait_exits_with_4_at_the_timeout(run: Run, aws: FakeAws) -> None:
    aws.on(GET, entries()).on("sqs:GetQueueAttributes", Refused("AccessDenied", 403))
    result = run("remove", "late", "--wait", "--timeout", "0", "--json")
    assert result.exit_code == 4
    (outcome,) = json.loads(result.stdout)
    assert outcome["State"] == "pending"


def test_registrations_as_json(run: Run, aws: FakeAws) -> None:
    aws.on(GET, entries(item("good")))
    outcomes = json.loads(run("register", "good", "--wait", "--json").stdout)
    assert outcomes == [{"Bucket": "good", "State": "registered", "EventId": "now", "Problem": None}]


def test_keys_that_dynamodb_leaves_out_are_read_again(run: Run, aws: FakeAws) -> None:
    left = {**entries(), "UnprocessedKeys": {"registry": {"Keys": [{"bucket": {"S": "good"}}]}}}
    aws.on(GET, left, entries(item("good")))
    assert run("register", "good", "--wait").stdout == "good: registered\n"
    many = [f"bucket-{number}" for number in range(250)]
    aws.on(GET, lambda call: entries(*(item(key["bucket"]["S"]) for key in call["RequestItems"]["registry"]["Keys"])))
    aws.calls.clear()
    assert run("register", *many, "--wait").exit_code == 0
    assert len(aws.called(GET)) == 6, "a hundred at a time, before and after"


def test_files_of_other_systems_are_understood(run: Run, aws: FakeAws, tmp_path: Path) -> None:
    path = tmp_path / "buckets.txt"
    path.write_bytes("\ufeffone\r\ns3://two/\r\n\r\ns3://three # last\r\n".encode())
    assert run("register", "s3://zero", "--file", str(path)).exit_code == 0
    assert [bucket for bucket, _ in sent(aws)] == ["zero", "one", "two", "three"]


def test_every_invalid_line_is_named(run: Run, aws: FakeAws) -> None:
    result = run("register", "-f", "-", stdin="fine\nNot Fine\n\nalso-fine\ns3://with/prefix\n")
    assert result.exit_code == 2
    assert "line 2: 'Not Fine' is not a legal S3 bucket name\n" in result.stderr
    assert "line 5: 'with/prefix' is not a legal S3 bucket name\n" in result.stderr
    assert result.stderr.count("expected 3-63 lower-case letters") == 1
    assert aws.calls == []


@pytest.fixture
def account(aws: FakeAws) -> None:
    """An account with a registered bucket, one with packages, one without, and one that can't be read."""
    names = ["known", "packages", "plain", "secret"]
    aws.on("s3:ListBuckets", {"Buckets": [{"Name": name} for name in names]}).on(SCAN, {"Items": [item("known")]})
    objects = {"packages": {"Contents": [{"Key": ".quilt/packages/x"}]}, "plain": {}, "secret": Refused("403", 403)}
    aws.on("s3:ListObjectsV2", lambda call: objects[call["Bucket"]])


@pytest.mark.usefixtures("account")
def test_discover_proposes_buckets_with_packages(run: Run, aws: FakeAws) -> None:
    result = run("register", "--discover")
    assert (result.exit_code, result.stdout) == (0, "packages\n")
    assert "Not readable: secret" in result.stderr
    assert sent(aws) == [], "nobody can answer here"
    assert json.loads(run("register", "--discover", "--json").stdout) == {
        "Buckets": ["packages"],
        "NotReadable": ["secret"],
    }
    assert run("register", "--discover", "--yes").stdout == "packages: sent\n"
    assert sent(aws) == [("packages", "added")]
    assert run("register", "--discover", "one").exit_code == 2


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(("answer", "expected"), [("y\n", [("packages", "added")]), ("n\n", [])])
def test_discover_asks_on_a_terminal(
    run: Run, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, answer: str, expected: list[tuple[str, str]]
) -> None:
    for module in ("options", "commands.buckets"):
        monkeypatch.setattr(f"quilt_athena.cli.{module}.is_interactive", lambda: True)
    assert run("register", "--discover", stdin=answer).exit_code == 0
    assert sent(aws) == expected


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
