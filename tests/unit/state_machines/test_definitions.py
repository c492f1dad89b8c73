"""Every state machine definition of the stack, as written and as deployed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.state_machines.asl import problems, schema_problems, substituted
from tests.unit.template.cloudformation import ROOT, Stack

DEFINITIONS = sorted((ROOT / "statemachines").glob("*.asl.json"))
MACHINES = Stack().of_type("AWS::StepFunctions::StateMachine")


def test_every_definition_is_deployed() -> None:
    deployed = {ROOT / machine["DefinitionS3Location"]["Key"] for machine in MACHINES.values()}
    assert deployed == set(DEFINITIONS)


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_definition_has_no_problem(path: Path) -> None:
    assert problems(json.loads(path.read_text())) == []


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_functions_are_repeated_after_a_timeout(path: Path) -> None:
    """Unless the timeout has an error of its own. `States.TaskFailed` is any error other than `States.Timeout`."""
    states: dict[str, Any] = json.loads(path.read_text())["States"]
    for name, state in states.items():
        if "FunctionArn}" in json.dumps(state):
            handled = [set(one["ErrorEquals"]) for one in (*state["Retry"], *state["Catch"])]
            assert any(
                {"States.Timeout", "Sandbox.Timedout"} <= errors or {"States.Timeout", "States.TaskFailed"} <= errors
                for errors in handled
            ), name


@pytest.mark.parametrize("name", MACHINES)
def test_deployed_definition_matches_the_schema(name: str) -> None:
    machine = MACHINES[name]
    text = (ROOT / machine["DefinitionS3Location"]["Key"]).read_text()
    # cfn-lint knows service calls in partition aws only, and functions only by complete ARNs.
    function = "arn:aws:lambda:us-east-1:123456789012:function:f"
    values = {
        key: function if key.endswith("FunctionArn") else value
        for key, value in machine["DefinitionSubstitutions"].items()
    }
    assert schema_problems(substituted(text, values | {"Partition": "aws"}), machine["StateMachineType"]) == []
