"""The package state machine's own decisions, evaluated from its definition."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from jsonata import Jsonata

from tests.unit.query.asl import Expression
from tests.unit.state_machines.expressions import expression_of

DEFINITION = Path(__file__).parents[3] / "statemachines" / "package.asl.json"
STATES: dict[str, dict[str, Any]] = json.loads(DEFINITION.read_text())["States"]


def decide(state: str, **variables: Any) -> str:
    """The state that a Choice leads to."""
    for choice in STATES[state]["Choices"]:
        holds = Expression(choice["Condition"])(variables)
        assert isinstance(holds, bool)
        if holds:
            return str(choice["Next"])
    return str(STATES[state]["Default"])


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("InvalidRequest", "FailQuery"),
        ("QueryFailed", "FailQuery"),
        ("QueryCancelled", "FailQuery"),
        ("QueryTimedOut", "FailQuery"),
        ("States.Timeout", "FailUnexpectedly"),
        ("AccessDenied", "FailUnexpectedly"),
    ],
)
def test_a_query_that_could_not_be_asked_is_no_callers_fault(error: str, state: str) -> None:
    assert decide("CheckQueryFailure", Failure={"Error": error, "Cause": "{}"}) == state


def test_the_name_of_the_query_is_the_executions_own() -> None:
    """Not the execution's name, which a query that somebody asked may have."""
    arn = "arn:aws:states:us-east-1:123456789012:execution:package:nightly"
    expression = STATES["RunQuery"]["Arguments"]["Name"].replace("$states.context.Execution.Id", json.dumps(arn))
    assert "$states" not in expression
    parsed = Jsonata(expression_of(expression) or "")
    parsed.register_lambda("hash", lambda text, kind: {"SHA-256": hashlib.sha256}[kind](text.encode()).hexdigest())
    name = parsed.evaluate(None)
    assert name == f"package-{hashlib.sha256(arn.encode()).hexdigest()[:60]}"
    assert len(name) <= 80


def test_a_second_that_is_taken_is_waited_for() -> None:
    (retry,) = [one for one in STATES["PushPackage"]["Retry"] if "ServiceUnavailableError" in one["ErrorEquals"]]
    assert (retry["IntervalSeconds"] >= 1, retry["MaxAttempts"] >= 3) == (True, True)


def test_what_the_functions_answer_decides() -> None:
    assert decide("CheckRequest", Prepared={"Valid": True, "Query": {}}) == "RunQuery"
    assert decide("CheckRequest", Prepared={"Valid": False, "Cause": {}}) == "RejectRequest"
    assert decide("CheckPush", Push={"Pushed": True, "Result": {}}) == "PackagePushed"
    assert decide("CheckPush", Push={"Pushed": False, "Error": "InvalidRow", "Cause": {}}) == "RejectPackage"


def test_a_push_that_took_too_long_says_what_to_do() -> None:
    caught = [clause for clause in STATES["PushPackage"]["Catch"] if clause["Next"] == "TimeOutPackage"]
    assert [clause["ErrorEquals"] for clause in caught] == [["Sandbox.Timedout", "States.Timeout"]]
    cause = json.loads(Expression(STATES["TimeOutPackage"]["Cause"])({"Answer": {"QueryExecutionId": "query-1"}}))
    assert cause["QueryExecutionId"] == "query-1"
    assert "select the column hash" in cause["Message"]


def test_the_time_of_the_parts_fits_the_whole() -> None:
    whole = json.loads(DEFINITION.read_text())["TimeoutSeconds"]
    parts = sum(state.get("TimeoutSeconds", 0) for state in STATES.values())
    # Each may be tried again, after pauses.
    assert parts + 4 * STATES["PushPackage"]["TimeoutSeconds"] < whole
