"""The query that an execution of the query state machine was running when it ended, found in its history.

Source of the events: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quilt_athena.errors import HistoryIncompleteError

_ENDS = frozenset({"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"})
_ATHENA = "aws-sdk:athena"
_START = "startQueryExecution"
#: Calls whose parameters name a query that was started earlier.
_NAMES_A_QUERY = frozenset({"getQueryExecution", "stopQueryExecution"})
#: Errors with which Athena rejects a start: no query was started by that call.
_REJECTIONS = frozenset(
    {"Athena.TooManyRequestsException", "Athena.ThrottlingException", "Athena.InvalidRequestException"}
)


@dataclass(frozen=True)
class KnownQuery:
    """A query whose id the execution received."""

    query_execution_id: str


@dataclass(frozen=True)
class StartWithoutResponse:
    """A start without a response: the query may or may not exist. ``arguments`` are those of the call."""

    arguments: Mapping[str, Any]


def last_query(newest_first: Iterable[Mapping[str, Any]]) -> KnownQuery | StartWithoutResponse | None:
    """The last query of an execution that has ended; None if it started none, or was redriven and is running again.

    The last is enough, since each query starts only after the previous one has ended. Starts that Athena rejected, as
    it does while its queue is full, started none. Events are read only until the query is found.

    Raises:
        HistoryIncompleteError: the history does not have the end of the execution (yet).
    """
    events = iter(newest_first)
    for event in events:
        if event["type"] in _ENDS:
            break
        if event["type"] == "ExecutionRedriven":
            return None
    else:
        raise HistoryIncompleteError("the execution's history does not have its end yet")
    start_was_rejected = False
    for event in events:
        if found := _query_of(event):
            if not (start_was_rejected and isinstance(found, StartWithoutResponse)):
                return found
            start_was_rejected = False
        elif event["type"] == "TaskFailed":
            details = event["taskFailedEventDetails"]
            start_was_rejected = _is_call(details, {_START}) and details.get("error") in _REJECTIONS
    return None


def _query_of(event: Mapping[str, Any]) -> KnownQuery | StartWithoutResponse | None:
    if event["type"] == "TaskSucceeded":
        details = event["taskSucceededEventDetails"]
        if _is_call(details, {_START}):
            return KnownQuery(json.loads(details["output"])["QueryExecutionId"])
    elif event["type"] == "TaskScheduled":
        details = event["taskScheduledEventDetails"]
        if _is_call(details, {_START}):
            return StartWithoutResponse(json.loads(details["parameters"]))
        if _is_call(details, _NAMES_A_QUERY):
            return KnownQuery(json.loads(details["parameters"])["QueryExecutionId"])
    return None


def _is_call(details: Mapping[str, Any], actions: Collection[Any]) -> bool:
    return details.get("resourceType") == _ATHENA and details.get("resource") in actions
