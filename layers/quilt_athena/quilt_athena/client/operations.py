"""The stack's health, and moving dead letters back to their queues."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from quilt_athena.aws.calls import calling
from quilt_athena.client.buckets import Buckets
from quilt_athena.client.dead_letters import DeadLetter, DeadLetters
from quilt_athena.client.executions import describe_execution, list_executions
from quilt_athena.client.stack import Stack
from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.registration.registration import Registration

_logger = logging.getLogger(__name__)

#: How many executions are searched for the last refresh of all buckets.
_MAX_REFRESHES = 20


@dataclass(frozen=True)
class Refresh:
    """A successful refresh of all buckets; ``result`` is the state machine's output."""

    execution_arn: str
    ended: datetime
    result: Mapping[str, Any]

    def age_seconds(self, now: datetime | None = None) -> float:
        """The time since it ended."""
        return ((now or datetime.now(UTC)) - self.ended).total_seconds()


@dataclass(frozen=True)
class FailedCustomView:
    """Why a file's view of a bucket could not be created.

    Without a bucket, it applies to all views of the file; without a file, to all files.
    """

    file: str | None
    bucket: str | None
    reason: str


@dataclass(frozen=True)
class Status:
    """A stack's health. ``dead_letters`` are counts by queue, ``alarms`` the active ones with their descriptions.

    ``dead_letter_reasons`` has, for each queue that isn't empty, how many dead letters have each reason.
    """

    buckets: Sequence[Registration]
    dead_letters: Mapping[str, int]
    alarms: Mapping[str, str]
    last_refresh: Refresh | None
    dead_letter_reasons: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def failed(self) -> Sequence[Registration]:
        """Buckets with a problem."""
        return [bucket for bucket in self.buckets if bucket.problem or bucket.view_problem]

    @property
    def roles_without_access(self) -> Mapping[str, str]:
        """Roles that the last refresh couldn't attach the access policy to (the first of them), with the reason."""
        policy = self._refresh_result.get("AccessPolicy") or {}
        return {role["Role"]: role["Reason"] for role in policy.get("Failed", {}).get("Roles", [])}

    @property
    def custom_views_failed(self) -> Sequence[FailedCustomView]:
        """Custom views that the last refresh couldn't create (the first of them), with the reason."""
        # Stacks deployed earlier report them as OwnViews.
        found = self._refresh_result.get("CustomViews") or self._refresh_result.get("OwnViews") or {}
        if "Error" in found:
            return [FailedCustomView(None, None, f"{found['Error']}: {found['Reason']}")]
        failed = found.get("Failed", {}).get("Views", [])
        return [FailedCustomView(view["File"], view.get("Bucket"), view["Reason"]) for view in failed]

    @property
    def needs_attention(self) -> bool:
        """Whether someone should act."""
        problems = (self.failed, self.alarms, self.roles_without_access, self.custom_views_failed)
        return any(problems) or any(self.dead_letters.values())

    @property
    def _refresh_result(self) -> Mapping[str, Any]:
        return self.last_refresh.result if self.last_refresh else {}


@dataclass(frozen=True)
class Operations:
    """What an operator asks of a stack."""

    stack: Stack
    buckets: Buckets

    def status(self) -> Status:
        """The stack's health.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: this caller couldn't read something, or not now.
        """
        counts = {queue: self._letters.count(queue) for queue in self._letters.queues}
        return Status(
            buckets=self.buckets.list(),
            dead_letters=counts,
            dead_letter_reasons={queue: self._reasons(queue) for queue, count in counts.items() if count},
            alarms=self._active_alarms(),
            last_refresh=self.last_refresh(),
        )

    def last_refresh(self) -> Refresh | None:
        """The newest successful refresh of all buckets; None if it isn't among the last executions.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the executions couldn't be read.
        """
        connections, machine = self.stack.connections, self.stack.output("RefreshStateMachineArn")
        for execution_arn in islice(list_executions(connections, machine), _MAX_REFRESHES):
            found = describe_execution(connections, execution_arn)
            result = json.loads(found.get("output") or "{}") if found["status"] == "SUCCEEDED" else {}
            if result.get("Scope") == "all":
                return Refresh(execution_arn, found["stopDate"], result)
        return None

    def dead_letters(self) -> Sequence[DeadLetter]:
        """As ``DeadLetters.list``."""
        return self._letters.list()

    def redrive(self, queue: str) -> int:
        """As ``DeadLetters.redrive``."""
        return self._letters.redrive(queue)

    @property
    def _letters(self) -> DeadLetters:
        return DeadLetters(self.stack)

    def _reasons(self, queue: str) -> Mapping[str, int]:
        """The reasons of a queue's dead letters; empty if this caller may only count them."""
        try:
            return self._letters.reasons(queue)
        except ServiceUnavailableError as error:
            _logger.debug("dead letters of %s can't be read: %s", queue, error)
            return {}

    def _active_alarms(self) -> dict[str, str]:
        """The descriptions of the stack's alarms in state ALARM, by their logical ids."""
        logical_ids = dict(self._alarms())
        if not logical_ids:  # No names would mean all alarms of the account.
            return {}
        with calling("cloudwatch:DescribeAlarms", self.stack.name):
            found = self.stack.connections.cloudwatch.describe_alarms(
                AlarmNames=list(logical_ids), AlarmTypes=["MetricAlarm"], StateValue="ALARM", MaxRecords=100
            )
        return {logical_ids[alarm["AlarmName"]]: alarm.get("AlarmDescription", "") for alarm in found["MetricAlarms"]}

    def _alarms(self) -> Iterator[tuple[str, str]]:
        """The name and logical id of each of the stack's alarms; a name alone doesn't show which stack has it."""
        with calling("cloudformation:ListStackResources", self.stack.name):
            paginator = self.stack.connections.cloudformation.get_paginator("list_stack_resources")
            for page in paginator.paginate(StackName=self.stack.name):
                for resource in page["StackResourceSummaries"]:
                    if resource["ResourceType"] == "AWS::CloudWatch::Alarm" and "PhysicalResourceId" in resource:
                        yield resource["PhysicalResourceId"], resource["LogicalResourceId"]
