"""Objects without a hash are checked before they are read."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from quilt_athena.contracts.limits import MAX_REASON_LENGTH
from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.packages import objects
from quilt_athena.packages.manifest_entries import use_manifest_entries
from quilt_athena.packages.objects import check_objects
from quilt_athena.packages.selection import RowSelection, select_rows
from tests.unit.packages.bucket import Bucket, line, row, s3_error


def checked(bucket: Bucket, *rows: dict[str, Any]) -> RowSelection:
    selection = select_rows(row(), rows)
    use_manifest_entries(bucket.s3, selection, "packages")
    check_objects(bucket.s3, selection)
    return selection


def reason(selection: RowSelection) -> str:
    (rejected,) = selection.rejected.as_json()
    return str(rejected["Reason"])


def unhashed(key: str, **values: Any) -> dict[str, Any]:
    return row(**{"physical_key": key, "hash": None, **values})


def test_check_objects_accepts_objects_of_the_expected_size(bucket: Bucket) -> None:
    old, new = bucket.put("raw/x y", "12345"), bucket.put("raw/x y", "1234567")
    keys = {old.replace(" ", "%20"): "5", new.replace(" ", "%20"): "7", "s3://packages/raw/x%20y": "7"}
    rows = [unhashed(key, logical_key=str(number), size=size) for number, (key, size) in enumerate(keys.items())]
    assert len(checked(bucket, *rows).rows) == 3


@pytest.mark.parametrize("size", ["4", "0", "400"])
def test_check_objects_rejects_another_size(bucket: Bucket, size: str) -> None:
    key = bucket.put("raw/x", "0123456789")
    selection = checked(bucket, unhashed(key, size=size))
    assert (selection.rows, reason(selection)) == (
        {},
        f"size: expected the size of {key}, 10 bytes, got {size} from the row",
    )


def test_check_objects_rejects_another_size_than_in_the_manifest(bucket: Bucket) -> None:
    key = bucket.put("raw/x", "0123456789")
    top_hash = bucket.manifest(line(physical_keys=[key], hash=None, size=9))
    assert reason(checked(bucket, row(physical_key=key, tophash=top_hash))).endswith("got 9 from the manifest")


def test_check_objects_ignores_objects_with_a_hash(bucket: Bucket) -> None:
    assert len(checked(bucket, row(physical_key="s3://nowhere/x")).rows) == 1


@pytest.mark.parametrize(
    "key", ["s3://packages/missing", "s3://packages/missing?versionId=1", "s3://no-such-bucket/" + "x" * 1000]
)
def test_check_objects_rejects_missing_objects(bucket: Bucket, key: str) -> None:
    text = reason(checked(bucket, unhashed(key)))
    assert text.startswith("physical_key: s3://")
    assert "does not exist, or cannot be read" in text
    assert len(text) < MAX_REASON_LENGTH


@pytest.mark.parametrize(("length", "shown"), [(120, 120), (121, 117)])
def test_check_objects_shows_at_most_120_characters_of_a_url(bucket: Bucket, length: int, shown: int) -> None:
    key = "s3://packages/" + "x" * (length - len("s3://packages/"))
    text = reason(checked(bucket, unhashed(key)))
    assert text.startswith(f"physical_key: {key[:shown]}{'' if shown == 120 else '...'} does not exist")


@pytest.mark.parametrize(("code", "status"), [("403", 403), ("400", 400), ("405", 405)])
def test_check_objects_rejects_unreadable_objects(bucket: Bucket, code: str, status: int) -> None:
    key = bucket.put("raw/x", "12345")
    bucket.fail("HeadObject", s3_error(code, status, "HeadObject"))
    text = reason(checked(bucket, unhashed(key)))
    assert f"does not exist, or cannot be read to compute the missing hash: {code}." in text
    assert "BucketNamePattern" in text


@pytest.mark.parametrize(
    "error",
    [s3_error("503", 503, "HeadObject"), s3_error("429", 429), EndpointConnectionError(endpoint_url="https://s3")],
)
def test_check_objects_raises_temporary_s3_errors(bucket: Bucket, error: Exception) -> None:
    key = bucket.put("raw/x", "12345")
    bucket.fail("HeadObject", error)
    with pytest.raises(ServiceUnavailableError, match="s3:HeadObject on s3://packages/raw/x"):
        checked(bucket, *(unhashed(key, logical_key=str(number)) for number in range(20)))


def test_check_objects_divides_many_rows_into_tasks(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "TASK_ROWS", 3)
    key = bucket.put("raw/x", "12345")
    rows = [unhashed(key, logical_key=f"{number:02}", size=str(4 + number % 2)) for number in range(20)]
    selection = checked(bucket, *rows)
    assert (len(selection.rows), selection.rejected.count) == (10, 10)
