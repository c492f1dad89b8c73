"""`status`, `redrive` and `schedule`: what is asked of AWS, what is told, and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.test_buckets import item
from tests.unit.client.fake_aws import FakeAws, Refused

REFRESH = "arn:aws:states:us-east-1:123456789012:execution:refresh:one"
COUNT, MOVE = "sqs:GetQueueAttributes", "sqs:StartMessageMoveTask"
UPDATE, CREATE = "scheduler:UpdateSchedule", "scheduler:CreateSchedule"
NOT_FOUND = Refused("ResourceNotFoundException", 404)
RESULT = {
    "Scope": "all",
    "Checked": 3,
    **{kind: {"Count": 1, "Buckets": []} for kind in ("Repaired", "Failed", "Missing")},
}


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
    aws.on("cloudwatch:DescribeAlarms", {"MetricAlarms": []})
    aws.on("stepfunctions:ListExecutions", {"executions": [{"executionArn": REFRESH}]})
    aws.on("stepfunctions:DescribeExecution", execution(output=json.dumps(RESULT)))


def test_a_stack_that_is_well_says_so(run: Run) -> None:
    result = run("status")
    assert result.exit_code == 0
    assert result.stdout == (
        "Buckets: 1 registered, 0 removed\n"
        "Last refresh: 5 minutes ago, 3 buckets looked at, 1 repaired, 1 failed, 1 missing\n"
        "Dead letters: none\n"
        "Alarms: none\n"
        "All is well\n"
    )


def test_what_is_wrong_is_told_with_its_reason(run: Run, aws: FakeAws) -> None:
    aws.on(
        "dynamodb:Scan",
        {"Items": [item("one", problem="BucketNotFoundError: gone"), item("two", view_problem="stale")]},
    )
    aws.on(COUNT, {"Attributes": {"ApproximateNumberOfMessages": "2"}})
    alarm = {
        "AlarmName": "quilt-athena-DeadLettersAlarm-1ABC",
        "StateValue": "ALARM",
        "AlarmDescription": "Look there.",
    }
    fine = {"AlarmName": "quilt-athena-BucketsFailedAlarm-1ABC", "StateValue": "OK"}
    aws.on("cloudwatch:DescribeAlarms", {"MetricAlarms": [alarm], "NextToken": "more"}, {"MetricAlarms": [fine]})
    result = run("status")
    assert result.exit_code == 1
    assert (
        "Dead letters: 2 of bucket-events, 2 of ended-executions, 2 of query-requests, 2 of schedules" in result.stdout
    )
    assert "one     registered  BucketNotFoundError: gone" in result.stdout
    assert "two     registered  stale" in result.stdout
    assert "Alarms: DeadLettersAlarm\n" in result.stdout
    assert "DeadLettersAlarm  Look there." in result.stdout
    assert "All is well" not in result.stdout


@pytest.mark.parametrize(
    "found",
    [
        execution("FAILED"),
        execution(output=json.dumps({**RESULT, "Scope": "some"})),
    ],
)
def test_a_refresh_counts_if_it_succeeded_over_all_buckets(run: Run, aws: FakeAws, found: dict[str, Any]) -> None:
    aws.on("stepfunctions:DescribeExecution", found)
    assert "Last refresh: none of all buckets among the latest" in run("status").stdout


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 seconds"), (90, "90 minutes"), (130, "2 hours"), (4000, "3 days")]
)
def test_the_age_of_the_refresh_is_told_in_words(run: Run, aws: FakeAws, minutes: int, text: str) -> None:
    aws.on("stepfunctions:DescribeExecution", execution(minutes=minutes, output=json.dumps(RESULT)))
    assert f"Last refresh: {text} ago" in run("status").stdout


def test_status_as_json(run: Run) -> None:
    found = json.loads(run("--json", "status").stdout)
    assert (found["NeedsALook"], found["Registered"], found["Alarms"]) == (False, 1, {})
    assert found["LastRefresh"]["Result"] == RESULT
    assert 290 < found["LastRefresh"]["AgeInSeconds"] < 310


WRONG_FILE = {"File": "draft.sql", "Error": "InvalidViewFile", "Reason": "line 3: expected one statement"}
REFUSED_VIEW = {
    "File": "names.sql",
    "View": "one_quilt_names",
    "Bucket": "one",
    "Error": "QueryFailed",
    "Reason": "COLUMN_NOT_FOUND: line 1:8",
}


def of_own_views(found: dict[str, Any]) -> dict[str, Any]:
    """A refresh five minutes ago that found this of custom views."""
    return execution(output=json.dumps({**RESULT, "CustomViews": found}))


@pytest.mark.parametrize(
    ("found", "rows", "listed"),
    [
        (
            {"Scope": "all", "Failed": {"Count": 2, "Views": [WRONG_FILE, REFUSED_VIEW]}},
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
def test_own_views_that_failed_need_a_look(
    run: Run, aws: FakeAws, found: dict[str, Any], rows: list[str], listed: list[tuple[str | None, ...]]
) -> None:
    aws.on("stepfunctions:DescribeExecution", of_own_views(found))
    result = run("status")
    assert result.exit_code == 1
    assert "All is well" not in result.stdout
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[lines.index("file bucket why") + 2 :] == rows
    as_json = json.loads(run("status", "--json").stdout)
    fields = [dict(zip(("File", "Bucket", "Reason"), one, strict=True)) for one in listed]
    assert (as_json["NeedsALook"], as_json["CustomViewsFailed"]) == (True, fields)


def test_own_views_that_are_made_need_none(run: Run, aws: FakeAws) -> None:
    aws.on("stepfunctions:DescribeExecution", of_own_views({"Scope": "all", "Failed": {"Count": 0, "Views": []}}))
    assert run("status").stdout.endswith("All is well\n")
    assert json.loads(run("status", "--json").stdout)["CustomViewsFailed"] == []


def test_dead_letters_are_moved_to_the_queue_that_they_were_for(run: Run, aws: FakeAws) -> None:
    counts = iter(["3", "0"])

    def attributes(call: dict[str, Any]) -> dict[str, Any]:
        if call["AttributeNames"] == ["QueueArn"]:
            return {"Attributes": {"QueueArn": f"arn of {call['QueueUrl']}"}}
        return {"Attributes": {"ApproximateNumberOfMessages": next(counts)}}

    aws.on(COUNT, attributes)
    aws.on(MOVE, {"TaskHandle": "handle"})
    result = run("redrive", "bucket-events", "query-requests")
    assert (result.exit_code, result.stdout) == (0, "bucket-events: 3 on their way\nquery-requests: no dead letters\n")
    assert aws.called(MOVE) == [{"SourceArn": "arn of https://dead", "DestinationArn": "arn of https://queue"}]


def test_dead_letters_that_are_being_moved_are_left_to_that(run: Run, aws: FakeAws) -> None:
    aws.on(COUNT, {"Attributes": {"ApproximateNumberOfMessages": "1", "QueueArn": "arn"}})
    aws.on(MOVE, Refused("AWS.SimpleQueueService.UnsupportedOperation"))
    result = run("redrive", "bucket-events")
    assert result.exit_code == 2
    assert "being moved already" in result.stderr


def test_a_queue_that_there_is_not_is_refused(run: Run) -> None:
    assert run("redrive", "everything").exit_code == 2


def put(run: Run, *arguments: str) -> Any:
    return run("schedule", "put", "nightly", "--sql", "SELECT ?", "--param", "5", *arguments)


def test_a_schedule_is_updated_or_else_created(run: Run, aws: FakeAws) -> None:
    aws.on(UPDATE, {"ScheduleArn": "arn"})
    assert put(run, "--rate", "1 hour").stdout == "nightly: updated, rate(1 hour) UTC\n"
    aws.on(UPDATE, NOT_FOUND).on(CREATE, {"ScheduleArn": "arn"})
    result = put(run, "--cron", "0 3 * * ? *", "--timezone", "Europe/Berlin", "--disabled", "--description", "mine")
    assert result.stdout == "nightly: created, cron(0 3 * * ? *) Europe/Berlin\n"
    (asked,) = aws.called(CREATE)
    assert asked.pop("ClientToken")  # boto3's own: it may repeat the call
    target = asked.pop("Target")
    assert asked == {
        "GroupName": "quilt-athena",
        "Name": "nightly",
        "Description": "mine",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "State": "DISABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
    }
    assert json.loads(target["Input"]) == {
        "Schedule": "nightly",
        "Request": {"IdempotencyKey": "<aws.scheduler.execution-id>", "QueryString": "SELECT ?", "Parameters": [5]},
    }
    assert target["DeadLetterConfig"] == {"Arn": "arn:aws:sqs:us-east-1:123456789012:schedules"}


def test_a_saved_query_is_scheduled_by_its_name(run: Run, aws: FakeAws) -> None:
    aws.on(UPDATE, NOT_FOUND).on(CREATE, {"ScheduleArn": "arn"})
    named = ("--rate", "7 days", "--named", "largest-files", "--param", "my-bucket")
    assert run("schedule", "put", "largest", *named).stdout == "largest: created, rate(7 days) UTC\n"
    (asked,) = aws.called(CREATE)
    given = asked["Target"]["Input"]
    request = {"NamedQuery": "largest-files", "Parameters": ["my-bucket"]}
    assert json.loads(given)["Request"] == {"IdempotencyKey": "<aws.scheduler.execution-id>", **request}
    found = {"Name": "largest", "ScheduleExpression": "rate(7 days)", "Target": {"Input": given}}
    aws.on("scheduler:GetSchedule", found)
    assert run("schedule", "show", "largest").stdout.splitlines() == [
        "largest: rate(7 days) UTC",
        'NamedQuery: "largest-files"',
        'Parameters: ["my-bucket"]',
    ]
    assert json.loads(run("schedule", "show", "largest", "--json").stdout)["Request"] == request
    both = run("schedule", "put", "largest", "--sql", "SELECT 1", *named)
    assert both.exit_code == 2
    assert "expected either --named or SQL, got both" in both.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("--rate", "1 hour", "--cron", "0 3 * * ? *"), ("--rate", "1 hour", "--sql-file", "-")]
)
def test_one_time_and_one_sql_are_asked_for(run: Run, arguments: tuple[str, ...]) -> None:
    assert put(run, *arguments).exit_code == 2


def test_what_the_scheduler_refuses_is_the_callers(run: Run, aws: FakeAws) -> None:
    aws.on(UPDATE, Refused("ValidationException"))
    result = put(run, "--rate", "often")
    assert result.exit_code == 2
    assert "EventBridge Scheduler refuses 'rate(often)' in time zone 'UTC'" in result.stderr
    assert run("schedule", "put", "no name!", "--sql", "SELECT 1", "--rate", "1 hour").exit_code == 2


@pytest.mark.parametrize("command", ["show", "run", "remove"])
def test_a_schedule_that_there_is_not_is_named(run: Run, aws: FakeAws, command: str) -> None:
    aws.on("scheduler:GetSchedule", NOT_FOUND).on("scheduler:DeleteSchedule", NOT_FOUND)
    result = run("schedule", command, "nightly")
    assert result.exit_code == 2
    assert "there is no schedule nightly in group quilt-athena" in result.stderr


def test_where_there_is_nothing_the_way_to_something_is_told(run: Run, aws: FakeAws) -> None:
    aws.on("scheduler:ListSchedules", {"Schedules": []})
    assert "quilt-athena schedule put" in run("schedule", "list").stderr
    aws.on("stepfunctions:ListExecutions", {"executions": []})
    assert run("schedule", "runs").stderr == "No runs yet\n"


def test_runs_tell_outcome_bytes_and_price(run: Run, aws: FakeAws) -> None:
    given = json.dumps({"Schedule": "nightly", "Request": {}})
    output = {
        "RowCount": 1000,
        "Truncated": True,
        "OutputLocation": "s3://results/one.csv",
        "Statistics": {"DataScannedInBytes": 2048, "EstimatedPriceUSD": 0.00005},
    }
    aws.on("stepfunctions:ListExecutions", {"executions": [{"executionArn": f"arn-{n}"} for n in range(3)]})
    aws.on(
        "stepfunctions:DescribeExecution",
        execution(input=given, output=json.dumps(output)),
        execution(input=json.dumps({"Schedule": "another"})),
        execution("TIMED_OUT", input=given),
    )
    lines = run("schedule", "runs", "nightly").stdout.splitlines()
    assert len(lines) == 4
    assert lines[2].split()[3:] == ["SUCCEEDED", "1000+", "2.0", "KB", "0.000050", "s3://results/one.csv"]
    assert lines[3].split()[3:] == ["TIMED_OUT", "TIMED_OUT"]
