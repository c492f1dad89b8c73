"""What an operator does with the deployed stack: schedules, status, redriving dead letters."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local.stack import executions
from local.stack.paths import ROOT
from local.stack.waiting import until
from tests.local_aws import LocalAws

Run = Callable[..., Any]


@pytest.fixture
def run(local_aws: LocalAws) -> Run:
    """Runs the command with --json, which has to exit as expected; returns its parsed output."""

    def invoke(*arguments: str, code: int = 0) -> Any:
        command = [sys.executable, "-m", "quilt_athena.cli", "--local", local_aws.stack.endpoint, "--json"]
        environment = {**local_aws.stack.environment(), "PYTHONPATH": str(ROOT / "layers" / "quilt_athena")}
        done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done
        return json.loads(done.stdout or done.stderr)

    return invoke


@pytest.fixture
def name(run: Run) -> Iterator[str]:
    """The name of a schedule, which is deleted at the end."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    run("schedule", "remove", name)


@pytest.mark.main_path
def test_a_schedule_starts_executions_that_are_listed(local_aws: LocalAws, run: Run, name: str) -> None:
    put = ("schedule", "put", name, "--sql", "SELECT ? AS n", "--param", "'; --", "--timeout", "60")
    created = run(*put, "--cron", "0 3 * * ? *", "--timezone", "Europe/Berlin")
    assert created["Created"] is True
    assert created["ScheduleExpression"] == "cron(0 3 * * ? *)"
    shown = run("schedule", "show", name)
    assert shown["Request"] == {"QueryString": "SELECT ? AS n", "Parameters": ["'; --"], "TimeoutSeconds": 60}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert run(*put, "--at", now)["Created"] is False
    (fired,) = until(lambda: [one for one in run("schedule", "runs", name) if one["Status"] != "RUNNING"])
    assert (fired["Schedule"], fired["Status"], fired["RowCount"], fired["Reason"]) == (name, "SUCCEEDED", 1, None)
    assert fired["EstimatedPriceUSD"] > 0
    assert local_aws.read(fired["OutputLocation"]) == b'"n"\n"\'; --"\n'
    # Each firing has a name of its own, so that it is a query of its own.
    given = json.loads(local_aws.stepfunctions.describe_execution(executionArn=fired["ExecutionArn"])["input"])
    assert uuid.UUID(given["Request"]["IdempotencyKey"])
    again = run("schedule", "run", name, "--wait")
    assert again["Status"] == "SUCCEEDED"
    assert again["OutputLocation"] != fired["OutputLocation"]


def test_a_saved_query_is_scheduled_by_its_name(local_aws: LocalAws, run: Run, name: str) -> None:
    # The query reads views of all buckets, which exist as soon as there is one.
    bucket = local_aws.make_bucket()
    local_aws.onboard(bucket)
    local_aws.until(lambda: local_aws.tables("all_buckets_quilt_packages_view"))
    named = ("--named", "latest-packages", "--param", bucket)
    run("schedule", "put", name, "--rate", "1 day", *named, "--disabled")
    ended = run("schedule", "run", name, "--wait")
    assert (ended["Status"], ended["RowCount"]) == ("SUCCEEDED", 0)


def test_a_failed_scheduled_query_is_listed_with_its_reason(local_aws: LocalAws, run: Run, name: str) -> None:
    run("schedule", "put", name, "--rate", "1 day", "--sql", "SELECT nme FROM nowhere", "--disabled")
    failed = run("schedule", "run", name, "--wait", code=1)
    assert failed["Status"] == "FAILED"
    assert failed["Reason"].startswith("QueryFailed: TABLE_NOT_FOUND: ")
    # The alarm counts failed executions.
    found = local_aws.stepfunctions.describe_execution(executionArn=failed["ExecutionArn"])
    assert (found["status"], found["error"]) == ("FAILED", "QueryFailed")
    assert json.loads(found["cause"])["QueryExecutionId"]
    (listed,) = [one for one in run("schedule", "list") if one["Name"] == name]
    assert (listed["Enabled"], listed["LastRun"]["Reason"]) == (False, failed["Reason"])


def test_a_duplicate_start_runs_one_query(local_aws: LocalAws) -> None:
    machine = local_aws.outputs["ScheduledQueryStateMachineArn"]
    marker = f"-- {uuid.uuid4()}"
    request = {"QueryString": f"SELECT 1 {marker}", "IdempotencyKey": str(uuid.uuid4())}
    given = json.dumps({"Schedule": "twice", "Request": request})
    runs = [local_aws.stepfunctions.start_execution(stateMachineArn=machine, input=given) for _ in range(2)]
    queries = set()
    for started in runs:
        *_, ended = executions.watch(local_aws.stepfunctions, started["executionArn"])
        assert isinstance(ended, executions.Ended)
        queries.add(ended.output["QueryExecutionId"])
    assert len(queries) == 1


def test_status_reports_dead_letters_and_redrive_processes_them(local_aws: LocalAws, run: Run) -> None:
    bucket = f"test-{uuid.uuid4().hex[:12]}"
    local_aws.register(bucket)  # before it exists
    before = until(lambda: run_status(run), lambda found: found["DeadLetters"]["bucket-events"] >= 1)
    assert before["NeedsALook"] is True
    local_aws.make_bucket(bucket)
    assert run("redrive", "bucket-events")["bucket-events"] >= 1
    prefix = bucket.replace("-", "_")
    until(lambda: len(local_aws.tables(f"{prefix}_quilt_")) == 4)

    started = time.monotonic()
    refreshed = local_aws.stepfunctions.start_execution(
        stateMachineArn=local_aws.outputs["RefreshStateMachineArn"], input="{}"
    )["executionArn"]
    after = until(lambda: run_status(run), lambda found: (found["LastRefresh"] or {}).get("ExecutionArn") == refreshed)
    assert after["LastRefresh"]["Result"]["Scope"] == "all"
    assert 0 <= after["LastRefresh"]["AgeInSeconds"] <= time.monotonic() - started + 1


def run_status(run: Run) -> dict[str, Any]:
    """The status, whether or not something needs attention."""
    try:
        found: dict[str, Any] = run("status")
    except AssertionError:
        found = run("status", code=1)
    return found
