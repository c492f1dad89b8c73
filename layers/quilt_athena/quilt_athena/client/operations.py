"""What an operator wants to know of a stack, and to set going again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from quilt_athena.aws.calls import calling
from quilt_athena.client.connections import Connections
from quilt_athena.client.registrations import RegisteredBucket, registered_buckets
from quilt_athena.client.schedules import executions
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidRequest

#: The queues of events by the names that people use, with the beginning of their outputs' names.
QUEUES = {"bucket-events": "BucketEvents", "ended-executions": "EndedExecutions", "query-requests": "QueryRequests"}

#: That they are being moved already: as SQS's own protocol says it, and the older one.
_MOVING = ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation")

#: How many executions are looked through for the last refresh of all buckets.
_MAX_REFRESHES = 20


@dataclass(frozen=True)
class Refresh:
    """A refresh of all buckets that succeeded, and its result."""

    execution_arn: str
    ended: datetime
    result: dict[str, Any]

    def age_seconds(self, now: datetime | None = None) -> float:
        """How long ago it ended."""
        return ((now or datetime.now(UTC)) - self.ended).total_seconds()


@dataclass(frozen=True)
class FailedOwnView:
    """Why a file's view of a bucket could not be made.

    Without a bucket it is true of the whole file, and without a file of all of them: they could not be looked at.
    """

    file: str | None
    bucket: str | None
    reason: str


@dataclass(frozen=True)
class Status:
    """A stack at a glance. ``dead_letters`` are counts by queue, ``alarms`` those that are raised, with their text."""

    buckets: list[RegisteredBucket]
    dead_letters: dict[str, int]
    alarms: dict[str, str]
    last_refresh: Refresh | None

    @property
    def failed(self) -> list[RegisteredBucket]:
        """Buckets that something is wrong with."""
        return [bucket for bucket in self.buckets if bucket.problem or bucket.view_problem]

    @property
    def roles_without_access(self) -> dict[str, str]:
        """Roles that the last refresh couldn't attach the access policy to (the first of them), with the reason."""
        policy = self.last_refresh.result.get("AccessPolicy", {}) if self.last_refresh else {}
        return {role["Role"]: role["Reason"] for role in policy.get("Failed", {}).get("Roles", [])}

    @property
    def own_views_failed(self) -> list[FailedOwnView]:
        """Custom views that could not be made when the last refresh looked (the first of them), with the reason."""
        found = self.last_refresh.result.get("CustomViews", {}) if self.last_refresh else {}
        if "Error" in found:
            return [FailedOwnView(None, None, f"{found['Error']}: {found['Reason']}")]
        failed = found.get("Failed", {}).get("Views", [])
        return [FailedOwnView(one["File"], one.get("Bucket"), one["Reason"]) for one in failed]

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody should do something."""
        wrong = (self.failed, self.alarms, self.roles_without_access, self.own_views_failed)
        return any(wrong) or any(self.dead_letters.values())


def status(connections: Connections, stack: Stack) -> Status:
    """How the stack is.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: something couldn't be read by this caller, or not now.
    """
    urls = {name: stack.output(f"{output}DeadLetterQueueUrl") for name, output in QUEUES.items()}
    letters = {name: _waiting(connections, url) for name, url in urls.items()}
    letters["schedules"] = _waiting(connections, _url(connections, stack.output("SchedulesDeadLetterQueueArn")))
    return Status(
        buckets=registered_buckets(connections, stack),
        dead_letters=letters,
        alarms=_raised(connections, stack),
        last_refresh=last_refresh(connections, stack),
    )


def last_refresh(connections: Connections, stack: Stack) -> Refresh | None:
    """The newest refresh of all buckets that succeeded; None if there is none among the last executions.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: executions couldn't be read.
    """
    for execution_arn in islice(executions(connections, stack.output("RefreshStateMachineArn")), _MAX_REFRESHES):
        with calling("states:DescribeExecution", execution_arn):
            found = connections.stepfunctions.describe_execution(executionArn=execution_arn)
        result = json.loads(found.get("output") or "{}") if found["status"] == "SUCCEEDED" else {}
        if result.get("Scope") == "all":
            return Refresh(execution_arn, found["stopDate"], result)
    return None


def redrive(connections: Connections, stack: Stack, queue: str) -> int:
    """Have the dead letters of a queue (a key of QUEUES) taken in again; how many there are about.

    AWS moves them; those whose reason still stands come back, with it.

    Raises:
        InvalidRequest: they are being moved already.
        ServiceUnavailableError, ServiceRejectedError: they couldn't be moved.
    """
    source, target = (stack.output(f"{QUEUES[queue]}{kind}Url") for kind in ("DeadLetterQueue", "Queue"))
    count = _waiting(connections, source)
    if not count:
        return 0
    source_arn, target_arn = _arn(connections, source), _arn(connections, target)
    with calling("sqs:StartMessageMoveTask", queue, expected=_MOVING) as call:
        # The destination is named: what a function set aside didn't come by the queue's own redrive policy.
        connections.sqs.start_message_move_task(SourceArn=source_arn, DestinationArn=target_arn)
    if call.code:
        raise InvalidRequest(f"the dead letters of {queue} are being moved already: wait until that is done")
    return count


def _waiting(connections: Connections, url: str) -> int:
    with calling("sqs:GetQueueAttributes", url):
        answer = connections.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _arn(connections: Connections, url: str) -> str:
    with calling("sqs:GetQueueAttributes", url):
        answer = connections.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]


def _url(connections: Connections, arn: str) -> str:
    name = arn.rpartition(":")[2]
    with calling("sqs:GetQueueUrl", name):
        return connections.sqs.get_queue_url(QueueName=name)["QueueUrl"]


def _raised(connections: Connections, stack: Stack) -> dict[str, str]:
    """The stack's alarms that are raised: CloudFormation names them by the stack and their logical ids."""
    prefix = f"{stack.name}-"
    return {
        _logical_id(alarm["AlarmName"], prefix): alarm.get("AlarmDescription", "")
        for alarm in _alarms(connections, prefix)
        if alarm["StateValue"] == "ALARM"
    }


def _alarms(connections: Connections, prefix: str) -> Iterator[Any]:
    token: dict[str, Any] = {}
    while True:
        with calling("cloudwatch:DescribeAlarms", prefix):
            page = connections.cloudwatch.describe_alarms(AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm"], **token)
        yield from page["MetricAlarms"]
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _logical_id(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).rpartition("-")[0] or name
