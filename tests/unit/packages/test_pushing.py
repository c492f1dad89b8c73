"""Revisions are pushed as by quilt3, and nothing is written if they are rejected."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest
import quilt3
from botocore.exceptions import EndpointConnectionError
from quilt3.data_transfer import S3NoValidClientError

from quilt_athena.errors import PackageRejected, ServiceUnavailableError
from quilt_athena.packages import pushing
from quilt_athena.packages.entries import Entry
from quilt_athena.packages.pushing import PushedRevision, push_revision
from quilt_athena.packages.requests import parse_package_request
from quilt_athena.packages.selection import select_rows
from tests.unit.packages.bucket import SHA, Bucket, row, s3_error

# quilt3 reads its workflow schema this way; Python 3.13 no longer deprecates it.
pytestmark = pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning")

CONFIG = """
version: "1"
is_workflow_required: false
workflows:
  strict:
    name: Strict
    is_message_required: true
    metadata_schema: need-study
schemas:
  need-study:
    url: s3://packages/schemas/study.json
"""


def entries(*rows: dict[str, Any]) -> list[Entry]:
    return [one.entry for one in select_rows(row(), rows).rows.values()]


def pushed(bucket: Bucket, *rows: dict[str, Any], **package: Any) -> PushedRevision:
    data = {
        "Query": {"QueryString": "SELECT 1"},
        "Package": {"Bucket": "packages", "Name": "lab/images", **package},
    }
    return push_revision(bucket.s3, parse_package_request(data).package, entries(*(rows or [row()])))


def rejection(bucket: Bucket, *rows: dict[str, Any], **package: Any) -> str:
    before = bucket.object_keys()
    with pytest.raises(PackageRejected) as error:
        pushed(bucket, *rows, **package)
    assert bucket.object_keys() == before, "something was written"
    return str(error.value)


def test_push_revision_creates_a_package_that_quilt3_browses(bucket: Bucket) -> None:
    other = row("b/c.csv", physical_key="s3://other-bucket/x%20y.csv", size="0", meta=None)
    revision = pushed(bucket, row(), other, Message="First", Metadata={"Study": 1})
    package = quilt3.Package.browse("lab/images", registry="s3://packages")
    assert package.top_hash == revision.top_hash
    assert package.meta == {"Study": 1}
    assert {key: str(entry.physical_key) for key, entry in package.walk()} == {
        "a.tiff": row()["physical_key"],
        "b/c.csv": "s3://other-bucket/x%20y.csv",
    }
    assert package["a.tiff"].meta == {"cellindex": ["5"]}
    assert package["a.tiff"].hash == {"type": "SHA256", "value": SHA}
    header = bucket.entries(revision.top_hash)[0]
    assert header == {"version": "v0", "user_meta": {"Study": 1}, "message": "First"}
    # Nothing was copied, and nothing was read for hashing.
    assert sorted(bucket.object_keys("")) == sorted(bucket.object_keys())
    assert (revision.created, revision.hashed_entries) == (True, 0)
    assert bucket.read(f".quilt/named_packages/lab/images/{revision.revision}") == revision.top_hash


def test_push_revision_does_not_repeat_the_latest_revision(bucket: Bucket) -> None:
    first = pushed(bucket, row(), row("b"), Message="One")
    keys = bucket.object_keys()
    again = pushed(bucket, row("b"), row(), Message="One")
    assert (again.top_hash, again.revision) == (first.top_hash, first.revision)
    assert (first.created, again.created) == (True, False)
    assert bucket.object_keys() == keys


def test_push_revision_replaces_latest_if_the_content_differs(bucket: Bucket) -> None:
    first = pushed(bucket, Message="One")
    second = pushed(bucket, Message="Two")
    assert second.top_hash != first.top_hash
    assert bucket.read(".quilt/named_packages/lab/images/latest") == second.top_hash


def test_push_revision_hashes_objects_as_quilt3_does(bucket: Bucket) -> None:
    key = bucket.put("raw/x.txt", "old")
    bucket.put("raw/x.txt", "newer")
    revision = pushed(bucket, row("x.txt", physical_key=key, size="3", hash=None), row())
    assert (revision.hashed_entries, revision.hashed_bytes) == (1, 3)
    entry = bucket.entries(revision.top_hash)[2]
    assert entry["hash"] == {"type": "sha2-256-chunked", "value": _chunked(b"old")}
    assert entry["physical_keys"] == [key]


def _chunked(content: bytes) -> str:
    from quilt3.checksums import calculate_multipart_checksum_bytes

    return str(calculate_multipart_checksum_bytes(content, checksum_type="sha2-256-chunked"))


def test_push_revision_names_an_object_that_cannot_be_hashed(bucket: Bucket) -> None:
    reason = rejection(bucket, row(physical_key="s3://packages/missing", hash=None))
    assert "1 entry without a hash (a.tiff), of which one cannot be read to compute it" in reason
    assert "Select the column hash" in reason


def test_push_revision_rejects_more_bytes_than_can_be_hashed(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "MAX_HASHED_BYTES", 9)
    rows = [row(f"{number}", hash=None) for number in range(5)]
    assert "5 entries without a hash (0, 1, 2 and 2 more): expected at most 9 bytes to hash, got 25" in rejection(
        bucket, *rows
    )


@pytest.mark.parametrize(
    ("count", "listed"),
    [
        (1, "1 entry without a hash (0)"),
        (3, "3 entries without a hash (0, 1, 2)"),
        (4, "4 entries without a hash (0, 1, 2 and 1 more)"),
    ],
)
def test_entries_without_a_hash_are_listed(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, count: int, listed: str
) -> None:
    monkeypatch.setattr(pushing, "MAX_HASHED_BYTES", 1)
    rows = [row(f"{number}", hash=None) for number in range(count)]
    assert f"{listed}: expected at most 1 bytes" in rejection(bucket, *rows)


@pytest.mark.parametrize(("length", "shown"), [(200, 200), (201, 200)])
def test_long_paths_without_a_hash_are_cut(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, length: int, shown: int
) -> None:
    monkeypatch.setattr(pushing, "MAX_HASHED_BYTES", 1)
    assert f"without a hash ({'x' * shown}): expected" in rejection(bucket, row("x" * length, hash=None))


def test_at_most_40_gib_are_hashed(bucket: Bucket) -> None:
    largest = 40 * 1024**3
    assert "at most 42,949,672,960 bytes to hash, got 42,949,672,961" in rejection(
        bucket, row(hash=None, size=largest), row("b", hash=None, size=1)
    )
    # This one is tried, and does not exist.
    assert "of which one cannot be read" in rejection(bucket, row(hash=None, size=largest))


@pytest.fixture
def workflows(bucket: Bucket) -> Bucket:
    """A bucket with a workflow that requires a message, and metadata with a study."""
    bucket.put(".quilt/workflows/config.yml", CONFIG)
    bucket.put("schemas/study.json", json.dumps({"type": "object", "required": ["Study"]}))
    return bucket


def test_accepting_workflow_is_in_the_header(workflows: Bucket) -> None:
    revision = pushed(workflows, Workflow="strict", Message="First", Metadata={"Study": 1})
    assert workflows.entries(revision.top_hash)[0]["workflow"]["id"] == "strict"
    assert pushed(workflows, Workflow=None).created


@pytest.mark.parametrize(
    ("package", "problem"),
    [
        ({"Workflow": "strict", "Metadata": {"Study": 1}}, "Commit message is required by workflow"),
        ({"Workflow": "strict", "Message": "First"}, "'Study' is a required property"),
        ({"Workflow": "lenient"}, "There is no 'lenient' workflow in config"),
    ],
)
def test_rejecting_workflow_prevents_all_writes(workflows: Bucket, package: dict[str, Any], problem: str) -> None:
    reason = rejection(workflows, **package)
    assert reason.startswith("package lab/images in s3://packages: its workflow rejects it: ")
    assert problem in reason


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ("{", "Couldn't parse workflows config as YAML"),
        ('version: "2"\nworkflows: {a: {name: A}}', "its workflow rejects it"),
        (CONFIG.replace("is_workflow_required: false", "is_workflow_required: true"), "Workflow required, but none"),
    ],
)
def test_rejecting_workflow_configuration_is_reported(bucket: Bucket, config: str, problem: str) -> None:
    bucket.put(".quilt/workflows/config.yml", config)
    assert problem in rejection(bucket)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ('version: "1"\nis_workflow_required: false\nworkflows: {p: {name: P, handle_pattern: "("}}', "subpattern"),
        (b"\xff\xfe\x00", "can't decode byte"),
        (CONFIG.replace("schemas/study.json", "schemas/binary").replace("strict:", "p:"), "can't decode byte"),
    ],
)
def test_invalid_workflow_is_reported(bucket: Bucket, config: str | bytes, problem: str) -> None:
    bucket.put(".quilt/workflows/config.yml", config)
    bucket.put("schemas/binary", b"\xff\xfe\x00")
    reason = rejection(bucket, Workflow="p", Message="First", Metadata={"A": "x"})
    assert problem in reason
    assert "its workflow is invalid" in reason
    assert "Correct s3://packages/.quilt/workflows/config.yml" in reason


@pytest.mark.parametrize("what", ["config.yml", "study.json"])
def test_workflow_read_error_is_retryable_if_temporary(
    workflows: Bucket, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    read = quilt3.workflows.get_bytes_and_effective_pk

    def fail(key: Any) -> Any:
        if key.path.endswith(what):
            raise s3_error("SlowDown", 503, "GetObject")
        return read(key)

    monkeypatch.setattr("quilt3.workflows.get_bytes_and_effective_pk", fail)
    with pytest.raises(ServiceUnavailableError, match="SlowDown"):
        pushed(workflows, Workflow="strict", Message="First", Metadata={"Study": 1})


def test_unreadable_workflow_is_not_blamed_on_unhashed_objects(
    workflows: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Any) -> Any:
        raise S3NoValidClientError("S3 AccessDenied for GET_OBJECT on bucket: packages")

    key = workflows.put("x", "12345")
    monkeypatch.setattr("quilt3.workflows.get_bytes_and_effective_pk", fail)
    reason = rejection(workflows, row(physical_key=key, hash=None))
    assert "its workflow is invalid: S3 AccessDenied" in reason
    assert "without a hash" not in reason


def test_missing_schema_is_reported_as_the_workflows(workflows: Bucket) -> None:
    workflows.s3.delete_object(Bucket="packages", Key="schemas/study.json")
    assert "its workflow rejects it: Couldn't load schema" in rejection(workflows, Workflow="strict", Message="First")


def test_schema_error_that_quotes_a_large_package_is_shortened(workflows: Bucket) -> None:
    workflows.put("schemas/study.json", json.dumps({"type": "object", "maxProperties": 1}))
    metadata = {f"key-{number}": "x" * 1000 for number in range(100)}
    reason = rejection(workflows, Workflow="strict", Message="First", Metadata=metadata)
    assert len(reason) < 2000
    # The rejected value comes first, and the reason last.
    assert "'key-0': 'xxx" in reason
    assert "has too many properties" in reason
    assert "Change the package, name another Workflow" in reason


def test_workflow_without_a_configuration_is_rejected(bucket: Bucket) -> None:
    assert "rejects it: 'strict' workflow is specified, but no workflows config exist" in rejection(
        bucket, Workflow="strict"
    )


@pytest.mark.parametrize(
    ("code", "status"), [("AccessDenied", 403), ("InvalidArgument", 400), ("KeyTooLongError", 400), ("KMS.X", 400)]
)
def test_write_denied_error_names_the_parameter(bucket: Bucket, code: str, status: int) -> None:
    bucket.fail("PutObject", s3_error(code, status))
    assert "the stack may not write it there" in rejection(bucket)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("SlowDown", 503),
        ("RequestTimeout", 400),
        ("RequestTimeTooSkewed", 403),
        ("ExpiredToken", 400),
        ("KMS.ThrottlingException", 400),
        ("TooManyRequests", 429),
        ("Anything", 500),
    ],
)
def test_temporary_s3_errors_are_retryable(bucket: Bucket, code: str, status: int) -> None:
    bucket.fail("PutObject", s3_error(code, status))
    with pytest.raises(ServiceUnavailableError, match=code):
        pushed(bucket)


def test_connection_errors_are_retryable(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, EndpointConnectionError(endpoint_url="https://s3"))
    with pytest.raises(ServiceUnavailableError, match="Could not connect"):
        pushed(bucket)
    # As quilt3 reports it while hashing.
    error = quilt3.util.QuiltException("Unable to reach S3 for some hash values")
    error.__cause__ = EndpointConnectionError(endpoint_url="https://s3")
    _raise(monkeypatch, error)
    with pytest.raises(ServiceUnavailableError, match="Could not connect"):
        pushed(bucket)


def test_other_errors_are_reported_with_their_message(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, s3_error("NoSuchBucket", 404, "GetObject"))
    assert "NoSuchBucket" in rejection(bucket)
    _raise(monkeypatch, quilt3.util.QuiltException("it has no name"))
    assert "quilt3 rejects it: it has no name" in rejection(bucket)


@pytest.mark.parametrize("length", [1500, 1501])
def test_message_quotes_at_most_1500_characters_of_an_error(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    _raise(monkeypatch, quilt3.util.QuiltException("x" * length))
    _, _, quoted = rejection(bucket).partition("quilt3 rejects it: ")
    assert (len(quoted), " [...] " in quoted) == (1500, length > 1500)


def test_read_denied_error_names_the_parameter(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, S3NoValidClientError("S3 AccessDenied"))
    assert rejection(bucket) == "package lab/images in s3://packages: S3 AccessDenied"
    key = bucket.put("x", "12345")
    reason = rejection(bucket, row(physical_key=key, hash=None))
    assert "1 entry without a hash (a.tiff): give the stack access to read the objects" in reason
    assert "BucketNamePattern" in reason


def _raise(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Make quilt3 fail while it hashes."""

    def calculate_missing_hashes(*_: Any) -> None:
        raise error

    monkeypatch.setattr("quilt3.Package._calculate_missing_hashes", calculate_missing_hashes)


def test_quilt3_has_the_private_methods_that_are_used() -> None:
    """They are not public. The version is locked, and this fails if a newer one no longer has them."""
    parameters = inspect.signature(quilt3.Package._push).parameters
    assert {"name", "registry", "message", "selector_fn", "workflow", "print_info", "force", "dedupe"} <= set(
        parameters
    )
    assert list(inspect.signature(quilt3.Package._push_manifest).parameters) == ["self", "name", "registry", "top_hash"]
    validated = inspect.signature(quilt3.Package._validate_with_workflow).parameters
    assert {"registry", "name"} <= set(validated)
    assert "self._push_manifest" not in inspect.getsource(quilt3.Package._push)
    assert "pkg = self.__class__()" in inspect.getsource(quilt3.Package._push)
    assert callable(quilt3.Package._dump)
