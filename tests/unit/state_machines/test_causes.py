"""What an execution that was waited for failed of: its cause is JSON with all that it was given, or cut off within."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.query.asl import Expression
from tests.unit.state_machines.expressions import expressions

STATE_MACHINES = Path(__file__).parents[3] / "statemachines"
#: What a task's cause holds at most: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html
MAX_CAUSE = 32_768


def caught(name: str) -> Expression:
    """The only expression of a definition that reads an execution's cause."""
    definition = json.loads((STATE_MACHINES / f"{name}.asl.json").read_text())
    (text,) = (text for _, text in expressions(definition) if "$parse($text)" in text)
    return Expression(text)


def failure(name: str, cause: str) -> dict[str, Any]:
    """What becomes of the failure of an execution, in the definition of this name."""
    states = {
        "errorOutput": {"Error": "States.TaskFailed", "Cause": cause},
        "input": {"Statement": {"File": "a", "Bucket": "b", "Tries": 0}, "Probe": {"Bucket": "b", "Noted": False}},
    }
    found = caught(name)({"states": states})
    assert isinstance(found, dict)
    return found


def told(found: dict[str, Any]) -> str:
    return str(found.get("Reason", found.get("Cause")))


@pytest.mark.parametrize("name", ["package", "refresh", "scheduled_query", "views"])
@pytest.mark.parametrize("first", ["Cause", "Input"])
def test_a_cause_that_is_cut_off_is_no_error_of_its_own(name: str, first: str) -> None:
    fields = {
        "Cause": json.dumps({"Message": "line 1:8: Column 'sise' cannot be resolved"}),
        "Error": "QueryFailed",
        "Input": json.dumps({"QueryString": "SELECT {" + "x" * 200_000}),
    }
    if first == "Input":
        fields = dict(reversed(list(fields.items())))
    whole = failure(name, json.dumps({**fields, "Input": "{}"}))
    assert whole["Error"] == "QueryFailed"
    assert "Column 'sise' cannot be resolved" in told(whole)
    cut = failure(name, json.dumps(fields, separators=(",", ":"))[:MAX_CAUSE])
    assert cut["Error"] == ("QueryFailed" if first == "Cause" else "States.TaskFailed")
    if first == "Cause":
        assert "Column 'sise' cannot be resolved" in told(cut)


@pytest.mark.parametrize("name", ["package", "refresh", "scheduled_query", "views"])
@pytest.mark.parametrize("cause", ["", "{", "{x", "The state took too long"])
def test_other_causes_are_told_as_they_are(name: str, cause: str) -> None:
    found = failure(name, cause)
    assert found["Error"] == "States.TaskFailed"
    assert told(found) == cause
