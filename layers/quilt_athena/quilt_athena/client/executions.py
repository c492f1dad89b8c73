"""Executions of Standard state machines: started once, watched, and stopped together with their query."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import ClientError

from quilt_athena.aws.backoff import retry_delay
from quilt_athena.aws.calls import calling
from quilt_athena.client.clock import Clock
from quilt_athena.client.connections import Connections
from quilt_athena.client.failures import query_error
from quilt_athena.client.requests import execution_name
from quilt_athena.errors import QuiltAthenaError, ServiceUnavailableError

_logger = logging.getLogger(__name__)

#: How long AWS may be unreachable while a caller waits: a laptop's network comes and goes.
MAX_UNREACHABLE_SECONDS = 300.0
_MAX_PAUSE_SECONDS = 10.0
#: A request is rejected within this time; a query takes at least as long as the state machine's first wait.
_REJECTED_SECONDS = 0.25
_FIRST_WAIT_SECONDS = 1.05

#: Error codes after which polling again can't help.
_NOT_TRANSIENT = frozenset(
    {
        "AccessDeniedException", "AccessDenied", "ExpiredToken", "ExpiredTokenException", "InvalidArn",
        "InvalidClientTokenId", "InvalidSignatureException", "KmsAccessDeniedException", "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """The state of an execution while a caller waits for it.

    ``state`` is Athena's, or STARTING, or a step of the state machine; ``scanned_bytes`` is the count so far.
    """

    state: str
    elapsed_seconds: float
    scanned_bytes: int | None = None
    query_execution_id: str | None = None


OnProgress = Callable[[Progress], None]


def list_executions(connections: Connections, machine_arn: str) -> Iterator[str]:
    """The ARNs of a state machine's executions, newest first.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: they couldn't be listed.
    """
    with calling("states:ListExecutions", machine_arn):
        paginator = connections.stepfunctions.get_paginator("list_executions")
        for page in paginator.paginate(stateMachineArn=machine_arn, PaginationConfig={"PageSize": 50}):
            yield from (execution["executionArn"] for execution in page["executions"])


def describe_execution(connections: Connections, execution_arn: str) -> Mapping[str, Any]:
    """An execution as DescribeExecution returns it.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: it couldn't be read.
    """
    with calling("states:DescribeExecution", execution_arn):
        return dict(connections.stepfunctions.describe_execution(executionArn=execution_arn))


class Execution:
    """A started query. As a context manager it stops the query if the block is left before the query ended."""

    def __init__(self, connections: Connections, arn: str, clock: Clock) -> None:
        """Refer to an execution that runs, or has ended."""
        self.arn = arn
        self._connections = connections
        self._clock = clock
        self._started = clock.monotonic()
        self._description: Mapping[str, Any] | None = None
        self._query_execution_id: str | None = None
        self._may_observe = True

    @classmethod
    def start(cls, connections: Connections, machine_arn: str, request: Mapping[str, Any], clock: Clock) -> Self:
        """Start ``request``. If a request with the same IdempotencyKey was started before, that execution is used.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Step Functions didn't start it.
        """
        name = execution_name(request) if "IdempotencyKey" in request else str(uuid.uuid4())
        # The name belongs to this request, or was never used before: even without a response, this is its execution.
        arn = f"{machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}"
        execution = cls(connections, arn, clock)
        try:
            # ExecutionAlreadyExists: it has ended. Starting one that still runs succeeds.
            with calling("states:StartExecution", machine_arn, expected=["ExecutionAlreadyExists"]):
                connections.stepfunctions.start_execution(
                    stateMachineArn=machine_arn, name=name, input=json.dumps(request)
                )
        except BaseException as error:
            if not isinstance(error.__cause__, ClientError):
                execution.stop_or_warn()  # the response was lost: it may have started
            raise
        return execution

    @property
    def ended(self) -> bool:
        """Whether it is known to have ended."""
        return self._description is not None

    def wait(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Wait for the end and return the execution's output. An interruption stops the query.

        Raises:
            InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut, QueryServiceError: it ended without a result.
            ServiceUnavailableError, ServiceRejectedError: its state can't be read.
        """
        try:
            for pause in self.polls(on_progress):
                self._clock.sleep(pause)
        except BaseException:
            self.stop_or_warn()
            raise
        return self.output()

    def polls(self, on_progress: OnProgress | None = None) -> Iterator[float]:
        """Poll until it has ended: yields the seconds to wait before each next poll.

        Failures that may be temporary are retried for a while.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: its state can't be read.
        """
        unreachable_since: float | None = None
        failures = 0
        while True:
            try:
                description = describe_execution(self._connections, self.arn)
            except ServiceUnavailableError as error:
                now = self._clock.monotonic()
                unreachable_since = now if unreachable_since is None else unreachable_since
                if _is_lasting(error) or now - unreachable_since > MAX_UNREACHABLE_SECONDS:
                    raise
                failures += 1
                yield retry_delay(failures, first=1, longest=_MAX_PAUSE_SECONDS)
                continue
            if description["status"] not in ("RUNNING", "PENDING_REDRIVE"):
                self._description = description
                return
            unreachable_since, failures = None, 0
            if on_progress:
                on_progress(self._progress())
            elapsed = self._clock.monotonic() - self._started
            yield _pause(elapsed)

    def output(self) -> dict[str, Any]:
        """What it returned, once it has ended.

        Raises:
            InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut, QueryServiceError: it ended without a result.
        """
        description = self._description or {}
        if description["status"] != "SUCCEEDED":
            raise query_error(
                description["status"], description.get("error"), description.get("cause"), execution_arn=self.arn
            )
        output: dict[str, Any] = json.loads(description["output"])
        return output

    def stop(self) -> None:
        """Stop the execution and its query; does nothing if it has ended.

        The stack also stops the queries of aborted executions; this caller, if permitted, does so at once.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the execution could not be stopped.
        """
        if self.ended:
            return
        with calling("states:StopExecution", self.arn, expected=["ExecutionDoesNotExist"]) as call:
            self._connections.stepfunctions.stop_execution(
                executionArn=self.arn, error="QueryCancelled", cause="Stopped by the client"
            )
        if call.code:
            return
        # Only after that: a running execution may still start its query, or start it again.
        try:
            if query := self.query_execution_id():
                self._connections.athena.stop_query_execution(QueryExecutionId=query)
        except ClientError as error:
            _logger.debug("the stack has to stop the query of %s: %s", self.arn, error)

    def stop_or_warn(self) -> None:
        """Stop it as ``stop`` does, but only log a failure to do so."""
        if self.ended:
            return
        try:
            self.stop()
        except QuiltAthenaError as error:
            _logger.warning("%s could not be stopped and runs until its timeout: %s", self.arn, error)

    def query_execution_id(self) -> str | None:
        """Athena's id of the query, the newest if it was retried; None if it has not been started yet.

        Raises:
            ClientError: the caller may not read the execution's history.
        """
        paginator = self._connections.stepfunctions.get_paginator("get_execution_history")
        for page in paginator.paginate(executionArn=self.arn, reverseOrder=True, includeExecutionData=True):
            for event in page["events"]:
                output = event.get("taskSucceededEventDetails", {}).get("output", "")
                if query := _query_execution_id(output):
                    return query
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_or_warn()

    def _progress(self) -> Progress:
        elapsed = self._clock.monotonic() - self._started
        if self._may_observe:
            try:
                self._query_execution_id = self._query_execution_id or self.query_execution_id()
                if self._query_execution_id:
                    query = self._connections.athena.get_query_execution(QueryExecutionId=self._query_execution_id)
                    execution = query["QueryExecution"]
                    return Progress(
                        execution["Status"]["State"],
                        elapsed,
                        execution.get("Statistics", {}).get("DataScannedInBytes"),
                        self._query_execution_id,
                    )
            except ClientError as error:
                # Being allowed to start queries doesn't mean being allowed to observe them.
                self._may_observe = False
                _logger.debug("progress of %s can't be observed: %s", self.arn, error)
        return Progress("RUNNING" if self._query_execution_id else "STARTING", elapsed)


def _pause(elapsed: float) -> float:
    """Seconds until the next poll: a tenth of the time elapsed, so that the end is noticed soon after it."""
    if elapsed < _REJECTED_SECONDS:
        return _REJECTED_SECONDS
    return min(_MAX_PAUSE_SECONDS, max(_FIRST_WAIT_SECONDS - elapsed, elapsed / 10))


def _is_lasting(error: ServiceUnavailableError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and cause.response.get("Error", {}).get("Code") in _NOT_TRANSIENT


def _query_execution_id(output: str) -> str | None:
    """The id in the output of a task that started a query."""
    if "QueryExecutionId" not in output:
        return None
    try:
        fields = json.loads(output)
    except (ValueError, RecursionError):
        return None  # histories truncate long outputs
    query = fields.get("QueryExecutionId") if isinstance(fields, dict) else None
    return query if isinstance(query, str) else None
