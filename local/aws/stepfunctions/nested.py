"""Executions that another execution starts and waits for.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html. Aborting an execution doesn't abort the
one that it waits for, which AWS tries to do.
"""

from __future__ import annotations

import json
import time
from typing import Any

from ministack.services import stepfunctions

_POLL_SECONDS = 0.1


def run_nested(resource: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """`startExecution.sync` and `.sync:2`: start an execution and wait for it. If it fails, the task fails."""
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
    """The execution as in the task's result or cause."""
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
