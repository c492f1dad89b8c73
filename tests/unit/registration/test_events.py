"""Events: the samples are the contract; an event that breaks it is rejected with the name of the field."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.errors import InvalidEventError
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.events import catalog_changed, parse_event
from tests.desired import table_names

SOURCES = frozenset({"com.quiltdata", "quilt-athena"})
SAMPLES = Path(__file__).parents[3] / "events"
REGISTRATION: dict[str, Any] = json.loads((SAMPLES / "bucket-registration-added.json").read_text())
REVISION: dict[str, Any] = json.loads((SAMPLES / "package-revision.json").read_text())
ABSENT = object()


def altered(event: dict[str, Any], path: str, value: object) -> str:
    """The event with the field at ``path`` changed, or without it."""
    event = json.loads(json.dumps(event))
    *parents, name = path.split(".")
    inner = event
    for parent in parents:
        inner = inner[parent]
    if value is ABSENT:
        del inner[name]
    else:
        inner[name] = value
    return json.dumps(event)


@pytest.mark.parametrize(
    ("sample", "kind", "time"),
    [
        ("bucket-registration-added", EventKind.ADDED, datetime(2025, 11, 20, 12, 0, tzinfo=UTC)),
        ("bucket-registration-updated", EventKind.UPDATED, datetime(2025, 11, 20, 12, 5, tzinfo=UTC)),
        ("bucket-registration-removed", EventKind.REMOVED, datetime(2025, 11, 20, 12, 10, tzinfo=UTC)),
        ("package-revision", EventKind.SEEN, datetime(2025, 11, 20, 12, 15, tzinfo=UTC)),
    ],
)
def test_samples_are_parsed(samples: Path, sample: str, kind: EventKind, time: datetime) -> None:
    body = (samples / f"{sample}.json").read_text()
    assert parse_event(body, SOURCES) == BucketEvent("my-bucket", kind, time, json.loads(body)["id"])


def test_the_published_event_is_the_sample(samples: Path) -> None:
    sample = json.loads((samples / "catalog-changed.json").read_text())
    changes = {Change(name, Action.CREATED) for name in table_names("my-bucket")}
    assert catalog_changed("my-bucket", changes) == sample["detail"]
    assert (sample["source"], sample["detail-type"]) == ("quilt-athena", "catalog-changed")


def test_the_batch_sample_contains_events(samples: Path) -> None:
    records = json.loads((samples / "onboard-bucket-sqs.json").read_text())["Records"]
    assert parse_event(records[0]["body"], SOURCES).kind is EventKind.ADDED
    with pytest.raises(InvalidEventError, match=r"detail\.type"):
        parse_event(records[1]["body"], SOURCES)
    assert parse_event(records[2]["body"], SOURCES).kind is EventKind.SEEN


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("extra", 1), ("detail.extra", {"a": [1]}), ("version", ABSENT), ("account", ABSENT), ("region", "eu-west-1"),
        ("resources", ABSENT), ("resources", []), ("detail.version", "0.2"), ("detail.version", "0.10"),
        ("resources", ["arn:aws-cn:s3:::my-bucket"]), ("resources", ["arn:aws:sns:x", "arn:aws:s3:::my-bucket"]),
    ],
)  # fmt: skip
def test_unknown_and_optional_fields_do_not_matter(path: str, value: object) -> None:
    event = parse_event(altered(REGISTRATION, path, value), SOURCES)
    assert (event.bucket, event.kind) == ("my-bucket", EventKind.ADDED)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("id", ABSENT, "Field required"),
        ("id", "", "at least 1 character"),
        ("id", 7, "valid string"),
        ("source", ABSENT, "Field required"),
        ("source", "com.example", "expected one of com.quiltdata, quilt-athena, got 'com.example'"),
        ("time", ABSENT, "Field required"),
        ("time", "yesterday", "valid datetime"),
        ("time", "2025-11-20T12:00:00", "timezone"),
        ("time", "0001-01-01T00:00:00+23:59", "out of range"),
        ("time", 5, "valid datetime"),
        ("time", None, "valid datetime"),
        ("detail-type", ABSENT, "Field required"),
        ("detail-type", "bucket-registered", "'bucket-registration' or 'package-revision', got 'bucket-registered'"),
        ("resources", "arn:aws:s3:::my-bucket", "valid array"),
        ("resources", ["arn:aws:s3:::other"], "expected the ARN of bucket my-bucket, which detail.bucket names"),
        ("resources", ["my-bucket"], "expected the ARN"),
        ("resources", ["urn:aws:s3:::my-bucket"], "expected the ARN"),
        ("resources", ["arn:aws:s3:::my-bucket/key"], "expected the ARN"),
        ("detail", ABSENT, "Field required"),
        ("detail", "{}", "should be an object"),
        ("detail.version", ABSENT, "Field required"),
        ("detail.version", "1.0", "should match pattern"),
        ("detail.version", 0.1, "valid string"),
        ("detail.type", ABSENT, "Field required"),
        ("detail.type", "renamed", "'added', 'updated' or 'removed', got 'renamed'"),
        ("detail.type", "seen", "'added', 'updated' or 'removed'"),
        ("detail.bucket", ABSENT, "Field required"),
        ("detail.bucket", None, "valid string"),
        ("detail.bucket", ["my-bucket"], "valid string"),
        ("detail.bucket", "My Bucket", "is not a legal S3 bucket name"),
        ("detail.bucket", "s3://my-bucket", "is not a legal S3 bucket name"),
        ("detail.indexed", "true", "valid boolean"),
        ("detail.indexed", 1, "valid boolean"),
    ],
)
def test_a_wrong_field_is_named(path: str, value: object, problem: str) -> None:
    with pytest.raises(InvalidEventError, match=problem) as caught:
        parse_event(altered(REGISTRATION, path, value), SOURCES)
    assert caught.value.field == path
    assert str(caught.value).startswith(f"{path}: ")


def test_the_beginning_of_a_long_source_is_shown() -> None:
    with pytest.raises(InvalidEventError, match=f"got '{'x' * 80}'$"):
        parse_event(altered(REGISTRATION, "source", "x" * 300), SOURCES)


@pytest.mark.parametrize("path", ["detail.handle", "detail.topHash", "detail.bucket", "detail.version", "detail.type"])
def test_a_package_revision_requires_all_of_its_fields(path: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        parse_event(altered(REVISION, path, ABSENT), SOURCES)
    assert caught.value.field == path


def test_all_wrong_fields_are_named_at_once() -> None:
    event = json.loads(altered(REGISTRATION, "time", "yesterday"))
    event["detail"] = {"version": "0.1", "bucket": "x"}
    with pytest.raises(InvalidEventError, match=r"^time: .*; detail\.type: .*; detail\.bucket: .*"):
        parse_event(json.dumps(event), SOURCES)


def test_a_time_in_another_time_zone_becomes_utc() -> None:
    event = parse_event(altered(REGISTRATION, "time", "2025-11-20T14:00:00+02:00"), SOURCES)
    assert event.time == datetime(2025, 11, 20, 12, tzinfo=UTC)
    assert event.time.tzinfo is UTC


@pytest.mark.parametrize("body", ["", "{", "null", "[]", '"added"', "NaN", "not JSON", "[" * 10_000, '{"time": 1e999}'])
def test_a_body_that_is_no_event_is_rejected(body: str) -> None:
    with pytest.raises(InvalidEventError):
        parse_event(body, SOURCES)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
paths = st.sampled_from(
    ["id", "source", "time", "detail-type", "resources", "detail", "detail.version", "detail.type", "detail.bucket"]
)


@given(st.sampled_from([REGISTRATION, REVISION]), paths, json_values)
@example(REGISTRATION, "time", "9999-12-31T23:59:59-23:59")
@example(REGISTRATION, "time", 10**30)
@example(REGISTRATION, "detail.bucket", "000")
@example(REVISION, "detail.bucket", "000")
def test_any_value_in_any_field_is_accepted_or_rejected(event: dict[str, Any], path: str, value: object) -> None:
    rejected = None
    try:
        parsed = parse_event(altered(event, path, value), SOURCES)
    except InvalidEventError as error:
        rejected = error
    if rejected:
        # Another legal bucket is not the one of the ARN.
        assert rejected.field.startswith(path) or (path, rejected.field) == ("detail.bucket", "resources")
    else:
        assert parsed.bucket == "my-bucket" or path == "detail.bucket"


@given(st.text())
def test_any_text_is_rejected_without_a_crash(body: str) -> None:
    with pytest.raises(InvalidEventError):
        parse_event(body, SOURCES)


def test_a_time_more_than_a_day_ahead_is_rejected() -> None:
    now = datetime.now(UTC)
    parse_event(altered(REGISTRATION, "time", (now + timedelta(hours=23)).isoformat()), SOURCES)
    with pytest.raises(InvalidEventError, match="time: expected a time at most a day ahead"):
        parse_event(altered(REGISTRATION, "time", (now + timedelta(hours=25)).isoformat()), SOURCES)
