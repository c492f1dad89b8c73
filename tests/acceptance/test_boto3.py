"""boto3, as another service uses it: the query state machine, and Athena itself."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.values import TEXT, TYPES
from tests.local_aws import LocalAws

_MACHINE = """
import boto3, json, sys, time
request = json.load(sys.stdin)
client = boto3.client("stepfunctions")
arn = client.start_execution(stateMachineArn=sys.argv[1], input=json.dumps(request))["executionArn"]
while (ended := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
    time.sleep(0.2)
print(ended["output"] if ended["status"] == "SUCCEEDED" else json.dumps([ended["error"], json.loads(ended["cause"])]))
"""

_ATHENA = """
import boto3, json, os, sys, time
client = boto3.client("athena")
started = client.start_query_execution(
    QueryString=sys.stdin.read(), WorkGroup=os.environ["WORKGROUP"],
    QueryExecutionContext={"Database": os.environ["DATABASE"]},
)["QueryExecutionId"]
while (query := client.get_query_execution(QueryExecutionId=started)["QueryExecution"])["Status"]["State"] in (
    "QUEUED", "RUNNING"
):
    time.sleep(0.2)
answer = client.get_query_results(QueryExecutionId=started)["ResultSet"]
columns = [column["Type"] for column in answer["ResultSetMetadata"]["ColumnInfo"]]
rows = [[datum.get("VarCharValue") for datum in row["Data"]] for row in answer["Rows"]]
print(json.dumps([columns, rows, query["Statistics"]["DataScannedInBytes"]]))
"""


@pytest.mark.main_path
def test_a_question_through_the_state_machine_is_answered_with_typed_rows(local_aws: LocalAws, prefix: str) -> None:
    request = {
        "QueryString": f"SELECT logical_key, meta FROM {prefix}_quilt_objects_view WHERE name = ? AND timestamp = ? "
        "AND json_array_contains(json_extract(meta, '$.user_meta.cellindex'), ?)",
        "Parameters": ["cells", "latest", "2"],
    }
    said = local_aws.run_python(_MACHINE, local_aws.outputs["QueryStateMachineArn"], stdin=json.dumps(request)).stdout
    result = json.loads(said)
    assert [row["logical_key"] for row in result["Rows"]] == ["cell-2.tiff"]
    assert json.loads(result["Rows"][0]["meta"]) == {"user_meta": {"cellindex": ["2"]}}
    assert result["Statistics"]["DataScannedInBytes"] > 0


def test_the_state_machine_types_every_value(local_aws: LocalAws) -> None:
    said = local_aws.run_python(
        _MACHINE, local_aws.outputs["QueryStateMachineArn"], stdin=json.dumps({"QueryString": TYPES})
    ).stdout
    result = json.loads(said)
    assert result["Rows"] == [
        {
            "whole": 1, "large": 9007199254740993, "number": 1.5, "exact": "12.30", "flag": True, "day": "2024-02-29",
            "moment": "2024-02-29 12:34:56.789", "nothing": None, "empty": "", "text": TEXT, "list": "[1, 2]",
            "pair": "{p=1, q=x}", "json": {"k": [1, None]}, "bytes": "68 65", "no_number": None,
        }
    ]  # fmt: skip


@pytest.mark.main_path
def test_a_wrong_question_is_a_named_error(local_aws: LocalAws, prefix: str) -> None:
    request = {"QueryString": f"SELECT sise FROM {prefix}_quilt_objects_view"}
    said = local_aws.run_python(_MACHINE, local_aws.outputs["QueryStateMachineArn"], stdin=json.dumps(request)).stdout
    error, cause = json.loads(said)
    assert error == "QueryFailed"
    assert "Column 'sise' cannot be resolved" in cause["Message"]


def test_athena_itself_answers(local_aws: LocalAws, prefix: str) -> None:
    sql = f"SELECT name, count(*) AS entries FROM {prefix}_quilt_objects_view WHERE timestamp = 'latest' GROUP BY name"
    types, rows, scanned = json.loads(local_aws.run_python(_ATHENA, stdin=f"{sql} ORDER BY name").stdout)
    assert types == ["varchar", "bigint"]
    assert rows == [["name", "entries"], ["cells", "4"], ["notes", "1"]]
    assert scanned > 0
