"""Statements that write, prepared statements, metadata and workgroups, through Athena's API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack.waiting import until
from tests.integration.local.queries import FINAL, Queries


@pytest.fixture
def database(queries: Queries, name: str) -> str:
    """A new database."""
    queries.succeeded(f"/* create it */ CREATE DATABASE IF NOT EXISTS `{name}`")
    return name


def test_create_table_as_and_insert_report_what_they_wrote(
    aws: Callable[[str], Any], queries: Queries, database: str
) -> None:
    context = {"QueryExecutionContext": {"Database": f"`{database}`", "Catalog": "AWSDataCatalog"}}
    created = queries.run("CREATE TABLE t WITH (partitioned_by = ARRAY['p']) AS SELECT 1 AS a, 'x' AS p", **context)
    assert (created["StatementType"], created["SubstatementType"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    location = created["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://query-results/here/tables/{created['QueryExecutionId']}"
    result = queries.athena.get_query_results(QueryExecutionId=created["QueryExecutionId"])
    assert (result["UpdateCount"], result["ResultSet"]["Rows"]) == (1, [])
    assert [column["Name"] for column in result["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]] == ["rows"]
    inserted = queries.run("INSERT INTO t VALUES (2, 'y')", **context)
    for execution, folder in ((created, "p=x"), (inserted, "p=y")):
        manifest = execution["Statistics"]["DataManifestLocation"]
        key = manifest.removeprefix("s3://query-results/")
        (url,) = aws("s3").get_object(Bucket="query-results", Key=key)["Body"].read().decode().splitlines()
        assert url.startswith(f"{location}/{folder}/")
    rows, _ = queries.values(queries.succeeded("SELECT a, p FROM t ORDER BY a", **context))
    assert rows == [["a", "p"], ["1", "x"], ["2", "y"]]
    unloaded = queries.run(
        f"UNLOAD (SELECT * FROM t) TO 's3://query-results/{database}/' WITH (format = 'JSON')", **context
    )
    assert "DataManifestLocation" in unloaded["Statistics"], unloaded


def test_prepared_statements_are_those_of_the_api(queries: Queries, name: str) -> None:
    statement = name.replace("-", "_")
    queries.succeeded(f"PREPARE {statement} FROM SELECT ? AS a, ? AS b")
    found = queries.athena.get_prepared_statement(StatementName=statement, WorkGroup="primary")["PreparedStatement"]
    assert found["QueryStatement"] == "SELECT ? AS a, ? AS b"
    rows, _ = queries.values(queries.succeeded(f"-- run\nEXECUTE {statement} USING 'it''s, (x', ARRAY[1, 2]"))
    assert rows == [["a", "b"], ["it's, (x", "[1, 2]"]]
    queries.succeeded(f"DEALLOCATE PREPARE {statement}")
    failed = queries.run(f"EXECUTE {statement} USING 1, 2")
    assert failed["Status"]["StateChangeReason"] == f"PreparedStatement {statement} was not found in workGroup primary"
    queries.athena.create_prepared_statement(StatementName=statement, WorkGroup="primary", QueryStatement="SELECT 3")
    rows, _ = queries.values(queries.succeeded(f"EXECUTE {statement}"))
    assert rows == [["_col0"], ["3"]]


def test_metadata_is_listed_in_pages_by_expression_and_with_any_case_of_the_catalog(
    queries: Queries, database: str
) -> None:
    for table in ("first", "second", "third"):
        queries.succeeded(
            f"CREATE EXTERNAL TABLE `{database}`.{table} (a string COMMENT 'c') PARTITIONED BY (p int) "
            "STORED AS PARQUET LOCATION 's3://query-results/none/' TBLPROPERTIES ('k' = 'v')"
        )
    athena = queries.athena
    where = {"CatalogName": "awsDataCatalog", "DatabaseName": database.upper()}
    page = athena.list_table_metadata(**where, MaxResults=2)
    assert [table["Name"] for table in page["TableMetadataList"]] == ["first", "second"]
    page = athena.list_table_metadata(**where, MaxResults=2, NextToken=page["NextToken"])
    assert ([table["Name"] for table in page["TableMetadataList"]], page.get("NextToken")) == (["third"], None)
    page = athena.list_table_metadata(**where, Expression=".*ir.*")
    assert [table["Name"] for table in page["TableMetadataList"]] == ["first", "third"]
    found = athena.get_table_metadata(**where, TableName="FIRST")["TableMetadata"]
    assert found["Columns"] == [{"Name": "a", "Type": "string", "Comment": "c"}]
    assert found["PartitionKeys"] == [{"Name": "p", "Type": "int"}]
    parameters = found["Parameters"]
    assert (parameters["k"], parameters["location"]) == ("v", "s3://query-results/none")
    assert parameters["serde.serialization.lib"].endswith("ParquetHiveSerDe")
    databases = athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]
    assert database in [one["Name"] for one in databases]
    with pytest.raises(ClientError, match="Data Catalog nowhere was not found"):
        athena.list_databases(CatalogName="nowhere")


def test_workgroup_shows_its_whole_configuration(queries: Queries) -> None:
    configuration = queries.athena.get_work_group(WorkGroup="primary")["WorkGroup"]["Configuration"]
    assert configuration == {
        "ResultConfiguration": {},
        "EnforceWorkGroupConfiguration": False,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "EnableMinimumEncryptionConfiguration": False,
        "ManagedQueryResultsConfiguration": {"Enabled": False},
        "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"},
    }


def test_managed_query_results_need_no_location(queries: Queries, name: str) -> None:
    athena = queries.athena
    configuration = {"ManagedQueryResultsConfiguration": {"Enabled": True}, "EnforceWorkGroupConfiguration": True}
    athena.create_work_group(Name=name, Configuration=configuration)
    query_id = athena.start_query_execution(QueryString="SELECT 1 AS a", WorkGroup=name)["QueryExecutionId"]
    ended = until(lambda: queries.get(query_id), lambda found: found["Status"]["State"] in FINAL)
    assert ended["Status"]["State"] == "SUCCEEDED", ended
    assert (ended["ManagedQueryResultsConfiguration"]["Enabled"], "ResultConfiguration" in ended) == (True, False)
    assert queries.values(query_id)[0] == [["a"], ["1"]]
    assert "can't be specified" in queries.refused("SELECT 1", WorkGroup=name)


def test_reuse_shows_its_age(queries: Queries) -> None:
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 7}}
    ended = queries.run("SELECT 'reused' AS a", ResultReuseConfiguration=reuse)
    assert ended["ResultReuseConfiguration"] == reuse
