"""Where calls meet faults: requests at the services' handlers, functions and executions where tasks call them."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core import iam_actions, lambda_runtime
from ministack.core.responses import error_response_json, error_response_xml
from ministack.services import stepfunctions

from local.aws.faults import faults
from local.aws.faults.faults import Fault
from local.aws.iam.callers import Caller
from local.aws.responses import Response

Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Response]]

_XML = frozenset({"cloudformation", "iam", "sts"})
#: Tasks that don't send a request to a service's handler: resource, action and service in the names of errors.
_TASKS = (
    ("arn:aws:lambda:", "lambda:InvokeFunction", "Lambda"),
    ("arn:aws:states:::lambda:invoke", "lambda:InvokeFunction", "Lambda"),
    ("arn:aws:states:::states:startExecution", "states:StartExecution", "StepFunctions"),
)


def with_faults(handlers: dict[str, Handler]) -> dict[str, Handler]:
    """Wrap the handlers of all services, to which requests and the tasks of state machines go."""
    for service, handler in handlers.items():
        handlers[service] = _failing(service, handler)
    return handlers


def _failing(service: str, handler: Handler) -> Handler:
    @functools.wraps(handler)
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        call = functools.partial(handler, method, path, headers, body, query)
        if not faults.any_exist():
            return await call()
        action = iam_actions.extract_iam_action(service, method, path, headers, body, query) or ""
        text = body if isinstance(body, str) else body.decode(errors="replace")
        fault = faults.met_by(action, Caller.current().name, f"{path} {text}")
        if fault is None:
            return await call()
        performed = await call() if fault.performed else None
        await asyncio.sleep(fault.delay_seconds)
        if fault.kills_function:
            _kill_functions(Caller.current().name)
            return _rejection(service, fault, "FunctionKilled")
        if fault.error is not None:
            return _rejection(service, fault, fault.error)
        return performed or await call()

    return handle


def _rejection(service: str, fault: Fault, code: str) -> Response:
    response: Response
    if service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{fault.message}</Message></Error>"
        response = fault.status, {"Content-Type": "application/xml"}, body.encode()
    elif service in _XML:
        response = error_response_xml(code, fault.message, fault.status)
    else:
        response = error_response_json(code, fault.message, fault.status)
    return response


def _kill_functions(role: str) -> None:
    """Kill the processes of functions that are running with a role."""
    with lambda_runtime._lock:
        running = [one for pool in lambda_runtime._workers.values() for one in pool if one.in_use and one._proc]
        for worker in running:
            if str(worker.config["Role"]).rpartition("/")[2] == role:
                os.kill(worker._proc.pid, signal.SIGKILL)


def failing_tasks(invoke_resource: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    """Wrap calling a task's resource: calls of functions, and executions that are started, can meet faults too."""

    @functools.wraps(invoke_resource)
    def invoke(resource: str, arguments: Any) -> Any:
        found = [(action, service) for prefix, action, service in _TASKS if resource.startswith(prefix)]
        if not found or not faults.any_exist():
            return invoke_resource(resource, arguments)
        action, service = found[0]
        fault = faults.met_by(action, Caller.current().name, f"{resource} {json.dumps(arguments, default=str)}")
        if fault is None:
            return invoke_resource(resource, arguments)
        performed = [invoke_resource(resource, arguments)] if fault.performed else []
        time.sleep(fault.delay_seconds)
        if fault.error is not None:
            name = fault.error if "." in fault.error else f"{service}.{fault.error}"
            raise stepfunctions._ExecutionError(name, fault.message)
        return performed[0] if performed else invoke_resource(resource, arguments)

    return invoke
