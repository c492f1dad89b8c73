"""The two functions of the package state machine, called as it calls them, on S3 as moto has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.prepare_package import app as prepare_package
from functions.push_package import app as push_package
from quilt_athena.client.failures import query_error
from quilt_athena.errors import PackageRejected, ServiceUnavailableError
from quilt_athena.packages.contracts import PackageErrorCause, PackageResult
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
    """What push_package answers for a result of these rows."""
    names = columns or tuple(rows[0] if rows else row())
    lines = [",".join(f'"{name}"' for name in names)]
    for values in rows:
        texts = (values.get(name) for name in names)
        lines.append(",".join("" if text is None else '"' + text.replace('"', '""') + '"' for text in texts))
    bucket.put("results/one.csv", "\n".join(lines) + "\n")
    answer = {
        "QueryExecutionId": "query-1",
        "StatementType": "DML",
        "OutputLocation": "s3://packages/results/one.csv",
        "Columns": [{"Name": name, "Type": "varchar"} for name in names],
        "Statistics": STATISTICS,
    }
    told: dict[str, Any] = push_package.handler({"Request": request(**fields), "Answer": answer}, CONTEXT)
    return told


def refused(bucket: Bucket, *rows: dict[str, Any], **fields: Any) -> tuple[str, dict[str, Any]]:
    """Error and cause of a result that makes no package; nothing is written then."""
    answer = push(bucket, *rows, **fields)
    assert answer["Pushed"] is False
    assert [key for key in bucket.listed() if "named_packages" in key] == []
    PackageErrorCause.model_validate(answer["Cause"])
    return answer["Error"], answer["Cause"]


def test_a_valid_request_gives_the_query_to_ask() -> None:
    answer = prepare_package.handler({"Request": request(), "ExecutionId": EXECUTION}, CONTEXT)
    assert answer == {"Valid": True, "Query": {"QueryString": "SELECT 1", "MaxRows": 0}}


@pytest.mark.parametrize("package", [{}, {**PACKAGE, "Bucket": "no-such"}])
def test_a_wrong_request_is_an_answer(package: dict[str, Any]) -> None:
    answer = prepare_package.handler({"Request": request(Package=package), "ExecutionId": EXECUTION}, CONTEXT)
    assert answer["Valid"] is False
    assert answer["Cause"]["Message"].startswith("Package.Bucket: ")


def test_rows_become_a_revision(bucket: Bucket) -> None:
    top_hash = bucket.manifest(line())
    rows = [row(tophash=top_hash), row("b", tophash=None, size="7", hash=None, physical_key=bucket.put("b", "content"))]
    answer = push(bucket, *rows)
    assert answer["Pushed"] is True
    result = PackageResult.model_validate(answer["Result"])
    assert (result.entries, result.bytes, result.created) == (2, 12, True)
    assert (result.entries_from_manifests, result.entries_from_rows) == (1, 1)
    assert (result.hashed_entries, result.hashed_bytes) == (1, 7)
    assert bucket.entries(result.top_hash)[1]["meta"] == {"user_meta": {"CellIndex": ["5"]}}


def test_one_wrong_row_is_enough_to_fail(bucket: Bucket) -> None:
    error, cause = refused(bucket, row(), row("b", size="x"))
    assert error == "InvalidRow"
    assert cause["Message"].startswith("row 2: size: expected")
    assert '"OnInvalidRow": "skip"' in cause["Message"]
    assert (cause["Count"], [one["Row"] for one in cause["Rows"]]) == (1, [2])


def test_wrong_rows_are_skipped_if_asked(bucket: Bucket) -> None:
    rows = [row(), row("b", size="x"), row("c", tophash="ab" * 32), row("a.tiff/d")]
    answer = push(bucket, *rows, columns=(*row(), "tophash"), OnInvalidRow="skip")
    result = PackageResult.model_validate(answer["Result"])
    assert (result.entries, result.skipped_count, [one.row for one in result.skipped]) == (1, 3, [2, 3, 4])


def test_a_row_whose_manifest_is_missing_fails_too(bucket: Bucket) -> None:
    error, cause = refused(bucket, row(tophash="ab" * 32))
    assert (error, cause["Rows"][0]["Row"]) == ("InvalidRow", 1)
    assert "tophash: the manifest" in cause["Message"]


def test_a_row_without_a_hash_whose_object_is_another_is_an_invalid_row(bucket: Bucket) -> None:
    key = bucket.put("raw/x", "0123456789")
    error, cause = refused(bucket, row(), row("x", size="4", hash=None, physical_key=key))
    assert (error, cause["Rows"]) == ("InvalidRow", [{"Row": 2, "Reason": f"size: the row says 4 bytes, {key} has 10"}])
    answer = push(bucket, row(), row("x", size="4", hash=None, physical_key=key), OnInvalidRow="skip")
    assert (answer["Result"]["Entries"], answer["Result"]["SkippedCount"]) == (1, 1)
    assert answer["Result"]["HashedEntries"] == 0


def test_metadata_of_rows_is_counted(bucket: Bucket) -> None:
    top_hash = bucket.manifest(line())
    metadata = [None, "{}", '{"user_meta":{}}', '{"user_meta":{"a":1}}', '{"c":1}']
    rows = [row(tophash=top_hash)]
    rows += [row(str(number), tophash=None, meta=meta) for number, meta in enumerate(metadata)]
    result = push(bucket, *rows)["Result"]
    assert (result["EntriesFromManifests"], result["EntriesFromRows"], result["MetadataFromRows"]) == (1, 5, 2)


def test_a_column_that_comes_twice_is_refused_by_name(bucket: Bucket) -> None:
    answer = push(bucket, {**row(), "logical_key_2": "b"}, OnInvalidRow="skip")
    assert (answer["Pushed"], answer["Error"]) == (False, "InvalidRow")
    assert "the result has the column logical_key twice" in answer["Cause"]["Message"]


def test_a_refusal_of_any_length_fits_an_execution(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PackageRejected("it is said that " + "x" * 1_000_000 + " is too long")

    monkeypatch.setattr(push_package, "push", refuse)
    _, cause = refused(bucket, row())
    assert len(cause["Message"]) == 2000
    assert cause["Message"].startswith("it is said that xxx")
    assert cause["Message"].endswith("xxx is too long")
    metadata = {"k" * 100_000: float("inf")}
    asked = request(Package={**PACKAGE, "Metadata": metadata})
    answer = prepare_package.handler({"Request": asked, "ExecutionId": EXECUTION}, CONTEXT)
    assert len(answer["Cause"]["Message"]) == 2000


def test_the_bucket_for_results_is_refused(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESULTS_BUCKET_NAME", bucket.name)
    answer = prepare_package.handler({"Request": request(), "ExecutionId": EXECUTION}, CONTEXT)
    assert "bucket packages is this stack's for results" in answer["Cause"]["Message"]


def test_a_second_that_is_taken_leaves_the_function_as_what_the_machine_retries(
    bucket: Bucket, seconds: Seconds
) -> None:
    seconds.stands = True
    push(bucket, row())
    # Lambda calls an error by its class.
    with pytest.raises(ServiceUnavailableError, match="in the same second") as error:
        push(bucket, row("b"))
    assert type(error.value).__name__ == "ServiceUnavailableError"
    seconds.stands = False
    assert push(bucket, row("b"))["Result"]["Created"]


def test_other_objects_of_the_same_contents_are_counted(bucket: Bucket) -> None:
    assert push(bucket, row())["Result"]["OtherObjects"] == 0
    answer = push(bucket, row(physical_key="s3://elsewhere/x"), Package={**PACKAGE, "Name": "lab/other"})
    assert PackageResult.model_validate(answer["Result"]).other_objects == 1


@pytest.mark.parametrize("on_invalid_row", ["fail", "skip"])
def test_a_missing_column_fails_whatever_is_asked(bucket: Bucket, on_invalid_row: str) -> None:
    error, cause = refused(bucket, row(), columns=("logical_key", "size"), OnInvalidRow=on_invalid_row)
    assert error == "InvalidRow"
    assert "no column physical_key (or physical_keys)" in cause["Message"]


def test_a_result_without_rows_makes_no_revision(bucket: Bucket) -> None:
    error, cause = refused(bucket)
    assert (error, "the result has no rows" in cause["Message"]) == ("PackageRejected", True)
    error, cause = refused(bucket, row(size="x"), OnInvalidRow="skip")
    assert "since all 1 were skipped (row 1: size: expected" in cause["Message"]


def test_a_result_that_is_gone_is_refused(bucket: Bucket) -> None:
    answer = {"QueryExecutionId": "query-1", "StatementType": "DML", "Columns": [], "Statistics": STATISTICS}
    answer["OutputLocation"] = "s3://packages/gone.csv"
    told = push_package.handler({"Request": request(), "Answer": answer}, CONTEXT)
    assert (told["Pushed"], told["Error"]) == (False, "PackageRejected")
    assert "run the query again" in told["Cause"]["Message"]
    assert bucket.listed() == []


def test_many_wrong_rows_fit_an_answer_and_a_cause(bucket: Bucket) -> None:
    rows = [row(f"/{number:06}" + "é" * 500) for number in range(3000)]
    _, cause = refused(bucket, *rows)
    assert cause["Count"] == 3000
    assert len(json.dumps(cause, ensure_ascii=False)) < 32_768
    answer = push(bucket, row(), *rows, OnInvalidRow="skip")
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < 60 * 1024
    assert answer["Result"]["SkippedCount"] == 3000
    assert query_error("FAILED", "InvalidRow", json.dumps(cause)).cause["Count"] == 3000
