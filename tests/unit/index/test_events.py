"""Events that report changes of buckets: what they name, and what is rejected."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quilt_athena.errors import InvalidBucketNameError, InvalidEventError
from quilt_athena.index.events import changed_objects
from quilt_athena.index.pending import PendingObject

SOURCES = {"com.quiltdata"}
TOPHASH = "0f64a2e8a0f4d2f8a3d8c6c9d1f6d8b3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7"
MANIFEST = f".quilt/packages/{TOPHASH}"
POINTER = ".quilt/named_packages/imaging/cells/latest"


def revision(**changes: Any) -> dict[str, Any]:
    """Quilt's event of a pushed package."""
    detail = {"version": "0.1", "type": "created", "bucket": "my-bucket", "handle": "imaging/cells", "topHash": TOPHASH}
    return {"source": "com.quiltdata", "detail-type": "package-revision", "detail": {**detail, **changes}}


def through_eventbridge(key: str, kind: str = "Object Created") -> dict[str, Any]:
    """S3's event about an object, with its key as it is."""
    return {
        "source": "aws.s3",
        "detail-type": kind,
        "detail": {"bucket": {"name": "my-bucket"}, "object": {"key": key, "size": 1}},
    }


def notification(*keys: str) -> dict[str, Any]:
    """S3's notification about objects, with URL-encoded keys."""
    return {"Records": [{"s3": {"bucket": {"name": "my-bucket"}, "object": {"key": key}}} for key in keys]}


def topic_message(message: dict[str, Any] | str) -> dict[str, Any]:
    """A message of SNS, as it arrives in a queue."""
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:123456789012:my-bucket", "Message": text}


def named(event: Any) -> list[PendingObject]:
    """The objects that an event names."""
    return changed_objects(json.dumps(event), SOURCES)


def test_package_revision_names_the_manifest_and_all_pointers_of_the_package() -> None:
    assert named(revision()) == [
        PendingObject("my-bucket", MANIFEST),
        PendingObject("my-bucket", ".quilt/named_packages/imaging/cells/"),
    ]


@pytest.mark.parametrize("kind", ["Object Created", "Object Deleted"])
@pytest.mark.parametrize("key", [MANIFEST, POINTER, ".quilt/named_packages/imaging/cells/1700000000"])
def test_event_of_s3_names_its_object(key: str, kind: str) -> None:
    assert named(through_eventbridge(key, kind)) == [PendingObject("my-bucket", key)]


@pytest.mark.parametrize("wrap", [lambda event: event, topic_message], ids=["raw", "in a message of SNS"])
def test_notification_of_s3_names_all_its_objects(wrap: Any) -> None:
    assert named(wrap(notification(MANIFEST, POINTER, "images/a.tiff"))) == [
        PendingObject("my-bucket", MANIFEST),
        PendingObject("my-bucket", POINTER),
    ]


def test_keys_are_url_encoded_in_notifications_and_not_in_events() -> None:
    plus, encoded = ".quilt/named_packages/a+b/c d/latest", ".quilt/named_packages/a%2Bb/c+d/latest"
    assert named(notification(encoded)) == named(through_eventbridge(plus)) == [PendingObject("my-bucket", plus)]


@pytest.mark.parametrize("key", ["images/a.tiff", ".quilt/packages/", ".quilt/workflows/config.yml"])
def test_other_objects_are_ignored(key: str) -> None:
    assert named(through_eventbridge(key)) == []


def test_test_event_of_s3_is_ignored() -> None:
    test_event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "my-bucket"}
    assert named(test_event) == named(topic_message(test_event)) == []


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ([], "body"),
        ({}, "detail"),
        ({"detail-type": "package-revision", "detail": []}, "detail"),
        ({"detail-type": "somebody-else's", "detail": {}}, "detail-type"),
        ({**revision(), "source": "somebody"}, "source"),
        (revision(handle=None), "handle"),
        (revision(topHash=1), "topHash"),
        ({**through_eventbridge(MANIFEST), "detail": {"bucket": "my-bucket"}}, "bucket.name"),
        ({"Records": {}}, "Records"),
        ({"Records": [{"s3": None}]}, "Records"),
        ({"Records": [{"s3": {"bucket": {"name": "my-bucket"}}}]}, "object.key"),
        ({"Type": "Notification", "TopicArn": "arn"}, "Message"),
        (topic_message("no JSON"), "body"),
        # Half of a surrogate pair, which no service stores.
        (revision(handle="lab/data\ud800"), "handle"),
        # To publish to a topic doesn't make anyone a source of Quilt's own events.
        (topic_message(revision()), "source"),
    ],
)
def test_other_events_are_rejected_with_the_field(event: Any, field: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        named(event)
    assert str(caught.value).startswith(f"{field}: expected")


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, "nul"])
def test_what_is_not_json_is_rejected(body: str) -> None:
    with pytest.raises(InvalidEventError, match="body: expected an event in JSON"):
        changed_objects(body, SOURCES)


def test_bucket_that_is_none_is_rejected() -> None:
    with pytest.raises(InvalidBucketNameError):
        named(revision(bucket="Not A Bucket"))
