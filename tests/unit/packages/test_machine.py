"""The choices and expressions of the package state machine, evaluated from its definition."""

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
        ("QueryNotStarted", "FailQuery"),
        ("States.Timeout", "FailUnexpectedly"),
        ("AccessDenied", "FailUnexpectedly"),
    ],
)
def test_check_query_failure_separates_query_errors_from_unexpected_ones(error: str, state: str) -> None:
    assert decide("CheckQueryFailure", Failure={"Error": error, "Cause": "{}"}) == state


def test_run_query_derives_its_name_from_the_execution_arn() -> None:
    """Not from the execution's name, which a query that somebody else started may have."""
    arn = "arn:aws:states:us-east-1:123456789012:execution:package:nightly"
    expression = STATES["RunQuery"]["Arguments"]["Name"].replace("$states.context.Execution.Id", json.dumps(arn))
    assert "$states" not in expression
    parsed = Jsonata(expression_of(expression) or "")
    parsed.register_lambda("hash", lambda text, kind: {"SHA-256": hashlib.sha256}[kind](text.encode()).hexdigest())
    name = parsed.evaluate(None)
    assert name == f"package-{hashlib.sha256(arn.encode()).hexdigest()[:60]}"
    assert len(name) <= 80


def test_push_package_is_retried_after_a_second() -> None:
    (retry,) = [one for one in STATES["PushPackage"]["Retry"] if "ServiceUnavailableError" in one["ErrorEquals"]]
    assert (retry["IntervalSeconds"] >= 1, retry["MaxAttempts"] >= 3) == (True, True)


def test_choices_follow_the_output_of_the_functions() -> None:
    assert decide("CheckRequest", Prepared={"Valid": True, "Query": {}}) == "RunQuery"
    assert decide("CheckRequest", Prepared={"Valid": False, "Cause": {}}) == "RejectRequest"
    assert decide("CheckPush", Push={"Pushed": True, "Result": {}}) == "ReturnResult"
    assert decide("CheckPush", Push={"Pushed": False, "Error": "InvalidRow", "Cause": {}}) == "RejectPackage"


def test_push_timeout_has_a_cause_with_a_remedy() -> None:
    caught = [clause for clause in STATES["PushPackage"]["Catch"] if clause["Next"] == "TimeOutPackage"]
    assert [clause["ErrorEquals"] for clause in caught] == [["Sandbox.Timedout", "States.Timeout"]]
    cause = json.loads(Expression(STATES["TimeOutPackage"]["Cause"])({"QueryResult": {"QueryExecutionId": "query-1"}}))
    assert cause["QueryExecutionId"] == "query-1"
    assert "select the column hash" in cause["Message"]


@pytest.mark.parametrize("timeout", ["States.Timeout", "Sandbox.Timedout"])
def test_timeout_of_a_service_has_a_documented_error(timeout: str) -> None:
    error = Expression(STATES["FailUnexpectedly"]["Error"])
    assert error({"Failure": {"Error": timeout, "Cause": "late"}}) == "ServiceTimedOut"
    assert error({"Failure": {"Error": "AccessDenied", "Cause": "no"}}) == "AccessDenied"
    assert error({"Failure": {}}) == "Unexpected"


def test_state_timeouts_fit_the_timeout_of_the_machine() -> None:
    whole = json.loads(DEFINITION.read_text())["TimeoutSeconds"]
    parts = sum(state.get("TimeoutSeconds", 0) for state in STATES.values())
    # Each state may be retried, after pauses.
    assert parts + 4 * STATES["PushPackage"]["TimeoutSeconds"] < whole
