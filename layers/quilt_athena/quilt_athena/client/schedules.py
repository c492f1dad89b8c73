"""Scheduled queries: schedules of EventBridge Scheduler in the stack's group, and their runs.

A schedule is the only record of a scheduled query: the input of its target has the request. Runs are executions of the
stack's state machine for scheduled queries; Step Functions keeps them for 90 days.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quilt_athena.aws.calls import calling
from quilt_athena.client.clock import Clock
from quilt_athena.client.executions import describe_execution, list_executions
from quilt_athena.client.failures import parse_cause
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidRequest, ScheduleNotFoundError

#: EventBridge Scheduler replaces this with the id of the invocation, the same one however often it is delivered
#: (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html), so each
#: invocation runs one query.
EXECUTION_ID = "<aws.scheduler.execution-id>"

_NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
_NOT_FOUND = "ResourceNotFoundException"
#: A run that can't be started for this long, or this often, goes to the dead-letter queue.
_RETRIES = {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Schedule:
    """A scheduled query. ``expression`` is cron(...), rate(...) or at(...); ``request`` a query request."""

    name: str
    expression: str
    timezone: str
    enabled: bool
    request: Mapping[str, Any]
    description: str = ""


@dataclass(frozen=True)
class Run:
    """A run of a scheduled query. Times are ISO 8601, UTC; ``price`` is an estimate in USD.

    ``status`` is RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED, and ``reason`` why it didn't succeed. ``rows`` is
    the number of returned rows; if ``truncated``, ``output_location`` has more.
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


@dataclass(frozen=True)
class Schedules:
    """The scheduled queries of a stack."""

    stack: Stack
    clock: Clock

    def put(self, schedule: Schedule) -> bool:
        """Create a schedule, or replace the one of that name; whether it is new.

        Raises:
            InvalidRequest: EventBridge Scheduler doesn't allow the name, or rejects the expression or time zone.
            ServiceUnavailableError, ServiceRejectedError: the call failed.
        """
        if not _NAME.fullmatch(schedule.name):
            raise InvalidRequest(
                f"{schedule.name!r} is not a valid schedule name: expected 1 to 64 letters, digits, '_', '.' and '-'"
            )
        scheduler, arguments = self.stack.connections.scheduler, self._arguments(schedule)
        where = f"{self._group}/{schedule.name}"
        expected = [_NOT_FOUND, "ValidationException"]
        with calling("scheduler:UpdateSchedule", where, expected=expected) as call:
            scheduler.update_schedule(**arguments)
        is_new = call.code == _NOT_FOUND
        if is_new:
            with calling("scheduler:CreateSchedule", where, expected=["ValidationException"]) as call:
                scheduler.create_schedule(**arguments)
        if call.code == "ValidationException":
            raise InvalidRequest(
                f"EventBridge Scheduler rejected {schedule.expression!r} in time zone {schedule.timezone!r}: expected "
                "e.g. cron(0 3 * * ? *), rate(1 hour) or at(2026-12-01T03:00:00), and a time zone such as Europe/Berlin"
            )
        return is_new

    def get(self, name: str) -> Schedule:
        """A schedule by its name.

        Raises:
            ScheduleNotFoundError: the stack's group has no such schedule.
            ServiceUnavailableError, ServiceRejectedError: the call failed.
        """
        group = self._group
        with calling("scheduler:GetSchedule", f"{group}/{name}", expected=[_NOT_FOUND, "ValidationException"]) as call:
            found: Mapping[str, Any] = self.stack.connections.scheduler.get_schedule(GroupName=group, Name=name)
        if call.code:
            raise _not_found(name, group)
        target_input = json.loads(found["Target"].get("Input") or "{}")
        return Schedule(
            name=found["Name"],
            expression=found["ScheduleExpression"],
            timezone=found.get("ScheduleExpressionTimezone") or "UTC",
            enabled=found.get("State", "ENABLED") == "ENABLED",
            request={key: value for key, value in target_input.get("Request", {}).items() if value != EXECUTION_ID},
            description=found.get("Description") or "",
        )

    def list(self) -> Sequence[Schedule]:
        """All schedules of the stack's group, by name, with one call each: ListSchedules returns no requests.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: a call failed.
        """
        group = self._group
        with calling("scheduler:ListSchedules", group):
            pages = self.stack.connections.scheduler.get_paginator("list_schedules").paginate(GroupName=group)
            names = [found["Name"] for page in pages for found in page["Schedules"]]
        return [self.get(name) for name in sorted(names)]

    def remove(self, name: str) -> None:
        """Delete a schedule; runs that have started continue, and are still listed.

        Raises:
            ScheduleNotFoundError: the stack's group has no such schedule.
            ServiceUnavailableError, ServiceRejectedError: the call failed.
        """
        group = self._group
        expected = [_NOT_FOUND, "ValidationException"]
        with calling("scheduler:DeleteSchedule", f"{group}/{name}", expected=expected) as call:
            self.stack.connections.scheduler.delete_schedule(GroupName=group, Name=name)
        if call.code:
            raise _not_found(name, group)

    def run(self, name: str) -> Run:
        """Start a run of a scheduled query now.

        Raises:
            ScheduleNotFoundError: the stack's group has no such schedule.
            ServiceUnavailableError, ServiceRejectedError: the call failed.
        """
        schedule = self.get(name)
        machine = self._machine
        machine_input = {"Schedule": name, "Request": {**schedule.request, "IdempotencyKey": str(uuid.uuid4())}}
        with calling("states:StartExecution", machine):
            started = self.stack.connections.stepfunctions.start_execution(
                stateMachineArn=machine, input=json.dumps(machine_input)
            )
        return self._describe(started["executionArn"])

    def wait(self, run: Run) -> Run:
        """Wait until a run has ended.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: a call failed.
        """
        while run.status == "RUNNING":
            self.clock.sleep(_POLL_SECONDS)
            run = self._describe(run.execution_arn)
        return run

    def runs(self, name: str = "") -> Iterator[Run]:
        """The runs of a schedule, newest first; of all schedules if ``name`` is empty.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: a call failed.
        """
        for execution_arn in list_executions(self.stack.connections, self._machine):
            run = self._describe(execution_arn)
            if name in ("", run.schedule):
                yield run

    @property
    def _group(self) -> str:
        return self.stack.output("ScheduleGroupName")

    @property
    def _machine(self) -> str:
        return self.stack.output("ScheduledQueryStateMachineArn")

    def _describe(self, execution_arn: str) -> Run:
        found = describe_execution(self.stack.connections, execution_arn)
        output = json.loads(found.get("output") or "{}")
        statistics = output.get("Statistics") or {}
        ended: datetime | None = found.get("stopDate")
        return Run(
            schedule=_schedule_of(found.get("input")),
            execution_arn=execution_arn,
            status=found["status"],
            started=found["startDate"].isoformat(timespec="seconds"),
            ended=ended.isoformat(timespec="seconds") if ended else None,
            rows=output.get("RowCount"),
            truncated=output.get("Truncated"),
            scanned_bytes=statistics.get("DataScannedInBytes"),
            price=statistics.get("EstimatedPriceUSD"),
            output_location=output.get("OutputLocation"),
            reason=None if found["status"] in ("RUNNING", "SUCCEEDED") else _reason(found),
        )

    def _arguments(self, schedule: Schedule) -> dict[str, Any]:
        request = {"IdempotencyKey": EXECUTION_ID, **schedule.request}
        return {
            "GroupName": self._group,
            "Name": schedule.name,
            "Description": schedule.description,
            "ScheduleExpression": schedule.expression,
            "ScheduleExpressionTimezone": schedule.timezone,
            "State": "ENABLED" if schedule.enabled else "DISABLED",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": self._machine,
                "RoleArn": self.stack.output("ScheduleRoleArn"),
                "Input": json.dumps({"Schedule": schedule.name, "Request": request}, ensure_ascii=False),
                "RetryPolicy": _RETRIES,
                "DeadLetterConfig": {"Arn": self.stack.output("SchedulesDeadLetterQueueArn")},
            },
        }


def _not_found(name: str, group: str) -> ScheduleNotFoundError:
    return ScheduleNotFoundError(f"schedule {name} not found in group {group}; see quilt-athena schedule list")


def _schedule_of(execution_input: str | None) -> str:
    try:
        fields = json.loads(execution_input or "{}")
    except (ValueError, RecursionError):
        return ""
    name = fields.get("Schedule") if isinstance(fields, dict) else None
    return name if isinstance(name, str) else ""


def _reason(execution: Mapping[str, Any]) -> str:
    cause = execution.get("cause") or ""
    message = parse_cause(cause).get("Message", cause)
    return ": ".join(filter(None, (execution.get("error"), message))) or str(execution["status"])
