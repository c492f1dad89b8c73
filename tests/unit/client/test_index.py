"""The index: what it would cost, what a bucket's events are, and how far it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quilt_athena.client import QuiltAthena
from quilt_athena.client.index import EventSources, IndexEstimate, IndexStatus
from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.registration.codec import index_progress_attribute
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from tests.unit.client.deployed import OUTPUTS
from tests.unit.client.fake_aws import FakeAws, Refused

LIST = "s3:ListObjectsV2"
QUERY = "dynamodb:Query"
TOPIC = "arn:aws:sns:us-east-1:123456789012:my-bucket"
COMPARED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def client(aws: FakeAws, **options: Any) -> QuiltAthena:
    """The client of a stack with an index."""
    return QuiltAthena(session=aws.session(), outputs=OUTPUTS, **options)


def listing(manifests: int, size: int, revisions: int) -> Any:
    """What S3 lists of a bucket, with objects that belong to no package; a page has half of the objects."""
    objects = {
        ".quilt/packages/": [
            *({"Key": f".quilt/packages/{number:064x}", "Size": size} for number in range(manifests)),
            {"Key": ".quilt/packages/README", "Size": 10**12},
        ],
        ".quilt/named_packages/": [
            *(
                {"Key": f".quilt/named_packages/a/b/{1_700_000_000 + number}", "Size": 64}
                for number in range(revisions)
            ),
            {"Key": ".quilt/named_packages/a", "Size": 64},
        ],
    }

    def respond(call: dict[str, Any]) -> dict[str, Any]:
        found = objects[call["Prefix"]]
        half = len(found) // 2
        if "ContinuationToken" in call:
            return {"Contents": found[half:], "IsTruncated": False}
        return {"Contents": found[:half], "IsTruncated": True, "NextContinuationToken": "more"}

    return respond


def item(bucket: str, progress: IndexProgress | None = None, *, indexed: bool = True) -> dict[str, Any]:
    """An item of the registry."""
    found: dict[str, Any] = {
        "bucket": {"S": bucket},
        "state": {"S": "registered"},
        "revision": {"N": "1"},
        "index_wanted": {"BOOL": indexed},
    }
    return found | ({"index_progress": index_progress_attribute(progress)} if progress else {})


def changed(bucket: str, key: str, reason: str = "", since: datetime | None = None) -> dict[str, Any]:
    """An object in the index's table."""
    found = {"sk": {"S": f"{bucket}/{key}"}, "object_key": {"S": key}, "version": {"S": "1"}}
    found |= {"since": {"S": since.isoformat()}} if since else {}
    return found | ({"reason": {"S": reason}} if reason else {})


def test_estimate_counts_manifests_and_pointers_of_all_pages(aws: FakeAws) -> None:
    aws.on(LIST, listing(manifests=4, size=1000, revisions=7))
    found = client(aws).index.estimate("my-bucket")
    # Three statements of at least 10 MB at 5 USD per TB; four copies, and eleven reads.
    price = 3 * 10_000_000 / 1e12 * 5 + 4 * 0.005 / 1000 + 11 * 0.0004 / 1000
    assert found == IndexEstimate("my-bucket", 4, 7, 4000, round(price, 6))


def test_estimate_grows_with_bytes_and_has_the_given_price(aws: FakeAws) -> None:
    aws.on(LIST, listing(manifests=4, size=2**30, revisions=1))
    found = client(aws, price_per_tb=10).index.estimate("my-bucket")
    # Four batches of 1 GiB.
    scanned = 4 * 2**30 + 2 * 4 * 10_000_000
    assert found.estimated_price_usd == round(scanned / 1e12 * 10 + 4 * 0.005 / 1000 + 5 * 0.0004 / 1000, 6)


def test_estimate_of_a_bucket_that_cannot_be_listed_is_an_error(aws: FakeAws) -> None:
    aws.on(LIST, Refused("AccessDenied", 403))
    with pytest.raises(ServiceUnavailableError, match="s3:ListBucket"):
        client(aws).index.estimate("my-bucket")


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({}, EventSources("my-bucket", False, ())),
        ({"EventBridgeConfiguration": {}}, EventSources("my-bucket", True, ())),
        (
            {"TopicConfigurations": [{"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}]},
            EventSources("my-bucket", False, (TOPIC,)),
        ),
        (Refused("AccessDenied", 403), EventSources("my-bucket", None, None)),
    ],
)
def test_sources_are_those_of_the_buckets_notifications(aws: FakeAws, configuration: Any, expected: Any) -> None:
    aws.on("s3:GetBucketNotificationConfiguration", configuration)
    assert client(aws).index.sources("my-bucket") == expected


def test_enable_and_disable_send_events_that_say_so(aws: FakeAws) -> None:
    aws.on("events:PutEvents", lambda call: {"Entries": [{"EventId": "1"} for _ in call["Entries"]]})
    index = client(aws).index
    assert [one.bucket for one in index.enable(["one", "two"])] == ["one", "two"]
    assert [one.bucket for one in index.disable(["one"])] == ["one"]
    details = [json.loads(entry["Detail"]) for call in aws.called("events:PutEvents") for entry in call["Entries"]]
    assert [(one["bucket"], one["type"], one["indexed"]) for one in details] == [
        ("one", "updated", True),
        ("two", "updated", True),
        ("one", "updated", False),
    ]


def test_registrations_do_not_mention_the_index(aws: FakeAws) -> None:
    aws.on("events:PutEvents", {"Entries": [{"EventId": "1"}]})
    list(client(aws).buckets.send(["one"], "added"))
    (call,) = aws.called("events:PutEvents")
    assert "indexed" not in json.loads(call["Entries"][0]["Detail"])


def test_rebuild_starts_the_writer_with_the_buckets(aws: FakeAws) -> None:
    aws.on("stepfunctions:StartExecution", {"executionArn": "arn:execution", "startDate": COMPARED})
    assert client(aws).index.rebuild(["one", "two"]) == "arn:execution"
    (call,) = aws.called("stepfunctions:StartExecution")
    assert call["stateMachineArn"] == OUTPUTS["IndexStateMachineArn"]
    assert json.loads(call["input"]) == {"Rebuild": ["one", "two"]}


def test_status_has_indexed_buckets_and_those_that_are_being_erased(aws: FakeAws) -> None:
    complete = IndexProgress(IndexState.COMPLETE, "", 7, 1000, compared_at=COMPARED, differences=2)
    aws.on(
        "dynamodb:Scan",
        {
            "Items": [
                item("complete", complete),
                item("erased", IndexProgress(IndexState.ERASING), indexed=False),
                item("new"),
                item("other", indexed=False),
            ]
        },
    )
    objects = {
        "pending": [
            changed("new", ".quilt/packages/1", since=COMPARED + timedelta(minutes=1)),
            changed("new", ".quilt/packages/2", since=COMPARED),
        ],
        "unreadable": [changed("complete", ".quilt/packages/3", "AccessDenied: archived")],
    }
    aws.on(QUERY, lambda call: {"Items": objects[call["ExpressionAttributeValues"][":partition"]["S"]]})
    assert client(aws).index.status() == [
        IndexStatus("complete", "complete", 7, 1000, 0, 1, "AccessDenied: archived", COMPARED, 2),
        IndexStatus("erased", "erasing", 0, 0, 0, 0, "", None, 0),
        IndexStatus("new", "waiting", 0, 0, 2, 0, "", None, 0, COMPARED),
    ]
