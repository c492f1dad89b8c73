"""What callers of the query state machine can do, and what logs contain of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.local_aws import Entry, LocalAws, Pushed


@pytest.mark.main_path
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW {prefix}_quilt_mine AS SELECT 1 AS x",
        "DROP VIEW {prefix}_quilt_objects_view",
        "DROP TABLE {prefix}_quilt_packages",
        "CREATE EXTERNAL TABLE {prefix}_quilt_mine (x string) LOCATION 's3://{bucket}/.quilt/packages/'",
    ],
)
def test_query_machine_cannot_change_the_catalog(local_aws: LocalAws, bucket: str, statement: str) -> None:
    prefix = local_aws.onboard(bucket)
    ended = local_aws.run(statement.format(prefix=prefix, bucket=bucket))
    assert ended.error == "QueryFailed"
    assert "not authorized to perform: glue:" in str(ended.cause)
    assert len(local_aws.tables(f"{prefix}_quilt_")) == 4


@pytest.mark.parametrize("output", ["ServiceResultsBucketName", "ResultsBucketName"])
@pytest.mark.parametrize("express", [False, True], ids=["Standard", "Express"])
def test_query_machine_cannot_read_results_through_a_table(local_aws: LocalAws, output: str, express: bool) -> None:
    secret = str(uuid.uuid4())
    theirs = local_aws.run(f"SELECT '{secret}' AS secret").output["OutputLocation"]
    assert secret in local_aws.read(theirs).decode()
    local_aws.query(f"SELECT '{secret}' AS secret")
    name, location = f"spy_{uuid.uuid4().hex[:8]}_quilt_results", f"s3://{local_aws.outputs[output]}/results/"
    ddl = f"CREATE EXTERNAL TABLE {name} (line string) LOCATION '{location}'"
    local_aws.query(ddl, QueryExecutionContext={"Database": local_aws.outputs["DatabaseName"]})
    sql = f"SELECT line FROM {name} WHERE line LIKE '%{secret}%'"
    cause = local_aws.run_express(sql)["cause"] if express else str(local_aws.run(sql).cause)
    assert "not authorized to perform: s3:" in cause
    local_aws.query(f"DROP TABLE {name}", QueryExecutionContext={"Database": local_aws.outputs["DatabaseName"]})


def test_query_machine_reads_no_result_to_reuse_it(local_aws: LocalAws) -> None:
    sql = f"SELECT '{uuid.uuid4()}' AS x"
    results = [local_aws.run(sql, ResultReuseMaxAgeInMinutes=60).output for _ in range(2)]
    assert [result["Statistics"]["ReusedPreviousResult"] for result in results] == [False, False]
    assert results[0]["OutputLocation"] != results[1]["OutputLocation"]


def test_query_machine_cannot_read_other_data_than_metadata(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    local_aws.s3.put_object(Bucket=bucket, Key="secret/data.txt", Body=b"secret")
    database = local_aws.outputs["DatabaseName"]
    ddl = f"CREATE EXTERNAL TABLE {prefix}_quilt_secret (x string) LOCATION 's3://{bucket}/secret/'"
    local_aws.query(ddl, QueryExecutionContext={"Database": database})
    ended = local_aws.run(f"SELECT * FROM {prefix}_quilt_secret")
    assert "not authorized to perform: s3:ListBucket" in str(ended.cause)


def log_lines(local_aws: LocalAws) -> Iterator[str]:
    """All log lines of the stack's functions and state machines."""
    logs = local_aws.stack.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            events = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            for found in events:
                yield from (event["message"] for event in found["events"])


def test_logs_contain_no_parameters_rows_or_credentials(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    secret, content = f"secret-{uuid.uuid4().hex}", f"row-{uuid.uuid4().hex}"
    local_aws.push(bucket, Pushed("a/package", {f"{content}.txt": Entry()}))
    view = f"{prefix}_quilt_objects_view"
    found = local_aws.run(f"SELECT ? AS given, logical_key FROM {view}", [secret])
    assert found.output["Rows"][0] == {"given": secret, "logical_key": f"{content}.txt"}
    assert local_aws.run(f"SELECT nothing FROM {view} WHERE name = ?", [secret]).error == "QueryFailed"
    assert local_aws.run("SELECT ?", [{"password": secret}]).error == "InvalidRequest"
    local_aws.run_express(f"SELECT ? AS given, logical_key FROM {view}", Parameters=[secret])
    lines = list(log_lines(local_aws))
    assert any("prepare_query" in line or "PrepareQuery" in line for line in lines), "nothing is logged at all"
    leaked = [line for line in lines if secret in line or content in line]
    assert not leaked
    credentials = ("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key", "SessionToken", "X-Amz-Security-Token")
    assert not [line for line in lines if any(word in line for word in credentials)]
