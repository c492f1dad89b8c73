"""What follows each error of each call of the query state machine: how many more calls, how long apart, which state.

Step Functions uses the first rule of Retry that names the error, and once that is exhausted the first rule of Catch:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.query.asl import DEFINITION, STATES

LAMBDA = (
    "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException", "Lambda.ClientExecutionTimeoutException", "ServiceUnavailableError",
    "Sandbox.Timedout", "States.Timeout",
)  # fmt: skip
FULL = ("Athena.TooManyRequestsException", "Athena.ThrottlingException")
UNCLEAR = ("Athena.InternalServerException", "Athena.SdkClientException", "States.Timeout")
GENERAL = "Athena.AthenaException"
#: Nothing that a repetition helps against.
OTHER = "Athena.AccessDeniedException"

Handling = tuple[list[float], str]


def handling(state: str, error: str) -> Handling:
    """The longest pauses before each repetition of a call that keeps failing, and the state that follows."""
    pauses: list[float] = []
    for rule in STATES[state]["Retry"]:
        if error in rule["ErrorEquals"]:
            every = [rule["IntervalSeconds"] * rule["BackoffRate"] ** n for n in range(rule["MaxAttempts"])]
            pauses = [min(pause, rule["MaxDelaySeconds"]) for pause in every]
            break
    for rule in STATES[state]["Catch"]:
        if error in rule["ErrorEquals"] or rule["ErrorEquals"] == ["States.ALL"]:
            return pauses, str(rule["Next"])
    raise AssertionError(f"{state} does not catch {error}")


def expected() -> Iterator[tuple[str, str, Handling]]:
    """For each call what happens after each error."""
    for error in LAMBDA:
        yield "PrepareQuery", error, ([1, 2, 4, 8], "FailUnexpectedly")
        yield "FetchResults", error, ([1, 2, 4], "FailUnexpectedly")
    for error in FULL:
        yield "StartQuery", error, ([], "WaitForCapacity")
    for error in (GENERAL, *UNCLEAR):
        yield "StartQuery", error, ([1, 2, 4], "FindQuery")
    yield "StartQuery", "Athena.InvalidRequestException", ([], "FailQuery")
    for error in (*FULL, *UNCLEAR, GENERAL):
        yield "FindQuery", error, ([2, 4], "FailUnexpectedly")
        # Only the message of the general exception says whether it passes.
        yield "GetQuery", error, ([1, 2], "CheckWatch" if error == GENERAL else "DecideNext")
        yield "StopQuery", error, ([1], "WaitForStop")
        yield "ConfirmStop", error, ([1], "CheckStop")
    for state, following in (
        ("PrepareQuery", "FailUnexpectedly"), ("StartQuery", "FindQuery"), ("FindQuery", "FailUnexpectedly"),
        ("GetQuery", "CheckWatch"), ("FetchResults", "FailUnexpectedly"), ("StopQuery", "WaitForStop"),
        ("ConfirmStop", "CheckStop"),
    ):  # fmt: skip
        yield state, OTHER, ([], following)


@pytest.mark.parametrize(("state", "error", "handled"), [*expected()])
def test_error_of_a_call_is_handled(state: str, error: str, handled: Handling) -> None:
    assert handling(state, error) == handled


def test_every_call_is_covered() -> None:
    calls = {name for name, state in STATES.items() if state["Type"] == "Task"}
    assert {state for state, _, _ in expected()} == calls


def test_repetitions_of_different_executions_are_spread() -> None:
    rules = [rule for state in STATES.values() for rule in state.get("Retry", ())]
    assert len(rules) == 7
    assert all(rule["JitterStrategy"] == "FULL" for rule in rules)


@pytest.mark.parametrize(
    ("state", "seconds"),
    [
        ("PrepareQuery", 20), ("StartQuery", 5), ("FindQuery", 5), ("GetQuery", 5), ("FetchResults", 90),
        ("StopQuery", 5), ("ConfirmStop", 5),
    ],
)  # fmt: skip
def test_call_is_given_up_after(state: str, seconds: int) -> None:
    assert STATES[state]["TimeoutSeconds"] == seconds


def test_machine_ends_after_the_time_that_its_parents_wait() -> None:
    assert json.loads(DEFINITION.read_text())["TimeoutSeconds"] == 15_600


def test_start_is_given_the_same_arguments_until_the_query_is_found() -> None:
    start: dict[str, Any] = STATES["StartQuery"]
    assert STATES["FindQuery"]["Arguments"] == start["Arguments"]
    assert STATES["FindQuery"]["Resource"] == start["Resource"]
