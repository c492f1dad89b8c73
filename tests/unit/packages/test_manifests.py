"""Rows that bring their top hash become the manifest's entries, in the manifest's letters."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from quilt_athena.errors import PackageRejectedError, ServiceUnavailableError
from quilt_athena.packages import manifests
from quilt_athena.packages.manifests import take_from_manifests
from quilt_athena.packages.selection import Selection, select_rows
from tests.unit.packages.bucket import Bucket, line, row


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


@pytest.mark.parametrize(
    "broken", ["{", "[]", '{"logical_key": 5}', '{"logical_key": "x", "physical_keys": ["y"]}', ""]
)
def test_what_is_no_manifest_is_said_to_be_none(bucket: Bucket, broken: str) -> None:
    top_hash = bucket.manifest(broken)
    _, selection = taken(bucket, row(tophash=top_hash))
    assert ("is not a manifest" in reason(selection)) == bool(broken)


def test_manifests_are_read_in_pieces(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "_CHUNK_BYTES", 7)
    top_hash = bucket.manifest(*(line(f"{number}.tiff") for number in range(20)))
    bucket.put(f".quilt/packages/{top_hash}", bucket.read(f".quilt/packages/{top_hash}").rstrip("\n"))
    count, selection = taken(bucket, *(row(f"{number}.tiff", tophash=top_hash) for number in range(20)))
    assert (count, selection.refusals.count) == (20, 0)


def test_metadata_that_would_not_fit_is_refused(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "MAX_CHARACTERS", 1000)
    top_hash = bucket.manifest(*(line(f"{number}.tiff") for number in range(9)))
    with pytest.raises(PackageRejectedError, match="too large for one package: at the metadata of row"):
        taken(bucket, *(row(f"{number}.tiff", tophash=top_hash) for number in range(9)))


def test_a_fault_of_s3_is_no_rows_fault() -> None:
    class S3:
        def get_object(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://s3")

    with pytest.raises(ServiceUnavailableError):
        taken(Bucket(S3(), "packages"), row(tophash="ab" * 32))
