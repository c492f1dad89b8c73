"""What the stack relies on in EventBridge, SQS and EventBridge Scheduler."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from quilt_athena.client import Schedule
from verification.aws import Aws
from verification.check import DecidedBy, check
from verification.expectations import AtLeast, Matching
from verification.resources import QUEUE_SUFFIX, arn


@check(
    "input-template",
    claim="The rule's InputTemplate turns `catalog-changed` into the input of the custom views state machine, as JSON.",
    expected={"the bucket's input": 1},
    relied_on="template.yaml",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html",
)
def input_template(aws: Aws) -> Any:
    """Counts the executions whose input is exactly `{"Buckets": ["<the registered bucket>"]}`, after a registration."""
    bucket = aws.make_bucket("template")
    aws.register(bucket)
    expected = {"Buckets": [bucket]}
    found = aws.until(lambda: [one for one in aws.inputs("ViewsStateMachineArn") if one == expected])
    return {"the bucket's input": len(found)}


@check(
    "events-published",
    claim="A query that an event requests is run, and its outcome is published with all digits of its integers.",
    expected={
        "detail-type": "query-succeeded", "correlationId": "verification", "inline": True, "large": "9007199254740993",
    },
    relied_on="statemachines/requested_query.asl.json; docs/decisions.md, 23",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html",
)  # fmt: skip
def published(aws: Aws) -> Any:
    """Sends `query-requested`, and reads `query-succeeded` from a queue that a rule of the run fills."""
    url = _observe(aws)
    request = {"QueryString": "SELECT BIGINT '9007199254740993' AS large"}
    aws.send("query-requested", {"version": "0.1", "correlationId": "verification", "request": request})

    def look() -> dict[str, Any] | None:
        for message in aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages", []):
            event: dict[str, Any] = json.loads(message["Body"], parse_int=str)
            aws.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if event["detail"].get("correlationId") == "verification" and event["detail-type"] != "query-requested":
                return event
        return None

    event = aws.until(look) or {}
    detail = event["detail"]
    return {
        "detail-type": event["detail-type"],
        "correlationId": detail["correlationId"],
        "inline": detail.get("inline"),
        "large": detail.get("result", {}).get("Rows", [{}])[0].get("large"),
    }


@check(
    "dead-letter",
    claim="An event that can't be applied becomes a dead letter with its reason; after a redrive it is applied.",
    expected={"Error": "BucketNotFoundError", "redriven": 1, "tables after the redrive": 4, "dead letters left": 0},
    relied_on="layers/quilt_athena/quilt_athena/client/operations.py; docs/decisions.md, 14 and 15",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html",
)
def dead_letter(aws: Aws) -> Any:
    """Registers a bucket that doesn't exist, reads the dead letter, creates the bucket, and redrives."""
    name = aws.run.bucket("late")
    url = aws.outputs["BucketEventsDeadLetterQueueUrl"]
    sqs = aws.client("sqs")
    aws.send("bucket-registration", {"version": "0.1", "type": "added", "bucket": name})

    def look() -> list[dict[str, Any]]:
        received = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], VisibilityTimeout=0)
        return list(received.get("Messages", []))

    letter = aws.until(look)[0]
    error = letter["MessageAttributes"]["Error"]["StringValue"]
    aws.make_bucket("late")
    # The number of messages is approximate, and may be 0 for a while.
    moved = aws.until(lambda: aws.quilt_athena.operations.redrive("bucket-events"))
    tables = aws.until(lambda: aws.tables(name), lambda found: len(found) == 4)

    def waiting() -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))

    left = aws.until(waiting, lambda count: count == 0)
    return {"Error": error, "redriven": moved, "tables after the redrive": len(tables), "dead letters left": left}


@check(
    "schedule",
    claim="EventBridge Scheduler starts a query once, with its own id in place of `<aws.scheduler.execution-id>`.",
    expected={"runs": 1, "status": "SUCCEEDED", "key": Matching("^[0-9a-z-]{10,}$", "d32c5kddcf5bb8c3")},
    relied_on="layers/quilt_athena/quilt_athena/client/schedules.py; docs/operations.md",
    source="https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html",
)
def schedule(aws: Aws) -> Any:
    """Creates a schedule for one time in the near future, and waits for the end of its run."""
    at = datetime.now(UTC) + timedelta(seconds=10 if aws.target.is_local else 60)
    expression = f"at({at:%Y-%m-%dT%H:%M:%S})"
    schedules = aws.quilt_athena.schedules
    schedules.put(Schedule("check", expression, "UTC", True, {"QueryString": "SELECT 1 AS one"}))
    run = aws.until(lambda: next(schedules.runs("check"), None), timeout=300)
    ended = aws.finish(run.execution_arn) if run else None
    keys = [one["Request"]["IdempotencyKey"] for one in aws.inputs("ScheduledQueryStateMachineArn")]
    schedules.remove("check")
    return {"runs": len(keys), "status": ended.status if ended else None, "key": keys[0]}


@check(
    "metric-filter",
    claim="Logs name the Fail state in `details.name`, and the filter counts only the unexpected ones.",
    expected={"Fail states in the logs": AtLeast(1), "matched": [2]},
    relied_on="template.yaml, UnexpectedFailuresFilter; docs/decisions.md, 52",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
    decided_by=DecidedBy.AWS_ONLY,
)
def metric_filter(aws: Aws) -> Any:
    """Takes a failed execution from the logs, and tests the deployed filter with it, with the name of an unexpected
    state, and with that of the state machine that the filter leaves out."""
    logs, group = aws.client("logs"), f"/aws/vendedlogs/states/{aws.run.name}"
    filters = logs.describe_metric_filters(logGroupName=group)["metricFilters"]

    def look() -> list[str]:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, filterPattern='{ $.type = "FailStateEntered" }'
        )
        return [event["message"] for page in pages for event in page["events"]]

    found = aws.until(look)
    named = [message for message in found if json.loads(message).get("details", {}).get("name")]
    event = json.loads(named[0]) if named else {}
    unexpected = {**event, "details": {**event.get("details", {}), "name": "FailUnexpectedly"}}
    view_query = _machine_name(aws, "ViewQueryStateMachine")
    other = {**unexpected, "execution_arn": arn(aws.target, "states", f"execution:{view_query}:x")}
    messages = [json.dumps(one) for one in (event, unexpected, other)]
    matched = logs.test_metric_filter(filterPattern=filters[0]["filterPattern"], logEventMessages=messages)
    return {"Fail states in the logs": len(named), "matched": [one["eventNumber"] for one in matched["matches"]]}


def _machine_name(aws: Aws, logical_id: str) -> str:
    found = aws.client("cloudformation").describe_stack_resource(StackName=aws.run.name, LogicalResourceId=logical_id)
    return str(found["StackResourceDetail"]["PhysicalResourceId"]).rpartition(":")[2]


def _observe(aws: Aws) -> str:
    """Create a queue, and a rule that sends all events of the stack's bus to it; returns the queue's URL."""
    sqs, events = aws.client("sqs"), aws.client("events")
    name, bus = f"{aws.run.name}{QUEUE_SUFFIX}", aws.outputs["EventBusName"]
    queue = arn(aws.target, "sqs", name)
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue,
            }
        ],
    }
    url: str = sqs.create_queue(QueueName=name, Attributes={"Policy": json.dumps(policy)}, tags=aws.run.tags)[
        "QueueUrl"
    ]
    pattern = json.dumps({"source": ["quilt-athena"]})
    events.put_rule(Name="observer", EventBusName=bus, EventPattern=pattern, Tags=aws.run.tag_list)
    events.put_targets(Rule="observer", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue}])
    return url
