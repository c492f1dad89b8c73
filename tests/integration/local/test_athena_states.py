"""The life of a query execution: its states, reasons, statistics and events."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from local.stack.clients import session
from local.stack.server import Server
from local.stack.waiting import until
from tests.integration.local.queries import SLOW, Queries


@contextmanager
def busy(queries: Queries, count: int) -> Iterator[list[str]]:
    """Start queries that run until they are stopped."""
    ids = [queries.start(f"{SLOW} -- {number}") for number in range(count)]
    try:
        yield ids
    finally:
        for query_id in ids:
            queries.athena.stop_query_execution(QueryExecutionId=query_id)
        for query_id in ids:
            queries.ended(query_id)


def test_succeeded_query_describes_its_request(queries: Queries) -> None:
    before = datetime.now(UTC)
    execution = queries.run(
        "SELECT 1", QueryExecutionContext={"Database": "some_database", "Catalog": "AwsDataCatalog"}
    )
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "SELECT")
    assert execution["QueryExecutionContext"] == {"Database": "some_database", "Catalog": "AwsDataCatalog"}
    assert execution["WorkGroup"] == "primary"
    assert execution["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
    status = execution["Status"]
    assert status["State"] == "SUCCEEDED"
    assert "AthenaError" not in status
    assert (before - status["SubmissionDateTime"]).total_seconds() < 1
    assert status["SubmissionDateTime"] <= status["CompletionDateTime"] <= datetime.now(UTC)


def test_times_have_fractions_of_a_second(queries: Queries, server: Server) -> None:
    before = time.time()
    query_id = queries.succeeded("SELECT 1")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"X-Amz-Target": "AmazonAthena.GetQueryExecution", "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest("POST", server.endpoint, headers, json.dumps({"QueryExecutionId": query_id}))
    SigV4Auth(session().get_credentials(), "athena", session().region_name).add_auth(request)
    with contextlib.closing(connection):
        connection.request("POST", "/", request.data, dict(request.headers))
        status = json.load(connection.getresponse())["QueryExecution"]["Status"]
    assert isinstance(status["SubmissionDateTime"], float)
    assert before - 1 <= status["SubmissionDateTime"] <= time.time()


def test_four_queries_run_and_others_are_queued(queries: Queries) -> None:
    with busy(queries, 6) as ids:
        until(lambda: [queries.state(query_id) for query_id in ids], lambda states: states.count("RUNNING") == 4)
        time.sleep(0.2)
        assert [queries.state(query_id) for query_id in ids] == ["RUNNING"] * 4 + ["QUEUED"] * 2
        # A queued query is stopped without having run.
        queries.athena.stop_query_execution(QueryExecutionId=ids[5])
        waited = queries.get(ids[5])
        assert waited["Status"]["State"] == "CANCELLED"
        assert waited["Statistics"]["QueryQueueTimeInMillis"] >= 200
        assert "EngineExecutionTimeInMillis" not in waited["Statistics"]
        queries.athena.stop_query_execution(QueryExecutionId=ids[0])
        until(lambda: queries.state(ids[4]), lambda state: state == "RUNNING")


def test_stop_ends_a_running_query(queries: Queries) -> None:
    with busy(queries, 1) as [query_id]:
        until(lambda: queries.state(query_id), lambda state: state == "RUNNING")
        queries.athena.stop_query_execution(QueryExecutionId=query_id)
        execution = queries.ended(query_id)
    assert execution["Status"]["State"] == "CANCELLED"
    assert execution["Status"]["StateChangeReason"] == "Query cancelled by user"
    # Its thread is free again, so four others run.
    with busy(queries, 4) as ids:
        until(lambda: [queries.state(one) for one in ids], lambda states: states == ["RUNNING"] * 4)


def test_server_responds_while_queries_run(queries: Queries) -> None:
    with busy(queries, 4) as ids:
        until(lambda: [queries.state(one) for one in ids], lambda states: states == ["RUNNING"] * 4)
        queries.athena.list_work_groups()
        assert [queries.state(one) for one in ids] == ["RUNNING"] * 4


def test_stop_of_an_ended_query_changes_nothing(queries: Queries) -> None:
    query_id = queries.succeeded("SELECT 1")
    queries.athena.stop_query_execution(QueryExecutionId=query_id)
    assert queries.state(query_id) == "SUCCEEDED"


@pytest.mark.parametrize("operation", ["get_query_execution", "stop_query_execution"])
def test_unknown_query_is_rejected(queries: Queries, operation: str) -> None:
    with pytest.raises(ClientError, match="QueryExecution no-such-query was not found") as refused:
        getattr(queries.athena, operation)(QueryExecutionId="no-such-query")
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_failed_query_has_its_reason(queries: Queries, aws: Callable[[str], Any], name: str) -> None:
    database = name.replace("-", "_")
    aws("glue").create_database(DatabaseInput={"Name": database})
    status = queries.run("SELECT * FROM no_such_table", QueryExecutionContext={"Database": database})["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("TABLE_NOT_FOUND")
    assert "no_such_table" in status["StateChangeReason"]
    error = status["AthenaError"]
    assert error == {
        "ErrorCategory": 2,
        "ErrorType": error["ErrorType"],
        "Retryable": False,
        "ErrorMessage": status["StateChangeReason"],
    }


def test_scanned_bytes_and_the_workgroups_limit(queries: Queries, aws: Callable[[str], Any], name: str) -> None:
    bucket = f"{name}-data"
    table = name.replace("-", "_")
    aws("s3").create_bucket(Bucket=bucket)
    body = b"some words\n" * 1000
    for number in range(3):
        aws("s3").put_object(Bucket=bucket, Key=f"lines/{number}", Body=body)
    _create_table(aws("glue"), table, f"s3://{bucket}/lines/")
    database = {"Database": "scanned"}
    execution = queries.count(table, QueryExecutionContext=database)
    statistics = execution["Statistics"]
    assert statistics["DataScannedInBytes"] == 3 * len(body)
    assert statistics["TotalExecutionTimeInMillis"] >= (
        statistics["QueryQueueTimeInMillis"]
        + statistics["EngineExecutionTimeInMillis"]
        + statistics["ServiceProcessingTimeInMillis"]
        - 3  # each is rounded
    )
    queries.athena.create_work_group(Name=name, Configuration={"BytesScannedCutoffPerQuery": 10_000_000})
    allowed = queries.count(table, QueryExecutionContext=database, WorkGroup=name)
    assert allowed["Status"]["State"] == "SUCCEEDED"
    aws("s3").put_object(Bucket=bucket, Key="lines/more", Body=b"x" * 10_000_000)
    stopped = queries.count(table, QueryExecutionContext=database, WorkGroup=name)
    assert stopped["Status"]["State"] == "CANCELLED"
    assert stopped["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert stopped["Statistics"]["DataScannedInBytes"] > 0


def _create_table(glue: Any, table: str, location: str) -> None:
    glue.create_database(DatabaseInput={"Name": "scanned"})
    serde = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    glue.create_table(
        DatabaseName="scanned",
        TableInput={
            "Name": table,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"EXTERNAL": "TRUE"},
            "PartitionKeys": [],
            "StorageDescriptor": {
                "Columns": [{"Name": "line", "Type": "string"}],
                "Location": location,
                "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
                "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {"field.delim": ","}},
            },
        },
    )


def test_result_is_reused_up_to_its_maximum_age(queries: Queries, name: str) -> None:
    def reuse(minutes: int) -> dict[str, Any]:
        return {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": minutes}}

    sql = f"SELECT '{name}' AS name"
    first = queries.run(sql)
    assert first["Statistics"]["ResultReuseInformation"] == {"ReusedPreviousResult": False}
    again = queries.run(sql, ResultReuseConfiguration=reuse(5))
    assert again["QueryExecutionId"] != first["QueryExecutionId"]
    assert again["Statistics"]["ResultReuseInformation"] == {"ReusedPreviousResult": True}
    assert again["Statistics"]["DataScannedInBytes"] == 0
    assert again["ResultConfiguration"] == first["ResultConfiguration"]
    assert queries.values(again["QueryExecutionId"])[0] == [["name"], [name]]
    for other in (
        {"ResultReuseConfiguration": reuse(0)},
        {"ResultReuseConfiguration": reuse(5), "QueryExecutionContext": {"Database": "another"}},
        {"ResultReuseConfiguration": reuse(5), "ResultConfiguration": {"OutputLocation": "s3://query-results/other/"}},
    ):
        fresh = queries.run(sql, **other)
        assert fresh["Statistics"]["ResultReuseInformation"] == {"ReusedPreviousResult": False}
    parameter = queries.run("SELECT ?", ExecutionParameters=["1"], ResultReuseConfiguration=reuse(5))
    other_parameter = queries.run("SELECT ?", ExecutionParameters=["2"], ResultReuseConfiguration=reuse(5))
    assert not parameter["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]
    assert not other_parameter["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]


def test_result_whose_file_was_deleted_is_not_reused(queries: Queries, aws: Callable[[str], Any], name: str) -> None:
    first = queries.run(f"SELECT '{name}'")
    aws("s3").delete_object(Bucket="query-results", Key=f"here/{first['QueryExecutionId']}.csv")
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}}
    again = queries.run(f"SELECT '{name}'", ResultReuseConfiguration=reuse)
    assert not again["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]


def test_executions_are_listed_by_workgroup_newest_first(queries: Queries, name: str) -> None:
    queries.athena.create_work_group(Name=name)
    ids = [queries.succeeded(f"SELECT {number}", WorkGroup=name) for number in range(5)]
    first = queries.athena.list_query_executions(WorkGroup=name, MaxResults=3)
    assert first["QueryExecutionIds"] == ids[:1:-1]
    second = queries.athena.list_query_executions(WorkGroup=name, MaxResults=3, NextToken=first["NextToken"])
    assert second["QueryExecutionIds"] == ids[1::-1]
    assert "NextToken" not in second
    with pytest.raises(ClientError, match="Invalid NextToken"):
        queries.athena.list_query_executions(WorkGroup=name, NextToken="3")
    with pytest.raises(ClientError, match=r"WorkGroup nobodys is not found\."):
        queries.athena.list_query_executions(WorkGroup="nobodys")


def test_batch_get_returns_several_executions(queries: Queries) -> None:
    ids = [queries.succeeded(f"SELECT {number}") for number in range(2)]
    answer = queries.athena.batch_get_query_execution(QueryExecutionIds=[*ids, "no-such-query"])
    assert [execution["QueryExecutionId"] for execution in answer["QueryExecutions"]] == ids
    [missing] = answer["UnprocessedQueryExecutionIds"]
    assert missing["QueryExecutionId"] == "no-such-query"
    assert missing["ErrorMessage"] == "QueryExecution no-such-query was not found"


def test_every_state_change_sends_an_event(queries: Queries, aws: Callable[[str], Any], name: str) -> None:
    sqs, events = aws("sqs"), aws("events")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queries.athena.create_work_group(Name=name)
    pattern = {"source": ["aws.athena"], "detail": {"workgroupName": [name]}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    query_id = queries.run("SELECT nothing", WorkGroup=name)["QueryExecutionId"]
    received: list[dict[str, Any]] = []

    def receive() -> int:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            received.append(json.loads(message["Body"]))
        return len(received)

    until(receive, lambda count: count == 3)
    received.sort(key=lambda event: str(event["detail"]["sequenceNumber"]))
    assert {event["detail-type"] for event in received} == {"Athena Query State Change"}
    assert {event["detail"]["queryExecutionId"] for event in received} == {query_id}
    assert [(event["detail"].get("previousState"), event["detail"]["currentState"]) for event in received] == [
        (None, "QUEUED"),
        ("QUEUED", "RUNNING"),
        ("RUNNING", "FAILED"),
    ]
    assert received[2]["detail"]["athenaError"]["errorCategory"] == 2


def test_regions_of_an_account_are_separate(queries: Queries, server: Server) -> None:
    from local.stack.clients import session

    query_id = queries.succeeded("SELECT 1")
    elsewhere = session().client("athena", region_name="eu-west-1", endpoint_url=server.endpoint)
    with pytest.raises(ClientError, match="was not found"):
        elsewhere.get_query_execution(QueryExecutionId=query_id)


def test_metadata_of_missing_tables_is_not_found(aws: Callable[[str], Any], name: str) -> None:
    athena, glue = aws("athena"), aws("glue")
    database = name.replace("-", "_")
    with pytest.raises(ClientError, match="Error Code: EntityNotFoundException") as refused:
        athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=database)
    assert refused.value.response["Error"]["Code"] == "MetadataException"
    glue.create_database(DatabaseInput={"Name": database})
    assert athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=database)["TableMetadataList"] == []
    request = {"CatalogName": "AwsDataCatalog", "DatabaseName": database, "TableName": "things"}
    with pytest.raises(ClientError, match="Error Code: EntityNotFoundException"):
        athena.get_table_metadata(**request)
    columns = {"Columns": [{"Name": "thing", "Type": "string"}]}
    glue.create_table(DatabaseName=database, TableInput={"Name": "things", "StorageDescriptor": columns})
    assert athena.get_table_metadata(**request)["TableMetadata"]["Columns"] == [{"Name": "thing", "Type": "string"}]
