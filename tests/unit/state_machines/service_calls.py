"""The service calls of Task states, compared with botocore's service models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import ListShape, MapShape, OperationNotFoundError, ServiceModel, Shape, StructureShape

# Step Functions names services as the AWS SDK for Java does.
_SERVICES = {"sfn": "stepfunctions", "states": "stepfunctions", "eventbridge": "events", "cloudwatchlogs": "logs"}
_RESOURCE = re.compile(
    r"arn:\$\{Partition\}:states:::(?P<sdk>aws-sdk:)?(?P<service>[a-z0-9-]+):(?P<action>[a-zA-Z0-9]+)"
    r"(?P<pattern>\.sync(:2)?|\.waitForTaskToken)?"
)
#: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
STATES_ERRORS = frozenset(
    f"States.{name}"
    for name in (
        "ALL", "DataLimitExceeded", "ExceedToleratedFailureThreshold", "HeartbeatTimeout", "Http.Socket",
        "ItemReaderFailed", "Permissions", "QueryEvaluationError", "ResultWriterFailed", "Runtime", "TaskFailed",
        "Timeout",
    )
)  # fmt: skip
# Errors of a function's sandbox have names of their own.
_SANDBOX_ERRORS = frozenset({"Sandbox.Timedout"})
_FUNCTION = re.compile(r"\$\{\w+FunctionArn\}")
# Errors of the integration with Lambda, and those that every service and the SDK itself can raise.
_LAMBDA_ERRORS = frozenset({"AWSLambdaException", "ServiceException", "ClientExecutionTimeoutException"})
# The optimized integration with Step Functions uses this prefix; calls through the SDK use Sfn.
_STEP_FUNCTIONS = "StepFunctions"
_COMMON_ERRORS = frozenset({"SdkClientException", "ThrottlingException", "AccessDeniedException"})


def call_problems(state: dict[str, Any]) -> Iterator[str]:
    """The problems of the Resource, Arguments and error names of a Task state."""
    resource = str(state.get("Resource"))
    if _FUNCTION.fullmatch(resource):
        # A function that is called by its ARN accepts any arguments, and its result is passed on unchanged.
        yield from _errors_problems(state, _model("lambda"))
        return
    match = _RESOURCE.fullmatch(resource)
    if not match:
        yield f"Resource {resource!r} is not a service call of the form arn:${{Partition}}:states:::service:action"
        return
    model = _model(_SERVICES.get(match["service"], match["service"]))
    if model is None:
        yield f"Resource {resource!r}: there is no service {match['service']!r}"
        return
    action = match["action"]
    try:
        operation = model.operation_model("Invoke" if _is_lambda(match) else action[0].upper() + action[1:])
    except OperationNotFoundError:
        yield f"Resource {resource!r}: {match['service']} has no action {action!r}"
        return
    arguments = state.get("Arguments", {})
    if isinstance(arguments, dict):
        yield from _shape_problems(arguments, operation.input_shape, "Arguments")
    yield from _errors_problems(state, model)


def _is_lambda(match: re.Match[str]) -> bool:
    return match["service"] == "lambda" and match["action"] == "invoke"


@cache
def _model(service: str) -> ServiceModel | None:
    try:
        return botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return None


def _shape_problems(value: Any, shape: Shape | None, path: str) -> Iterator[str]:
    """Unknown keys, and missing required ones; expressions are not evaluated."""
    if isinstance(value, dict) and isinstance(shape, StructureShape):
        # Arguments are in PascalCase, whatever the service's own spelling.
        members = {name[0].upper() + name[1:]: member for name, member in shape.members.items()}
        for key, inner in value.items():
            if key in members:
                yield from _shape_problems(inner, members[key], f"{path}.{key}")
            else:
                yield f"{path} has {key!r}; {shape.name} knows {', '.join(members)}"
        for name in shape.required_members:
            if name[0].upper() + name[1:] not in value:
                yield f"{path} lacks {name!r}, which {shape.name} requires"
    elif isinstance(value, list) and isinstance(shape, ListShape):
        for number, item in enumerate(value):
            yield from _shape_problems(item, shape.member, f"{path}[{number}]")
    elif isinstance(value, dict) and isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _shape_problems(item, shape.value, f"{path}.{key}")


def _errors_problems(state: dict[str, Any], model: ServiceModel | None) -> Iterator[str]:
    """Error names in Retry and Catch that cannot occur."""
    for clause in (*state.get("Retry", []), *state.get("Catch", [])):
        for name in clause.get("ErrorEquals", []):
            if model is not None:
                yield from _error_problems(name, model)


def _error_problems(name: str, model: ServiceModel) -> Iterator[str]:
    """A name with a dot is of Step Functions or the service; one without is a class of the layer."""
    prefix, dot, error = name.rpartition(".")
    if not dot or name in STATES_ERRORS:
        return
    service = model.service_id.title().replace(" ", "")
    if service == "Lambda" and name in _SANDBOX_ERRORS:
        return
    known = {shape.name for shape in model.error_shapes} | _COMMON_ERRORS | {f"{service}Exception"}
    if prefix == _STEP_FUNCTIONS and service == "Sfn":
        service = _STEP_FUNCTIONS
        known = {f"{name.removesuffix('Exception')}Exception" for name in known} | {"AWSStepFunctionsException"}
    if service == "Lambda":
        known |= _LAMBDA_ERRORS
    if prefix == "States":
        yield f"{name!r} is not an error of Step Functions"
    elif prefix.lower() != service.lower():
        yield f"{name!r} cannot come from a call of {service}"
    elif error not in known:
        yield f"{name!r} is not an error of {service}, which has {', '.join(sorted(known))}"
