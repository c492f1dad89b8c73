"""`status` and `redrive`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.test_buckets import item, letter
from tests.unit.client.deployed import OUTPUTS, described
from tests.unit.client.fake_aws import FakeAws, Refused

REFRESH = "arn:aws:states:us-east-1:123456789012:execution:refresh:one"
COUNT, MOVE = "sqs:GetQueueAttributes", "sqs:StartMessageMoveTask"
RECEIVE, SHOW_AGAIN = "sqs:ReceiveMessage", "sqs:ChangeMessageVisibilityBatch"
RESULT = {
    "Scope": "all",
    "Checked": 3,
    **{kind: {"Count": 1, "Buckets": []} for kind in ("Repaired", "Failed", "Gone")},
}


def resource(logical_id: str, kind: str = "AWS::CloudWatch::Alarm", **fields: Any) -> dict[str, Any]:
    """A resource as ListStackResources returns it."""
    return {"LogicalResourceId": logical_id, "ResourceType": kind, "ResourceStatus": "CREATE_COMPLETE", **fields}


#: Two pages: two alarms, one that is being created, and a queue.
ALARM_RESOURCES: list[Any] = [
    {
        "StackResourceSummaries": [
            resource("DeadLettersAlarm", PhysicalResourceId="quilt-athena-DeadLettersAlarm-1ABC"),
            resource("RefreshOverdueAlarm"),
            resource("BucketEventsQueue", "AWS::SQS::Queue", PhysicalResourceId="https://bucket-events"),
        ],
        "NextToken": "more",
    },
    {"StackResourceSummaries": [resource("BucketsFailedAlarm", PhysicalResourceId="quilt-athena-BucketsF-1ABC")]},
]


def execution(status: str = "SUCCEEDED", *, minutes: int = 5, **fields: Any) -> dict[str, Any]:
    """What DescribeExecution answers."""
    ended = datetime.now(UTC) - timedelta(minutes=minutes)
    machine = REFRESH.replace(":execution:", ":stateMachine:").rpartition(":")[0]
    return {
        "executionArn": REFRESH,
        "stateMachineArn": machine,
        "status": status,
        "startDate": ended,
        "stopDate": ended,
        **fields,
    }


@pytest.fixture(autouse=True)
def well(aws: FakeAws) -> None:
    """One bucket, no dead letters, no alarms, a refresh five minutes ago."""
    aws.on("dynamodb:Scan", {"Items": [item("one")]})
    aws.on(
        COUNT, lambda call: {"Attributes": {"ApproximateNumberOfMessages": "0", "QueueArn": f"arn:{call['QueueUrl']}"}}
    )
    aws.on("sqs:GetQueueUrl", {"QueueUrl": "https://schedules"})
    aws.on("cloudformation:ListStackResources", *ALARM_RESOURCES)
    aws.on("cloudwatch:DescribeAlarms", {"MetricAlarms": []})
    aws.on("stepfunctions:ListExecutions", {"executions": [{"executionArn": REFRESH}]})
    aws.on("stepfunctions:DescribeExecution", execution(output=json.dumps(RESULT)))


def test_status_without_problems(run: Run) -> None:
    result = run("status")
    assert result.exit_code == 0
    assert result.stdout == (
        "Buckets: 1 registered, 0 removed\n"
        "Last refresh: 5 minutes ago, 3 buckets checked, 1 repaired, 1 failed, 1 missing\n"
        "Dead letters: none\n"
        "Alarms: none\n"
        "No problems\n"
    )


def test_status_of_a_stack_from_before_the_index_leaves_its_queue_out(run: Run, aws: FakeAws) -> None:
    aws.on("cloudformation:DescribeStacks", described({k: v for k, v in OUTPUTS.items() if "Index" not in k}))
    result = run("--json", "status")
    assert result.exit_code == 0, result.stderr
    counts = json.loads(result.stdout)["DeadLetters"]
    assert set(counts) == {"bucket-events", "ended-executions", "query-requests", "schedules"}
    assert run("dead-letters", "list").exit_code == 0
    assert run("dead-letters", "redrive").exit_code == 0
    result = run("dead-letters", "list", "index-events")
    assert "stack quilt-athena has no output IndexEventsDeadLetterQueueUrl" in result.stderr


def test_status_lists_problems_with_reasons(run: Run, aws: FakeAws) -> None:
    aws.on(
        "dynamodb:Scan",
        {"Items": [item("one", problem="BucketNotFoundError: gone"), item("two", view_problem="stale")]},
    )
    aws.on(COUNT, {"Attributes": {"ApproximateNumberOfMessages": "2"}})
    aws.on(RECEIVE, {"Messages": [letter("one"), {**letter("two"), "MessageId": "2"}]}, {}).on(SHOW_AGAIN, {})
    alarm = {
        "AlarmName": "quilt-athena-DeadLettersAlarm-1ABC",
        "StateValue": "ALARM",
        "AlarmDescription": "Look there.",
    }
    aws.on("cloudwatch:DescribeAlarms", {"MetricAlarms": [alarm]})
    result = run("status")
    assert result.exit_code == 1
    assert (
        "Dead letters: 2 of bucket-events, 2 of ended-executions, 2 of query-requests, "
        "2 of index-events, 2 of schedules" in result.stdout
    )
    assert "one     registered  BucketNotFoundError: gone" in result.stdout
    assert "two     registered  stale" in result.stdout
    assert "Alarms: DeadLettersAlarm\n" in result.stdout
    assert "DeadLettersAlarm  Look there." in result.stdout
    assert "bucket-events    2       InvalidEventError: detail.bucket: not matched by" in result.stdout
    assert "No problems" not in result.stdout


def test_status_counts_dead_letters_that_this_caller_may_not_read(run: Run, aws: FakeAws) -> None:
    aws.on(COUNT, {"Attributes": {"ApproximateNumberOfMessages": "2"}}).on(RECEIVE, Refused("AccessDenied", 403))
    result = run("status")
    assert result.exit_code == 1
    assert "Dead letters: 2 of bucket-events" in result.stdout


def test_status_asks_only_for_the_alarms_of_this_very_stack(run: Run, aws: FakeAws) -> None:
    """Not by prefix, since quilt-athena- is the beginning of the names of a stack quilt-athena-dev, too."""
    run("status")
    assert {call["StackName"] for call in aws.called("cloudformation:ListStackResources")} == {"quilt-athena"}
    (call,) = aws.called("cloudwatch:DescribeAlarms")
    assert call["AlarmNames"] == ["quilt-athena-DeadLettersAlarm-1ABC", "quilt-athena-BucketsF-1ABC"]
    assert (call["StateValue"], "AlarmNamePrefix" in call) == ("ALARM", False)


def test_status_of_a_stack_without_alarms_asks_for_none(run: Run, aws: FakeAws) -> None:
    aws.on("cloudformation:ListStackResources", {"StackResourceSummaries": []})
    assert "Alarms: none\n" in run("status").stdout
    assert aws.called("cloudwatch:DescribeAlarms") == []


@pytest.mark.parametrize(
    "found",
    [
        execution("FAILED"),
        execution(output=json.dumps({**RESULT, "Scope": "some"})),
    ],
)
def test_status_ignores_refreshes_that_failed_or_were_partial(run: Run, aws: FakeAws, found: dict[str, Any]) -> None:
    aws.on("stepfunctions:DescribeExecution", found)
    assert "Last refresh: none of all buckets among the latest" in run("status").stdout


@pytest.mark.parametrize(
    ("minutes", "text"), [(-1, "0 seconds"), (90, "90 minutes"), (130, "2 hours"), (4000, "3 days")]
)
def test_status_shows_the_age_of_the_refresh(run: Run, aws: FakeAws, minutes: int, text: str) -> None:
    aws.on("stepfunctions:DescribeExecution", execution(minutes=minutes, output=json.dumps(RESULT)))
    assert f"Last refresh: {text} ago" in run("status").stdout


def test_status_as_json(run: Run) -> None:
    found = json.loads(run("--json", "status").stdout)
    assert (found["NeedsALook"], found["Registered"], found["Alarms"]) == (False, 1, {})
    assert found["LastRefresh"]["Result"] == RESULT
    assert 290 < found["LastRefresh"]["AgeInSeconds"] < 600


WRONG_FILE = {"File": "draft.sql", "Error": "InvalidViewFileError", "Reason": "line 3: expected one statement"}
REJECTED_VIEW = {
    "File": "names.sql",
    "View": "one_quilt_names",
    "Bucket": "one",
    "Error": "QueryFailed",
    "Reason": "COLUMN_NOT_FOUND: line 1:8",
}


def with_custom_views(found: dict[str, Any], field: str = "CustomViews") -> dict[str, Any]:
    """A refresh five minutes ago with this result of custom views."""
    return execution(output=json.dumps({**RESULT, field: found}))


@pytest.mark.parametrize(
    ("found", "rows", "listed"),
    [
        (
            {"Scope": "all", "Failed": {"Count": 2, "Views": [WRONG_FILE, REJECTED_VIEW]}},
            ["draft.sql line 3: expected one statement", "names.sql one COLUMN_NOT_FOUND: line 1:8"],
            [("draft.sql", None, "line 3: expected one statement"), ("names.sql", "one", "COLUMN_NOT_FOUND: line 1:8")],
        ),
        (
            {"Error": "ServiceUnavailableError", "Reason": "s3 is down"},
            ["all files ServiceUnavailableError: s3 is down"],
            [(None, None, "ServiceUnavailableError: s3 is down")],
        ),
    ],
)
def test_failed_custom_views_are_problems(
    run: Run, aws: FakeAws, found: dict[str, Any], rows: list[str], listed: list[tuple[str | None, ...]]
) -> None:
    aws.on("stepfunctions:DescribeExecution", with_custom_views(found))
    result = run("status")
    assert result.exit_code == 1
    assert "No problems" not in result.stdout
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[lines.index("file bucket reason") + 2 :] == rows
    as_json = json.loads(run("status", "--json").stdout)
    fields = [dict(zip(("File", "Bucket", "Reason"), one, strict=True)) for one in listed]
    assert (as_json["NeedsALook"], as_json["CustomViewsFailed"]) == (True, fields)


def test_failed_custom_views_of_earlier_stacks_are_problems(run: Run, aws: FakeAws) -> None:
    found = {"Scope": "all", "Failed": {"Count": 1, "Views": [REJECTED_VIEW]}}
    aws.on("stepfunctions:DescribeExecution", with_custom_views(found, "OwnViews"))
    (failed,) = json.loads(run("status", "--json").stdout)["CustomViewsFailed"]
    assert failed["File"] == "names.sql"


def test_created_custom_views_are_no_problem(run: Run, aws: FakeAws) -> None:
    aws.on("stepfunctions:DescribeExecution", with_custom_views({"Scope": "all", "Failed": {"Count": 0, "Views": []}}))
    assert run("status").stdout.endswith("No problems\n")
    assert json.loads(run("status", "--json").stdout)["CustomViewsFailed"] == []


def test_redrive_moves_dead_letters_back_to_their_queue(run: Run, aws: FakeAws) -> None:
    counts = iter(["3", "0"])

    def attributes(call: dict[str, Any]) -> dict[str, Any]:
        if call["AttributeNames"] == ["QueueArn"]:
            return {"Attributes": {"QueueArn": f"arn of {call['QueueUrl']}"}}
        return {"Attributes": {"ApproximateNumberOfMessages": next(counts)}}

    aws.on(COUNT, attributes)
    aws.on(MOVE, {"TaskHandle": "handle"})
    result = run("redrive", "bucket-events", "query-requests")
    assert (result.exit_code, result.stdout) == (0, "bucket-events: moving 3\nquery-requests: no dead letters\n")
    assert aws.called(MOVE) == [{"SourceArn": "arn of https://dead", "DestinationArn": "arn of https://queue"}]


def test_redrive_during_a_move_exits_with_2(run: Run, aws: FakeAws) -> None:
    aws.on(COUNT, {"Attributes": {"ApproximateNumberOfMessages": "1", "QueueArn": "arn"}})
    aws.on(MOVE, Refused("AWS.SimpleQueueService.UnsupportedOperation"))
    result = run("redrive", "bucket-events")
    assert result.exit_code == 2
    assert "already being moved" in result.stderr


def test_redrive_rejects_unknown_queues(run: Run) -> None:
    assert run("redrive", "everything").exit_code == 2
