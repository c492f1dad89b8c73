"""The history of executions, where MiniStack's differs from AWS's.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Callable
from typing import Any

_ENDS = frozenset({"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"})
_TASK_EVENTS = frozenset({"TaskScheduled", "TaskSucceeded", "TaskFailed"})
_CALL = re.compile(r"arn:aws:states:::(?P<resourceType>(?:aws-sdk:)?[a-z0-9]+):(?P<resource>.+)")

# The thread that evaluates a task's arguments also writes the event that contains them.
_task = threading.local()


def remembering_arguments(apply_arguments: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the evaluation of a task's arguments, which the event that follows contains."""

    @functools.wraps(apply_arguments)
    def apply(*values: Any, **named: Any) -> Any:
        _task.arguments = apply_arguments(*values, **named)
        return _task.arguments

    return apply


def with_task_details(add_event: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the writing of a history event.

    Events of tasks have service, action and arguments, and function calls have events of their own. Nothing is written
    after an execution has ended.
    """

    @functools.wraps(add_event)
    def add(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> Any:
        if execution["events"][-1]["type"] in _ENDS:
            return None
        if event_type in _TASK_EVENTS and details:
            event_type, details = _task_event(event_type, *details.values())
        return add_event(execution, event_type, details)

    return add


def _task_event(event_type: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The type and details of a task's event in the history."""
    resource = values["resource"]
    arguments = json.dumps(getattr(_task, "arguments", {}))
    result = {key: value for key, value in values.items() if key in ("output", "error", "cause")}
    if call := _CALL.fullmatch(resource):
        details = call.groupdict() | result | ({} if result else {"parameters": arguments})
    else:  # a function called by its ARN
        event_type = event_type.replace("Task", "LambdaFunction")
        details = result or {"resource": resource, "input": arguments}
    return event_type, {f"{event_type[0].lower()}{event_type[1:]}EventDetails": details}


def unless_ended(fail_execution: Callable[..., None]) -> Callable[..., None]:
    """Wrap failing an execution: one that was aborted meanwhile stays aborted."""

    @functools.wraps(fail_execution)
    def fail(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail_execution(execution, error, cause)

    return fail
