"""The limits of executions, which MiniStack doesn't enforce: their time, and the size of what states pass on.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. Both end the execution, whatever its Catch
clauses. A state that waits or calls a function is not interrupted: its thread ends after it.
"""

from __future__ import annotations

import contextvars
import functools
import json
import threading
from collections.abc import Callable
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

#: Bytes, as JSON in UTF-8: of a task's result, a state's input, output or arguments, and of what one Assign stores.
MAX_PAYLOAD_BYTES = 256 * 1024
#: Seconds after which an Express execution ends, whatever its definition says.
MAX_EXPRESS_SECONDS = 300


class _Ended(Exception):  # noqa: N818 - not an error of the state machine's, which could catch it
    """The execution has been ended, and its thread has nothing more to do."""


def within_timeout(run_execution: Callable[[str], None]) -> Callable[[str], None]:
    """Wrap running an execution: it ends after the TimeoutSeconds of its definition."""

    @functools.wraps(run_execution)
    def run(execution_arn: str) -> None:
        execution = stepfunctions._executions[execution_arn]
        seconds = _timeout(stepfunctions._state_machines.get(execution["stateMachineArn"]) or {})
        context = contextvars.copy_context()
        timer = threading.Timer(seconds, context.run, (_time_out, execution))
        timer.daemon = True
        timer.start()
        try:
            run_execution(execution_arn)
        finally:
            timer.cancel()

    return run


def _timeout(machine: dict[str, Any]) -> float:
    seconds = float(json.loads(machine.get("definition") or "{}").get("TimeoutSeconds", threading.TIMEOUT_MAX))
    return min(seconds, MAX_EXPRESS_SECONDS) if machine.get("type") == "EXPRESS" else seconds


def _time_out(execution: dict[str, Any]) -> None:
    if execution["status"] != "RUNNING":
        return
    execution.update(status="TIMED_OUT", error="States.Timeout", stopDate=now_iso())
    details = {"error": "States.Timeout"}
    stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": details})
    stepfunctions._emit_execution_status_event(execution)


def of_payloads(add_event: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the writing of a history event: one with a payload that is too large ends the execution."""

    @functools.wraps(add_event)
    def add(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> Any:
        added = add_event(execution, event_type, details)
        if event_type == "TaskSucceeded" or event_type.endswith(("StateEntered", "StateExited")):
            for values in (details or {}).values():
                for name in {"input", "output"} & values.keys():
                    _check(execution, values[name], f"the {name} of {values.get('name', 'a task')}")
        return added

    return add


def of_arguments(apply_arguments: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the evaluation of a task's arguments."""

    @functools.wraps(apply_arguments)
    def apply(state: Any, raw_input: Any, context: dict[str, Any] | None = None) -> Any:
        arguments = apply_arguments(state, raw_input, context)
        _check_in(context, arguments, "the arguments")
        return arguments

    return apply


def of_variables(apply_assign: Callable[..., None]) -> Callable[..., None]:
    """Wrap a state's Assign."""

    @functools.wraps(apply_assign)
    def assign(state: dict[str, Any], raw_input: Any, context: dict[str, Any] | None, *more: Any, **named: Any) -> None:
        apply_assign(state, raw_input, context, *more, **named)
        names = state.get("Assign") or {}
        variables = (context or {}).get("variables", {})
        _check_in(context, {name: variables[name] for name in names if name in variables}, "the variables")

    return assign


def _check_in(context: dict[str, Any] | None, value: Any, what: str) -> None:
    if context and "Execution" in context:
        execution = stepfunctions._executions[context["Execution"]["Id"]]
        _check(execution, json.dumps(value, default=str), f"{what} of {context['State']['Name']}")


def _check(execution: dict[str, Any], text: str, what: str) -> None:
    """End the execution if ``text`` (JSON) is too large. Raises _Ended."""
    # What json.dumps wrote is at least as long as it is in UTF-8 and without spaces.
    if len(text) <= MAX_PAYLOAD_BYTES:
        return
    size = len(json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")).encode())
    if size > MAX_PAYLOAD_BYTES:
        cause = f"{what} has {size:,} bytes; the maximum number of bytes service limit is {MAX_PAYLOAD_BYTES:,}"
        stepfunctions._fail_execution(execution, "States.DataLimitExceeded", cause)
        raise _Ended
