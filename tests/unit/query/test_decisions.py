"""The transitions of the query state machine, evaluated from its definition."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.query.asl import ATTEMPTS, EXPRESS, STANDARD, STATES, Expression, cause, decide

TRIED_ONCE: dict[str, Any] = {
    "StartedAt": 0,
    "Attempt": 0,
    "Request": {"TimeoutSeconds": 100, "Tokens": ["one", "two", "three"]},
}
ICEBERG = "ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table"


def after(query: dict[str, Any], attempt: int = 0, elapsed: float = 5) -> str:
    """The state after DecideNext, ``elapsed`` seconds after the start."""
    return decide("DecideNext", TRIED_ONCE | {"Query": query, "Attempt": attempt}, elapsed * 1000)


def failed(reason: str, retryable: bool | None = None) -> dict[str, Any]:
    """A failed query."""
    error = {} if retryable is None else {"AthenaError": {"ErrorCategory": 2, "Retryable": retryable}}
    return {"State": "FAILED", "StateChangeReason": reason, **error}


@pytest.mark.parametrize(
    ("valid", "target"),
    [(True, "StartQuery"), (False, "RejectRequest")],
)
def test_only_a_valid_request_is_started(valid: bool, target: str) -> None:
    assert decide("CheckRequest", {"Request": {"Valid": valid}}) == target


@pytest.mark.parametrize(
    ("state", "target"),
    [
        ("QUEUED", "WaitForQuery"),
        ("RUNNING", "WaitForQuery"),
        ("SUCCEEDED", "FetchResults"),
        ("FAILED", "FailQuery"),
        ("CANCELLED", "CancelQuery"),
    ],
)
def test_each_query_state_has_a_transition(state: str, target: str) -> None:
    assert after({"State": state}) == target


@pytest.mark.parametrize(("elapsed", "target"), [(99.9, "WaitForQuery"), (100, "StopQuery"), (200, "StopQuery")])
@pytest.mark.parametrize("state", ["QUEUED", "RUNNING"])
def test_query_is_stopped_at_the_deadline(state: str, elapsed: float, target: str) -> None:
    assert after({"State": state}, elapsed=elapsed) == target


@pytest.mark.parametrize(
    ("state", "target"), [("SUCCEEDED", "FetchResults"), ("FAILED", "FailQuery"), ("CANCELLED", "CancelQuery")]
)
def test_ended_query_is_reported_even_after_the_deadline(state: str, target: str) -> None:
    assert after({"State": state}, elapsed=101) == target


@pytest.mark.parametrize(
    "query",
    [
        failed("Something transient", retryable=True),
        failed(ICEBERG, retryable=False),
        failed(ICEBERG),
        failed("GENERIC_INTERNAL_ERROR: null", retryable=False),
        failed("INTERNAL_ERROR_QUERY_ENGINE"),
        {"State": "FAILED", "AthenaError": {"Retryable": True}},
    ],
)
def test_query_that_failed_for_a_transient_reason_is_started_three_times(query: dict[str, Any]) -> None:
    assert [after(query, attempt) for attempt in range(3)] == ["WaitBeforeRestart", "WaitBeforeRestart", "FailQuery"]
    assert after(query, elapsed=100) == "FailQuery"


@pytest.mark.parametrize(("tokens", "attempts"), [(1, 1), (2, 2), (4, ATTEMPTS)])
def test_number_of_starts_is_limited_by_the_tokens_and_by_the_machine(tokens: int, attempts: int) -> None:
    request = {"TimeoutSeconds": 100, "Tokens": ["token"] * tokens}
    variables = TRIED_ONCE | {"Query": failed("Transient", retryable=True), "Request": request}
    decided = [decide("DecideNext", variables | {"Attempt": attempt}) for attempt in range(attempts)]
    assert decided == ["WaitBeforeRestart"] * (attempts - 1) + ["FailQuery"]


@pytest.mark.parametrize(
    "reason",
    [
        "SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved",
        "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.quilt_query.x' does not exist",
        "PERMISSION_DENIED: Access Denied to s3://bucket/key",
        "HIVE_BAD_DATA: Error reading field value",
        "INVALID_CAST_ARGUMENT: Cannot cast 'INTERNAL_ERROR' to INT",
    ],
)
def test_query_that_failed_for_a_permanent_reason_is_not_restarted(reason: str) -> None:
    assert after(failed(reason, retryable=False)) == "FailQuery"
    assert after(failed(reason)) == "FailQuery"


@pytest.mark.parametrize(
    "reason",
    ["Query exhausted resources at this scale factor", "EXHAUSTED_RESOURCES: x", "INTERNAL_ERROR: exhausted x"],
)
def test_query_that_exhausted_resources_is_not_restarted(reason: str) -> None:
    assert after(failed(reason, retryable=True)) == "FailQuery"


@pytest.mark.parametrize(("attempt", "chance", "seconds"), [(1, 0, 1), (1, 0.999, 2), (2, 0, 1), (2, 0.999, 4)])
def test_restart_waits_longer_each_time(attempt: int, chance: float, seconds: int) -> None:
    expression = STATES["WaitBeforeRestart"]["Seconds"].replace("$random()", str(chance))
    assert Expression(expression)({"Attempt": attempt}) == seconds


@pytest.mark.parametrize(
    ("state", "checks", "failure", "target"),
    [
        ("RUNNING", 1, {}, "StopQuery"),
        ("QUEUED", 19, {}, "StopQuery"),
        (None, 1, {}, "StopQuery"),
        ("RUNNING", 20, {}, "FailUnexpectedly"),
        ("CANCELLED", 1, {}, "TimeOutQuery"),
        ("FAILED", 1, {}, "TimeOutQuery"),
        ("SUCCEEDED", 1, {}, "FetchResults"),
        ("SUCCEEDED", 1, {"Error": "Athena.AthenaException"}, "FailUnexpectedly"),
        ("CANCELLED", 1, {"Error": "Athena.AthenaException"}, "FailUnexpectedly"),
        ("RUNNING", 1, {"Error": "Athena.AthenaException"}, "StopQuery"),
    ],
)
def test_stop_is_repeated_until_it_is_confirmed(
    state: str | None, checks: int, failure: dict[str, str], target: str
) -> None:
    query = {} if state is None else {"State": state}
    variables = {"Query": query, "StopChecks": checks, "Failure": failure, "StopFailure": {}}
    assert decide("CheckStop", variables) == target


@pytest.mark.parametrize(
    ("max_timeout", "timeout", "passed", "latest"),
    [
        (EXPRESS, 240, 1, 241),  # an Express execution that starts immediately has all its time
        (EXPRESS, 240, 100, 245),  # and one that starts late ends before Step Functions ends it at 300
        (EXPRESS, 10, 100, 110),
        (STANDARD, 14_400, 600, 15_000),
        (STANDARD, 60, 86_400, 86_460),  # redriven a day later
    ],
)
def test_deadline_leaves_time_to_stop_the_query(max_timeout: int, timeout: int, passed: int, latest: int) -> None:
    (begin,) = [choice for choice in STATES["CheckRequest"]["Choices"] if choice["Next"] == "StartQuery"]
    started = Expression(begin["Assign"]["StartedAt"], max_timeout)(
        {"Request": {"TimeoutSeconds": timeout}}, passed * 1000
    )
    assert started / 1000 + timeout == latest


def test_time_counts_from_the_first_attempt_to_start() -> None:
    assigning = {name for name, state in STATES.items() if '"StartedAt":' in json.dumps(state)}
    assert assigning == {"PrepareQuery", "CheckRequest"}
    assert not any("CheckRequest" in json.dumps(state) for name, state in STATES.items() if name != "PrepareQuery")


WAITING = TRIED_ONCE | {"MayRun": False, "Failure": {"Error": "Athena.TooManyRequestsException", "Cause": "Full"}}


@pytest.mark.parametrize(
    ("elapsed", "attempt", "may_run", "target"),
    [
        (0, 0, False, "StartQuery"),
        (99.9, 2, True, "StartQuery"),
        (100, 0, False, "FailToStart"),
        (100, 1, False, "FailQuery"),  # the query before it failed, and there was no capacity for another
        (100, 0, True, "FindQuery"),
        (100, 1, True, "FindQuery"),
    ],
)
def test_start_is_repeated_until_the_deadline(elapsed: float, attempt: int, may_run: bool, target: str) -> None:
    variables = WAITING | {"Attempt": attempt, "MayRun": may_run}
    assert decide("DecideStart", variables, elapsed * 1000) == target


@pytest.mark.parametrize(
    ("attempt", "may_run", "target"),
    [(0, False, "FailToStart"), (1, False, "FailQuery"), (0, True, "FindQuery"), (1, True, "FindQuery")],
)
def test_start_is_given_up_when_an_express_query_could_not_be_stopped_in_time(
    attempt: int, may_run: bool, target: str
) -> None:
    variables = WAITING | {"Request": {"TimeoutSeconds": 240, "Tokens": ["one", "two"]}}
    variables |= {"Attempt": attempt, "MayRun": may_run}
    assert decide("DecideStart", variables, 219_999, EXPRESS) == "StartQuery"
    assert decide("DecideStart", variables, 220_000, EXPRESS) == target
    # The age of a Standard execution does not matter, only the time since the query's first start.
    redriven = variables | {"StartedAt": 86_400_000}
    assert decide("DecideStart", redriven, 86_639_999, STANDARD) == "StartQuery"
    assert decide("DecideStart", redriven, 86_640_000, STANDARD) == target


def test_restart_depends_on_the_time_since_the_first_start() -> None:
    query = failed("Transient", retryable=True)
    assert after(query, elapsed=99.999) == "WaitBeforeRestart"
    redriven = TRIED_ONCE | {"Query": query, "StartedAt": 86_400_000}
    assert decide("DecideNext", redriven, 86_499_999, STANDARD) == "WaitBeforeRestart"
    assert decide("DecideNext", redriven, 86_500_000, STANDARD) == "FailQuery"
    express = redriven | {"StartedAt": 0, "Request": {"TimeoutSeconds": 240, "Tokens": ["one", "two"]}}
    assert decide("DecideNext", express, 219_999, EXPRESS) == "WaitBeforeRestart"
    assert decide("DecideNext", express, 220_000, EXPRESS) == "FailQuery"


def test_deadline_is_counted_from_the_first_start() -> None:
    running = TRIED_ONCE | {"Query": {"State": "RUNNING"}, "StartedAt": 86_400_000}
    assert decide("DecideNext", running, 86_499_999, STANDARD) == "WaitForQuery"
    assert decide("DecideNext", running, 86_500_000, STANDARD) == "StopQuery"


def test_stop_is_repeated_as_long_as_an_express_execution_lasts() -> None:
    variables = {"Query": {"State": "RUNNING"}, "StopChecks": 1, "Failure": {}, "StopFailure": {}}
    assert decide("CheckStop", variables, 269_999, EXPRESS) == "StopQuery"
    assert decide("CheckStop", variables, 270_000, EXPRESS) == "FailUnexpectedly"
    assert decide("CheckStop", variables, 86_400_000, STANDARD) == "StopQuery"


@pytest.mark.parametrize(
    ("state", "variables", "seconds", "before", "after"),
    [
        ("CheckRequest", {"Request": {"Valid": True}}, 220, "StartQuery", "FailToStart"),
        ("DecideStart", {"Attempt": 0, "MayRun": False}, 220, "StartQuery", "FailToStart"),
        ("DecideStart", {"Attempt": 1, "MayRun": False}, 220, "StartQuery", "FailQuery"),
        ("DecideStart", {"Attempt": 0, "MayRun": True}, 220, "StartQuery", "FindQuery"),
        ("DecideNext", {"Query": failed("Transient", retryable=True)}, 220, "WaitBeforeRestart", "FailQuery"),
        ("CheckStop", {"Query": {"State": "RUNNING"}, "StopChecks": 1}, 270, "StopQuery", "FailUnexpectedly"),
    ],
)
def test_limits_of_an_express_execution_count_from_its_beginning(
    state: str, variables: dict[str, Any], seconds: int, before: str, after: str
) -> None:
    began = 86_400_000
    request = {"Valid": True, "TimeoutSeconds": 240, "Tokens": ["one", "two"]}
    known = {"Attempt": 0, "Failure": {}, "StopFailure": {}, "Request": request, "StartedAt": began, **variables}
    assert decide(state, known, began + seconds * 1000 - 1, EXPRESS, began) == before
    assert decide(state, known, began + seconds * 1000, EXPRESS, began) == after


def test_express_start_is_repeated_while_its_query_could_be_stopped_in_time() -> None:
    variables = WAITING | {"Request": {"TimeoutSeconds": 240, "Tokens": ["one", "two"]}, "StartedAt": 0}
    assert decide("DecideStart", variables, 219_000, EXPRESS) == "StartQuery"
    assert decide("DecideStart", variables, 220_000, EXPRESS) == "FailToStart"
    failed_before = variables | {"Query": failed("Transient", retryable=True)}
    assert decide("DecideNext", failed_before, 219_000, EXPRESS) == "WaitBeforeRestart"
    assert decide("DecideNext", failed_before, 220_000, EXPRESS) == "FailQuery"


def test_query_that_was_not_started_has_its_reason() -> None:
    (give_up,) = [choice for choice in STATES["DecideStart"]["Choices"] if choice["Next"] == "FailToStart"]
    failure = Expression(give_up["Assign"]["Failure"])(WAITING)
    assert cause("FailToStart", {"Failure": failure}) == {
        "Message": "Athena had no capacity for the query within TimeoutSeconds (100): Full",
        "QueryExecutionId": None,
    }
    assert STATES["FailToStart"]["Error"] == failure["Error"] == "QueryNotStarted"


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, [1, 2, 7, 30, 30]), (0.999, [1, 3, 13, 59, 59])])
def test_wait_for_capacity_grows_up_to_a_minute_and_not_beyond_the_deadline(chance: float, seconds: list[int]) -> None:
    expression = Expression(STATES["WaitForCapacity"]["Seconds"].replace("$random()", str(chance)))

    def wait(elapsed: float, timeout: int) -> Any:
        started = 86_400_000
        return expression({"StartedAt": started, "Request": {"TimeoutSeconds": timeout}}, started + elapsed * 1000)

    assert [wait(elapsed, 14_400) for elapsed in (0, 10, 60, 290, 3600)] == seconds
    assert (wait(598.5, 600), wait(601, 600)) == (2, 1)


def test_only_a_start_without_an_earlier_try_certainly_started_nothing() -> None:
    (full,) = [clause for clause in STATES["StartQuery"]["Catch"] if clause["Next"] == "WaitForCapacity"]
    may_run = Expression(full["Assign"]["MayRun"])
    tried = [
        may_run({"MayRun": before, "states": {"context": {"State": {"RetryCount": retries}}}})
        for retries, before in ((0, False), (1, False), (0, True))
    ]
    assert tried == [False, True, True]


@pytest.mark.parametrize("state", ["PrepareQuery", "FetchResults"])
def test_timeout_of_a_function_is_retried(state: str) -> None:
    (retry,) = STATES[state]["Retry"]
    assert {"States.Timeout", "Sandbox.Timedout"} <= set(retry["ErrorEquals"])


@pytest.mark.parametrize("timeout", ["States.Timeout", "Sandbox.Timedout"])
@pytest.mark.parametrize("text", [None, "Task timed out after 20.00 seconds"])
def test_timeout_of_a_service_has_a_documented_error_and_a_cause(timeout: str, text: str | None) -> None:
    failure = {"Error": timeout} | ({} if text is None else {"Cause": text})
    variables = {"Query": {}, "QueryExecutionId": None, "Failure": failure}
    assert Expression(STATES["FailUnexpectedly"]["Error"])(variables) == "ServiceTimedOut"
    message = "A call of AWS took too long, however often it was repeated"
    expected = {"Message": f"{message}: {text}" if text else message, "QueryExecutionId": None}
    assert cause("FailUnexpectedly", variables) == expected


def test_query_that_was_not_stopped_has_the_reason() -> None:
    (give_up,) = [choice for choice in STATES["CheckStop"]["Choices"] if "QueryNotStopped" in json.dumps(choice)]
    failure = Expression(give_up["Assign"]["Failure"])
    text = "Athena was asked to stop the query, and did not confirm its end"
    assert failure({"StopFailure": {}}) == {"Error": "QueryNotStopped", "Cause": text}
    denied = {"StopFailure": {"Error": "Athena.AccessDeniedException", "Cause": "No"}}
    assert failure(denied)["Cause"] == f"{text}: Athena.AccessDeniedException: No"


def test_query_that_could_not_be_stopped_in_time_is_not_started() -> None:
    request = {"Request": {"Valid": True}}
    assert decide("CheckRequest", request, 219_000, EXPRESS) == "StartQuery"
    assert decide("CheckRequest", request, 220_000, EXPRESS) == "FailToStart"
    assert decide("CheckRequest", request, 86_400_000, STANDARD) == "StartQuery"
    assert decide("CheckRequest", {"Request": {"Valid": False}}, 220_000, EXPRESS) == "RejectRequest"


@pytest.mark.parametrize(
    ("error", "cause", "target"),
    [
        ("Athena.AthenaException", "Rate exceeded (Service: Athena, Status Code: 400, Request ID: 1)", "DecideNext"),
        ("Athena.AthenaException", "rate exceeded", "DecideNext"),
        ("Athena.AthenaException", "throttled", "DecideNext"),
        ("Athena.AthenaException", "Please SlowDown", "DecideNext"),
        ("Athena.AthenaException", "slow down", "DecideNext"),
        ("Athena.AthenaException", "Busy (Service: Athena, Status Code: 429)", "DecideNext"),
        ("Athena.AthenaException", "Throttling (Service: Athena, Status Code: 400)", "DecideNext"),
        ("Athena.AthenaException", "Unavailable (Service: Athena, Status Code: 503)", "DecideNext"),
        ("Athena.AthenaException", "You are not authorized (Service: Athena, Status Code: 400)", "StopQuery"),
        ("Athena.AthenaException", None, "StopQuery"),
        ("Athena.InvalidRequestException", "Rate exceeded", "StopQuery"),
        ("States.Runtime", "x", "StopQuery"),
    ],
)
def test_polling_continues_while_athena_throttles(error: str, cause: str | None, target: str) -> None:
    assert decide("CheckWatch", {"Failure": {"Error": error, "Cause": cause}}) == target
