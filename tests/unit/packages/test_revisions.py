"""Existing manifests with the same content, and existing pointers of the same second, are never overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import quilt3
from botocore.exceptions import ConnectionClosedError

from quilt_athena.errors import PackageRejected, ServiceUnavailableError
from quilt_athena.packages.revisions import find_revision
from tests.unit.packages.bucket import Bucket, row, s3_error
from tests.unit.packages.conftest import Seconds
from tests.unit.packages.test_pushing import pushed, rejection

pytestmark = pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning")

ELSEWHERE = {"physical_key": "s3://elsewhere/a.tiff?versionId=v2"}


def browsed(name: str, top_hash: str | None = None) -> str:
    """The object that a package's entry refers to."""
    package = quilt3.Package.browse(name, registry="s3://packages", top_hash=top_hash)
    return str(package["a.tiff"].physical_key)


def pointers(bucket: Bucket, name: str = "lab/images") -> dict[str, str]:
    """The top hashes of a package's pointers."""
    prefix = f".quilt/named_packages/{name}/"
    return {key.removeprefix(prefix): bucket.read(key) for key in bucket.object_keys(prefix)}


def versions(bucket: Bucket, key: str) -> int:
    """The number of times that an object was written."""
    found = bucket.s3.list_object_versions(Bucket=bucket.name, Prefix=key).get("Versions", [])
    return len([one for one in found if one["Key"] == key])


def test_same_content_elsewhere_does_not_change_other_packages(bucket: Bucket) -> None:
    first = pushed(bucket, row(), row("b"))
    other = pushed(bucket, row(**ELSEWHERE), row("b"), Name="lab/other")
    assert other.top_hash == first.top_hash
    assert (other.created, other.other_objects, first.other_objects) == (True, 1, 0)
    assert browsed("lab/images") == browsed("lab/other") == row()["physical_key"]
    assert pointers(bucket, "lab/other") == {other.revision: first.top_hash, "latest": first.top_hash}
    assert versions(bucket, f".quilt/packages/{first.top_hash}") == 1


def test_same_content_elsewhere_does_not_change_older_revisions(bucket: Bucket) -> None:
    first = pushed(bucket, Message="One")
    pushed(bucket, Message="Two")
    again = pushed(bucket, row(**ELSEWHERE), Message="One")
    assert (again.top_hash, again.created, again.other_objects) == (first.top_hash, True, 1)
    assert browsed("lab/images", first.top_hash) == row()["physical_key"]
    assert len(pointers(bucket)) == 4


def test_existing_revision_counts_other_objects(bucket: Bucket) -> None:
    first = pushed(bucket)
    again = pushed(bucket, row(**ELSEWHERE))
    assert (again.revision, again.created, again.other_objects) == (first.revision, False, 1)
    assert browsed("lab/images") == row()["physical_key"]


@pytest.mark.parametrize(
    ("keys", "others"),
    [
        (["s3://packages/raw/a.tiff?versionId=v1"], 0),
        (["s3://packages/raw/a%2Etiff?versionId=v1"], 0),
        (["file:///a.tiff"], 1),
        # quilt3 reads the first.
        (["s3://packages/raw/a.tiff?versionId=v1", "s3://elsewhere/a.tiff"], 0),
        (["s3://elsewhere/a.tiff", "s3://packages/raw/a.tiff?versionId=v1"], 1),
    ],
)
def test_first_physical_key_of_the_existing_manifest_is_compared(bucket: Bucket, keys: list[str], others: int) -> None:
    first = pushed(bucket)
    _rewrite(bucket, first.top_hash, lambda line: {**line, "physical_keys": keys})
    assert pushed(bucket).other_objects == others


def test_folders_in_the_existing_manifest_are_ignored(bucket: Bucket) -> None:
    first = pushed(bucket)
    key = f".quilt/packages/{first.top_hash}"
    bucket.put(key, bucket.read(key) + '{"logical_key": "b/", "meta": {"user_meta": {"A": 1}}}\n')
    assert (pushed(bucket).created, pushed(bucket).other_objects) == (False, 0)


def _rewrite(bucket: Bucket, top_hash: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Write a manifest again with changed entries."""
    header, *lines = bucket.entries(top_hash)
    texts = [json.dumps(header), *(json.dumps(change(line)) for line in lines)]
    bucket.put(f".quilt/packages/{top_hash}", "\n".join(texts) + "\n")


def test_deleted_manifest_is_written_again(bucket: Bucket) -> None:
    first = pushed(bucket)
    bucket.s3.delete_object(Bucket="packages", Key=f".quilt/packages/{first.top_hash}")
    again = pushed(bucket, row(**ELSEWHERE))
    assert (again.top_hash, again.revision, again.created) == (first.top_hash, first.revision, True)
    assert (again.other_objects, browsed("lab/images")) == (0, ELSEWHERE["physical_key"])
    assert len(pointers(bucket)) == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "Expecting property name"),
        ("\x00\x01\x02", "Expecting value"),
        ("", "it has 0 entries instead of 1"),
        ('{"version": "v0"}', "it has 0 entries instead of 1"),
        ('{"logical_key": "x", "physical_keys": ["s3://a-bucket/x"]}', "it has a different entry 'x'"),
        ('{"logical_key": "a.tiff/b", "physical_keys": ["s3://a-bucket/x"]}', "it has a different entry 'a.tiff/b'"),
        ('{"logical_key": "a.tiff", "physical_keys": ["s3://a-bucket/x"], "size": 1}', "it has a different entry"),
        (
            json.dumps({"logical_key": "x" * 101, "physical_keys": ["s3://a-bucket/x"]}),
            f"it has a different entry '{'x' * 100}'. It is not overwritten",
        ),
        ("[" * 100_000, "recursion"),
    ],
)
def test_object_in_place_of_the_manifest_is_not_overwritten(bucket: Bucket, text: str, problem: str) -> None:
    first = pushed(bucket)
    bucket.put(f".quilt/packages/{first.top_hash}", text)
    reason = rejection(bucket)
    assert (
        f"s3://packages/.quilt/packages/{first.top_hash} already exists and is not the manifest with this top hash"
        in reason
    )
    assert problem in reason
    assert "With another message or metadata" in reason
    assert bucket.read(f".quilt/packages/{first.top_hash}") == text
    rejection(bucket, Name="lab/other")


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("InvalidObjectState", 403)])
def test_unreadable_existing_manifest_is_reported(bucket: Bucket, code: str, status: int) -> None:
    first = pushed(bucket)
    bucket.fail("GetObject", s3_error(code, status, "GetObject"), ".quilt/packages/")
    reason = rejection(bucket)
    assert f".quilt/packages/{first.top_hash}, the manifest of the same content" in reason
    assert code in reason


@pytest.mark.parametrize(
    "error", [s3_error("SlowDown", 503, "GetObject"), ConnectionClosedError(endpoint_url="https://s3")]
)
def test_manifest_read_error_is_retryable_if_temporary(bucket: Bucket, error: Exception) -> None:
    pushed(bucket)
    bucket.fail("GetObject", error, ".quilt/packages/")
    with pytest.raises(ServiceUnavailableError):
        pushed(bucket)


def test_manifest_written_concurrently_is_kept(bucket: Bucket) -> None:
    first = pushed(bucket)
    key = f".quilt/packages/{first.top_hash}"
    text = bucket.read(key)
    bucket.s3.delete_object(Bucket="packages", Key=key)
    written: list[Bucket] = []

    def write(params: dict[str, Any], **_: Any) -> None:
        if key in params["url_path"] and not written:
            written.append(bucket)
            bucket.put(key, text)

    bucket.s3.meta.events.register("before-call.s3.PutObject", write)
    again = pushed(bucket, row(**ELSEWHERE))
    assert (again.created, again.other_objects, bucket.read(key)) == (False, 1, text)


def test_second_revision_of_a_second_is_pushed_on_retry(bucket: Bucket, seconds: Seconds) -> None:
    seconds.is_stopped = True
    first = pushed(bucket, Message="One")
    with pytest.raises(ServiceUnavailableError, match=f"pushed in the same second, {seconds.now}"):
        pushed(bucket, Message="Two")
    assert pointers(bucket)["latest"] == first.top_hash
    # The state machine retries.
    seconds.is_stopped = False
    second = pushed(bucket, Message="Two")
    assert second.created
    assert pointers(bucket) == {
        first.revision: first.top_hash,
        second.revision: second.top_hash,
        "latest": second.top_hash,
    }


def test_pointer_overwritten_by_quilt3_is_written_again(bucket: Bucket) -> None:
    other = "cd" * 32

    def overwrite(params: dict[str, Any], **_: Any) -> None:
        if params["url_path"].endswith("/latest") and params["body"] != other.encode():
            (pointer,) = (one for one in pointers(bucket) if one != "latest")
            bucket.put(f".quilt/named_packages/lab/images/{pointer}", other)

    bucket.s3.meta.events.register("before-call.s3.PutObject", overwrite, unique_id="overwrite")
    with pytest.raises(ServiceUnavailableError, match="in the same second"):
        pushed(bucket)
    bucket.s3.meta.events.unregister("before-call.s3.PutObject", unique_id="overwrite")
    # `latest` has the revision, and the history does not.
    again = pushed(bucket)
    assert again.created
    assert (pointers(bucket)[again.revision], len(pointers(bucket))) == (again.top_hash, 3)
    assert not pushed(bucket).created


def test_push_after_one_that_failed_before_latest_completes_its_revision(bucket: Bucket) -> None:
    pushed(bucket, Message="Before")

    def fail(params: dict[str, Any], **_: Any) -> None:
        if params["url_path"].endswith("/latest"):
            raise s3_error("SlowDown", 503)

    bucket.s3.meta.events.register("before-call.s3.PutObject", fail, unique_id="fail")
    with pytest.raises(ServiceUnavailableError):
        pushed(bucket)
    bucket.s3.meta.events.unregister("before-call.s3.PutObject", unique_id="fail")
    begun = max(one for one in pointers(bucket) if one != "latest")
    again = pushed(bucket)
    assert (again.revision, again.created, len(pointers(bucket))) == (begun, True, 3)
    assert pointers(bucket)["latest"] == pointers(bucket)[begun] == again.top_hash
    assert not pushed(bucket).created


def test_newest_revision_that_was_rolled_back_becomes_latest_again(bucket: Bucket) -> None:
    first, second = pushed(bucket, Message="One"), pushed(bucket, Message="Two")
    # `rollback` of quilt3 rewrites only `latest`.
    bucket.put(".quilt/named_packages/lab/images/latest", first.top_hash)
    again = pushed(bucket, Message="Two")
    assert (again.revision, again.created) == (second.revision, True)
    assert pointers(bucket) == {
        first.revision: first.top_hash,
        second.revision: second.top_hash,
        "latest": second.top_hash,
    }


def test_unreadable_pointer_is_not_blamed_on_unhashed_objects(bucket: Bucket) -> None:
    key = bucket.put("x", "12345")
    bucket.fail("GetObject", s3_error("AccessDenied", 403, "GetObject"), "named_packages")
    with pytest.raises(PackageRejected, match="AccessDenied") as error:
        pushed(bucket, row(physical_key=key, hash=None))
    assert "without a hash" not in str(error.value)


def test_find_revision_returns_the_newest_pointer(bucket: Bucket) -> None:
    first = pushed(bucket)
    bucket.put(".quilt/named_packages/lab/images/1", first.top_hash)
    assert find_revision(bucket.s3, "packages", "lab/images", first.top_hash) == first.revision
    assert find_revision(bucket.s3, "packages", "lab/images", "ab" * 32) is None
