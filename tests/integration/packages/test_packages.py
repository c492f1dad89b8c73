"""Packages from query results on the deployed stack, as quilt3 browses them."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from local.stack import executions
from quilt_athena.packages.contracts import PackageOutput
from tests.integration.packages.conftest import META
from tests.integration.packages.machine import Packager, values

VIEW = "package_source_quilt_objects_view"
TIFFS = f"SELECT * FROM {VIEW} WHERE \"timestamp\" = 'latest' AND substr(logical_key, -5) = ?"
SHA = "ab" * 32


@pytest.mark.main_path
@pytest.mark.usefixtures("source")
def test_rows_become_entries_of_the_package(packager: Packager) -> None:
    result = packager.create(TIFFS, [".tiff"], Message="All TIFF images", Metadata={"Kind": "TIFF"})
    PackageOutput.model_validate(result)
    assert (result["Entries"], result["Bytes"], result["Created"]) == (3, 21, True)
    assert (result["EntriesFromManifests"], result["EntriesFromRows"], result["HashedEntries"]) == (3, 0, 0)
    package = packager.browsed()
    original = packager.browsed_of("package-source", "lab/cells")
    assert package["top_hash"] == result["TopHash"]
    assert package["meta"] == {"Kind": "TIFF"}
    # Hash, version and metadata, with its case, are the original's; the objects have not moved.
    assert package["entries"] == {key: one for key, one in original["entries"].items() if key.endswith(".tiff")}
    assert {json.dumps(one["meta"]) for one in package["entries"].values()} == {json.dumps(META)}
    assert all("?versionId=" in one["physical_key"] for one in package["entries"].values())
    assert set(packager.written()) == {
        f".quilt/packages/{result['TopHash']}",
        f".quilt/named_packages/created/package/{result['Revision']}",
        ".quilt/named_packages/created/package/latest",
    }


@pytest.mark.usefixtures("source")
def test_saved_query_has_all_columns_that_entries_need(packager: Packager) -> None:
    """Nothing is hashed, and metadata keys keep their case."""
    request = {
        "Query": {
            "NamedQuery": "files-by-metadata",
            "Parameters": ["package-source", "$.user_meta.cellindex", 5],
        },
        "Package": {"Bucket": packager.bucket, "Name": "created/package"},
    }
    machine = packager.local_aws.outputs["PackageStateMachineArn"]
    ended = executions.run(packager.local_aws.stepfunctions, machine, request)
    assert ended.status == "SUCCEEDED", ended
    assert (ended.output["HashedEntries"], ended.output["EntriesFromRows"]) == (0, 0)
    entries = packager.browsed()["entries"]
    assert len(entries) == ended.output["EntriesFromManifests"] > 0
    assert all("5" in one["meta"]["CellIndex"] for one in entries.values())


@pytest.mark.usefixtures("source")
def test_same_result_creates_one_revision(packager: Packager) -> None:
    first = packager.create(TIFFS, [".tiff"], Message="One")
    written = packager.written()
    again = packager.create(f"{TIFFS} ORDER BY logical_key DESC", [".tiff"], Message="One")
    assert (again["TopHash"], again["Revision"], again["Created"]) == (first["TopHash"], first["Revision"], False)
    assert packager.written() == written
    other = packager.create(TIFFS, [".tiff"], Message="Another")
    assert other["TopHash"] != first["TopHash"]
    assert packager.pointers() == sorted({first["Revision"], other["Revision"], "latest"})


@pytest.mark.usefixtures("source")
def test_entries_without_a_top_hash_are_as_athena_shows_them(packager: Packager) -> None:
    columns = 'logical_key, physical_keys, "size", hash, meta'
    sql = f"SELECT {columns} FROM {VIEW} WHERE \"timestamp\" = 'latest' AND logical_key LIKE '%.tiff'"
    result = packager.create(sql)
    assert (result["EntriesFromManifests"], result["EntriesFromRows"]) == (0, 3)
    package = packager.browsed()
    assert all(one["meta"]["cellindex"] == ["5"] for one in package["entries"].values())
    original = packager.browsed_of("package-source", "lab/cells")["entries"]
    for key, one in package["entries"].items():
        assert (one["hash"], one["physical_key"]) == (original[key]["hash"], original[key]["physical_key"])


def test_object_without_a_hash_is_hashed(packager: Packager) -> None:
    packager.local_aws.s3.put_object(Bucket=packager.bucket, Key="raw/x y.txt", Body=b"content")
    result = packager.create(values(("x.txt", f"s3://{packager.bucket}/raw/x%20y.txt", 7)))
    assert (result["HashedEntries"], result["HashedBytes"]) == (1, 7)
    entry = packager.browsed()["entries"]["x.txt"]
    assert entry["hash"]["type"] == "sha2-256-chunked"
    for row, problem in (
        (("missing.txt", f"s3://{packager.bucket}/raw/missing.txt", 7), "does not exist, or cannot be read"),
        (("x.txt", f"s3://{packager.bucket}/raw/x%20y.txt", 4), "bytes, got 4 from the row"),
    ):
        error, cause = packager.rejection(values(row))
        assert error == "InvalidRow"
        assert problem in cause["Message"]


@pytest.mark.parametrize("place", ["raw/file.txt", ".quilt/notes.txt"])
def test_version_in_the_row_is_hashed(packager: Packager, place: str) -> None:
    s3, bucket = packager.local_aws.s3, packager.bucket
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key=place, Body=b"old text")["VersionId"]
    s3.put_object(Bucket=bucket, Key=place, Body=b"new text, longer")
    key = f"s3://{bucket}/{place}?versionId={old}"
    result = packager.create(values(("file.txt", key, 8)))
    assert (result["HashedEntries"], result["HashedBytes"]) == (1, 8)
    entry = packager.browsed()["entries"]["file.txt"]
    assert (entry["physical_key"], entry["size"]) == (key, 8)
    # sha2-256-chunked of one chunk: the hash of its hash.
    expected = hashlib.sha256(hashlib.sha256(b"old text").digest()).digest()
    assert entry["hash"]["value"] == base64.b64encode(expected).decode()


ROW = ("a.tiff", "s3://elsewhere/a.tiff?versionId=1", "5", f"{{type=SHA256, value={SHA}}}")
COLUMNS = ("logical_key", "physical_key", "size", "hash")
WRONG = {
    "logical_key: expected each path once": ROW,
    "logical_key: expected a path relative to the package": ("/etc/x", *ROW[1:]),
    "logical_key: expected a path without": ("a/../x", *ROW[1:]),
    'logical_key: expected "a.tiff" to be a folder': ("a.tiff/b", *ROW[1:]),
    "size: expected a whole number": ("b", ROW[1], "5.0", ROW[3]),
    "physical_key: expected an s3:// URL, got a file:// URL": ("c", "file:///x", *ROW[2:]),
    "physical_key: expected an s3:// URL, got a path without a bucket": ("d", "raw/x", *ROW[2:]),
    "hash: expected the column hash": ("e", *ROW[1:3], SHA),
}


@pytest.mark.parametrize("reason", WRONG)
def test_invalid_row_prevents_all_writes(packager: Packager, reason: str) -> None:
    error, cause = packager.rejection(values(ROW, WRONG[reason], columns=COLUMNS))
    assert (error, cause["Count"]) == ("InvalidRow", 1)
    assert cause["Rows"][0]["Reason"].startswith(reason)


def test_same_content_elsewhere_does_not_change_other_packages(packager: Packager) -> None:
    first = packager.create(values(ROW, columns=COLUMNS))
    elsewhere = (ROW[0], "s3://other-place/a.tiff", *ROW[2:])
    other = packager.create(values(elsewhere, columns=COLUMNS), name="created/other")
    assert (other["TopHash"], other["Created"], other["OtherObjects"]) == (first["TopHash"], True, 1)
    assert packager.browsed() == packager.browsed("created/other")
    assert packager.browsed()["entries"]["a.tiff"]["physical_key"] == ROW[1]
    again = packager.create(values(elsewhere, columns=COLUMNS))
    assert (again["Created"], again["OtherObjects"]) == (False, 1)
    # A revision whose manifest was deleted is repaired.
    manifest = f".quilt/packages/{first['TopHash']}"
    packager.local_aws.s3.delete_object(Bucket=packager.bucket, Key=manifest)
    repaired = packager.create(values(elsewhere, columns=COLUMNS))
    assert (repaired["Revision"], repaired["Created"], repaired["OtherObjects"]) == (first["Revision"], True, 0)
    # Not read by quilt3, which caches manifests.
    entry = json.loads(packager.local_aws.read(f"s3://{packager.bucket}/{manifest}").splitlines()[1])
    assert entry["physical_keys"] == [elsewhere[1]]


def test_concurrent_pushes_lose_no_revision(packager: Packager) -> None:
    """Of several revisions in one second, the later ones are rejected, and succeed when they are retried.

    The test retries them, because the local AWS gives exceptions of functions another name than AWS does.
    """
    stepfunctions, machine = packager.local_aws.stepfunctions, packager.local_aws.outputs["PackageStateMachineArn"]
    waiting = [values((f"{number}.tiff", *ROW[1:]), columns=COLUMNS) for number in range(3)]
    created = []
    for _ in range(5):
        arns = {}
        for sql in waiting:
            request = {"Query": {"QueryString": sql}, "Package": {"Bucket": packager.bucket, "Name": "created/package"}}
            started = stepfunctions.start_execution(stateMachineArn=machine, input=json.dumps(request))
            arns[sql] = started["executionArn"]
        waiting = []
        for sql, arn in arns.items():
            *_, ended = executions.watch(stepfunctions, arn)
            assert isinstance(ended, executions.Ended)
            if ended.status == "SUCCEEDED":
                created.append(ended.output)
            else:
                assert "was pushed in the same second" in ended.cause["errorMessage"]
                waiting.append(sql)
        if not waiting:
            break
    folder = f"s3://{packager.bucket}/.quilt/named_packages/created/package"
    pointers = {name: packager.local_aws.read(f"{folder}/{name}").decode() for name in packager.pointers()}
    assert len({one["TopHash"] for one in created}) == 3
    assert {name: pointers[name] for name in pointers if name != "latest"} == {
        one["Revision"]: one["TopHash"] for one in created
    }
    assert pointers["latest"] in {one["TopHash"] for one in created}


def test_query_execution_of_the_same_name_does_not_interfere(packager: Packager) -> None:
    local_aws, name = packager.local_aws, f"nightly-{packager.bucket}"
    query = {"QueryString": "SELECT 1"}
    local_aws.stepfunctions.start_execution(
        stateMachineArn=local_aws.outputs["QueryStateMachineArn"], name=name, input=json.dumps(query)
    )
    request = {
        "Query": {"QueryString": values(ROW, columns=COLUMNS)},
        "Package": {"Bucket": packager.bucket, "Name": "created/package"},
    }
    started = local_aws.stepfunctions.start_execution(
        stateMachineArn=local_aws.outputs["PackageStateMachineArn"], name=name, input=json.dumps(request)
    )
    *_, ended = executions.watch(local_aws.stepfunctions, started["executionArn"])
    assert isinstance(ended, executions.Ended)
    assert ended.status == "SUCCEEDED", (ended.error, ended.cause)


def test_repeated_columns_are_rejected(packager: Packager) -> None:
    left = "(SELECT 'a' AS logical_key, 's3://one-place/a' AS physical_key, 5 AS \"size\") l"
    right = f"(SELECT 'a' AS logical_key, 's3://two-place/a' AS physical_key, 7 AS \"size\", '{ROW[3]}' AS hash) r"
    error, cause = packager.rejection(f"SELECT * FROM {left} JOIN {right} ON l.logical_key = r.logical_key")
    assert error == "InvalidRow"
    assert "the result has the column logical_key twice" in cause["Message"]


def test_array_of_several_objects_is_rejected(packager: Packager) -> None:
    sql = "SELECT 'a' AS logical_key, '1' AS \"size\", ARRAY['s3://one/a', 's3://two/b'] AS physical_keys"
    error, cause = packager.rejection(sql)
    assert error == "InvalidRow"
    assert "physical_keys: expected one object, got 2" in cause["Message"]


def test_missing_column_is_named(packager: Packager) -> None:
    error, cause = packager.rejection("SELECT 'a' AS logical_key, '1' AS \"size\"", on_invalid_row="skip")
    assert error == "InvalidRow"
    assert "missing the required column physical_key (or physical_keys)" in cause["Message"]


def test_invalid_rows_are_skipped_and_reported(packager: Packager) -> None:
    result = packager.create(values(ROW, *WRONG.values(), columns=COLUMNS), on_invalid_row="skip")
    assert (result["Entries"], result["SkippedCount"]) == (1, len(WRONG))
    assert [one["Row"] for one in result["Skipped"]][1:] == list(range(3, len(WRONG) + 2))
    # The object does not exist, and with a hash it is not checked.
    assert packager.browsed()["entries"]["a.tiff"]["physical_key"] == ROW[1]


def test_result_without_rows_is_rejected(packager: Packager) -> None:
    error, cause = packager.rejection(f"{values(ROW, columns=COLUMNS)} WHERE logical_key = ?", ["nothing"])
    assert error == "PackageRejected"
    assert "the result has no rows" in cause["Message"]


def test_result_that_somebody_replaced_becomes_no_package(packager: Packager) -> None:
    """The package machine's function, invoked as the machine does after the query."""
    local_aws, physical_key = packager.local_aws, f"s3://{packager.bucket}/any"
    query = {"QueryString": values(("file.txt", physical_key, "1")), "MaxRows": 0}
    machine = local_aws.outputs["QueryStateMachineArn"]
    result = executions.run(local_aws.stepfunctions, machine, query).output
    bucket, _, key = result["OutputLocation"].removeprefix("s3://").partition("/")
    forged = local_aws.read(result["OutputLocation"]).replace(b"file.txt", b"evil.txt")
    local_aws.s3.put_object(Bucket=bucket, Key=key, Body=forged)
    request = {"Query": query, "Package": {"Bucket": packager.bucket, "Name": "created/package"}}
    lambda_ = local_aws.stack.client("lambda")
    (name,) = [
        function["FunctionName"]
        for function in lambda_.list_functions()["Functions"]
        if "PushPackage" in function["FunctionName"]
    ]
    payload = json.dumps({"Request": request, "Answer": {**result, "Rows": []}})
    output = json.loads(lambda_.invoke(FunctionName=name, Payload=payload)["Payload"].read())
    assert (output["Pushed"], output["Error"]) == (False, "PackageRejected")
    assert "is not the file that Athena wrote for this query: it was overwritten" in output["Cause"]["Message"]
    assert packager.written() == {}


def test_invalid_request_runs_no_query(packager: Packager) -> None:
    for options, problem in (
        ({"name": "images"}, "Package.Name: expected user/name"),
        ({"query": {"TimeoutSeconds": 20_000}}, "Query.TimeoutSeconds: expected at most 14400"),
        ({"on_invalid_row": "ignore"}, "OnInvalidRow: "),
    ):
        error, cause = packager.rejection("SELECT 1", **options)
        assert (error, problem in cause["Message"]) == ("InvalidRequest", True)
    for output in ("ResultsBucketName", "ServiceResultsBucketName", "ViewsBucketName"):
        rejected = Packager(packager.local_aws, packager.local_aws.outputs[output]).run("SELECT 1")
        assert rejected.error == "InvalidRequest"
        assert "belongs to this stack" in rejected.cause["Message"]
    missing = Packager(packager.local_aws, "no-such-bucket-anywhere")
    ended = missing.run("SELECT 1")
    assert ended.error == "InvalidRequest"
    assert "no-such-bucket-anywhere does not exist" in ended.cause["Message"]


def test_failed_query_has_the_error_of_the_query_machine(packager: Packager) -> None:
    error, cause = packager.rejection(f"SELECT sise FROM {VIEW}")
    assert error == "QueryFailed"
    assert cause["StateChangeReason"].startswith("COLUMN_NOT_FOUND") or "TABLE_NOT_FOUND" in cause["Message"]


CONFIG = """
version: "1"
is_workflow_required: false
workflows:
  strict: {name: Strict, is_message_required: true, metadata_schema: study}
schemas:
  study: {url: "s3://BUCKET/study.json"}
"""


def test_workflow_of_the_bucket_is_checked(packager: Packager) -> None:
    s3, bucket = packager.local_aws.s3, packager.bucket
    s3.put_object(Bucket=bucket, Key=".quilt/workflows/config.yml", Body=CONFIG.replace("BUCKET", bucket).encode())
    s3.put_object(Bucket=bucket, Key="study.json", Body=json.dumps({"type": "object", "required": ["Study"]}).encode())
    sql = values(ROW, columns=COLUMNS)
    for options, problem in (
        ({"Metadata": {"Study": 1}}, "Commit message is required"),
        ({"Message": "First"}, "'Study' is a required property"),
    ):
        error, cause = packager.rejection(sql, Workflow="strict", **options)
        assert error == "PackageRejected"
        assert problem in cause["Message"]
    result = packager.create(sql, Workflow="strict", Message="First", Metadata={"Study": 1})
    header = packager.local_aws.read(f"s3://{bucket}/.quilt/packages/{result['TopHash']}").splitlines()[0]
    assert json.loads(header)["workflow"]["id"] == "strict"
    assert packager.create(sql, Workflow=None, Message="None")["Created"]


MANY = f"""
SELECT
  'part-' || CAST(a.n AS varchar) || '/' || CAST(b.n AS varchar) || '.bin' AS logical_key,
  's3://elsewhere/' || CAST(a.n AS varchar) || '/' || CAST(b.n AS varchar) || '?versionId=1' AS physical_key,
  b.n AS "size",
  '{{type=SHA256, value={SHA}}}' AS hash
FROM UNNEST(sequence(1, 100)) AS a(n)
CROSS JOIN UNNEST(sequence(1, 1000)) AS b(n)
"""


def test_package_has_a_hundred_thousand_entries(packager: Packager) -> None:
    result = packager.create(MANY)
    assert (result["Entries"], result["SkippedCount"]) == (100_000, 0)
    assert result["Bytes"] == 100 * sum(range(1, 1001))
    assert len(json.dumps(result)) < 2000
    manifest = packager.local_aws.read(f"s3://{packager.bucket}/.quilt/packages/{result['TopHash']}")
    assert manifest.count(b"\n") == 100_001


@pytest.mark.usefixtures("source")
def test_column_bucket_locates_the_manifest(packager: Packager) -> None:
    local_aws = packager.local_aws
    s3, copies = local_aws.s3, local_aws.make_bucket()
    # A package whose bucket contains neither its objects nor the new package.
    (pointer,) = (key for key in Packager(local_aws, "package-source").written() if key.startswith(".quilt/packages/"))
    lines = local_aws.read(f"s3://package-source/{pointer}").decode().replace("s3://package-source/", "s3://elsewhere/")
    top_hash = pointer.rpartition("/")[2]
    s3.put_object(Bucket=copies, Key=pointer, Body=lines.encode())
    entry = json.loads(lines.splitlines()[1])
    row = (entry["logical_key"], entry["physical_keys"][0], entry["size"], top_hash)
    columns = ("logical_key", "physical_key", "size", "tophash")
    error, cause = packager.rejection(values(row, columns=columns))
    assert error == "InvalidRow"
    assert "Select the bucket whose view the row is from as a column named bucket" in cause["Message"]
    result = packager.create(values((*row, copies), columns=(*columns, "bucket")))
    assert result["EntriesFromManifests"] == 1
    assert packager.browsed()["entries"][row[0]]["meta"] == META
