"""Rows that bring their top hash become the manifest's entries, in the manifest's letters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from quilt_athena.errors import PackageRejected, ServiceUnavailableError
from quilt_athena.packages import manifests
from quilt_athena.packages.manifests import take_from_manifests
from quilt_athena.packages.selection import Selection, select_rows
from tests.unit.packages.bucket import SHA, Bucket, line, refusal, row


def taken(bucket: Bucket, *rows: dict[str, Any], package_bucket: str = "packages") -> tuple[int, Selection]:
    selection = select_rows(row(), rows)
    return take_from_manifests(bucket.s3, selection, package_bucket), selection


def reason(selection: Selection) -> str:
    (refusal,) = selection.refusals.to_json()
    return str(refusal["Reason"])


def test_the_entry_is_the_manifests(bucket: Bucket) -> None:
    top_hash = bucket.manifest({"logical_key": "folder/", "meta": {"user_meta": {"A": 1}}}, line(size=7), line("b"))
    count, selection = taken(bucket, row(tophash=top_hash), row("other.tiff"))
    assert count == 1
    entry = selection.rows["a.tiff"].entry
    assert entry.meta == {"user_meta": {"CellIndex": ["5"]}}
    assert entry.size == 7
    assert selection.rows["other.tiff"].entry.meta == {"user_meta": {"cellindex": ["5"]}}


def test_a_path_may_be_another_than_in_the_manifest(bucket: Bucket) -> None:
    top_hash = bucket.manifest(line())
    renamed = row("renamed.tiff", physical_key=row()["physical_key"], tophash=top_hash)
    _, selection = taken(bucket, renamed)
    assert selection.rows["renamed.tiff"].entry.meta == {"user_meta": {"CellIndex": ["5"]}}


def test_one_object_under_two_paths_is_told_apart_by_the_path(bucket: Bucket) -> None:
    key = row()["physical_key"]
    other = line("b.tiff", physical_keys=[key], meta={"user_meta": {"Other": 1}})
    for lines in ((line(), other), (other, line())):
        top_hash = bucket.manifest(*lines)
        rows = [row(tophash=top_hash), row("b.tiff", physical_key=key, tophash=top_hash)]
        _, selection = taken(bucket, *rows)
        assert selection.rows["b.tiff"].entry.meta == {"user_meta": {"Other": 1}}
        assert selection.rows["a.tiff"].entry.meta == {"user_meta": {"CellIndex": ["5"]}}
        _, selection = taken(bucket, row("c.tiff", physical_key=key, tophash=top_hash))
        assert "several entries of this physical key that differ" in reason(selection)


@pytest.mark.parametrize("where", ["column", "object", "package"])
def test_the_manifest_is_looked_for_where_it_may_lie(bucket: Bucket, where: str) -> None:
    other = Bucket.make(bucket.s3, "other-bucket")
    keys = ["s3://other-bucket/x"] if where == "object" else ["s3://elsewhere/x"]
    top_hash = other.manifest(line(physical_keys=keys))
    # The same top hash in a nearer bucket is no matter, if it has no such entry.
    bucket.put(f".quilt/packages/{top_hash}", "{}\n")
    values = row(physical_key=keys[0], tophash=top_hash, bucket="other-bucket" if where == "column" else None)
    count, _ = taken(bucket, values, package_bucket="other-bucket" if where == "package" else "packages")
    assert count == 1


def test_a_manifest_that_is_nowhere_is_said_to_be_missing(bucket: Bucket) -> None:
    count, selection = taken(bucket, row(tophash="ab" * 32))
    assert (count, selection.rows) == (0, {})
    assert "isn't in s3://packages, or may not be read there. Give the bucket" in reason(selection)


def test_an_entry_that_the_manifest_lacks_is_said_to_be_missing(bucket: Bucket) -> None:
    top_hash = bucket.manifest(line(physical_keys=["file:///somewhere"]), line("b"))
    _, selection = taken(bucket, row(tophash=top_hash))
    assert f"the manifest {top_hash} in s3://packages has no entry of this physical key" in reason(selection)


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
def test_lines_that_nobody_asks_for_may_be_broken(bucket: Bucket, broken: str) -> None:
    top_hash = bucket.manifest(line("b"), broken, line())
    count, selection = taken(bucket, row(tophash=top_hash))
    assert (count, selection.refusals.count) == (1, 0)
    _, selection = taken(bucket, row(tophash=bucket.manifest(broken)))
    assert "has no entry of this physical key" in reason(selection)


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_manifest_may_lack_its_header(bucket: Bucket, start: str) -> None:
    bucket.put(f".quilt/packages/{SHA}", start + json.dumps(line()) + "\n")
    count, selection = taken(bucket, row(tophash=SHA))
    assert (count, selection.refusals.count) == (1, 0)


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
def test_an_entry_that_is_asked_for_has_to_be_whole(bucket: Bucket, values: dict[str, Any], problem: str) -> None:
    top_hash = bucket.manifest(line(**values), line("b"))
    count, selection = taken(bucket, row(tophash=top_hash), row("b", tophash=top_hash))
    assert (count, list(selection.rows)) == (1, ["b"])
    assert f"tophash: the entry in s3://packages can't be used: {problem}" in reason(selection)


@pytest.mark.parametrize(
    "values", [{"hash": None}, {"meta": None}, {"meta": {}}, {"hash": {"type": None, "value": None}}]
)
def test_what_an_entry_may_lack(bucket: Bucket, values: dict[str, Any]) -> None:
    count, selection = taken(bucket, row(tophash=bucket.manifest(line(**values))))
    entry = selection.rows["a.tiff"].entry
    assert count == 1
    assert (entry.hash is None) == ("hash" in values)
    assert (entry.meta == {}) == ("meta" in values)


def test_manifests_are_read_in_pieces(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "_CHUNK_BYTES", 7)
    top_hash = bucket.manifest(*(line(f"{number}.tiff") for number in range(20)))
    bucket.put(f".quilt/packages/{top_hash}", bucket.read(f".quilt/packages/{top_hash}").rstrip("\n"))
    count, selection = taken(bucket, *(row(f"{number}.tiff", tophash=top_hash) for number in range(20)))
    assert (count, selection.refusals.count) == (20, 0)


def test_metadata_that_would_not_fit_is_refused(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "MAX_CHARACTERS", 1000)
    top_hash = bucket.manifest(*(line(f"{number}.tiff") for number in range(9)))
    with pytest.raises(PackageRejected, match="too large for one package: at the metadata of row"):
        taken(bucket, *(row(f"{number}.tiff", tophash=top_hash) for number in range(9)))


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("InvalidObjectState", 403), ("KMS.X", 400)])
def test_a_manifest_that_may_not_be_read_is_said_to_be_missing(bucket: Bucket, code: str, status: int) -> None:
    top_hash = bucket.manifest(line())
    bucket.fail("GetObject", refusal(code, status, "GetObject"))
    _, selection = taken(bucket, row(tophash=top_hash))
    assert "isn't in s3://packages, or may not be read there" in reason(selection)


def test_a_fault_of_s3_is_no_rows_fault() -> None:
    class S3:
        def get_object(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://s3")

    with pytest.raises(ServiceUnavailableError):
        taken(Bucket(S3(), "packages"), row(tophash="ab" * 32))
