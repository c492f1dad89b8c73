"""Scheduled queries: schedules of EventBridge Scheduler in the stack's group, and the runs that they started.

A schedule is all there is of a scheduled query: its target's input holds the request. Runs are the executions of the
stack's state machine for scheduled queries; Step Functions keeps them for 90 days.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quilt_athena.aws.calls import calling
from quilt_athena.client.connections import Connections
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidRequest, ScheduleNotFoundError

#: EventBridge Scheduler puts the id of each firing here, the same one however often it is delivered
#: (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html): one query for
#: each time.
EXECUTION_ID = "<aws.scheduler.execution-id>"

_NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
_NOT_FOUND = "ResourceNotFoundException"
#: What can't be started for so long, or after so many tries, goes to the dead-letter queue.
_RETRIES = {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}


@dataclass(frozen=True)
class Schedule:
    """A scheduled query. ``expression`` is cron(...), rate(...) or at(...); ``request`` what the query machine gets."""

    name: str
    expression: str
    timezone: str
    enabled: bool
    request: Mapping[str, Any]
    description: str = ""


@dataclass(frozen=True)
class Run:
    """One run of a scheduled query. Times are ISO 8601, UTC; ``price`` is estimated, in USD.

    ``rows`` are those that fit an answer, and ``truncated`` is whether there are more at ``output_location``.
    ``status`` is RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED; ``reason`` says why it didn't succeed.
    """

    schedule: str
    execution_arn: str
    status: str
    started: str
    ended: str | None = None
    rows: int | None = None
    truncated: bool | None = None
    scanned_bytes: int | None = None
    price: float | None = None
    output_location: str | None = None
    reason: str | None = None


def put_schedule(connections: Connections, stack: Stack, schedule: Schedule) -> bool:
    """Make a schedule, or make an existing one as given; whether it is new.

    Raises:
        InvalidRequest: the name isn't one that EventBridge Scheduler takes, or it refuses expression or time zone.
        ServiceUnavailableError, ServiceRejectedError: it couldn't be put.
    """
    if not _NAME.fullmatch(schedule.name):
        raise InvalidRequest(
            f"{schedule.name!r} is no name of a schedule: expected 1 to 64 letters, digits, '_', '.' and '-'"
        )
    arguments = _arguments(stack, schedule)
    where = f"{stack.output('ScheduleGroupName')}/{schedule.name}"
    expected = [_NOT_FOUND, "ValidationException"]
    with calling("scheduler:UpdateSchedule", where, expected=expected) as call:
        connections.scheduler.update_schedule(**arguments)
    new = call.code == _NOT_FOUND
    if new:
        with calling("scheduler:CreateSchedule", where, expected=["ValidationException"]) as call:
            connections.scheduler.create_schedule(**arguments)
    if call.code == "ValidationException":
        raise InvalidRequest(
            f"EventBridge Scheduler refuses {schedule.expression!r} in time zone {schedule.timezone!r}: expected such "
            "as cron(0 3 * * ? *), rate(1 hour) or at(2026-12-01T03:00:00), and a zone such as Europe/Berlin"
        )
    return new


def get_schedule(connections: Connections, stack: Stack, name: str) -> Schedule:
    """A schedule by its name.

    Raises:
        ScheduleNotFoundError: the stack's group has none of that name.
        ServiceUnavailableError, ServiceRejectedError: it couldn't be read.
    """
    group = stack.output("ScheduleGroupName")
    with calling("scheduler:GetSchedule", f"{group}/{name}", expected=[_NOT_FOUND, "ValidationException"]) as call:
        found: Mapping[str, Any] = connections.scheduler.get_schedule(GroupName=group, Name=name)
    if call.code:
        raise ScheduleNotFoundError(f"there is no schedule {name} in group {group}: quilt-athena schedule list")
    given = json.loads(found["Target"].get("Input") or "{}")
    return Schedule(
        name=found["Name"],
        expression=found["ScheduleExpression"],
        timezone=found.get("ScheduleExpressionTimezone") or "UTC",
        enabled=found.get("State", "ENABLED") == "ENABLED",
        request={key: value for key, value in given.get("Request", {}).items() if value != EXECUTION_ID},
        description=found.get("Description") or "",
    )


def list_schedules(connections: Connections, stack: Stack) -> list[Schedule]:
    """All schedules of the stack's group, by name. A call each: the list has neither expression nor request.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: they couldn't be read.
    """
    group = stack.output("ScheduleGroupName")
    with calling("scheduler:ListSchedules", group):
        pages = connections.scheduler.get_paginator("list_schedules").paginate(GroupName=group)
        names = [found["Name"] for page in pages for found in page["Schedules"]]
    return [get_schedule(connections, stack, name) for name in sorted(names)]


def remove_schedule(connections: Connections, stack: Stack, name: str) -> None:
    """Delete a schedule; what it started runs on, and stays listed.

    Raises:
        ScheduleNotFoundError: the stack's group has none of that name.
        ServiceUnavailableError, ServiceRejectedError: it couldn't be deleted.
    """
    group = stack.output("ScheduleGroupName")
    with calling("scheduler:DeleteSchedule", f"{group}/{name}", expected=[_NOT_FOUND, "ValidationException"]) as call:
        connections.scheduler.delete_schedule(GroupName=group, Name=name)
    if call.code:
        raise ScheduleNotFoundError(f"there is no schedule {name} in group {group}: quilt-athena schedule list")


def start_run(connections: Connections, stack: Stack, name: str) -> str:
    """Run a scheduled query now; the ARN of the execution.

    Raises:
        ScheduleNotFoundError: the stack's group has none of that name.
        ServiceUnavailableError, ServiceRejectedError: it couldn't be started.
    """
    schedule = get_schedule(connections, stack, name)
    machine = stack.output("ScheduledQueryStateMachineArn")
    given = {"Schedule": name, "Request": {**schedule.request, "IdempotencyKey": str(uuid.uuid4())}}
    with calling("states:StartExecution", machine):
        started = connections.stepfunctions.start_execution(stateMachineArn=machine, input=json.dumps(given))
    return started["executionArn"]


def runs(connections: Connections, stack: Stack, name: str = "") -> Iterator[Run]:
    """The runs of a schedule, the newest first; of all schedules if ``name`` is empty.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: they couldn't be read.
    """
    machine = stack.output("ScheduledQueryStateMachineArn")
    for execution_arn in executions(connections, machine):
        run = describe_run(connections, execution_arn)
        if name in ("", run.schedule):
            yield run


def executions(connections: Connections, machine_arn: str) -> Iterator[str]:
    """The ARNs of the executions of a state machine, the newest first.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: they couldn't be listed.
    """
    token: dict[str, Any] = {}
    while True:
        with calling("states:ListExecutions", machine_arn):
            page = connections.stepfunctions.list_executions(stateMachineArn=machine_arn, maxResults=50, **token)
        yield from (execution["executionArn"] for execution in page["executions"])
        if not page.get("nextToken"):
            return
        token = {"nextToken": page["nextToken"]}


def describe_run(connections: Connections, execution_arn: str) -> Run:
    """A run by its execution's ARN.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: it couldn't be read.
    """
    with calling("states:DescribeExecution", execution_arn):
        found: Mapping[str, Any] = connections.stepfunctions.describe_execution(executionArn=execution_arn)
    output = json.loads(found.get("output") or "{}")
    statistics = output.get("Statistics") or {}
    ended = found.get("stopDate")
    return Run(
        schedule=_schedule_of(found.get("input")),
        execution_arn=execution_arn,
        status=found["status"],
        started=_text(found["startDate"]),
        ended=_text(ended) if ended else None,
        rows=output.get("RowCount"),
        truncated=output.get("Truncated"),
        scanned_bytes=statistics.get("DataScannedInBytes"),
        price=statistics.get("EstimatedPriceUSD"),
        output_location=output.get("OutputLocation"),
        reason=None if found["status"] in ("RUNNING", "SUCCEEDED") else _reason(found),
    )


def _arguments(stack: Stack, schedule: Schedule) -> dict[str, Any]:
    request = {"IdempotencyKey": EXECUTION_ID, **schedule.request}
    return {
        "GroupName": stack.output("ScheduleGroupName"),
        "Name": schedule.name,
        "Description": schedule.description,
        "ScheduleExpression": schedule.expression,
        "ScheduleExpressionTimezone": schedule.timezone,
        "State": "ENABLED" if schedule.enabled else "DISABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": stack.output("ScheduledQueryStateMachineArn"),
            "RoleArn": stack.output("ScheduleRoleArn"),
            "Input": json.dumps({"Schedule": schedule.name, "Request": request}, ensure_ascii=False),
            "RetryPolicy": _RETRIES,
            "DeadLetterConfig": {"Arn": stack.output("SchedulesDeadLetterQueueArn")},
        },
    }


def _schedule_of(text: str | None) -> str:
    try:
        given = json.loads(text or "{}")
    except ValueError:
        given = None
    name = given.get("Schedule") if isinstance(given, dict) else None
    return name if isinstance(name, str) else ""


def _reason(found: Mapping[str, Any]) -> str:
    cause = found.get("cause") or ""
    try:
        parsed = json.loads(cause)
    except ValueError:
        parsed = None
    message = parsed.get("Message", cause) if isinstance(parsed, dict) else cause
    return ": ".join(filter(None, (found.get("error"), message))) or str(found["status"])


def _text(time: Any) -> str:
    return str(time.isoformat(timespec="seconds"))
