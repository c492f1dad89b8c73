"""Indexed buckets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from tests.integration.access.conftest import Person
from tests.local_aws import FINAL, LocalAws


def query(person: Person, sql: str) -> dict[str, Any]:
    """Run a query as that person, to its end."""
    athena = person.client("athena")
    query_id = athena.start_query_execution(
        QueryString=sql, WorkGroup="quilt-query", QueryExecutionContext={"Database": "quilt_query"}
    )["QueryExecutionId"]

    def execution() -> dict[str, Any]:
        found: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return found

    return until(execution, lambda found: found["Status"]["State"] in FINAL)


def fire_schedule(aws: LocalAws) -> None:
    """Let the schedule of the index start its execution now, once."""
    scheduler, machine = aws.stack.client("scheduler"), aws.outputs["IndexStateMachineArn"]
    (name,) = [one["Name"] for one in scheduler.list_schedules()["Schedules"] if one["Target"]["Arn"] == machine]
    deployed = scheduler.get_schedule(Name=name)
    assert deployed["ScheduleExpression"] == "rate(1 day)"
    kept = {key: deployed[key] for key in ("Name", "Target", "State", "ScheduleExpressionTimezone")}

    def executions() -> set[str]:
        found = aws.stepfunctions.list_executions(stateMachineArn=machine)["executions"]
        return {one["executionArn"] for one in found}

    before = executions()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    scheduler.update_schedule(**kept, FlexibleTimeWindow={"Mode": "OFF"}, ScheduleExpression=f"at({now})")
    try:
        until(lambda: executions() - before)
    finally:
        scheduler.update_schedule(
            **kept, FlexibleTimeWindow=deployed["FlexibleTimeWindow"], ScheduleExpression="rate(1 day)"
        )


@pytest.fixture
def index(local_aws: LocalAws) -> Callable[..., None]:
    """Indexes registered buckets, and waits until that is complete."""
    client = QuiltAthena(endpoint_url=local_aws.stack.endpoint)

    def enable(*buckets: str) -> None:
        client.index.enable(buckets)
        until(
            lambda: {one.bucket for one in client.index.status() if one.state == "complete"},
            lambda complete: complete >= set(buckets),
        )

    return enable
