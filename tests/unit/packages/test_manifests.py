"""Rows with a top hash become entries of the manifest, with its spelling of metadata keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from quilt_athena.errors import PackageRejected, ServiceUnavailableError
from quilt_athena.packages import manifest_entries, manifests
from quilt_athena.packages.entries import record_bytes
from quilt_athena.packages.manifest_entries import use_manifest_entries
from quilt_athena.packages.selection import RowSelection, select_rows
from tests.unit.packages.bucket import SHA, Bucket, line, row, s3_error


def select_entries(bucket: Bucket, *rows: dict[str, Any], package_bucket: str = "packages") -> tuple[int, RowSelection]:
    selection = select_rows(row(), rows)
    return use_manifest_entries(bucket.s3, selection, package_bucket), selection


def reason(selection: RowSelection) -> str:
    (rejected,) = selection.rejected.as_json()
    return str(rejected["Reason"])


def test_entry_comes_from_the_manifest(bucket: Bucket) -> None:
    top_hash = bucket.manifest({"logical_key": "folder/", "meta": {"user_meta": {"A": 1}}}, line(size=7), line("b"))
    count, selection = select_entries(bucket, row(tophash=top_hash), row("other.tiff"))
    assert count == 1
    entry = selection.rows["a.tiff"].entry
    assert entry.meta == {"user_meta": {"CellIndex": ["5"]}}
    assert entry.size == 7
    assert selection.rows["other.tiff"].entry.meta == {"user_meta": {"cellindex": ["5"]}}


def test_row_may_have_another_path_than_the_manifest(bucket: Bucket) -> None:
    top_hash = bucket.manifest(line())
    renamed = row("renamed.tiff", physical_key=row()["physical_key"], tophash=top_hash)
    _, selection = select_entries(bucket, renamed)
    assert selection.rows["renamed.tiff"].entry.meta == {"user_meta": {"CellIndex": ["5"]}}


def test_path_selects_between_entries_with_the_same_object(bucket: Bucket) -> None:
    key = row()["physical_key"]
    other = line("b.tiff", physical_keys=[key], meta={"user_meta": {"Other": 1}})
    for lines in ((line(), other), (other, line())):
        top_hash = bucket.manifest(*lines)
        rows = [row(tophash=top_hash), row("b.tiff", physical_key=key, tophash=top_hash)]
        _, selection = select_entries(bucket, *rows)
        assert selection.rows["b.tiff"].entry.meta == {"user_meta": {"Other": 1}}
        assert selection.rows["a.tiff"].entry.meta == {"user_meta": {"CellIndex": ["5"]}}
        _, selection = select_entries(bucket, row("c.tiff", physical_key=key, tophash=top_hash))
        assert "several different entries with this physical key" in reason(selection)


def test_first_physical_key_of_an_entry_selects_it(bucket: Bucket) -> None:
    # quilt3 reads the first.
    keys = [row()["physical_key"], "s3://elsewhere/x"]
    for first, expected in ((0, 1), (1, 0)):
        top_hash = bucket.manifest(line(physical_keys=[keys[first], keys[1 - first]]))
        assert select_entries(bucket, row(tophash=top_hash))[0] == expected


@pytest.mark.parametrize("where", ["column", "object", "package"])
def test_manifest_is_looked_for_in_three_buckets(bucket: Bucket, where: str) -> None:
    other = Bucket.create(bucket.s3, "other-bucket")
    keys = ["s3://other-bucket/x"] if where == "object" else ["s3://elsewhere/x"]
    top_hash = other.manifest(line(physical_keys=keys))
    # A manifest with the same top hash in an earlier bucket does not matter if it has no such entry.
    bucket.put(f".quilt/packages/{top_hash}", "{}\n")
    values = row(physical_key=keys[0], tophash=top_hash, bucket="other-bucket" if where == "column" else None)
    count, _ = select_entries(bucket, values, package_bucket="other-bucket" if where == "package" else "packages")
    assert count == 1


def test_missing_manifest_is_reported(bucket: Bucket) -> None:
    count, selection = select_entries(bucket, row(tophash="ab" * 32))
    assert (count, selection.rows) == (0, {})
    assert "does not exist in s3://packages, or the stack may not read it there. Select the bucket" in reason(selection)


def test_missing_entry_is_reported(bucket: Bucket) -> None:
    top_hash = bucket.manifest(line(physical_keys=["file:///somewhere"]), line("b"))
    _, selection = select_entries(bucket, row(tophash=top_hash))
    assert f"the manifest {top_hash} in s3://packages has no entry with this physical key" in reason(selection)


BROKEN = (
    "{",
    "[]",
    "5",
    "null",
    "\x00",
    "[" * 100_000,
    '{"logical_key": 5, "physical_keys": ["s3://a-bucket/x"]}',
    '{"logical_key": "x", "physical_keys": ["y"]}',
    '{"logical_key": "x", "physical_keys": [5]}',
    '{"logical_key": "x", "physical_keys": {"a": 1}}',
    '{"logical_key": "x", "physical_keys": ["s3://a-bucket/x"], "size": null}',
    '{"logical_key": "x", "physical_keys": ["s3://a-bucket/x"], "size": 1, "meta": [NaN]}',
    "",
)


@pytest.mark.parametrize("broken", BROKEN)
def test_malformed_lines_are_ignored(bucket: Bucket, broken: str) -> None:
    top_hash = bucket.manifest(line("b"), broken, line())
    count, selection = select_entries(bucket, row(tophash=top_hash))
    assert (count, selection.rejected.count) == (1, 0)
    _, selection = select_entries(bucket, row(tophash=bucket.manifest(broken)))
    assert "has no entry with this physical key" in reason(selection)


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_manifest_without_a_header_is_read(bucket: Bucket, start: str) -> None:
    bucket.put(f".quilt/packages/{SHA}", start + json.dumps(line()) + "\n")
    count, selection = select_entries(bucket, row(tophash=SHA))
    assert (count, selection.rejected.count) == (1, 0)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"hash": SHA}, "hash: expected"),
        ({"hash": {}}, "hash: expected"),
        ({"hash": {"type": "MD5", "value": "x"}}, "hash: expected"),
        ({"hash": {"type": "SHA256", "value": "xy"}}, "hash: expected"),
        ({"hash": {"type": "SHA256", "value": None}}, "hash: expected"),
        ({"size": None}, "size: expected a whole number of bytes, got NULL"),
        ({"size": 5.0}, "size: expected"),
        ({"size": -1}, "size: expected"),
        ({"size": True}, "size: expected"),
        ({"meta": [1]}, "meta: expected a JSON object"),
        ({"meta": '{"a": 1}'}, "meta: expected a JSON object"),
        ({"meta": {"user_meta": 5}}, "meta: expected a JSON object as user_meta"),
        ({"meta": {"user_meta": {"X": float("nan")}}}, "meta: expected finite numbers"),
        ({"meta": {"user_meta": {"X": float("-inf")}}}, "meta: expected finite numbers"),
        ({"meta": {"user_meta": {"X": "\ud800"}}}, "meta: expected Unicode characters"),
    ],
)
def test_invalid_entry_is_reported(bucket: Bucket, values: dict[str, Any], problem: str) -> None:
    top_hash = bucket.manifest(line(**values), line("b"))
    count, selection = select_entries(bucket, row(tophash=top_hash), row("b", tophash=top_hash))
    assert (count, list(selection.rows)) == (1, ["b"])
    assert f"tophash: the entry in s3://packages is invalid: {problem}" in reason(selection)


@pytest.mark.parametrize(
    "values", [{"hash": None}, {"meta": None}, {"meta": {}}, {"hash": {"type": None, "value": None}}]
)
def test_entry_may_lack_hash_and_metadata(bucket: Bucket, values: dict[str, Any]) -> None:
    count, selection = select_entries(bucket, row(tophash=bucket.manifest(line(**values))))
    entry = selection.rows["a.tiff"].entry
    assert count == 1
    assert (entry.hash is None) == ("hash" in values)
    assert (entry.meta == {}) == ("meta" in values)


def test_manifest_is_read_in_chunks(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "CHUNK_BYTES", 7)
    top_hash = bucket.manifest(*(line(f"{number}.tiff") for number in range(5)))
    bucket.put(f".quilt/packages/{top_hash}", bucket.read(f".quilt/packages/{top_hash}").rstrip("\n"))
    count, selection = select_entries(bucket, *(row(f"{number}.tiff", tophash=top_hash) for number in range(5)))
    assert (count, selection.rejected.count) == (5, 0)


def test_metadata_that_exceeds_memory_is_rejected(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    top_hash = bucket.manifest(*(line(f"{number}.tiff") for number in range(9)))
    rows = [row(f"{number}.tiff", tophash=top_hash) for number in range(9)]
    _, selection = select_entries(bucket, *rows)
    size = sum(record_bytes(one.entry) for one in selection.rows.values())
    monkeypatch.setattr(manifest_entries, "MAX_CHARACTERS", size)
    assert select_entries(bucket, *rows)[0] == 9
    monkeypatch.setattr(manifest_entries, "MAX_CHARACTERS", size - 1)
    with pytest.raises(PackageRejected, match="too large for one package: at the metadata of row 9 it exceeds"):
        select_entries(bucket, *rows)


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("InvalidObjectState", 403), ("KMS.X", 400)])
def test_unreadable_manifest_is_reported(bucket: Bucket, code: str, status: int) -> None:
    top_hash = bucket.manifest(line())
    bucket.fail("GetObject", s3_error(code, status, "GetObject"))
    _, selection = select_entries(bucket, row(tophash=top_hash))
    assert "does not exist in s3://packages, or the stack may not read it there" in reason(selection)


def test_temporary_s3_errors_are_raised() -> None:
    class S3:
        def get_object(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://s3")

    with pytest.raises(ServiceUnavailableError):
        select_entries(Bucket(S3(), "packages"), row(tophash="ab" * 32))
