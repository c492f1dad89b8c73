"""Problems of a state machine definition beyond the schema that AWS checks at deployment.

``problems`` is the entry point; each problem is a sentence that begins with the name of the state.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.unit.state_machines.definition import TERMINAL, Scope, State, scopes
from tests.unit.state_machines.expressions import LEFT_OUT, STATES_FIELDS, Expression, ExpressionError, expressions
from tests.unit.state_machines.service_calls import call_problems
from tests.unit.template.linter import findings

_CALLS = ("Task", "Map", "Parallel")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")


def problems(definition: dict[str, Any]) -> list[str]:
    """All problems of a definition with placeholders."""
    found = list(_machine_problems(definition))
    for scope in scopes(definition):
        found += [f"{scope.path or 'machine'}: {text}" for text in _scope_problems(scope)]
        variables = scope.variables()
        for name, state in scope.states.items():
            texts = [*_state_problems(state), *_expression_problems(state, variables.get(name))]
            found += [f"{scope.path}{name}: {text}" for text in texts]
    return found


def substituted(text: str, substitutions: Mapping[str, object]) -> dict[str, Any]:
    """A definition as it is deployed, with placeholders replaced as CloudFormation does.

    Raises:
        KeyError: a placeholder has no value.
    """
    parsed: dict[str, Any] = json.loads(re.sub(r"\$\{([A-Za-z0-9:]+)\}", lambda m: str(substitutions[m[1]]), text))
    return parsed


def schema_problems(definition: dict[str, Any], machine_type: str = "STANDARD") -> list[str]:
    """The problems that cfn-lint finds in a deployed definition with AWS's schema (E3601)."""
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "Definition": definition,
            "RoleArn": "arn:aws:iam::123456789012:role/machine",
            "StateMachineType": machine_type,
        },
    }
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Machine": machine}}
    return findings(json.dumps(template))


def _machine_problems(definition: dict[str, Any]) -> Iterator[str]:
    if definition.get("QueryLanguage") != "JSONata":
        yield "machine: QueryLanguage must be JSONata"
    if not definition.get("Comment"):
        yield "machine: it has no Comment"
    timeout = definition.get("TimeoutSeconds")
    if not isinstance(timeout, int) or timeout <= 0:
        yield "machine: it has no TimeoutSeconds, and would run for a year"


def _scope_problems(scope: Scope) -> Iterator[str]:
    if scope.start not in scope.states:
        yield f"StartAt names {scope.start!r}, which is not among its states"
    for name in scope.states:
        for edge in scope.edges(name):
            if edge.target not in scope.states:
                yield f"{name} leads to {edge.target!r}, which is not among its states"
    for name in sorted(set(scope.states) - scope.reachable()):
        yield f"{name} is never reached"


def _state_problems(state: State) -> Iterator[str]:
    kind = state.get("Type")
    if not state.get("Comment"):
        yield "it has no Comment"
    if kind == "Choice" and "Default" not in state:
        yield "a Choice without Default fails when none of its rules holds"
    if kind not in (*TERMINAL, "Choice") and ("Next" in state) == (state.get("End") is True):
        yield "it must have either Next or End"
    if kind == "Map" and not _is_positive(state.get("MaxConcurrency")):
        yield "a Map without MaxConcurrency starts everything at once"
    if kind == "Task":
        yield from _task_problems(state)
    for name in _assigned(state):
        if not _VARIABLE.fullmatch(name):
            yield f"Assign names {name!r}, which is not a valid variable name"


def _task_problems(state: State) -> Iterator[str]:
    if not _is_positive(state.get("TimeoutSeconds")):
        yield "a Task without TimeoutSeconds waits for ever"
    retries, catches = state.get("Retry", []), state.get("Catch", [])
    if not retries:
        yield "a Task without Retry fails at the first transient error"
    for retry in retries:
        if retry.get("JitterStrategy") != "FULL":
            yield f"Retry of {retry.get('ErrorEquals')} has no JitterStrategy FULL"
        if not {"IntervalSeconds", "MaxAttempts", "BackoffRate"} <= set(retry):
            yield f"Retry of {retry.get('ErrorEquals')} must have IntervalSeconds, MaxAttempts and BackoffRate"
        if "States.ALL" in retry.get("ErrorEquals", []):
            yield "Retry of States.ALL repeats calls that cannot succeed: name the errors"
    if not catches or catches[-1].get("ErrorEquals") != ["States.ALL"]:
        yield "its last Catch must be of States.ALL"
    yield from call_problems(state)


def _is_positive(value: Any) -> bool:
    """A positive number, or an expression for one."""
    return isinstance(value, str) or (isinstance(value, int) and value > 0)


def _assigned(state: State) -> Iterator[str]:
    for holder in (state, *state.get("Choices", []), *state.get("Catch", [])):
        yield from holder.get("Assign", {})


def _expression_problems(state: State, variables: frozenset[str] | None) -> Iterator[str]:
    """``variables`` are those that are certainly set; None if the state is never reached, which is another problem."""
    own = {key: value for key, value in state.items() if key not in ("ItemProcessor", "Branches", "Comment")}
    for place, text in expressions(own):
        try:
            expression = Expression(text)
        except ExpressionError as error:
            yield f"{place}: {error}"
            continue
        if variables is not None:
            for name in sorted(expression.variables - variables):
                why = "Step Functions has no such function" if name in LEFT_OUT else "it is not set on every path"
                yield f"{place}: ${name} is not defined ({why})"
        for field in sorted(expression.states_fields):
            if not _may_read(field, place, state):
                yield f"{place}: $states.{field} exists {STATES_FIELDS.get(field, 'nowhere')}"


def _may_read(field: str, place: str, state: State) -> bool:
    if field in ("input", "context"):
        return True
    if field == "errorOutput":
        return place.startswith("Catch[")
    return field == "result" and state.get("Type") in _CALLS and place.split(".")[0] in ("Assign", "Output")
