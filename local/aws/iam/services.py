"""What AWS's services do as an assumed role. MiniStack does it without checking the role's permissions.

- Step Functions calls functions and services as the state machine's role. Error names are those of the integrations:
  https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
- EventBridge and its Scheduler start a state machine as the role of the rule's target or of the schedule.
- Lambda receives messages from a queue, and writes logs, as the function's role.
Log delivery of state machines and X-Ray aren't checked.
"""

from __future__ import annotations

import functools
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region
from ministack.services import sqs, stepfunctions

from local.aws.iam.callers import AccessDenied, Caller, acting_as

_log = logging.getLogger("access")

_SDK_CALL = re.compile(r"arn:aws:states:::aws-sdk:(?P<service>[a-z0-9]+):(?P<operation>\w+)")
_NESTED = "arn:aws:states:::states:startExecution.sync"
_MANAGED_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"


def as_role(run_execution: Callable[[str], None]) -> Callable[[str], None]:
    """Wrap running an execution: it acts as its state machine's role."""

    @functools.wraps(run_execution)
    def run(execution_arn: str) -> None:
        execution = stepfunctions._executions.get(execution_arn) or {}
        machine = stepfunctions._state_machines.get(execution.get("stateMachineArn")) or {}
        with acting_as(str(machine.get("roleArn") or "")):
            run_execution(execution_arn)

    return run


def allowed_tasks(invoke_resource: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    """Wrap calling a task's resource: the role must be allowed to."""

    @functools.wraps(invoke_resource)
    def invoke(resource: str, arguments: Any) -> Any:
        caller = Caller.current()
        for action, arn in _permissions_of_task(resource, arguments):
            try:
                caller.check(action, arn)
            except AccessDenied as denied:
                service = action.partition(":")[0].title().replace("States", "StepFunctions")
                raise stepfunctions._ExecutionError(f"{service}.AccessDeniedException", str(denied)) from denied
        return invoke_resource(resource, arguments)

    return invoke


def _permissions_of_task(resource: str, arguments: Any) -> Iterator[tuple[str, str]]:
    scope = get_region(), get_account_id()
    if resource.startswith("arn:aws:lambda:"):
        yield "lambda:InvokeFunction", resource
    elif resource == "arn:aws:states:::lambda:invoke":
        yield "lambda:InvokeFunction", str(arguments["FunctionName"])
    elif resource.startswith(_NESTED):
        machine = str(arguments["StateMachineArn"])
        yield "states:StartExecution", machine
        executions = f"{machine.replace(':stateMachine:', ':execution:')}:any"
        yield "states:DescribeExecution", executions
        yield "states:StopExecution", executions
        # AWS checks these when the state machine is created.
        for action in ("PutTargets", "PutRule", "DescribeRule"):
            yield f"events:{action}", f"arn:aws:events:{scope[0]}:{scope[1]}:rule/{_MANAGED_RULE}"
    elif match := _SDK_CALL.match(resource):
        operation = match["operation"][0].upper() + match["operation"][1:]
        headers = {"x-amz-target": f".{operation}"}
        body = json.dumps(arguments).encode()
        arn = iam_actions.extract_resource_arn(match["service"], "POST", "/", headers, body, {}, *scope)
        yield f"{match['service']}:{operation}", arn


def allowed_starts(invoke_target: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap invoking the target of a schedule or rule: its role must be allowed to start a state machine."""

    @functools.wraps(invoke_target)
    def invoke(target: Mapping[str, Any], event: Mapping[str, Any], *more: Any) -> Any:
        if ":stateMachine:" in str(target["Arn"]):
            Caller.role(str(target.get("RoleArn"))).check("states:StartExecution", str(target["Arn"]))
        return invoke_target(target, event, *more)

    return invoke


def allowed_receives(run_batch: Callable[..., None]) -> Callable[..., None]:
    """Wrap delivering messages to a function: its role must be allowed to receive and delete them."""

    @functools.wraps(run_batch)
    def run(mapping: Any, function: Mapping[str, Any], event: Any, batch: Any, queue_url: str, *more: Any) -> None:
        queue = sqs._queues[queue_url]["attributes"]["QueueArn"]
        try:
            for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
                Caller.role(_role_of(function)).check(f"sqs:{action}", queue)
        except AccessDenied as denied:
            _log.warning("Messages remain in their queue: %s", denied)
            return
        run_batch(mapping, function, event, batch, queue_url, *more)

    return run


def allowed_logs(emit_lambda_logs: Callable[..., None]) -> Callable[..., None]:
    """Wrap writing a function's logs: its role must be allowed to."""

    @functools.wraps(emit_lambda_logs)
    def emit(function: Mapping[str, Any], *values: Any, **named: Any) -> None:
        config = function.get("config") or function
        group = (config.get("LoggingConfig") or {}).get("LogGroup")
        # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
        name = f"{datetime.now(UTC):%Y/%m/%d}/{config.get('FunctionName')}[$LATEST]{'0' * 32}"
        stream = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:log-stream:{name}"
        try:
            for action in ("CreateLogStream", "PutLogEvents"):
                Caller.role(_role_of(function)).check(f"logs:{action}", stream)
        except AccessDenied as denied:
            _log.warning("No logs are written: %s", denied)
            return
        emit_lambda_logs(function, *values, **named)

    return emit


def _role_of(function: Mapping[str, Any]) -> str:
    return str((function.get("config") or function).get("Role"))
