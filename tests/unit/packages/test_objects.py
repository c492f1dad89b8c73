"""Objects that bring no hash are what their rows say, before they are read."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.packages import objects
from quilt_athena.packages.manifests import take_from_manifests
from quilt_athena.packages.objects import check_objects
from quilt_athena.packages.selection import MAX_REASON_LENGTH, Selection, select_rows
from tests.unit.packages.bucket import Bucket, line, refusal, row


def checked(bucket: Bucket, *rows: dict[str, Any]) -> Selection:
    selection = select_rows(row(), rows)
    take_from_manifests(bucket.s3, selection, "packages")
    check_objects(bucket.s3, selection)
    return selection


def reason(selection: Selection) -> str:
    (refused,) = selection.refusals.to_json()
    return str(refused["Reason"])


def unhashed(key: str, **values: Any) -> dict[str, Any]:
    return row(**{"physical_key": key, "hash": None, **values})


def test_an_object_as_the_row_says_stays(bucket: Bucket) -> None:
    old, new = bucket.put("raw/x y", "12345"), bucket.put("raw/x y", "1234567")
    keys = {old.replace(" ", "%20"): "5", new.replace(" ", "%20"): "7", "s3://packages/raw/x%20y": "7"}
    rows = [unhashed(key, logical_key=str(number), size=size) for number, (key, size) in enumerate(keys.items())]
    assert len(checked(bucket, *rows).rows) == 3


@pytest.mark.parametrize("size", ["4", "0", "400"])
def test_another_size_is_an_invalid_row(bucket: Bucket, size: str) -> None:
    key = bucket.put("raw/x", "0123456789")
    selection = checked(bucket, unhashed(key, size=size))
    assert (selection.rows, reason(selection)) == ({}, f"size: the row says {size} bytes, {key} has 10")


def test_another_size_of_a_manifests_entry_is_one_too(bucket: Bucket) -> None:
    key = bucket.put("raw/x", "0123456789")
    top_hash = bucket.manifest(line(physical_keys=[key], hash=None, size=9))
    assert reason(checked(bucket, row(physical_key=key, tophash=top_hash))).startswith(
        "size: its manifest says 9 bytes"
    )


def test_an_object_with_a_hash_is_not_looked_at(bucket: Bucket) -> None:
    assert len(checked(bucket, row(physical_key="s3://nowhere/x")).rows) == 1


@pytest.mark.parametrize(
    "key", ["s3://packages/gone", "s3://packages/gone?versionId=1", "s3://no-such-bucket/" + "x" * 1000]
)
def test_an_object_that_is_gone_is_an_invalid_row(bucket: Bucket, key: str) -> None:
    told = reason(checked(bucket, unhashed(key)))
    assert told.startswith("physical_key: s3://")
    assert "isn't there, or may not be read" in told
    assert len(told) < MAX_REASON_LENGTH


@pytest.mark.parametrize(("code", "status"), [("403", 403), ("400", 400), ("405", 405)])
def test_an_object_that_may_not_be_read_is_one_too(bucket: Bucket, code: str, status: int) -> None:
    key = bucket.put("raw/x", "12345")
    bucket.fail("HeadObject", refusal(code, status, "HeadObject"))
    told = reason(checked(bucket, unhashed(key)))
    assert f"isn't there, or may not be read, to compute the hash that the row lacks: {code}." in told
    assert "BucketNamePattern" in told


@pytest.mark.parametrize(
    "error",
    [refusal("503", 503, "HeadObject"), refusal("429", 429), EndpointConnectionError(endpoint_url="https://s3")],
)
def test_a_fault_of_s3_is_no_rows_fault(bucket: Bucket, error: Exception) -> None:
    key = bucket.put("raw/x", "12345")
    bucket.fail("HeadObject", error)
    with pytest.raises(ServiceUnavailableError, match="s3:HeadObject on s3://packages/raw/x"):
        checked(bucket, *(unhashed(key, logical_key=str(number)) for number in range(20)))


def test_many_are_looked_at_in_tasks(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_TASK_ROWS", 3)
    key = bucket.put("raw/x", "12345")
    rows = [unhashed(key, logical_key=f"{number:02}", size=str(4 + number % 2)) for number in range(20)]
    selection = checked(bucket, *rows)
    assert (len(selection.rows), selection.refusals.count) == (10, 10)
