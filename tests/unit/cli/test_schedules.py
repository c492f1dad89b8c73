"""`schedule`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.test_operations import execution
from tests.unit.client.fake_aws import FakeAws, Refused

UPDATE, CREATE = "scheduler:UpdateSchedule", "scheduler:CreateSchedule"
NOT_FOUND = Refused("ResourceNotFoundException", 404)


def put(run: Run, *arguments: str) -> Any:
    return run("schedule", "put", "nightly", "--sql", "SELECT ?", "--param", "5", *arguments)


def test_put_updates_or_creates_a_schedule(run: Run, aws: FakeAws) -> None:
    aws.on(UPDATE, {"ScheduleArn": "arn"})
    assert put(run, "--rate", "1 hour").stdout == "nightly: updated, rate(1 hour) UTC\n"
    aws.on(UPDATE, NOT_FOUND).on(CREATE, {"ScheduleArn": "arn"})
    result = put(run, "--cron", "0 3 * * ? *", "--timezone", "Europe/Berlin", "--disabled", "--description", "mine")
    assert result.stdout == "nightly: created, cron(0 3 * * ? *) Europe/Berlin\n"
    (created,) = aws.called(CREATE)
    assert created.pop("ClientToken")  # boto3's, which may retry the call
    target = created.pop("Target")
    assert created == {
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


def test_saved_query_is_scheduled_by_its_name(run: Run, aws: FakeAws) -> None:
    aws.on(UPDATE, NOT_FOUND).on(CREATE, {"ScheduleArn": "arn"})
    named = ("--rate", "7 days", "--named", "largest-files", "--param", "my-bucket")
    assert run("schedule", "put", "largest", *named).stdout == "largest: created, rate(7 days) UTC\n"
    (created,) = aws.called(CREATE)
    given = created["Target"]["Input"]
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
    assert "expected one query" in both.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("--rate", "1 hour", "--cron", "0 3 * * ? *"), ("--rate", "1 hour", "--file", "-")]
)
def test_put_requires_one_time_and_one_query(run: Run, arguments: tuple[str, ...]) -> None:
    assert put(run, *arguments).exit_code == 2


def test_rejected_schedules_exit_with_2(run: Run, aws: FakeAws) -> None:
    aws.on(UPDATE, Refused("ValidationException"))
    result = put(run, "--rate", "often")
    assert result.exit_code == 2
    assert "EventBridge Scheduler rejected 'rate(often)' in time zone 'UTC'" in result.stderr
    assert run("schedule", "put", "no name!", "--sql", "SELECT 1", "--rate", "1 hour").exit_code == 2


@pytest.mark.parametrize("command", ["show", "run", "remove"])
def test_missing_schedule_exits_with_2(run: Run, aws: FakeAws, command: str) -> None:
    aws.on("scheduler:GetSchedule", NOT_FOUND).on("scheduler:DeleteSchedule", NOT_FOUND)
    result = run("schedule", command, "nightly")
    assert result.exit_code == 2
    assert "schedule nightly not found in group quilt-athena" in result.stderr


def test_empty_lists_show_what_to_do(run: Run, aws: FakeAws) -> None:
    aws.on("scheduler:ListSchedules", {"Schedules": []})
    assert "quilt-athena schedule put" in run("schedule", "list").stderr
    aws.on("stepfunctions:ListExecutions", {"executions": []})
    assert run("schedule", "runs").stderr == "No runs yet\n"


def test_runs_have_status_bytes_and_price(run: Run, aws: FakeAws) -> None:
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
