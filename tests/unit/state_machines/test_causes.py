"""The error of a failed child execution: its cause is JSON that may be truncated anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.query.asl import Expression
from tests.unit.state_machines.expressions import expressions

STATE_MACHINES = Path(__file__).parents[3] / "statemachines"
#: Maximum length of a task's cause: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html
MAX_CAUSE = 32_768


def caught(name: str) -> Expression:
    """The only expression of a definition that parses the cause of a child execution."""
    definition = json.loads((STATE_MACHINES / f"{name}.asl.json").read_text())
    (text,) = (text for _, text in expressions(definition) if "$parse($text)" in text)
    return Expression(text)


def failure(name: str, cause: str) -> dict[str, Any]:
    """How the definition reports the failure of a child execution."""
    states = {
        "errorOutput": {"Error": "States.TaskFailed", "Cause": cause},
        "input": {"Statement": {"File": "a", "Bucket": "b", "Tries": 0}, "Probe": {"Bucket": "b", "Noted": False}},
    }
    found = caught(name)({"states": states})
    assert isinstance(found, dict)
    return found


def reason_of(found: dict[str, Any]) -> str:
    return str(found.get("Reason", found.get("Cause")))


@pytest.mark.parametrize("name", ["package", "refresh", "scheduled_query", "views"])
@pytest.mark.parametrize("first", ["Cause", "Input"])
def test_truncated_cause_does_not_fail_the_expression(name: str, first: str) -> None:
    fields = {
        "Cause": json.dumps({"Message": "line 1:8: Column 'sise' cannot be resolved"}),
        "Error": "QueryFailed",
        "Input": json.dumps({"QueryString": "SELECT {" + "x" * 200_000}),
    }
    if first == "Input":
        fields = dict(reversed(list(fields.items())))
    whole = failure(name, json.dumps({**fields, "Input": "{}"}))
    assert whole["Error"] == "QueryFailed"
    assert "Column 'sise' cannot be resolved" in reason_of(whole)
    cut = failure(name, json.dumps(fields, separators=(",", ":"))[:MAX_CAUSE])
    assert cut["Error"] == ("QueryFailed" if first == "Cause" else "States.TaskFailed")
    if first == "Cause":
        assert "Column 'sise' cannot be resolved" in reason_of(cut)


@pytest.mark.parametrize("name", ["package", "refresh", "scheduled_query", "views"])
@pytest.mark.parametrize("cause", ["", "{", "{x", "The state took too long"])
def test_other_causes_are_reported_unchanged(name: str, cause: str) -> None:
    found = failure(name, cause)
    assert found["Error"] == "States.TaskFailed"
    assert reason_of(found) == cause
