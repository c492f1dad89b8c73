"""Packages created from query results: the request, the execution while a caller waits for it, and the result."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import EllipsisType
from typing import Any, Literal, TypedDict, Unpack

from botocore.exceptions import ClientError

from quilt_athena.client.clock import Clock
from quilt_athena.client.executions import Execution, OnProgress, Progress
from quilt_athena.client.requests import Parameter, QueryOptions, query_request
from quilt_athena.client.stack import Stack
from quilt_athena.errors import QuiltAthenaError

_logger = logging.getLogger(__name__)

OnInvalidRow = Literal["fail", "skip"]

#: The state of the package state machine in which the query has ended.
_PUSHING = "PushPackage"


class PackageOptions(TypedDict, total=False):
    """The revision's properties. The stack's defaults apply to what is missing."""

    #: Its commit message.
    message: str | None
    #: Its metadata, a JSON object.
    metadata: Mapping[str, Any] | None
    #: Id of one of the bucket's workflows; None: no workflow. By default the bucket's default workflow.
    workflow: str | EllipsisType | None
    #: How to handle rows that can't become entries: "fail" (the default) or "skip".
    on_invalid_row: OnInvalidRow


@dataclass(frozen=True)
class PackageResult:
    """A package revision; ``output`` is the state machine's output (``docs/contracts.md``)."""

    output: Mapping[str, Any]

    @property
    def top_hash(self) -> str:
        """The hash of its manifest."""
        return str(self.output["TopHash"])

    @property
    def revision(self) -> str | None:
        """The name of its pointer: Unix seconds."""
        return self.output.get("Revision")

    @property
    def pushed_at(self) -> datetime | None:
        """When it was pushed, in UTC."""
        return datetime.fromtimestamp(int(self.revision), UTC) if self.revision else None

    @property
    def created(self) -> bool:
        """False if the newest revision already had the same contents."""
        return bool(self.output["Created"])

    @property
    def other_objects(self) -> int:
        """How many entries refer to another object with the same contents, as the existing manifest does."""
        return int(self.output.get("OtherObjects", 0))

    @property
    def entries(self) -> int:
        """How many entries it has."""
        return int(self.output["Entries"])

    @property
    def bytes(self) -> int:
        """The total size of its entries."""
        return int(self.output["Bytes"])

    @property
    def skipped(self) -> Sequence[Mapping[str, Any]]:
        """The first skipped rows: ``Row`` and ``Reason``."""
        return list(self.output["Skipped"])

    @property
    def skipped_count(self) -> int:
        """How many rows were skipped."""
        return int(self.output["SkippedCount"])


@dataclass(frozen=True)
class Packages:
    """Creates packages through the stack's package state machine."""

    stack: Stack
    clock: Clock

    def create(
        self,
        name: str,
        sql: str,
        parameters: Sequence[Parameter] | None = None,
        *,
        bucket: str,
        on_progress: OnProgress | None = None,
        package: PackageOptions | None = None,
        **options: Unpack[QueryOptions],
    ) -> PackageResult:
        """As ``QuiltAthena.create_package``."""
        execution = self.start(name, sql, parameters, bucket=bucket, package=package, **options)
        return PackageResult(execution.wait(on_progress))

    def start(
        self,
        name: str,
        sql: str,
        parameters: Sequence[Parameter] | None = None,
        *,
        bucket: str,
        package: PackageOptions | None = None,
        **options: Unpack[QueryOptions],
    ) -> PackageExecution:
        """Start the execution without waiting for it; arguments and errors as for ``QuiltAthena.create_package``."""
        query = query_request(sql, parameters, options)
        request = _package_request(name, bucket, query, package or {})
        machine = self.stack.output("PackageStateMachineArn")
        return PackageExecution.start(self.stack.connections, machine, request, self.clock)


class PackageExecution(Execution):
    """An execution of the package state machine, which starts and awaits one of the query state machine."""

    def query_execution_id(self) -> str | None:
        """Athena's id of its query; None if it has not been started yet.

        Raises:
            ClientError: the caller may not read the executions' histories.
        """
        query = self._query()
        return query.query_execution_id() if query else None

    def stop(self) -> None:
        """Stop the execution and its query. A push that has begun can't be stopped; then a warning is logged.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the execution could not be stopped.
        """
        if self.ended:
            return
        super().stop()
        try:
            if self._state() == _PUSHING:
                _logger.warning(
                    "Stopped during the push, which can't be interrupted: the revision may still be pushed (%s)",
                    self.arn,
                )
        except ClientError as error:
            _logger.debug("whether %s was pushing can't be observed: %s", self.arn, error)
        # AWS also stops the awaited execution, though a moment later.
        try:
            if query := self._query():
                query.stop()
        except (ClientError, QuiltAthenaError) as error:
            _logger.debug("the stack has to stop the query of %s: %s", self.arn, error)

    def _progress(self) -> Progress:
        try:
            if self._may_observe and self._state() == _PUSHING:
                return Progress("PUSHING", self._clock.monotonic() - self._started)
        except ClientError as error:
            self._may_observe = False
            _logger.debug("progress of %s can't be observed: %s", self.arn, error)
        return super()._progress()

    def _state(self) -> str | None:
        """The state that was entered most recently."""
        for event in self._events():
            if entered := event.get("stateEnteredEventDetails"):
                return str(entered["name"])
        return None

    def _query(self) -> Execution | None:
        """The execution of the query state machine; None if it has not been started yet."""
        for event in self._events():
            details = event.get("taskSubmittedEventDetails") or {}
            if details.get("resourceType") == "states" and (arn := _execution_arn(details.get("output", ""))):
                return Execution(self._connections, arn, self._clock)
        return None

    def _events(self) -> list[Any]:
        """The execution's history, newest first: a few dozen events at most."""
        history = self._connections.stepfunctions.get_execution_history(
            executionArn=self.arn, reverseOrder=True, includeExecutionData=True
        )
        return list(history["events"])


def _package_request(name: str, bucket: str, query: Mapping[str, Any], options: PackageOptions) -> dict[str, Any]:
    package: dict[str, Any] = {"Bucket": bucket, "Name": name}
    if (message := options.get("message")) is not None:
        package["Message"] = message
    if (metadata := options.get("metadata")) is not None:
        package["Metadata"] = metadata
    if (workflow := options.get("workflow", ...)) is not ...:
        package["Workflow"] = workflow
    request: dict[str, Any] = {"Query": query, "Package": package}
    if "on_invalid_row" in options:
        request["OnInvalidRow"] = options["on_invalid_row"]
    return request


def _execution_arn(output: str) -> str | None:
    try:
        arn = json.loads(output).get("ExecutionArn")
    except (ValueError, AttributeError):
        return None
    return arn if isinstance(arn, str) else None
