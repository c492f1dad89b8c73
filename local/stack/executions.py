"""Executions of a state machine, watched from outside: the states as they are entered, and how it ended."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Ended:
    """How an execution ended: `output` if it succeeded, else `error` and `cause` (parsed where it is JSON)."""

    status: str
    output: Any = None
    error: str | None = None
    cause: Any = None


def watch(stepfunctions: Any, execution_arn: str, *, timeout: float = 60.0) -> Iterator[str | Ended]:
    """The name of each state as it is entered, and then how the execution ended.

    Raises:
        TimeoutError: it is still running after `timeout` seconds.
    """
    seen = 0
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        # Asked first, so that the history read next is complete when it has ended.
        description = stepfunctions.describe_execution(executionArn=execution_arn)
        pages = stepfunctions.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
        events = [event for page in pages for event in page["events"]]
        for event in events[seen:]:
            if "stateEnteredEventDetails" in event:
                yield event["stateEnteredEventDetails"]["name"]
        seen = len(events)
        if description["status"] != "RUNNING":
            yield _ended(description)
            return
        time.sleep(_POLL_SECONDS)
    raise TimeoutError(f"{execution_arn} is still running after {timeout:.0f} s")


def run(stepfunctions: Any, machine_arn: str, request: Any, *, timeout: float = 60.0) -> Ended:
    """Start an execution with `request` as its input, and wait until it ends."""
    started = stepfunctions.start_execution(stateMachineArn=machine_arn, input=json.dumps(request))
    *_, ended = watch(stepfunctions, started["executionArn"], timeout=timeout)
    if not isinstance(ended, Ended):
        raise TypeError(f"{started['executionArn']} gave no end")
    return ended


def _ended(description: dict[str, Any]) -> Ended:
    return Ended(
        status=description["status"],
        output=json.loads(description["output"]) if description.get("output") else None,
        error=description.get("error"),
        cause=_parsed(description.get("cause")),
    )


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text) if text else text
    except ValueError:
        return text
