"""RedriveExecution, which MiniStack lacks: continues an execution that failed or was aborted, where it ended.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html: it is the same execution, from the state
that it ended in, with that state's input and the variables as they were. Of the states after it, the history here has
only the events of tasks.
"""

from __future__ import annotations

import contextvars
import copy
import functools
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response, now_iso
from ministack.services import stepfunctions

from local.aws.iam.callers import acting_as
from local.aws.responses import Response

# The variables of executions by ARN. MiniStack forgets them with the thread that ran the execution.
_variables: dict[str, dict[str, Any]] = {}


def keeping_variables(apply_assign: Callable[..., None]) -> Callable[..., None]:
    """Wrap a state's Assign: the execution's variables are stored."""

    @functools.wraps(apply_assign)
    def assign(state: Any, raw_input: Any, context: dict[str, Any] | None, *more: Any, **named: Any) -> None:
        apply_assign(state, raw_input, context, *more, **named)
        if context and "Execution" in context:
            _variables[context["Execution"]["Id"]] = copy.deepcopy(context.get("variables", {}))

    return assign


def with_redrive(handle_request: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    """Wrap the request handler: RedriveExecution is another operation."""

    @functools.wraps(handle_request)
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Response:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return _redrive_execution(json.loads(body)["executionArn"])
        return await handle_request(method, path, headers, body, query)

    return handle


def _redrive_execution(execution_arn: str) -> Response:
    execution = stepfunctions._executions.get(execution_arn)
    if execution is None:
        return _rejection("ExecutionDoesNotExist", f"Execution Does Not Exist: '{execution_arn}'")
    if execution["status"] not in ("FAILED", "ABORTED", "TIMED_OUT"):
        return _rejection("ExecutionNotRedrivable", f"Execution is {execution['status']} and cannot be redriven")
    entered = [event for event in execution["events"] if "stateEnteredEventDetails" in event][-1]
    execution.update(status="RUNNING", error=None, cause=None, output=None, stopDate=None)
    execution["redriveCount"] = execution.get("redriveCount", 0) + 1
    # Added directly, because no event is added after the end of an execution.
    event = {"id": len(execution["events"]) + 1, "type": "ExecutionRedriven", "timestamp": now_iso()}
    event["executionRedrivenEventDetails"] = {"redriveCount": execution["redriveCount"]}
    execution["events"].append(event)
    stepfunctions._emit_execution_status_event(execution)
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(_continue_as_role, execution, entered), daemon=True).start()
    response: Response = json_response({"redriveDate": event["timestamp"]})
    return response


def _rejection(code: str, message: str) -> Response:
    response: Response = error_response_json(code, message, 400)
    return response


def _continue_as_role(execution: dict[str, Any], entered: dict[str, Any]) -> None:
    with acting_as(stepfunctions._state_machines[execution["stateMachineArn"]]["roleArn"]):
        _continue(execution, entered)


def _continue(execution: dict[str, Any], entered: dict[str, Any]) -> None:
    arn = execution["executionArn"]
    machine = stepfunctions._state_machines[execution["stateMachineArn"]]
    definition = json.loads(machine["definition"])
    context = {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {
            "Id": arn,
            "Input": json.loads(execution["input"]),
            "Name": execution["name"],
            "StartTime": execution["startDate"],
        },
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": copy.deepcopy(_variables.get(arn, {})),
    }
    details = entered["stateEnteredEventDetails"]
    try:
        output = stepfunctions._run_sub_machine(
            definition["States"], details["name"], json.loads(details["input"]), execution, context
        )
    except stepfunctions._ExecutionError as error:
        stepfunctions._fail_execution(execution, error.error, error.cause)
        return
    if execution["status"] == "RUNNING":
        text = json.dumps(output)
        execution.update(status="SUCCEEDED", output=text, stopDate=now_iso())
        stepfunctions._add_event(execution, "ExecutionSucceeded", {"executionSucceededEventDetails": {"output": text}})
        stepfunctions._emit_execution_status_event(execution)
