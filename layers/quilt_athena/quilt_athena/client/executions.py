"""Executions of the Standard query machine: started once, watched, and stopped with their query."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any

from botocore.exceptions import ClientError

from quilt_athena.aws.backoff import retry_delay
from quilt_athena.aws.calls import calling
from quilt_athena.client.connections import Connections
from quilt_athena.client.failures import query_error
from quilt_athena.client.requests import execution_name
from quilt_athena.errors import QuiltAthenaError, ServiceUnavailableError

_logger = logging.getLogger(__name__)

#: How long AWS may be unreachable while somebody waits; a laptop's network comes and goes.
MAX_UNREACHABLE_SECONDS = 300.0
#: Pauses between two looks: a tenth of what has passed, so that an answer is seen soon after it is there.
_MIN_PAUSE_SECONDS = 0.25
_MAX_PAUSE_SECONDS = 10.0

#: Codes after which looking again can't help.
_NOT_TRANSIENT = frozenset(
    {
        "AccessDeniedException", "AccessDenied", "ExpiredToken", "ExpiredTokenException", "InvalidArn",
        "InvalidClientTokenId", "InvalidSignatureException", "KmsAccessDeniedException", "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """A query that is being waited for. ``state`` is Athena's, or STARTING; bytes are those scanned so far."""

    state: str
    elapsed_seconds: float
    scanned_bytes: int | None = None
    query_execution_id: str | None = None


@dataclass(frozen=True)
class Clock:
    """Time, to be replaced in tests."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Execution:
    """A started query. Use as a context manager: it is stopped if it is left before it ended."""

    def __init__(self, connections: Connections, arn: str, clock: Clock) -> None:
        """Take up an execution that runs, or ran."""
        self.arn = arn
        self._connections = connections
        self._clock = clock
        self._started = clock.monotonic()
        self._description: dict[str, Any] | None = None
        self._query_execution_id: str | None = None
        self._may_observe = True

    @classmethod
    def start(
        cls, connections: Connections, machine_arn: str, request: dict[str, Any], clock: Clock | None = None
    ) -> Execution:
        """Start ``request``; a request with an IdempotencyKey that was started before is found, not started again.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Step Functions doesn't start it.
        """
        name = execution_name(request) if "IdempotencyKey" in request else str(uuid.uuid4())
        # Whatever the answer: the name is the request's own, or was never used before, so it can only be this one.
        arn = f"{machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}"
        execution = cls(connections, arn, clock or Clock())
        try:
            # ExecutionAlreadyExists: it has ended; of one that runs, the answer is as if it were new.
            with calling("states:StartExecution", machine_arn, expected=["ExecutionAlreadyExists"]):
                connections.stepfunctions.start_execution(
                    stateMachineArn=machine_arn, name=name, input=json.dumps(request)
                )
        except BaseException as error:
            if not isinstance(error.__cause__, ClientError):
                execution._stop_or_warn()  # it may have started, though nobody said so
            raise
        return execution

    @property
    def ended(self) -> bool:
        """Whether it was seen to have ended."""
        return self._description is not None

    def wait(self, on_progress: Callable[[Progress], None] | None = None) -> dict[str, Any]:
        """Wait for its end; the query result as the contract has it. Whatever interrupts the waiting stops the query.

        Raises:
            InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut, QueryServiceError: it gave no result.
            ServiceUnavailableError, ServiceRejectedError: its end can't be learned.
        """
        try:
            while not self._look():
                if on_progress:
                    on_progress(self._progress())
                elapsed = self._clock.monotonic() - self._started
                self._clock.sleep(min(_MAX_PAUSE_SECONDS, max(_MIN_PAUSE_SECONDS, elapsed / 10)))
        except BaseException:
            self._stop_or_warn()
            raise
        return self._output()

    def stop(self) -> None:
        """Stop the execution and its query; nothing if it has ended.

        The stack stops the queries of aborted executions by itself; here it is done at once, where this caller may.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the execution could not be stopped.
        """
        if self._description is not None:
            return
        with calling("states:StopExecution", self.arn, expected=["ExecutionDoesNotExist"]) as call:
            self._connections.stepfunctions.stop_execution(
                executionArn=self.arn, error="QueryCancelled", cause="Stopped by the client"
            )
        if call.code:
            return
        # Only now: an execution that runs may still start its query (again).
        try:
            if query := self.query_execution_id():
                self._connections.athena.stop_query_execution(QueryExecutionId=query)
        except ClientError as error:
            _logger.debug("left to the stack to stop the query of %s: %s", self.arn, error)

    def query_execution_id(self) -> str | None:
        """Athena's id of its query, the newest if it was tried again; None if there is none yet.

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

    def __enter__(self) -> Execution:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.ended:
            self._stop_or_warn()

    def _look(self) -> bool:
        """Whether it has ended. Failures that may pass are tried again for a while."""
        unreachable_since: float | None = None
        for attempt in count(1):
            try:
                with calling("states:DescribeExecution", self.arn):
                    answer = self._connections.stepfunctions.describe_execution(executionArn=self.arn)
            except ServiceUnavailableError as error:
                now = self._clock.monotonic()
                unreachable_since = now if unreachable_since is None else unreachable_since
                if _is_lasting(error) or now - unreachable_since > MAX_UNREACHABLE_SECONDS:
                    raise
                self._clock.sleep(retry_delay(attempt, first=1, longest=_MAX_PAUSE_SECONDS))
                continue
            if answer["status"] in ("RUNNING", "PENDING_REDRIVE"):
                return False
            self._description = dict(answer)
            break
        return True

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
                # Who may start queries need not be allowed to look at them.
                self._may_observe = False
                _logger.debug("progress of %s can't be observed: %s", self.arn, error)
        return Progress("RUNNING" if self._query_execution_id else "STARTING", elapsed)

    def _output(self) -> dict[str, Any]:
        description = self._description or {}
        if description["status"] != "SUCCEEDED":
            raise query_error(
                description["status"], description.get("error"), description.get("cause"), execution_arn=self.arn
            )
        output: dict[str, Any] = json.loads(description["output"])
        return output

    def _stop_or_warn(self) -> None:
        if self.ended:
            return
        try:
            self.stop()
        except QuiltAthenaError as error:
            _logger.warning("%s could not be stopped, and runs until its timeout: %s", self.arn, error)


def _is_lasting(error: ServiceUnavailableError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and cause.response.get("Error", {}).get("Code") in _NOT_TRANSIENT


def _query_execution_id(output: str) -> str | None:
    """The id in the output of a task that started a query."""
    if "QueryExecutionId" not in output:
        return None
    try:
        fields = json.loads(output)
    except ValueError:
        return None  # histories cut long outputs off
    query = fields.get("QueryExecutionId") if isinstance(fields, dict) else None
    return query if isinstance(query, str) else None
