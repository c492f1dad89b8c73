"""A deployed stack: its outputs, the outputs of its state machines, and the responses of Step Functions with them."""

from __future__ import annotations

import json
from typing import Any

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:quilt-athena-query"
EXPRESS_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:quilt-athena-query-express"
PACKAGE_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:quilt-athena-package"
OUTPUTS = {
    "EventBusName": "default",
    "DatabaseName": "quilt_query",
    "WorkGroupName": "quilt-query",
    "ResultsBucketName": "results",
    "RegistryTableName": "registry",
    "QueryStateMachineArn": MACHINE,
    "QueryExpressStateMachineArn": EXPRESS_MACHINE,
    "PackageStateMachineArn": PACKAGE_MACHINE,
    "RefreshStateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:refresh",
    "ScheduledQueryStateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:scheduled",
    "ScheduleGroupName": "quilt-athena",
    "ScheduleRoleArn": "arn:aws:iam::123456789012:role/schedules",
    "SchedulesDeadLetterQueueArn": "arn:aws:sqs:us-east-1:123456789012:schedules",
    "BucketEventsQueueUrl": "https://queue",
    "BucketEventsDeadLetterQueueUrl": "https://dead",
    "EndedExecutionsQueueUrl": "https://queue-2",
    "EndedExecutionsDeadLetterQueueUrl": "https://dead-2",
    "QueryRequestsQueueUrl": "https://queue-3",
    "QueryRequestsDeadLetterQueueUrl": "https://dead-3",
    "IndexEventsQueueUrl": "https://queue-4",
    "IndexEventsDeadLetterQueueUrl": "https://dead-4",
    "IndexTableName": "index",
    "IndexStateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:quilt-athena-index",
}


def described(outputs: dict[str, str]) -> dict[str, Any]:
    """What DescribeStacks responds."""
    return {"Stacks": [{"Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()]}]}


QUERY_ID = "0a1b2c3d-1111-2222-3333-444455556666"
LOCATION = f"s3://results/results/{QUERY_ID}.csv"


def answer(rows: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    """A query result of the contract."""
    rows = [{"n": 1, "t": "one"}, {"n": 2, "t": None}] if rows is None else rows
    return {
        "QueryExecutionId": QUERY_ID,
        "StatementType": "DML",
        "Columns": [{"Name": "n", "Type": "bigint"}, {"Name": "t", "Type": "varchar"}],
        "Rows": rows,
        "RowCount": len(rows),
        "Truncated": False,
        "OutputLocation": LOCATION,
        "Attempts": 1,
        "Statistics": {
            "DataScannedInBytes": 2048,
            "EngineExecutionTimeInMillis": 1200,
            "QueryQueueTimeInMillis": 100,
            "TotalExecutionTimeInMillis": 1400,
            "ReusedPreviousResult": False,
        },
        **fields,
    }


def started(parameters: dict[str, Any]) -> dict[str, Any]:
    """What StartExecution responds."""
    arn = parameters["stateMachineArn"].replace(":stateMachine:", ":execution:") + f":{parameters['name']}"
    return {"executionArn": arn, "startDate": "2026-11-20T12:00:00Z"}


def package(**fields: Any) -> dict[str, Any]:
    """A package result of the contract."""
    return {
        "Bucket": "my-bucket",
        "Name": "lab/images",
        "TopHash": "ab" * 32,
        "Revision": "1763640000",
        "Created": True,
        "Entries": 72,
        "Bytes": 1944,
        "EntriesFromManifests": 70,
        "EntriesFromRows": 2,
        "MetadataFromRows": 0,
        "OtherObjects": 0,
        "HashedEntries": 0,
        "HashedBytes": 0,
        "SkippedCount": 0,
        "Skipped": [],
        "QueryExecutionId": QUERY_ID,
        "Statistics": answer()["Statistics"],
        **fields,
    }


RUNNING = {"status": "RUNNING", "executionArn": "arn", "stateMachineArn": MACHINE}


def succeeded(output: dict[str, Any] | None = None) -> dict[str, Any]:
    """What DescribeExecution or StartSyncExecution responds for an execution that succeeded."""
    return {**RUNNING, "status": "SUCCEEDED", "output": json.dumps(answer() if output is None else output)}


def failed(error: str | None, cause: str | None, status: str = "FAILED") -> dict[str, Any]:
    """The same for one that didn't."""
    return {**RUNNING, "status": status, "error": error, "cause": cause}


def history(*outputs: dict[str, Any]) -> dict[str, Any]:
    """What GetExecutionHistory responds: tasks that succeeded with these outputs, newest first."""
    return {
        "events": [
            {
                "id": number,
                "type": "TaskSucceeded",
                "taskSucceededEventDetails": {
                    "resourceType": "aws-sdk:athena",
                    "resource": "startQueryExecution",
                    "output": json.dumps(output),
                },
            }
            for number, output in enumerate(outputs, start=1)
        ]
    }
