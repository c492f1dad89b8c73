"""A revision as quilt3 pushes it, and nothing where it doesn't."""

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
from quilt_athena.packages.pushing import Pushed, push
from quilt_athena.packages.requests import parse_package_request
from quilt_athena.packages.rows import Entry
from quilt_athena.packages.selection import select_rows
from tests.unit.packages.bucket import SHA, Bucket, refusal, row

# quilt3 reads its schema of workflows so; Python 3.13 thought better of it.
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


def pushed(bucket: Bucket, *rows: dict[str, Any], **package: Any) -> Pushed:
    data = {
        "Query": {"QueryString": "SELECT 1"},
        "Package": {"Bucket": "packages", "Name": "lab/images", **package},
    }
    return push(bucket.s3, parse_package_request(data).package, entries(*(rows or [row()])))


def refused(bucket: Bucket, *rows: dict[str, Any], **package: Any) -> str:
    before = bucket.listed()
    with pytest.raises(PackageRejected) as error:
        pushed(bucket, *rows, **package)
    assert bucket.listed() == before, "something was written"
    return str(error.value)


def test_the_revision_is_what_quilt3_browses(bucket: Bucket) -> None:
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
    # Nothing was copied, and nothing was read to hash it.
    assert sorted(bucket.listed("")) == sorted(bucket.listed())
    assert (revision.created, revision.hashed_entries) == (True, 0)
    assert bucket.read(f".quilt/named_packages/lab/images/{revision.revision}") == revision.top_hash


def test_the_same_again_is_no_second_revision(bucket: Bucket) -> None:
    first = pushed(bucket, row(), row("b"), Message="One")
    keys = bucket.listed()
    again = pushed(bucket, row("b"), row(), Message="One")
    assert (again.top_hash, again.revision) == (first.top_hash, first.revision)
    assert (first.created, again.created) == (True, False)
    assert bucket.listed() == keys


def test_something_else_is_a_second_revision_over_whatever_is_there(bucket: Bucket) -> None:
    first = pushed(bucket, Message="One")
    second = pushed(bucket, Message="Two")
    assert second.top_hash != first.top_hash
    assert bucket.read(".quilt/named_packages/lab/images/latest") == second.top_hash


def test_an_object_without_a_hash_is_hashed_as_quilt3_does(bucket: Bucket) -> None:
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


def test_an_object_that_can_not_be_hashed_is_named(bucket: Bucket) -> None:
    reason = refused(bucket, row(physical_key="s3://packages/gone", hash=None))
    assert "1 entry without a hash (a.tiff), and one that can't be read to compute it" in reason
    assert "Select the column hash" in reason


def test_more_than_can_be_hashed_in_time_is_refused_at_once(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "MAX_HASHED_BYTES", 9)
    rows = [row(f"{number}", hash=None) for number in range(5)]
    assert "5 entries without a hash (0, 1, 2 and 2 more), and 25 bytes to read" in refused(bucket, *rows)


@pytest.fixture
def workflows(bucket: Bucket) -> Bucket:
    """A bucket with a workflow that wants a message, and metadata with a study."""
    bucket.put(".quilt/workflows/config.yml", CONFIG)
    bucket.put("schemas/study.json", json.dumps({"type": "object", "required": ["Study"]}))
    return bucket


def test_a_workflow_that_is_content_is_in_the_header(workflows: Bucket) -> None:
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
def test_a_workflow_that_is_not_content_keeps_everything_from_being_written(
    workflows: Bucket, package: dict[str, Any], problem: str
) -> None:
    reason = refused(workflows, **package)
    assert reason.startswith("package lab/images in s3://packages: its workflow refuses it: ")
    assert problem in reason


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ("{", "Couldn't parse workflows config as YAML"),
        ('version: "2"\nworkflows: {a: {name: A}}', "its workflow refuses it"),
        (CONFIG.replace("is_workflow_required: false", "is_workflow_required: true"), "Workflow required, but none"),
    ],
)
def test_a_workflow_configuration_that_forbids_it_is_named(bucket: Bucket, config: str, problem: str) -> None:
    bucket.put(".quilt/workflows/config.yml", config)
    assert problem in refused(bucket)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ('version: "1"\nis_workflow_required: false\nworkflows: {p: {name: P, handle_pattern: "("}}', "subpattern"),
        (b"\xff\xfe\x00", "can't decode byte"),
        (CONFIG.replace("schemas/study.json", "schemas/binary").replace("strict:", "p:"), "can't decode byte"),
    ],
)
def test_a_workflow_that_quilt3_chokes_on_is_named(bucket: Bucket, config: str | bytes, problem: str) -> None:
    bucket.put(".quilt/workflows/config.yml", config)
    bucket.put("schemas/binary", b"\xff\xfe\x00")
    reason = refused(bucket, Workflow="p", Message="First", Metadata={"A": "x"})
    assert problem in reason
    assert "its workflow can't be used" in reason
    assert "Mend s3://packages/.quilt/workflows/config.yml" in reason


@pytest.mark.parametrize("what", ["config.yml", "study.json"])
def test_a_workflow_that_can_not_be_read_now_is_tried_again(
    workflows: Bucket, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    read = quilt3.workflows.get_bytes_and_effective_pk

    def fail(key: Any) -> Any:
        if key.path.endswith(what):
            raise refusal("SlowDown", 503, "GetObject")
        return read(key)

    monkeypatch.setattr("quilt3.workflows.get_bytes_and_effective_pk", fail)
    with pytest.raises(ServiceUnavailableError, match="SlowDown"):
        pushed(workflows, Workflow="strict", Message="First", Metadata={"Study": 1})


def test_a_workflow_that_may_not_be_read_is_no_fault_of_objects_without_a_hash(
    workflows: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Any) -> Any:
        raise S3NoValidClientError("S3 AccessDenied for GET_OBJECT on bucket: packages")

    key = workflows.put("x", "12345")
    monkeypatch.setattr("quilt3.workflows.get_bytes_and_effective_pk", fail)
    reason = refused(workflows, row(physical_key=key, hash=None))
    assert "its workflow can't be used: S3 AccessDenied" in reason
    assert "without a hash" not in reason


def test_a_schema_that_is_gone_is_the_workflows_fault(workflows: Bucket) -> None:
    workflows.s3.delete_object(Bucket="packages", Key="schemas/study.json")
    assert "its workflow refuses it: Couldn't load schema" in refused(workflows, Workflow="strict", Message="First")


def test_a_schema_that_refuses_a_large_package_says_so_in_a_message_that_fits(workflows: Bucket) -> None:
    workflows.put("schemas/study.json", json.dumps({"type": "object", "maxProperties": 1}))
    metadata = {f"key-{number}": "x" * 1000 for number in range(100)}
    reason = refused(workflows, Workflow="strict", Message="First", Metadata=metadata)
    assert len(reason) < 2000
    # What is refused comes first, and why last.
    assert "'key-0': 'xxx" in reason
    assert "has too many properties" in reason
    assert "Change the package, name another Workflow" in reason


def test_a_workflow_without_a_configuration_is_refused(bucket: Bucket) -> None:
    assert "refuses it: 'strict' workflow is specified, but no workflows config exist" in refused(
        bucket, Workflow="strict"
    )


@pytest.mark.parametrize(
    ("code", "status"), [("AccessDenied", 403), ("InvalidArgument", 400), ("KeyTooLongError", 400), ("KMS.X", 400)]
)
def test_a_bucket_that_may_not_be_written_says_which_parameter(bucket: Bucket, code: str, status: int) -> None:
    bucket.fail("PutObject", refusal(code, status))
    assert "it may not be written there" in refused(bucket)


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
def test_what_may_pass_is_tried_again(bucket: Bucket, code: str, status: int) -> None:
    bucket.fail("PutObject", refusal(code, status))
    with pytest.raises(ServiceUnavailableError, match=code):
        pushed(bucket)


def test_a_connection_that_breaks_is_tried_again(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, EndpointConnectionError(endpoint_url="https://s3"))
    with pytest.raises(ServiceUnavailableError, match="Could not connect"):
        pushed(bucket)
    # As quilt3 tells of it when it hashes.
    told = quilt3.util.QuiltException("Unable to reach S3 for some hash values")
    told.__cause__ = EndpointConnectionError(endpoint_url="https://s3")
    _raise(monkeypatch, told)
    with pytest.raises(ServiceUnavailableError, match="Could not connect"):
        pushed(bucket)


def test_what_else_is_refused_says_what_was(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, refusal("NoSuchBucket", 404, "GetObject"))
    assert "NoSuchBucket" in refused(bucket)
    _raise(monkeypatch, quilt3.util.QuiltException("it has no name"))
    assert "quilt3 refuses it: it has no name" in refused(bucket)


def test_an_object_that_may_not_be_read_says_which_parameter(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, S3NoValidClientError("S3 AccessDenied"))
    assert refused(bucket) == "package lab/images in s3://packages: S3 AccessDenied"
    key = bucket.put("x", "12345")
    reason = refused(bucket, row(physical_key=key, hash=None))
    assert "1 entry without a hash (a.tiff), to be read to compute it: allow the stack to" in reason
    assert "BucketNamePattern" in reason


def _raise(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Have quilt3 fail while it hashes."""

    def calculate_missing_hashes(*_: Any) -> None:
        raise error

    monkeypatch.setattr("quilt3.Package._calculate_missing_hashes", calculate_missing_hashes)


def test_quilt3_still_has_what_is_called_of_it() -> None:
    """It isn't public, and the lock keeps the version: this fails when somebody raises it and it is gone."""
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
