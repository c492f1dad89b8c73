"""StartQueryExecution: the requests that it accepts, and Athena's errors for those that it rejects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.local.queries import SLOW, Queries


def test_same_token_starts_one_query(queries: Queries, name: str) -> None:
    token = name.ljust(32, "0")
    first = queries.start("SELECT 1", ClientRequestToken=token)
    assert queries.start("SELECT 1", ClientRequestToken=token) == first
    queries.ended(first)
    assert queries.start("SELECT 1", ClientRequestToken=token) == first


@pytest.mark.parametrize(
    "change",
    [
        {"QueryExecutionContext": {"Database": "other"}},
        {"ExecutionParameters": ["1"]},
        {"ResultConfiguration": {"OutputLocation": "s3://query-results/elsewhere/"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_token_with_other_parameters_is_rejected(queries: Queries, name: str, change: dict[str, Any]) -> None:
    token = name.ljust(128, "0")
    queries.start("SELECT 1", ClientRequestToken=token)
    assert queries.refused("SELECT 1", ClientRequestToken=token, **change) == "Idempotent parameters do not match"
    assert queries.refused("SELECT 2", ClientRequestToken=token) == "Idempotent parameters do not match"


def test_rejected_start_does_not_use_its_token(queries: Queries, name: str) -> None:
    token = name.ljust(32, "0")
    queries.refused("SELEC 1", ClientRequestToken=token)
    assert queries.start("SELECT 1", ClientRequestToken=token)


def test_token_has_at_most_128_characters(queries: Queries) -> None:
    message = queries.refused("SELECT 1", ClientRequestToken="t" * 129)
    assert message.endswith("Member must have length less than or equal to 128")


def test_query_has_at_most_262144_bytes(queries: Queries) -> None:
    longest = "SELECT 1 --" + "ü" * 131066
    assert len(longest.encode()) == 262143
    queries.succeeded(longest)
    message = queries.refused(longest + "ü")
    assert message.endswith("Member must have length less than or equal to 262144")


def test_parameter_has_at_most_1024_characters(queries: Queries) -> None:
    queries.succeeded("SELECT ?", ExecutionParameters=["'" + "x" * 1022 + "'"])
    message = queries.refused("SELECT ?", ExecutionParameters=["'" + "x" * 1023 + "'"])
    assert message.endswith("Member must have length less than or equal to 1024")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'"),
        ("SELECT 1 FROM", "line 1:"),
        ("SELECT 1; SELECT 2", "Only one sql statement is allowed"),
    ],
)
def test_text_that_is_not_sql_is_rejected_at_once(queries: Queries, sql: str, message: str) -> None:
    assert queries.refused(sql).startswith(message)


def test_parameters_are_bound(queries: Queries) -> None:
    query_id = queries.succeeded("SELECT ? AS a, ? AS b", ExecutionParameters=["'it''s'", "7"])
    assert queries.values(query_id)[0] == [["a", "b"], ["it's", "7"]]
    assert queries.get(query_id)["ExecutionParameters"] == ["'it''s'", "7"]


def test_workgroup_must_exist_and_be_enabled(queries: Queries, name: str) -> None:
    assert queries.refused("SELECT 1", WorkGroup=name) == f"WorkGroup {name} is not found."
    queries.athena.create_work_group(Name=name)
    queries.athena.update_work_group(WorkGroup=name, State="DISABLED")
    assert queries.refused("SELECT 1", WorkGroup=name) == f"WorkGroup {name} is disabled."


def test_output_location_is_required(queries: Queries) -> None:
    assert queries.refused("SELECT 1", ResultConfiguration={}).startswith("No output location provided.")
    for location in ("query-results/here", "https://query-results/"):
        message = queries.refused("SELECT 1", ResultConfiguration={"OutputLocation": location})
        assert message == "outputLocation is not a valid S3 path."


def test_results_bucket_must_exist(queries: Queries, name: str) -> None:
    message = queries.refused("SELECT 1", ResultConfiguration={"OutputLocation": f"s3://{name}/"})
    assert message == f"Unable to verify/create output bucket {name}"


def test_results_bucket_deleted_meanwhile_fails_the_query(
    queries: Queries, aws: Callable[[str], Any], name: str
) -> None:
    bucket = f"{name}-gone"
    aws("s3").create_bucket(Bucket=bucket)
    configuration = {"OutputLocation": f"s3://{bucket}/"}
    # The threads are busy, so the query waits while its bucket is deleted.
    busy = [queries.start(f"{SLOW} -- {number}") for number in range(4)]
    query_id = queries.start("SELECT 1", ResultConfiguration=configuration)
    aws("s3").delete_bucket(Bucket=bucket)
    for other in busy:
        queries.athena.stop_query_execution(QueryExecutionId=other)
    status = queries.ended(query_id)["Status"]
    assert status["State"] == "FAILED"
    assert f"s3://{bucket}/{query_id}.csv" in status["StateChangeReason"]
    assert "NoSuchBucket" in status["StateChangeReason"]


def test_enforced_workgroup_overrides_the_client(queries: Queries, aws: Callable[[str], Any], name: str) -> None:
    settings = {
        "OutputLocation": "s3://query-results/enforced",
        "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
    }
    configuration = {"EnforceWorkGroupConfiguration": True, "ResultConfiguration": settings}
    queries.athena.create_work_group(Name=name, Configuration=configuration)
    execution = queries.run("SELECT 1", WorkGroup=name)
    query_id = execution["QueryExecutionId"]
    expected = f"s3://query-results/enforced/{query_id}.csv"
    assert execution["ResultConfiguration"] == {**settings, "OutputLocation": expected}
    head = aws("s3").head_object(Bucket="query-results", Key=f"enforced/{query_id}.csv")
    assert head["ServerSideEncryption"] == "AES256"


def test_workgroup_that_enforces_nothing_is_the_default(queries: Queries, name: str) -> None:
    settings = {"OutputLocation": "s3://query-results/default/"}
    configuration = {"EnforceWorkGroupConfiguration": False, "ResultConfiguration": settings}
    queries.athena.create_work_group(Name=name, Configuration=configuration)
    by_client = queries.run("SELECT 1", WorkGroup=name)
    assert by_client["ResultConfiguration"]["OutputLocation"].startswith(queries.location)
    by_workgroup = queries.run("SELECT 1", WorkGroup=name, ResultConfiguration={})
    assert by_workgroup["ResultConfiguration"]["OutputLocation"].startswith("s3://query-results/default/")
