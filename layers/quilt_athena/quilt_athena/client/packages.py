"""Packages made of results: the request, the execution while it is waited for, and what came of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import EllipsisType
from typing import Any, Literal, TypedDict

from botocore.exceptions import ClientError

from quilt_athena.client.executions import Execution, Progress
from quilt_athena.client.requests import Parameter, QueryOptions, query_request
from quilt_athena.errors import QuiltAthenaError

_logger = logging.getLogger(__name__)

OnInvalidRow = Literal["fail", "skip"]

#: The state of the package state machine in which the query is over.
_PUSHING = "PushPackage"


class PackageOptions(TypedDict, total=False):
    """What the revision is to have; what isn't given is left to the stack."""

    #: Its commit message.
    message: str | None
    #: Its metadata, a JSON object.
    metadata: Mapping[str, Any] | None
    #: Id of a workflow of the bucket, None for none; without it the bucket's default one.
    workflow: str | EllipsisType | None
    #: What becomes of rows that can't be entries: "fail", the default, or "skip".
    on_invalid_row: OnInvalidRow


@dataclass(frozen=True)
class PackageResult:
    """A revision; ``answer`` is all that the stack said of it (``docs/contracts.md``)."""

    answer: Mapping[str, Any]

    @property
    def top_hash(self) -> str:
        """The hash of its manifest."""
        return str(self.answer["TopHash"])

    @property
    def revision(self) -> str | None:
        """The name of its pointer, in unix seconds."""
        return self.answer.get("Revision")

    @property
    def pushed_at(self) -> datetime | None:
        """When it was pushed, in UTC."""
        return datetime.fromtimestamp(int(self.revision), UTC) if self.revision else None

    @property
    def created(self) -> bool:
        """False where the newest revision was the same already."""
        return bool(self.answer["Created"])

    @property
    def other_objects(self) -> int:
        """How many entries refer to another object of the same contents, as the manifest does that was there."""
        return int(self.answer.get("OtherObjects", 0))

    @property
    def entries(self) -> int:
        """How many entries it has."""
        return int(self.answer["Entries"])

    @property
    def bytes(self) -> int:
        """The sizes of its entries."""
        return int(self.answer["Bytes"])

    @property
    def skipped(self) -> Sequence[Mapping[str, Any]]:
        """The first rows that are no entries: ``Row`` and ``Reason``; ``skipped_count`` counts all."""
        return list(self.answer["Skipped"])

    @property
    def skipped_count(self) -> int:
        """How many rows are no entries."""
        return int(self.answer["SkippedCount"])


def package_request(
    name: str,
    bucket: str,
    sql: str,
    parameters: Sequence[Parameter] | None,
    package: PackageOptions,
    query: QueryOptions,
) -> dict[str, Any]:
    """The input of the package state machine.

    Raises:
        InvalidRequest: a parameter isn't a JSON scalar.
    """
    fields: dict[str, Any] = {"Bucket": bucket, "Name": name}
    for option in ("message", "metadata"):
        if package.get(option) is not None:
            fields[option.title()] = package[option]
    if package.get("workflow", ...) is not ...:
        fields["Workflow"] = package["workflow"]
    request: dict[str, Any] = {"Query": query_request(sql, parameters, query), "Package": fields}
    if "on_invalid_row" in package:
        request["OnInvalidRow"] = package["on_invalid_row"]
    return request


class PackageExecution(Execution):
    """An execution of the package state machine, which waits for one of the query state machine."""

    def query_execution_id(self) -> str | None:
        """Athena's id of its query.

        Raises:
            ClientError: the caller may not read the executions' histories.
        """
        query = self._query()
        return query.query_execution_id() if query else None

    def stop(self) -> None:
        """Stop the execution, and the query that it waits for; a function that pushes goes on, which is warned of.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the execution could not be stopped.
        """
        if self.ended:
            return
        super().stop()
        try:
            if self._state() == _PUSHING:
                _logger.warning(
                    "Stopped while it was pushing, which can't be stopped: the revision may still be pushed (%s)",
                    self.arn,
                )
        except ClientError as error:
            _logger.debug("whether %s was pushing can't be observed: %s", self.arn, error)
        # AWS ends what the execution waits for, if a moment later.
        try:
            if query := self._query():
                query.stop()
        except (ClientError, QuiltAthenaError) as error:
            _logger.debug("left to the stack to stop the query of %s: %s", self.arn, error)

    def _progress(self) -> Progress:
        try:
            if self._may_observe and self._state() == _PUSHING:
                return Progress("PUSHING", self._clock.monotonic() - self._started)
        except ClientError as error:
            self._may_observe = False
            _logger.debug("progress of %s can't be observed: %s", self.arn, error)
        return super()._progress()

    def _state(self) -> str | None:
        """The state that was entered last."""
        for event in self._events():
            if entered := event.get("stateEnteredEventDetails"):
                return str(entered["name"])
        return None

    def _query(self) -> Execution | None:
        """The execution of the query state machine, if it was started."""
        for event in self._events():
            details = event.get("taskSubmittedEventDetails") or {}
            if details.get("resourceType") == "states" and (arn := _execution_arn(details.get("output", ""))):
                return Execution(self._connections, arn, self._clock)
        return None

    def _events(self) -> list[Any]:
        """What happened, newest first: a few dozen events at most."""
        answer = self._connections.stepfunctions.get_execution_history(
            executionArn=self.arn, reverseOrder=True, includeExecutionData=True
        )
        return list(answer["events"])


def _execution_arn(output: str) -> str | None:
    try:
        arn = json.loads(output).get("ExecutionArn")
    except (ValueError, AttributeError):
        return None
    return arn if isinstance(arn, str) else None
