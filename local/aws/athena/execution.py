"""One query execution: its request, state and result."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws.athena.requests import StartRequest
from local.aws.athena.statements import written_rows
from local.engine import CancelToken, QueryResult

ENGINE_VERSION = "Athena engine version 3"
FINAL_STATES = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})


@dataclass(frozen=True)
class Failure:
    """Why a query failed, as in AthenaError. Category 1 is the system's fault, 2 the user's, 3 any other."""

    reason: str
    category: int = 2
    error_type: int = 1
    retryable: bool = False

    def as_api(self) -> dict[str, Any]:
        """The AthenaError structure of the API."""
        return {
            "ErrorCategory": self.category,
            "ErrorType": self.error_type,
            "Retryable": self.retryable,
            "ErrorMessage": self.reason,
        }

    def as_event(self) -> dict[str, Any]:
        """The same, as in the state change event."""
        return {f"{name[0].lower()}{name[1:]}": value for name, value in self.as_api().items()}


@dataclass
class Execution:
    """A query execution. Its state only moves forward: QUEUED, RUNNING, then one of the final states."""

    id: str
    request: StartRequest
    on_change: Callable[[Execution, str | None], None]
    cancel: CancelToken = field(default_factory=CancelToken)
    state: str = "QUEUED"
    submitted: float = field(default_factory=time.time)
    started: float | None = None
    computed: float | None = None
    completed: float | None = None
    output_location: str = ""
    result: QueryResult | None = None
    scanned_bytes: int = 0
    reused: bool = False
    reason: str | None = None
    failure: Failure | None = None
    changes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        """Start as QUEUED, with the location of the results."""
        if self.request.output_prefix:
            self.output_location = f"{self.request.output_prefix}{self._file_name()}"
        self._changed(None)

    @property
    def table_location(self) -> str:
        """Where CREATE TABLE ... AS stores a table for which it names no location; "" if there is no such place."""
        return f"{self.request.output_prefix}tables/{self.id}/" if self.request.output_prefix else ""

    @property
    def manifest_location(self) -> str | None:
        """The object that lists the objects which the statement wrote; None if it wrote no rows."""
        written = self.result is not None and self.result.written is not None
        return f"{self.output_location}-manifest.csv" if written and self.output_location else None

    def _file_name(self) -> str:
        kind = written_rows(self.request.sql)
        if kind is not None:
            return f"tables/{self.id}" if kind == "CREATE" else self.id
        return f"{self.id}.{'csv' if self.request.statement_type == 'DML' else 'txt'}"

    def run(self) -> bool:
        """Move from QUEUED to RUNNING. Returns False if it was stopped before."""
        return self._move("RUNNING", {"QUEUED"}, started=time.time())

    def succeed(self) -> None:
        """End as SUCCEEDED. `result` and `output_location` must be set."""
        self._move("SUCCEEDED", {"RUNNING"}, completed=time.time())

    def fail(self, failure: Failure) -> None:
        """End as FAILED."""
        self._move("FAILED", {"RUNNING"}, completed=time.time(), failure=failure, reason=failure.reason)

    def stop(self, reason: str) -> None:
        """End as CANCELLED, by a user or a limit."""
        self._move("CANCELLED", {"QUEUED", "RUNNING"}, completed=time.time(), reason=reason)

    def stop_if_queued(self, reason: str) -> None:
        """End as CANCELLED if it is still queued."""
        self._move("CANCELLED", {"QUEUED"}, completed=time.time(), reason=reason)

    def as_api(self) -> dict[str, Any]:
        """The QueryExecution structure of the API."""
        with self._lock:
            return {
                "QueryExecutionId": self.id,
                "Query": self.request.sql,
                "StatementType": self.request.statement_type,
                **({"SubstatementType": self.result.substatement_type} if self.result else {}),
                **self._results(),
                "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": self._reuse()},
                "QueryExecutionContext": dict(self.request.context),
                "Status": self._status(),
                "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": ENGINE_VERSION},
                "Statistics": self._statistics(),
                "WorkGroup": self.request.workgroup,
                **({"ExecutionParameters": list(self.request.parameters)} if self.request.parameters else {}),
            }

    def _results(self) -> dict[str, Any]:
        if not self.request.output_prefix:
            return {"ManagedQueryResultsConfiguration": {"Enabled": True}}
        settings = {**self.request.result_settings, "OutputLocation": self.output_location}
        return {"ResultConfiguration": settings, "ManagedQueryResultsConfiguration": {"Enabled": False}}

    def _reuse(self) -> dict[str, Any]:
        minutes = self.request.reuse_minutes
        return {"Enabled": False} if minutes is None else {"Enabled": True, "MaxAgeInMinutes": minutes}

    def _status(self) -> dict[str, Any]:
        status: dict[str, Any] = {"State": self.state, "SubmissionDateTime": round(self.submitted, 3)}
        if self.reason is not None:
            status["StateChangeReason"] = self.reason
        if self.completed is not None:
            status["CompletionDateTime"] = round(self.completed, 3)
        if self.failure is not None:
            status["AthenaError"] = self.failure.as_api()
        return status

    def _statistics(self) -> Mapping[str, Any]:
        now = time.time()
        end = self.completed or now
        started = self.started or end
        computed = self.computed or end
        statistics: dict[str, Any] = {
            "QueryQueueTimeInMillis": _milliseconds(started - self.submitted),
            "TotalExecutionTimeInMillis": _milliseconds(end - self.submitted),
            "DataScannedInBytes": self.scanned_bytes,
            "ResultReuseInformation": {"ReusedPreviousResult": self.reused},
        }
        if self.manifest_location is not None:
            statistics["DataManifestLocation"] = self.manifest_location
        if self.started is not None:
            statistics["EngineExecutionTimeInMillis"] = _milliseconds(computed - started)
            statistics["ServiceProcessingTimeInMillis"] = _milliseconds(end - computed)
        return statistics

    def _move(self, state: str, allowed: set[str], **values: Any) -> bool:
        with self._lock:
            if self.state not in allowed:
                return False
            previous, self.state = self.state, state
            for name, value in values.items():
                setattr(self, name, value)
        self._changed(previous)
        return True

    def _changed(self, previous: str | None) -> None:
        self.changes += 1
        self.on_change(self, previous)


def _milliseconds(seconds: float) -> int:
    """Rounded up: clients' tests expect that a query was queued for some time."""
    return max(0, math.ceil(seconds * 1000))
