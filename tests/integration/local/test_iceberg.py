"""Iceberg tables over Athena's API, with IAM enforced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.stack.clients import client, session
from local.stack.server import Server
from tests.integration.local.queries import Queries

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
CREATE = """CREATE TABLE {}.t (id bigint, b string) PARTITIONED BY (b) LOCATION 's3://{}/t/'
    TBLPROPERTIES ('table_type' = 'ICEBERG', 'vacuum_max_snapshot_age_seconds' = '0')"""


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that enforces IAM."""
    with Server(tmp_path_factory.mktemp("iceberg") / "aws", enforce_iam=True) as server:
        client("s3", server.endpoint).create_bucket(Bucket="results")
        yield server


@pytest.fixture
def database(enforcing: Server, name: str) -> str:
    """A database, and a bucket of the same name with hyphens, with the table ``t`` of six commits."""
    found = name.replace("-", "_")
    client("glue", enforcing.endpoint).create_database(DatabaseInput={"Name": found})
    client("s3", enforcing.endpoint).create_bucket(Bucket=name)
    queries = Queries(client("athena", enforcing.endpoint), "s3://results/")
    queries.succeeded(CREATE.format(found, name))
    for number in range(6):
        queries.succeeded(f"INSERT INTO {found}.t VALUES ({number}, 'x'), ({number + 10}, 'y')")
    return found


@pytest.fixture
def queries(enforcing: Server) -> Queries:
    """Athena for the root user."""
    return Queries(client("athena", enforcing.endpoint), "s3://results/")


def as_role(server: Server, name: str, *allowed: str) -> Queries:
    """Athena for a role that may do this with S3, and everything with Athena and Glue."""
    iam, sts = client("iam", server.endpoint), client("sts", server.endpoint)
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    statements = [
        {"Effect": "Allow", "Action": ["athena:*", "glue:*"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:PutObject"], "Resource": "arn:aws:s3:::results*"},
        {"Effect": "Allow", "Action": [f"s3:{action}" for action in allowed], "Resource": "*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=name, PolicyName="queries", PolicyDocument=document)
    credentials = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    athena = session().client(
        "athena",
        endpoint_url=server.endpoint,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    return Queries(athena, "s3://results/")


def keys(server: Server, bucket: str) -> set[str]:
    """The keys of the table's data and delete files."""
    found = client("s3", server.endpoint).list_objects_v2(Bucket=bucket, Prefix="t/data/")
    return {one["Key"] for one in found.get("Contents", ())}


def test_statements_report_rows_and_scanned_bytes(enforcing: Server, queries: Queries, database: str) -> None:
    changed = queries.run(f"UPDATE {database}.t SET b = 'z' WHERE id > 13")
    assert (changed["StatementType"], changed["SubstatementType"]) == ("DML", "UPDATE")
    result = enforcing_results(enforcing, changed["QueryExecutionId"])
    assert (result["UpdateCount"], result["ResultSet"]["Rows"]) == (2, [])
    one = queries.run(f"SELECT id FROM {database}.t WHERE b = 'z'")
    every = queries.run(f"SELECT * FROM {database}.t")
    assert sorted(queries.values(one["QueryExecutionId"])[0][1:]) == [["14"], ["15"]]
    assert 0 < one["Statistics"]["DataScannedInBytes"] < every["Statistics"]["DataScannedInBytes"] / 4
    count = queries.run(f'SELECT count(*) FROM {database}."t$snapshots"')
    assert queries.values(count["QueryExecutionId"])[0][1] == ["7"]


def enforcing_results(server: Server, query_id: str) -> Any:
    """The response of GetQueryResults."""
    return client("athena", server.endpoint).get_query_results(QueryExecutionId=query_id)


def test_vacuum_needs_the_permission_to_delete_and_does_not_say_so(
    enforcing: Server, queries: Queries, database: str, name: str
) -> None:
    queries.succeeded(f"OPTIMIZE {database}.t REWRITE DATA USING BIN_PACK")
    before = keys(enforcing, name)
    assert len(before) == 14
    as_role(enforcing, f"{name}-no-delete", "GetObject", "PutObject", "ListBucket").succeeded(f"VACUUM {database}.t")
    assert keys(enforcing, name) == before
    queries.succeeded(f"VACUUM {database}.t")
    assert len(keys(enforcing, name)) == 2


def test_reading_and_writing_need_permissions_on_the_objects(enforcing: Server, database: str, name: str) -> None:
    reader = as_role(enforcing, f"{name}-reader", "GetObject")
    reader.succeeded(f"SELECT * FROM {database}.t")
    before = keys(enforcing, name)
    for sql in (f"INSERT INTO {database}.t VALUES (1, 'x')", f"DELETE FROM {database}.t WHERE id = 1"):
        status = reader.run(sql)["Status"]
        assert status["State"] == "FAILED"
        assert "s3:PutObject" in status["StateChangeReason"]
    assert keys(enforcing, name) == before
    nobody = as_role(enforcing, f"{name}-nobody", "ListBucket").run(f"SELECT * FROM {database}.t")["Status"]
    assert "s3:GetObject" in nobody["StateChangeReason"]


def test_no_row_is_lost_or_doubled_by_statements_at_the_same_time(queries: Queries, database: str) -> None:
    inserts = [queries.start(f"INSERT INTO {database}.t VALUES ({number}, 'x')") for number in range(100, 104)]
    assert [queries.ended(one)["Status"]["State"] for one in inserts] == ["SUCCEEDED"] * 4
    merge = (
        f"MERGE INTO {database}.t USING (VALUES (103), ({{}})) AS s(id) ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET id = t.id WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'm')"
    )
    merges = [queries.start(merge.format(number)) for number in range(200, 204)]
    states = [queries.ended(one)["Status"] for one in merges]
    won = [number for number, status in zip(range(200, 204), states, strict=True) if status["State"] == "SUCCEEDED"]
    assert won
    lost = [status["StateChangeReason"] for status in states if status["State"] != "SUCCEEDED"]
    assert all(reason.startswith("ICEBERG_COMMIT_ERROR") for reason in lost)
    found = queries.succeeded(f"SELECT id FROM {database}.t WHERE id >= 100 ORDER BY id")
    assert [row[0] for row in queries.values(found)[0][1:]] == [str(number) for number in [100, 101, 102, 103, *won]]
