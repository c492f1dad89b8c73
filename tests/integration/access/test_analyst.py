"""Somebody with only the access policy can do everything that Quilt's Queries tab does, and nothing else.

The tab's calls are in `catalog/app/containers/Bucket/Queries/Athena/model/requests.ts` in quiltdata/quilt.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack.waiting import until
from tests.integration.access.conftest import Person
from tests.integration.local.queries import SLOW
from tests.local_aws import FINAL, Entry, LocalAws, Pushed

WORKGROUP, DATABASE = "quilt-query", "quilt_query"


@pytest.fixture
def athena(analyst: Person) -> Any:
    """An Athena client for somebody with the access policy."""
    return analyst.client("athena")


@pytest.fixture
def cells(local_aws: LocalAws, bucket: str) -> str:
    """The identifier of a registered bucket with a package."""
    prefix = local_aws.onboard(bucket)
    local_aws.push(bucket, Pushed("a/package", {"file.txt": Entry()}))
    return prefix


def ended(athena: Any, sql: str, workgroup: str = WORKGROUP, database: str = DATABASE) -> dict[str, Any]:
    """Run a statement to its end. Returns the query execution."""
    query = athena.start_query_execution(
        QueryString=sql,
        WorkGroup=workgroup,
        QueryExecutionContext={"Catalog": "AwsDataCatalog", "Database": database},
    )["QueryExecutionId"]

    def execution() -> dict[str, Any]:
        found: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
        return found

    return until(execution, lambda found: found["Status"]["State"] in FINAL)


def rows(athena: Any, sql: str) -> list[list[str | None]]:
    """The rows of a statement that must succeed, without a header."""
    done = ended(athena, sql)
    assert done["Status"]["State"] == "SUCCEEDED", done["Status"]
    found = athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])["ResultSet"]["Rows"]
    values = [[datum.get("VarCharValue") for datum in row["Data"]] for row in found]
    return values[1:] if done["StatementType"] == "DML" else values


def denied(call: Callable[[], object]) -> str:
    """The message of a call that IAM must deny."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    text = f"{error['Code']}: {error['Message']}"
    # A HEAD response has no body, only the status.
    assert error["Code"] == "403" or "AccessDenied" in text or "not authorized" in text, text
    return text


def test_analyst_uses_everything_in_the_queries_tab(local_aws: LocalAws, athena: Any, cells: str) -> None:
    assert WORKGROUP in [group["Name"] for group in athena.list_work_groups()["WorkGroups"]]
    group = athena.get_work_group(WorkGroup=WORKGROUP)["WorkGroup"]
    assert group["Configuration"]["ResultConfiguration"]["OutputLocation"].startswith("s3://")
    assert "AwsDataCatalog" in [one["CatalogName"] for one in athena.list_data_catalogs()["DataCatalogsSummary"]]
    databases = athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]
    assert DATABASE in [one["Name"] for one in databases]
    pages = athena.get_paginator("list_table_metadata").paginate(CatalogName="AwsDataCatalog", DatabaseName=DATABASE)
    assert f"{cells}_quilt_objects_view" in [one["Name"] for page in pages for one in page["TableMetadataList"]]

    name = f"saved {uuid.uuid4()}"
    sql = f"SELECT logical_key FROM {cells}_quilt_objects_view WHERE \"timestamp\" = 'latest'"
    local_aws.athena.create_named_query(Name=name, Database=DATABASE, QueryString=sql, WorkGroup=WORKGROUP)
    ids = athena.list_named_queries(WorkGroup=WORKGROUP)["NamedQueryIds"]
    saved = {one["Name"]: one for one in athena.batch_get_named_query(NamedQueryIds=ids[-50:])["NamedQueries"]}
    assert athena.get_named_query(NamedQueryId=saved[name]["NamedQueryId"])["NamedQuery"]["QueryString"] == sql
    assert rows(athena, saved[name]["QueryString"]) == [["file.txt"]]

    history = athena.list_query_executions(WorkGroup=WORKGROUP)["QueryExecutionIds"]
    known = athena.batch_get_query_execution(QueryExecutionIds=history[:50])["QueryExecutions"]
    assert sql in [one["Query"] for one in known]


def test_analyst_stops_a_query(athena: Any) -> None:
    query = athena.start_query_execution(QueryString=SLOW, WorkGroup=WORKGROUP)["QueryExecutionId"]
    athena.stop_query_execution(QueryExecutionId=query)
    state = until(
        lambda: athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"],
        FINAL.__contains__,
    )
    assert state == "CANCELLED"


def test_analyst_browses_the_catalog(athena: Any, cells: str) -> None:
    assert [f"{cells}_quilt_manifests"] in rows(athena, f"SHOW TABLES LIKE '{cells}_quilt*'")
    assert ["quilt_query"] in rows(athena, "SHOW DATABASES")
    assert rows(athena, f"DESCRIBE {cells}_quilt_packages")
    database = athena.get_database(CatalogName="AwsDataCatalog", DatabaseName=DATABASE)["Database"]
    assert database["Name"] == DATABASE
    table = {"CatalogName": "AwsDataCatalog", "DatabaseName": DATABASE, "TableName": f"{cells}_quilt_packages"}
    assert athena.get_table_metadata(**table)["TableMetadata"]["Name"] == f"{cells}_quilt_packages"
    assert athena.get_data_catalog(Name="AwsDataCatalog")["DataCatalog"]["Type"] == "GLUE"


def test_analyst_creates_replaces_and_drops_a_view(athena: Any, cells: str) -> None:
    name = f"{cells}_quilt_own_view"
    for sql in ("SELECT 1 AS x", "SELECT 2 AS x"):
        assert ended(athena, f"CREATE OR REPLACE VIEW {name} AS {sql}")["Status"]["State"] == "SUCCEEDED"
    assert rows(athena, f"SELECT x FROM {name}") == [["2"]]
    assert ended(athena, f"DROP VIEW {name}")["Status"]["State"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW {name} AS SELECT 1 AS x",
        "CREATE EXTERNAL TABLE {name} (x string) LOCATION 's3://{bucket}/.quilt/packages/'",
        "CREATE DATABASE {name}",
    ],
)
def test_analyst_cannot_create_objects_without_quilt_in_the_name(athena: Any, bucket: str, statement: str) -> None:
    name = f"mine_{uuid.uuid4().hex[:8]}"
    status = ended(athena, statement.format(name=name, bucket=bucket))["Status"]
    assert status["State"] == "FAILED"
    assert "not authorized to perform: glue:Create" in status["StateChangeReason"]


def test_analyst_cannot_alter_other_tables(local_aws: LocalAws, athena: Any) -> None:
    name = f"theirs_{uuid.uuid4().hex[:8]}"
    local_aws.query(f"CREATE VIEW {name} AS SELECT 1 AS x", QueryExecutionContext={"Database": DATABASE})
    status = ended(athena, f"DROP VIEW {name}")["Status"]
    assert "not authorized to perform: glue:DeleteTable" in status["StateChangeReason"]
    assert local_aws.tables(name)


def test_analyst_cannot_use_another_workgroup(local_aws: LocalAws, athena: Any) -> None:
    name = f"other-{uuid.uuid4().hex[:8]}"
    settings = {"ResultConfiguration": {"OutputLocation": f"s3://{local_aws.outputs['ResultsBucketName']}/results/"}}
    local_aws.athena.create_work_group(Name=name, Configuration=settings)
    theirs = local_aws.athena.start_query_execution(QueryString="SELECT 1", WorkGroup=name)["QueryExecutionId"]
    denied(lambda: athena.get_work_group(WorkGroup=name))
    denied(lambda: athena.list_named_queries(WorkGroup=name))
    denied(lambda: athena.list_query_executions(WorkGroup=name))
    denied(lambda: athena.start_query_execution(QueryString="SELECT 1", WorkGroup=name))
    denied(lambda: athena.start_query_execution(QueryString="SELECT 1", WorkGroup="primary"))
    denied(lambda: athena.get_query_execution(QueryExecutionId=theirs))
    denied(lambda: athena.stop_query_execution(QueryExecutionId=theirs))
    denied(lambda: athena.get_query_results(QueryExecutionId=theirs))
    denied(lambda: athena.create_work_group(Name="own", Configuration={}))
    denied(lambda: athena.update_work_group(WorkGroup=WORKGROUP, Description="mine"))
    denied(lambda: athena.delete_work_group(WorkGroup=WORKGROUP))
    denied(lambda: athena.create_named_query(Name="x", Database="x", QueryString="SELECT 1", WorkGroup=WORKGROUP))


def test_analyst_cannot_use_another_database(local_aws: LocalAws, analyst: Person, athena: Any) -> None:
    name = f"other_{uuid.uuid4().hex[:8]}"
    local_aws.glue.create_database(DatabaseInput={"Name": name})
    view = f"{name}.a_quilt_view"
    local_aws.query(f"CREATE VIEW {view} AS SELECT 1 AS x", QueryExecutionContext={"Database": name})
    status = ended(athena, f"SELECT * FROM {view}")["Status"]
    assert "not authorized to perform: glue:GetTable" in status["StateChangeReason"]
    glue = analyst.client("glue")
    denied(lambda: glue.get_table(DatabaseName=name, Name="a_quilt_view"))
    denied(lambda: glue.delete_table(DatabaseName=name, Name="a_quilt_view"))
    assert glue.get_tables(DatabaseName=DATABASE)["TableList"]
    assert "glue:GetTables" in denied(lambda: glue.get_tables(DatabaseName=name))


def test_analyst_cannot_read_or_write_other_data(
    local_aws: LocalAws, analyst: Person, athena: Any, bucket: str, cells: str
) -> None:
    local_aws.s3.put_object(Bucket=bucket, Key="secret/data.json", Body=b'{"x": "secret"}')
    name = f"{cells}_quilt_secret"
    ddl = (
        f"CREATE EXTERNAL TABLE {name} (x string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' "
        f"LOCATION 's3://{bucket}/secret/'"
    )
    assert ended(athena, ddl)["Status"]["State"] == "SUCCEEDED"
    status = ended(athena, f"SELECT x FROM {name}")["Status"]
    assert "not authorized to perform: s3:ListBucket" in status["StateChangeReason"]
    s3 = analyst.client("s3")
    assert s3.get_object(Bucket=bucket, Key=".quilt/named_packages/a/package/latest")["Body"].read()
    denied(lambda: s3.get_object(Bucket=bucket, Key="secret/data.json"))
    denied(lambda: s3.list_objects_v2(Bucket=bucket))
    denied(lambda: s3.list_objects_v2(Bucket=bucket, Prefix="secret/"))
    denied(lambda: s3.put_object(Bucket=bucket, Key=".quilt/packages/mine", Body=b""))
    denied(lambda: s3.delete_object(Bucket=local_aws.outputs["ResultsBucketName"], Key="results/any"))
    denied(lambda: s3.put_object(Bucket=local_aws.outputs["ResultsBucketName"], Key="elsewhere", Body=b""))
    denied(lambda: s3.create_bucket(Bucket="mine"))


@pytest.mark.parametrize("express", [False, True], ids=["Standard", "Express"])
def test_analyst_cannot_see_stop_or_change_what_executions_query(
    local_aws: LocalAws, analyst: Person, athena: Any, express: bool
) -> None:
    secret = f"SELECT '{uuid.uuid4()}' AS secret"
    result: dict[str, Any] = (
        json.loads(local_aws.run_express(secret)["output"]) if express else local_aws.run(secret).output
    )
    query, location = result["QueryExecutionId"], result["OutputLocation"]
    group = local_aws.outputs["ExpressWorkGroupName" if express else "StandardWorkGroupName"]
    assert local_aws.execution(query)["WorkGroup"] == group
    bucket, _, key = location.removeprefix("s3://").partition("/")
    assert bucket == local_aws.outputs["ServiceResultsBucketName"]
    s3 = analyst.client("s3")
    for call in (
        lambda: athena.get_query_execution(QueryExecutionId=query),
        lambda: athena.batch_get_query_execution(QueryExecutionIds=[query]),
        lambda: athena.get_query_results(QueryExecutionId=query),
        lambda: athena.stop_query_execution(QueryExecutionId=query),
        lambda: athena.list_query_executions(WorkGroup=group),
        lambda: athena.start_query_execution(QueryString="SELECT 1", WorkGroup=group),
        lambda: athena.get_work_group(WorkGroup=group),
        lambda: s3.get_object(Bucket=bucket, Key=key),
        lambda: s3.head_object(Bucket=bucket, Key=key),
        lambda: s3.list_objects_v2(Bucket=bucket, Prefix="results/"),
        lambda: s3.put_object(Bucket=bucket, Key=key, Body=b'"secret"\n"mine"\n'),
        lambda: s3.delete_object(Bucket=bucket, Key=key),
    ):
        denied(call)
    # Nor through Athena: the table can be created, and its data not be read.
    name = f"mine_{uuid.uuid4().hex[:8]}_quilt_results"
    ddl = f"CREATE EXTERNAL TABLE {name} (line string) LOCATION 's3://{bucket}/results/'"
    assert ended(athena, ddl)["Status"]["State"] == "SUCCEEDED"
    status = ended(athena, f"SELECT line FROM {name}")["Status"]
    assert status["State"] == "FAILED"
    assert "not authorized to perform: s3:" in status["StateChangeReason"]
    assert ended(athena, f"DROP TABLE {name}")["Status"]["State"] == "SUCCEEDED"


def test_analyst_cannot_use_the_stacks_infrastructure(local_aws: LocalAws, analyst: Person) -> None:
    outputs = local_aws.outputs
    machines = analyst.client("stepfunctions")
    entry = {"Source": "quilt-athena", "DetailType": "bucket-registration", "Detail": json.dumps({"bucket": "x"})}
    queue = outputs["BucketEventsQueueUrl"]
    for call in (
        lambda: machines.start_execution(stateMachineArn=outputs["QueryStateMachineArn"], input="{}"),
        lambda: machines.start_execution(stateMachineArn=outputs["RefreshStateMachineArn"], input="{}"),
        lambda: analyst.client("events").put_events(Entries=[entry]),
        lambda: analyst.client("sqs").receive_message(QueueUrl=queue),
        lambda: analyst.client("sqs").send_message(QueueUrl=queue, MessageBody="{}"),
        lambda: analyst.client("dynamodb").scan(TableName=outputs["RegistryTableName"]),
        lambda: analyst.client("lambda").list_functions(),
        lambda: analyst.client("iam").list_roles(),
        lambda: analyst.client("cloudformation").describe_stacks(StackName="quilt-athena"),
        lambda: analyst.client("ssm").get_parameter(Name="/quilt-athena/WorkGroupName"),
    ):
        denied(call)
