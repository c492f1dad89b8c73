"""What callers of the query state machine can do, and what logs contain of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.laptop import Entry, Laptop, Pushed


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW {prefix}_quilt_mine AS SELECT 1 AS x",
        "DROP VIEW {prefix}_quilt_objects_view",
        "DROP TABLE {prefix}_quilt_packages",
        "CREATE EXTERNAL TABLE {prefix}_quilt_mine (x string) LOCATION 's3://{bucket}/.quilt/packages/'",
    ],
)
def test_query_machine_cannot_change_the_catalog(laptop: Laptop, bucket: str, statement: str) -> None:
    prefix = laptop.onboard(bucket)
    ended = laptop.ask(statement.format(prefix=prefix, bucket=bucket))
    assert ended.error == "QueryFailed"
    assert "not authorized to perform: glue:" in str(ended.cause)
    assert len(laptop.tables(f"{prefix}_quilt_")) == 4


def test_query_machine_cannot_read_other_data_than_metadata(laptop: Laptop, bucket: str) -> None:
    prefix = laptop.onboard(bucket)
    laptop.s3.put_object(Bucket=bucket, Key="secret/data.txt", Body=b"secret")
    database = laptop.outputs["DatabaseName"]
    ddl = f"CREATE EXTERNAL TABLE {prefix}_quilt_secret (x string) LOCATION 's3://{bucket}/secret/'"
    laptop.query(ddl, QueryExecutionContext={"Database": database})
    ended = laptop.ask(f"SELECT * FROM {prefix}_quilt_secret")
    assert "not authorized to perform: s3:ListBucket" in str(ended.cause)


def log_lines(laptop: Laptop) -> Iterator[str]:
    """All log lines of the stack's functions and state machines."""
    logs = laptop.stack.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            events = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            for found in events:
                yield from (event["message"] for event in found["events"])


def test_logs_contain_no_parameters_rows_or_credentials(laptop: Laptop, bucket: str) -> None:
    prefix = laptop.onboard(bucket)
    secret, content = f"secret-{uuid.uuid4().hex}", f"row-{uuid.uuid4().hex}"
    laptop.push(bucket, Pushed("a/package", {f"{content}.txt": Entry()}))
    view = f"{prefix}_quilt_objects_view"
    found = laptop.ask(f"SELECT ? AS given, logical_key FROM {view}", [secret])
    assert found.output["Rows"][0] == {"given": secret, "logical_key": f"{content}.txt"}
    assert laptop.ask(f"SELECT nothing FROM {view} WHERE name = ?", [secret]).error == "QueryFailed"
    assert laptop.ask("SELECT ?", [{"password": secret}]).error == "InvalidRequest"
    laptop.ask_express(f"SELECT ? AS given, logical_key FROM {view}", Parameters=[secret])
    lines = list(log_lines(laptop))
    assert any("prepare_query" in line or "PrepareQuery" in line for line in lines), "nothing is logged at all"
    leaked = [line for line in lines if secret in line or content in line]
    assert not leaked
    credentials = ("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key", "SessionToken", "X-Amz-Security-Token")
    assert not [line for line in lines if any(word in line for word in credentials)]
