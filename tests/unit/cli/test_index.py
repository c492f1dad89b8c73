"""`index estimate|enable|disable|rebuild|status`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from quilt_athena.registration.index_progress import IndexProgress, IndexState
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_aws import FakeAws, Refused
from tests.unit.client.test_index import TOPIC, changed, item, listing

PUT = "events:PutEvents"
SOURCES = "s3:GetBucketNotificationConfiguration"
START = "stepfunctions:StartExecution"
COMPARED = datetime(2026, 11, 20, 12, tzinfo=UTC)
COMPLETE = IndexProgress(IndexState.COMPLETE, "", 1234, 5000, compared_at=COMPARED, differences=3)


@pytest.fixture(autouse=True)
def well(aws: FakeAws) -> None:
    """One bucket is indexed, one is not; events are accepted."""
    aws.on(PUT, lambda call: {"FailedEntryCount": 0, "Entries": [{"EventId": "now"} for _ in call["Entries"]]})
    aws.on("dynamodb:Scan", {"Items": [item("complete", COMPLETE), item("other", indexed=False)]})
    aws.on("dynamodb:Query", {"Items": []})
    aws.on(SOURCES, {"EventBridgeConfiguration": {}})
    aws.on(START, {"executionArn": "arn:execution", "startDate": COMPARED})


def sent(aws: FakeAws) -> list[tuple[str, bool]]:
    """The sent events: bucket, and whether it is to be indexed."""
    details = [json.loads(entry["Detail"]) for call in aws.called(PUT) for entry in call["Entries"]]
    return [(detail["bucket"], detail["indexed"]) for detail in details]


def test_estimate_shows_what_indexing_takes(run: Run, aws: FakeAws) -> None:
    aws.on("s3:ListObjectsV2", listing(manifests=4, size=1000, revisions=7))
    result = run("index", "estimate", "my-bucket")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].split()[:3] == ["my-bucket", "4", "7"]
    (found,) = json.loads(run("index", "estimate", "my-bucket", "--json").stdout)
    assert found["EstimatedPriceUSD"] > 0
    assert {name: found[name] for name in ("Bucket", "Manifests", "Revisions", "Bytes")} == {
        "Bucket": "my-bucket",
        "Manifests": 4,
        "Revisions": 7,
        "Bytes": 4000,
    }


def test_enable_and_disable_send_events(run: Run, aws: FakeAws) -> None:
    result = run("index", "enable", "one", "two", "one")
    assert (result.exit_code, result.stdout) == (0, "one: sent\ntwo: sent\n")
    assert run("index", "disable", "one").stdout == "one: sent\n"
    assert sent(aws) == [("one", True), ("two", True), ("one", False)]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"EventBridgeConfiguration": {}}, "S3 events through EventBridge"),
        ({"TopicConfigurations": [{"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}]}, f"topic {TOPIC}"),
        ({}, "send the bucket's S3 events to EventBridge"),
        (Refused("AccessDenied", 403), "s3:GetBucketNotification"),
    ],
)
def test_enable_reports_the_sources_of_events_and_warns_of_readers(
    run: Run, aws: FakeAws, configuration: Any, expected: str
) -> None:
    aws.on(SOURCES, configuration)
    errors = " ".join(run("index", "enable", "one").stderr.split())
    assert "one:" in errors
    assert expected in errors
    assert "Grant it to all other readers first" in errors


def test_enable_prints_one_json_value(run: Run) -> None:
    (event,) = json.loads(run("index", "enable", "one", "--json").stdout)
    assert event["Bucket"] == "one"


def test_all_means_registered_buckets_to_enable_and_indexed_ones_otherwise(run: Run, aws: FakeAws) -> None:
    assert run("index", "enable", "--all").exit_code == 0
    assert run("index", "disable", "--all").exit_code == 0
    assert sent(aws) == [("complete", True), ("other", True), ("complete", False)]
    assert run("index", "rebuild", "--all").exit_code == 0
    assert [json.loads(call["input"]) for call in aws.called(START)] == [{"Rebuild": ["complete"]}]


@pytest.mark.parametrize("command", ["enable", "disable", "rebuild"])
@pytest.mark.parametrize("arguments", [[], ["one", "--all"]])
def test_buckets_or_all_are_required(run: Run, aws: FakeAws, command: str, arguments: list[str]) -> None:
    result = run("index", command, *arguments)
    assert result.exit_code == 2
    assert "expected buckets, or --all" in result.stderr
    assert not aws.called(PUT) + aws.called(START)


def test_event_that_is_not_accepted_is_a_failure_of_aws(
    run: Run, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    aws.on(PUT, {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "broken"}]})
    result = run("index", "enable", "one")
    assert result.exit_code == 3
    assert "InternalFailure: broken" in result.stdout + result.stderr


def test_rebuild_names_its_execution(run: Run) -> None:
    assert "arn:execution" in run("index", "rebuild", "complete").stderr
    expected = {"Buckets": ["complete"], "ExecutionArn": "arn:execution"}
    assert json.loads(run("index", "rebuild", "complete", "--json").stdout) == expected


def test_status_shows_progress_and_reasons(run: Run, aws: FakeAws) -> None:
    unreadable = [changed("complete", ".quilt/packages/1", "AccessDenied: archived")]
    partitions = {"pending": [], "unreadable": unreadable}
    aws.on("dynamodb:Query", lambda call: {"Items": partitions[call["ExpressionAttributeValues"][":partition"]["S"]]})
    result = run("index", "status")
    assert result.exit_code == 0
    row = result.stdout.splitlines()[-1]
    assert row.split()[:3] == ["complete", "complete", "1,234"]
    assert row.rstrip().endswith("AccessDenied: archived")
    assert "other" not in result.stdout
    assert json.loads(run("index", "status", "--json").stdout) == [
        {
            "Bucket": "complete",
            "State": "complete",
            "Manifests": 1234,
            "Bytes": 5000,
            "Pending": 0,
            "PendingSince": None,
            "Unreadable": 1,
            "Reason": "AccessDenied: archived",
            "Compared": "2026-11-20T12:00:00.000000+00:00",
            "Differences": 3,
        }
    ]


def test_status_without_indexed_buckets_says_what_to_do(run: Run, aws: FakeAws) -> None:
    aws.on("dynamodb:Scan", {"Items": [item("other", indexed=False)]})
    result = run("index", "status")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "quilt-athena index enable" in result.stderr
    assert json.loads(run("index", "status", "--json").stdout) == []
