"""The items of the registry: attribute names that all releases share."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.registration.codec import (
    changes_attribute,
    index_progress_attribute,
    registration_from_item,
    time_attribute,
)
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from quilt_athena.registration.registration import BucketState, Registration

ITEM = {
    "bucket": {"S": "my-bucket"},
    "state": {"S": "registered"},
    "revision": {"N": "3"},
    "event_time": {"S": "2025-11-20T12:00:00.000000+00:00"},
    "event_ids": {"SS": ["one", "two"]},
    "converged_revision": {"N": "2"},
    "fingerprint": {"S": "f" * 64},
    "pending": {"SS": ["created my_bucket_quilt_packages", "updated my_bucket_quilt_manifests"]},
    "problem": {"S": "UnmanagedTableError: it already exists"},
    "view_problem": {"S": "VIEW_IS_STALE"},
    "updated_at": {"S": "2025-11-20T12:00:01.500000+00:00"},
    "note": {"S": "of somebody else"},
}


def test_an_item_of_release_0_1_is_read() -> None:
    registration = registration_from_item(ITEM)
    assert registration == Registration(
        bucket="my-bucket",
        state=BucketState.REGISTERED,
        revision=3,
        event_time=datetime(2025, 11, 20, 12, tzinfo=UTC),
        event_ids=frozenset({"one", "two"}),
        synced_revision=2,
        fingerprint="f" * 64,
        pending=frozenset(
            {Change("my_bucket_quilt_packages", Action.CREATED), Change("my_bucket_quilt_manifests", Action.UPDATED)}
        ),
        problem="UnmanagedTableError: it already exists",
        view_problem="VIEW_IS_STALE",
    )
    assert registration.updated_at == datetime(2025, 11, 20, 12, 0, 1, 500_000, tzinfo=UTC)
    assert not registration.is_applied


def test_an_item_has_only_a_bucket_a_state_and_a_revision_at_first() -> None:
    item = {key: ITEM[key] for key in ("bucket", "state", "revision")}
    assert registration_from_item(item) == Registration("my-bucket", BucketState.REGISTERED, 3)


@pytest.mark.parametrize("missing", ["bucket", "state", "revision"])
def test_an_item_that_the_registry_did_not_write_is_an_error(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        registration_from_item({key: value for key, value in ITEM.items() if key != missing})


def test_attributes_are_written_as_they_are_read() -> None:
    registration = registration_from_item(ITEM)
    assert changes_attribute(registration.pending) == ITEM["pending"]
    assert registration.event_time
    assert time_attribute(registration.event_time) == ITEM["event_time"]
    elsewhere = registration.event_time.astimezone(timezone(timedelta(hours=2)))
    assert time_attribute(elsewhere) == ITEM["event_time"]


def test_the_codec_needs_no_package_beyond_the_standard_library() -> None:
    code = "import sys, quilt_athena.registration.codec; print(*{name.partition('.')[0] for name in sys.modules})"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_PATH).stdout
    assert not {"pydantic", "aws_lambda_powertools", "boto3", "botocore"} & set(output.split())


_PATH = {"PYTHONPATH": ":".join(sys.path)}


@pytest.mark.parametrize(
    "progress",
    [
        IndexProgress(IndexState.BACKFILLING),
        IndexProgress(IndexState.BACKFILLING, ".quilt/named_packages/a/b/1", 7, 2**40),
        IndexProgress(IndexState.COMPLETE, "", 7, 100, compared_at=datetime(2026, 11, 20, 12, tzinfo=UTC)),
        IndexProgress(IndexState.ERASING, erased_at=datetime(2026, 11, 20, 12, 0, 1, 500_000, tzinfo=UTC)),
    ],
)
def test_index_progress_is_read_as_it_was_written(progress: IndexProgress) -> None:
    item = {**ITEM, "index_wanted": {"BOOL": True}, "index_progress": index_progress_attribute(progress)}
    registration = registration_from_item(item)
    assert (registration.indexed, registration.index) == (True, progress)


def test_index_progress_begins_with_nothing() -> None:
    nothing = {"cursor": {"S": ""}, "manifests": {"N": "0"}, "bytes": {"N": "0"}, "differences": {"N": "0"}}
    began = index_progress_attribute(IndexProgress(IndexState.BACKFILLING))
    assert began == {"M": {"state": {"S": "backfilling"}, **nothing}}


def test_index_progress_without_differences_is_of_an_earlier_release() -> None:
    progress = index_progress_attribute(IndexProgress(IndexState.COMPLETE))
    del progress["M"]["differences"]
    assert registration_from_item({**ITEM, "index_progress": progress}).index == IndexProgress(IndexState.COMPLETE)


def test_an_item_of_an_earlier_release_is_not_indexed() -> None:
    registration = registration_from_item(ITEM)
    assert (registration.indexed, registration.index) == (False, None)
    assert not registration.reads_index
