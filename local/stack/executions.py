"""Executions of state machines: the states that they enter, and their results."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.stack.waiting import PATIENCE_SECONDS, until

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Ended:
    """The result of an execution: `output` if it succeeded, otherwise `error` and `cause` (parsed if it is JSON)."""

    status: str
    output: Any = None
    error: str | None = None
    cause: Any = None


def watch(stepfunctions: Any, execution_arn: str, *, timeout: float = PATIENCE_SECONDS) -> Iterator[str | Ended]:
    """Yield the name of each state as it is entered, then the result of the execution.

    Raises:
        TimeoutError: the execution is still running after `timeout` seconds.
    """
    seen = 0
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        # Called first, so that the history that is read next is complete if the execution has ended.
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


def run(stepfunctions: Any, machine_arn: str, request: Any, *, timeout: float = PATIENCE_SECONDS) -> Ended:
    """Start an execution with `request` as its input and wait for its result.

    Raises:
        TimeoutError: the execution is still running after `timeout` seconds.
    """
    arn = stepfunctions.start_execution(stateMachineArn=machine_arn, input=json.dumps(request))["executionArn"]
    return _ended(
        until(
            lambda: stepfunctions.describe_execution(executionArn=arn),
            lambda description: description["status"] != "RUNNING",
            timeout=timeout,
        )
    )


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
