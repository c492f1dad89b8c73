"""The handlers of prepare_package and push_package, on moto's S3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.prepare_package import app as prepare_package
from functions.push_package import app as push_package
from quilt_athena.client.failures import query_error
from quilt_athena.errors import PackageRejected, ServiceUnavailableError
from quilt_athena.packages.contracts import PackageErrorCause, PackageOutput
from tests.unit.packages.bucket import Bucket, line, row
from tests.unit.packages.conftest import Seconds
from tests.unit.query.test_handlers import CONTEXT

EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:package:one"
PACKAGE = {"Bucket": "packages", "Name": "lab/images", "Message": "First"}
STATISTICS = {
    "DataScannedInBytes": 1,
    "EngineExecutionTimeInMillis": 1,
    "QueryQueueTimeInMillis": 1,
    "TotalExecutionTimeInMillis": 1,
    "ReusedPreviousResult": False,
    "EstimatedPriceUSD": 0.1,
}


@pytest.fixture(autouse=True)
def moto_is_active(bucket: Bucket) -> None:
    """Let the functions create their clients inside moto."""
    assert bucket


def request(**fields: Any) -> dict[str, Any]:
    return {"Query": {"QueryString": "SELECT 1"}, "Package": PACKAGE, **fields}


def push(bucket: Bucket, *rows: dict[str, Any], columns: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    """The output of push_package for a result of these rows."""
    names = columns or tuple(rows[0] if rows else row())
    lines = [",".join(f'"{name}"' for name in names)]
    for values in rows:
        texts = (values.get(name) for name in names)
        lines.append(",".join("" if text is None else '"' + text.replace('"', '""') + '"' for text in texts))
    bucket.put("results/one.csv", "\n".join(lines) + "\n")
    query_result = {
        "QueryExecutionId": "query-1",
        "StatementType": "DML",
        "OutputLocation": "s3://packages/results/one.csv",
        "Columns": [{"Name": name, "Type": "varchar"} for name in names],
        "Statistics": STATISTICS,
    }
    output: dict[str, Any] = push_package.handler({"Request": request(**fields), "Answer": query_result}, CONTEXT)
    return output


def rejection(bucket: Bucket, *rows: dict[str, Any], **fields: Any) -> tuple[str, dict[str, Any]]:
    """Error and cause for a result from which no package is created; nothing is written."""
    output = push(bucket, *rows, **fields)
    assert output["Pushed"] is False
    assert [key for key in bucket.object_keys() if "named_packages" in key] == []
    PackageErrorCause.model_validate(output["Cause"])
    return output["Error"], output["Cause"]


def test_prepare_package_returns_the_query() -> None:
    output = prepare_package.handler({"Request": request(), "ExecutionId": EXECUTION}, CONTEXT)
    assert output == {"Valid": True, "Query": {"QueryString": "SELECT 1", "MaxRows": 0}}


@pytest.mark.parametrize("package", [{}, {**PACKAGE, "Bucket": "no-such"}])
def test_prepare_package_returns_the_cause_of_an_invalid_request(package: dict[str, Any]) -> None:
    output = prepare_package.handler({"Request": request(Package=package), "ExecutionId": EXECUTION}, CONTEXT)
    assert output["Valid"] is False
    assert output["Cause"]["Message"].startswith("Package.Bucket: ")


def test_push_package_creates_a_revision(bucket: Bucket) -> None:
    top_hash = bucket.manifest(line())
    rows = [row(tophash=top_hash), row("b", tophash=None, size="7", hash=None, physical_key=bucket.put("b", "content"))]
    output = push(bucket, *rows)
    assert output["Pushed"] is True
    result = PackageOutput.model_validate(output["Result"])
    assert (result.entries, result.bytes, result.created) == (2, 12, True)
    assert (result.entries_from_manifests, result.entries_from_rows) == (1, 1)
    assert (result.hashed_entries, result.hashed_bytes) == (1, 7)
    assert bucket.entries(result.top_hash)[1]["meta"] == {"user_meta": {"CellIndex": ["5"]}}


def test_push_package_fails_on_an_invalid_row(bucket: Bucket) -> None:
    error, cause = rejection(bucket, row(), row("b", size="x"))
    assert error == "InvalidRow"
    assert cause["Message"].startswith("row 2: size: expected")
    assert '"OnInvalidRow": "skip"' in cause["Message"]
    assert (cause["Count"], [one["Row"] for one in cause["Rows"]]) == (1, [2])


def test_push_package_skips_invalid_rows_if_requested(bucket: Bucket) -> None:
    rows = [row(), row("b", size="x"), row("c", tophash="ab" * 32), row("a.tiff/d")]
    output = push(bucket, *rows, columns=(*row(), "tophash"), OnInvalidRow="skip")
    result = PackageOutput.model_validate(output["Result"])
    assert (result.entries, result.skipped_count, [one.row for one in result.skipped]) == (1, 3, [2, 3, 4])


def test_push_package_fails_on_a_row_without_its_manifest(bucket: Bucket) -> None:
    error, cause = rejection(bucket, row(tophash="ab" * 32))
    assert (error, cause["Rows"][0]["Row"]) == ("InvalidRow", 1)
    assert "tophash: the manifest" in cause["Message"]


def test_push_package_fails_on_an_unhashed_object_of_another_size(bucket: Bucket) -> None:
    key = bucket.put("raw/x", "0123456789")
    error, cause = rejection(bucket, row(), row("x", size="4", hash=None, physical_key=key))
    assert (error, cause["Rows"]) == (
        "InvalidRow",
        [{"Row": 2, "Reason": f"size: expected the size of {key}, 10 bytes, got 4 from the row"}],
    )
    output = push(bucket, row(), row("x", size="4", hash=None, physical_key=key), OnInvalidRow="skip")
    assert (output["Result"]["Entries"], output["Result"]["SkippedCount"]) == (1, 1)
    assert output["Result"]["HashedEntries"] == 0


def test_push_package_counts_metadata_from_rows(bucket: Bucket) -> None:
    top_hash = bucket.manifest(line())
    metadata = [None, "{}", '{"user_meta":{}}', '{"user_meta":{"a":1}}', '{"c":1}']
    rows = [row(tophash=top_hash)]
    rows += [row(str(number), tophash=None, meta=meta) for number, meta in enumerate(metadata)]
    result = push(bucket, *rows)["Result"]
    assert (result["EntriesFromManifests"], result["EntriesFromRows"], result["MetadataFromRows"]) == (1, 5, 2)


def test_push_package_rejects_a_repeated_column(bucket: Bucket) -> None:
    output = push(bucket, {**row(), "logical_key_2": "b"}, OnInvalidRow="skip")
    assert (output["Pushed"], output["Error"]) == (False, "InvalidRow")
    assert "the result has the column logical_key twice" in output["Cause"]["Message"]


def test_error_messages_of_any_length_fit_an_execution(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    def reject(*_: Any) -> None:
        raise PackageRejected("the value " + "x" * 1_000_000 + " is too long")

    monkeypatch.setattr(push_package, "push_revision", reject)
    _, cause = rejection(bucket, row())
    assert len(cause["Message"]) == 2000
    assert cause["Message"].startswith("the value xxx")
    assert cause["Message"].endswith("xxx is too long")
    metadata = {"k" * 100_000: float("inf")}
    oversized = request(Package={**PACKAGE, "Metadata": metadata})
    output = prepare_package.handler({"Request": oversized, "ExecutionId": EXECUTION}, CONTEXT)
    assert len(output["Cause"]["Message"]) == 2000


def test_prepare_package_rejects_a_bucket_of_the_stack(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACK_BUCKET_NAMES", f",views,{bucket.name}")
    output = prepare_package.handler({"Request": request(), "ExecutionId": EXECUTION}, CONTEXT)
    assert "bucket packages belongs to this stack" in output["Cause"]["Message"]


def test_push_package_raises_a_retryable_error_if_the_second_is_taken(bucket: Bucket, seconds: Seconds) -> None:
    seconds.is_stopped = True
    push(bucket, row())
    # Lambda names an error after its class.
    with pytest.raises(ServiceUnavailableError, match="in the same second") as error:
        push(bucket, row("b"))
    assert type(error.value).__name__ == "ServiceUnavailableError"
    seconds.is_stopped = False
    assert push(bucket, row("b"))["Result"]["Created"]


def test_push_package_counts_other_objects_with_the_same_content(bucket: Bucket) -> None:
    assert push(bucket, row())["Result"]["OtherObjects"] == 0
    output = push(bucket, row(physical_key="s3://elsewhere/x"), Package={**PACKAGE, "Name": "lab/other"})
    assert PackageOutput.model_validate(output["Result"]).other_objects == 1


@pytest.mark.parametrize("on_invalid_row", ["fail", "skip"])
def test_push_package_fails_on_a_missing_column(bucket: Bucket, on_invalid_row: str) -> None:
    error, cause = rejection(bucket, row(), columns=("logical_key", "size"), OnInvalidRow=on_invalid_row)
    assert error == "InvalidRow"
    assert "missing the required column physical_key (or physical_keys)" in cause["Message"]


def test_push_package_rejects_a_result_without_rows(bucket: Bucket) -> None:
    error, cause = rejection(bucket)
    assert (error, "the result has no rows" in cause["Message"]) == ("PackageRejected", True)
    error, cause = rejection(bucket, row(size="x"), OnInvalidRow="skip")
    assert "all 1 rows were skipped (row 1: size: expected" in cause["Message"]
    rows = [row(str(number), size=size) for number, size in enumerate("xyz")]
    _, cause = rejection(bucket, *rows, OnInvalidRow="skip")
    assert 'all 3 rows were skipped (row 1: size: expected a whole number of bytes, got "x"' in cause["Message"]
    _, cause = rejection(bucket, *(row(str(number), size="x") for number in range(5)))
    assert (cause["Message"].count("row "), "more" in cause["Message"]) == (5, False)


def test_push_package_rejects_a_missing_result(bucket: Bucket) -> None:
    query_result = {"QueryExecutionId": "query-1", "StatementType": "DML", "Columns": [], "Statistics": STATISTICS}
    query_result["OutputLocation"] = "s3://packages/missing.csv"
    output = push_package.handler({"Request": request(), "Answer": query_result}, CONTEXT)
    assert (output["Pushed"], output["Error"]) == (False, "PackageRejected")
    assert "run the query again" in output["Cause"]["Message"]
    assert bucket.object_keys() == []


def test_push_package_rejects_a_result_that_somebody_replaced(bucket: Bucket) -> None:
    bucket.put("results/one.csv", '"logical_key","physical_key","size"\n"evil","s3://packages/raw/a.tiff","5"\n')
    query_result = {
        "QueryExecutionId": "query-1",
        "StatementType": "DML",
        "OutputLocation": "s3://packages/results/one.csv",
        "OutputETag": '"8f14e45fceea167a5a36dedd4bea2543"',
        "Columns": [{"Name": name, "Type": "varchar"} for name in ("logical_key", "physical_key", "size")],
        "Statistics": STATISTICS,
    }
    output = push_package.handler({"Request": request(), "Answer": query_result}, CONTEXT)
    assert (output["Pushed"], output["Error"]) == (False, "PackageRejected")
    assert "is not the file that Athena wrote for this query" in output["Cause"]["Message"]
    assert [key for key in bucket.object_keys() if "named_packages" in key] == []


def test_many_invalid_rows_fit_an_output_and_a_cause(bucket: Bucket) -> None:
    rows = [row(f"/{number:06}" + "é" * 500) for number in range(3000)]
    _, cause = rejection(bucket, *rows)
    assert cause["Count"] == 3000
    assert [one["Row"] for one in cause["Rows"]] == list(range(1, 26))
    assert cause["Message"].count("row ") == 5
    assert "; and 2,995 more. Nothing was written" in cause["Message"]
    assert len(json.dumps(cause, ensure_ascii=False)) < 32_768
    output = push(bucket, row(), *rows, OnInvalidRow="skip")
    assert len(json.dumps(output, ensure_ascii=False).encode()) < 60 * 1024
    assert output["Result"]["SkippedCount"] == 3000
    assert [one["Row"] for one in output["Result"]["Skipped"]] == list(range(2, 52))
    assert query_error("FAILED", "InvalidRow", json.dumps(cause)).cause["Count"] == 3000
