"""Executions as Step Functions keeps them, where MiniStack's differ: what their history tells, and nested ones.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html,
https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html. Aborting an execution doesn't abort
the one that it waits for, which AWS tries to do.
"""

from __future__ import annotations

import functools
import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

_ENDS = frozenset({"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"})
_TASK_EVENTS = frozenset({"TaskScheduled", "TaskSucceeded", "TaskFailed"})
_POLL_SECONDS = 0.1
_CALL = re.compile(r"arn:aws:states:::(?P<resourceType>(?:aws-sdk:)?[a-z0-9]+):(?P<resource>.+)")

# A task's arguments are evaluated, and the event that tells them is written, by the same thread.
_task = threading.local()


def remembering(apply_arguments: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the evaluation of a task's arguments: the event that follows tells them."""

    @functools.wraps(apply_arguments)
    def apply(*values: Any, **named: Any) -> Any:
        _task.arguments = apply_arguments(*values, **named)
        return _task.arguments

    return apply


def with_arguments(add_event: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the writing of a history event: service and action apart, arguments told, calls of functions as such.

    And nothing is written after the end.
    """

    @functools.wraps(add_event)
    def add(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> Any:
        if execution["events"][-1]["type"] in _ENDS:
            return None
        if event_type in _TASK_EVENTS and details:
            event_type, details = _told(event_type, *details.values())
        return add_event(execution, event_type, details)

    return add


def _told(event_type: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Type and details of an event about a task, as the history has them."""
    resource = values["resource"]
    arguments = json.dumps(getattr(_task, "arguments", {}))
    outcome = {key: value for key, value in values.items() if key in ("output", "error", "cause")}
    if call := _CALL.fullmatch(resource):
        told = call.groupdict() | outcome | ({} if outcome else {"parameters": arguments})
    else:  # a function called by its ARN
        event_type = event_type.replace("Task", "LambdaFunction")
        told = outcome or {"resource": resource, "input": arguments}
    return event_type, {f"{event_type[0].lower()}{event_type[1:]}EventDetails": told}


def unless_ended(fail_execution: Callable[..., None]) -> Callable[..., None]:
    """Wrap the failing of an execution: one that was aborted meanwhile stays aborted."""

    @functools.wraps(fail_execution)
    def fail(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail_execution(execution, error, cause)

    return fail


def run_nested(resource: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """`startExecution.sync` and `.sync:2`: an execution like any other, waited for. Its failure is this task's."""
    status, _, body = stepfunctions._start_execution(stepfunctions._nested_start_execution_request(arguments))
    started = json.loads(body)
    if status >= 400:
        raise stepfunctions._ExecutionError(f"StepFunctions.{started['__type']}Exception", started["message"])
    execution = stepfunctions._executions[started["executionArn"]]
    while execution["status"] == "RUNNING":
        time.sleep(_POLL_SECONDS)
    described = _described(execution)
    if execution["status"] != "SUCCEEDED":
        raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(described))
    if resource.endswith(".sync:2"):
        described |= {key: json.loads(described[key]) for key in ("Input", "Output")}
    return described


def _described(execution: dict[str, Any]) -> dict[str, Any]:
    """The execution as the task's result or cause shows it."""
    shown = {
        "ExecutionArn": execution["executionArn"],
        "StateMachineArn": execution["stateMachineArn"],
        "Name": execution["name"],
        "Status": execution["status"],
        "StartDate": execution["startDate"],
        "StopDate": execution["stopDate"],
        "Input": execution["input"],
        "Output": execution["output"] if execution["status"] == "SUCCEEDED" else None,
        "Error": execution.get("error"),
        "Cause": execution.get("cause"),
    }
    return {key: value for key, value in shown.items() if value is not None}


#: A comment in a query: its start is answered late, so that a test can see what becomes of it meanwhile.
_ANSWER_LATE = "/* local: answer late */"
_LATE_SECONDS = 2.0


def late_where_asked(dispatch: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the calling of AWS by a task: the answer to the start of a query with that comment comes late."""

    @functools.wraps(dispatch)
    def call(service_info: Any, service: str, action: str, arguments: Any) -> Any:
        answer = dispatch(service_info, service, action, arguments)
        if isinstance(arguments, dict) and _ANSWER_LATE in str(arguments.get("QueryString")):
            time.sleep(_LATE_SECONDS)
        return answer

    return call
