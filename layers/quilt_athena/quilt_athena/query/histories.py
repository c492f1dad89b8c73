"""Which query an execution of the query state machine had running when it ended, as its history tells.

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
#: Calls about a query that was started before.
_ABOUT_A_QUERY = frozenset({"getQueryExecution", "stopQueryExecution"})


@dataclass(frozen=True)
class KnownQuery:
    """A query whose id the execution got to know."""

    query_execution_id: str


@dataclass(frozen=True)
class UnansweredStart:
    """A start whose answer never came: there may be a query or none. ``arguments`` are those of the call."""

    arguments: Mapping[str, Any]


def last_query(newest_first: Iterable[Mapping[str, Any]]) -> KnownQuery | UnansweredStart | None:
    """The last query of an execution that has ended; None if it started none, or runs again (redriven).

    The last is enough: another is started only after the one before it has ended. Reads no further than it must.

    Raises:
        HistoryIncompleteError: the execution hasn't ended, as far as its history tells.
    """
    events = iter(newest_first)
    for event in events:
        if event["type"] in _ENDS:
            break
        if event["type"] == "ExecutionRedriven":
            return None
    else:
        raise HistoryIncompleteError("the execution's history doesn't tell its end yet")
    for event in events:
        if found := _query_of(event):
            return found
    return None


def _query_of(event: Mapping[str, Any]) -> KnownQuery | UnansweredStart | None:
    if event["type"] == "TaskSucceeded":
        details = event["taskSucceededEventDetails"]
        if _is_call(details, {_START}):
            return KnownQuery(json.loads(details["output"])["QueryExecutionId"])
    elif event["type"] == "TaskScheduled":
        details = event["taskScheduledEventDetails"]
        if _is_call(details, {_START}):
            return UnansweredStart(json.loads(details["parameters"]))
        if _is_call(details, _ABOUT_A_QUERY):
            return KnownQuery(json.loads(details["parameters"])["QueryExecutionId"])
    return None


def _is_call(details: Mapping[str, Any], actions: Collection[Any]) -> bool:
    return details.get("resourceType") == _ATHENA and details.get("resource") in actions
