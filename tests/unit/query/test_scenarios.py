"""Executions of the query state machine from beginning to end: their calls with the arguments, and their results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.query.asl import EXPRESS, STANDARD
from tests.unit.query.scenario import EXECUTION, Error, Execution, Response

START = {"QueryString": "SELECT 1", "WorkGroup": "quilt-athena-standard"}
PREPARED = {
    "Valid": True, "Start": START, "Tokens": ["one", "two", "three"], "TimeoutSeconds": 100, "MaxRows": 7,
    "RequestBytes": 321,
}  # fmt: skip
ROWS = {"RowCount": 1, "Rows": [{"x": 1}]}
STARTED = {"QueryExecutionId": "query-1"}
DENIED = Error("Athena.AccessDeniedException", "You may not")
FULL = Error("Athena.TooManyRequestsException", "Full")
UNCLEAR = Error("Athena.InternalServerException", "Broken")
#: Longer than what is kept, and each part of its beginning is there once.
LONG = "The reason: " + "r" * 5000
THROTTLED = Error("Athena.AthenaException", "Rate exceeded (Service: Athena, Status Code: 400)")


def query(state: str, **fields: Any) -> Response:
    """Athena's description of a query."""
    return {"QueryExecution": {"QueryExecutionId": "query-1", "Status": {"State": state, **fields}}}


TRANSIENT = query("FAILED", StateChangeReason="Transient", AthenaError={"Retryable": True})


def execute(limit: int = STANDARD, preparing: float = 0.0, **responses: list[Response]) -> Execution:
    """An execution whose calls have these responses by state; the last one is repeated.

    A query succeeds at once, and stopping it works, unless responses say otherwise.
    """
    usual: dict[str, list[Response]] = {
        "PrepareQuery": [{"Payload": PREPARED}],
        "StartQuery": [STARTED],
        "FindQuery": [STARTED],
        "GetQuery": [query("SUCCEEDED")],
        "FetchResults": [ROWS],
        "StopQuery": [{}],
        "ConfirmStop": [query("CANCELLED")],
    }
    scripted: dict[str, Iterator[Response]] = {
        state: iter(responses.get(state, default)) for state, default in usual.items()
    }
    last: dict[str, Response] = {}

    def respond(state: str) -> Response:
        last[state] = next(scripted[state], last.get(state, {}))
        return last[state]

    execution = Execution(limit, respond, {"QueryString": "SELECT 1"})
    execution.seconds = preparing
    return execution.run()


def states(execution: Execution) -> list[str]:
    """The states of its calls."""
    return [state for state, _ in execution.calls]


@pytest.mark.parametrize("limit", [STANDARD, EXPRESS])
def test_query_that_succeeds_has_its_rows(limit: int) -> None:
    described = {
        "QueryExecutionId": "query-1", "StatementType": "DML", "Query": "SELECT 1",
        "Status": {"State": "SUCCEEDED", "SubmissionDateTime": "now"},
        "ResultConfiguration": {"OutputLocation": "s3://results/query-1.csv", "EncryptionConfiguration": {}},
        "Statistics": {"DataScannedInBytes": 5}, "WorkGroup": "standard",
    }  # fmt: skip
    ended = execute(limit, GetQuery=[query("QUEUED"), query("RUNNING"), {"QueryExecution": described}])
    kept = {
        "QueryExecutionId": "query-1", "StatementType": "DML", "State": "SUCCEEDED",
        "OutputLocation": "s3://results/query-1.csv", "Statistics": {"DataScannedInBytes": 5},
    }  # fmt: skip
    payload = {
        "Request": {"QueryString": "SELECT 1"}, "ExecutionId": EXECUTION, "WorkGroup": "${WorkGroupName}",
        "MaxTimeoutSeconds": limit,
    }  # fmt: skip
    assert ended.calls == [
        ("PrepareQuery", {"FunctionName": "${PrepareQueryFunctionArn}", "Payload": payload}),
        ("StartQuery", {**START, "ClientRequestToken": "one"}),
        *[("GetQuery", {"QueryExecutionId": "query-1"})] * 3,
        ("FetchResults", {"Query": kept, "MaxRows": 7, "RequestBytes": 321, "Attempts": 1}),
    ]
    assert (ended.output, ended.error, ended.waits) == (ROWS, None, [1, 1, 1])


def test_description_of_a_failed_query_is_kept() -> None:
    error = {"ErrorCategory": 2, "Retryable": False, "ErrorMessage": f"Message: {LONG}"}
    ended = execute(GetQuery=[query("FAILED", StateChangeReason=LONG, AthenaError=error)])
    kept = {"StateChangeReason": LONG[:4000], "AthenaError": {**error, "ErrorMessage": f"Message: {LONG}"[:4000]}}
    assert ended.error == "QueryFailed"
    assert ended.cause == {"Message": LONG[:4000], "QueryExecutionId": "query-1", **kept}


def test_description_of_a_stopped_query_is_kept() -> None:
    error = {"ErrorCategory": 1, "ErrorMessage": f"Message: {LONG}"}
    stopped = query("CANCELLED", StateChangeReason=LONG, AthenaError=error)
    ended = execute(GetQuery=[query("RUNNING")], ConfirmStop=[stopped])
    kept = {"StateChangeReason": LONG[:4000], "AthenaError": {**error, "ErrorMessage": f"Message: {LONG}"[:4000]}}
    message = "The query was stopped after TimeoutSeconds: 100"
    assert (ended.error, ended.cause) == ("QueryTimedOut", {"Message": message, "QueryExecutionId": "query-1", **kept})


def test_query_that_ends_before_it_is_stopped_has_its_rows() -> None:
    described = {
        "QueryExecutionId": "query-1", "StatementType": "DML", "Status": {"State": "SUCCEEDED"},
        "ResultConfiguration": {"OutputLocation": "s3://results/query-1.csv"}, "Statistics": {"DataScannedInBytes": 5},
    }  # fmt: skip
    ended = execute(GetQuery=[query("RUNNING")], ConfirmStop=[{"QueryExecution": described}])
    (fetched,) = ended.called("FetchResults")
    assert fetched["Query"] == {
        "QueryExecutionId": "query-1", "StatementType": "DML", "State": "SUCCEEDED",
        "OutputLocation": "s3://results/query-1.csv", "Statistics": {"DataScannedInBytes": 5},
    }  # fmt: skip
    assert ended.output == ROWS


@pytest.mark.parametrize(
    ("state", "reason", "error"),
    [("FAILED", "SYNTAX_ERROR: x", "QueryFailed"), ("CANCELLED", "By u", "QueryCancelled")],
)
def test_query_that_fails_is_not_stopped(state: str, reason: str, error: str) -> None:
    ended = execute(GetQuery=[query(state, StateChangeReason=reason)])
    assert (ended.error, ended.called("StopQuery")) == (error, [])
    assert ended.cause == {"Message": reason, "QueryExecutionId": "query-1", "StateChangeReason": reason}


def test_invalid_request_starts_nothing() -> None:
    ended = execute(PrepareQuery=[{"Payload": {"Valid": False, "Cause": {"Message": "MaxRows: wrong"}}}])
    assert (ended.error, states(ended)) == ("InvalidRequest", ["PrepareQuery"])


def test_request_that_cannot_be_prepared_starts_nothing() -> None:
    ended = execute(PrepareQuery=[Error("KeyError", "x")])
    assert (ended.error, states(ended)) == ("KeyError", ["PrepareQuery"])
    assert ended.cause == {"Message": "x", "QueryExecutionId": None}


def test_query_is_not_started_when_preparing_it_took_an_express_execution_too_long() -> None:
    ended = execute(EXPRESS, preparing=220)
    text = "Preparing took so long that the query might not have been stopped in time: nothing was started"
    assert (ended.error, ended.cause) == ("QueryNotStarted", {"Message": text, "QueryExecutionId": None})
    assert states(ended) == ["PrepareQuery"]


def test_transient_failures_are_repeated_with_another_token() -> None:
    ended = execute(GetQuery=[TRANSIENT, TRANSIENT, query("SUCCEEDED")])
    assert [start["ClientRequestToken"] for start in ended.called("StartQuery")] == ["one", "two", "three"]
    assert ended.called("FetchResults")[0]["Attempts"] == 3
    # WaitForQuery, and 1 + floor(0.5 * 2 * attempt) before each restart.
    assert ended.waits == [1, 2, 1, 3, 1]


def test_status_of_the_query_before_does_not_count_for_the_next() -> None:
    ended = execute(GetQuery=[TRANSIENT, *[THROTTLED] * 3, query("SUCCEEDED")])
    assert len(ended.called("StartQuery")) == 2
    assert ended.output == ROWS


def test_query_that_athena_rejects_has_its_reason() -> None:
    ended = execute(StartQuery=[Error("Athena.InvalidRequestException", LONG)])
    assert (ended.error, states(ended)) == ("QueryFailed", ["PrepareQuery", "StartQuery"])
    assert ended.cause == {"Message": LONG[:4000], "QueryExecutionId": None, "StateChangeReason": LONG[:4000]}


def test_start_waits_for_capacity_with_the_same_token() -> None:
    ended = execute(StartQuery=[FULL, FULL, FULL, STARTED])
    assert {start["ClientRequestToken"] for start in ended.called("StartQuery")} == {"one"}
    assert (len(ended.called("StartQuery")), ended.output, ended.waits) == (4, ROWS, [1, 1, 1, 1])


def test_query_without_capacity_was_not_started() -> None:
    ended = execute(StartQuery=[Error(FULL.name, LONG)])
    text = f"Athena had no capacity for the query within TimeoutSeconds (100): {LONG[:4000]}"
    assert (ended.error, ended.cause) == ("QueryNotStarted", {"Message": text, "QueryExecutionId": None})
    assert {*states(ended)} == {"PrepareQuery", "StartQuery"}
    assert 100 <= ended.seconds < 101


def test_query_that_failed_and_finds_no_capacity_again_has_the_first_reason() -> None:
    ended = execute(StartQuery=[STARTED, FULL], GetQuery=[TRANSIENT])
    assert (ended.error, ended.cause["Message"]) == ("QueryFailed", "Transient")
    assert (ended.called("FindQuery"), ended.called("StopQuery")) == ([], [])


def test_time_out_after_a_full_queue_is_no_failure_of_athena() -> None:
    ended = execute(StartQuery=[FULL, STARTED], GetQuery=[query("RUNNING")])
    assert ended.error == "QueryTimedOut"


def test_query_that_may_run_is_found_and_stopped_when_the_queue_stays_full() -> None:
    ended = execute(StartQuery=[UNCLEAR, FULL])
    assert ended.called("FindQuery") == [{**START, "ClientRequestToken": "one"}]
    assert ended.called("StopQuery") == ended.called("ConfirmStop") == [{"QueryExecutionId": "query-1"}]
    assert ended.error == "QueryTimedOut"


def test_query_that_may_run_and_is_not_found_has_the_error_of_finding_it() -> None:
    ended = execute(StartQuery=[UNCLEAR, FULL], FindQuery=[DENIED])
    assert (ended.error, ended.cause) == (DENIED.name, {"Message": DENIED.cause, "QueryExecutionId": None})


def test_started_query_no_longer_leaves_open_whether_it_runs() -> None:
    ended = execute(StartQuery=[UNCLEAR, FULL, STARTED, FULL], GetQuery=[TRANSIENT])
    assert (ended.error, ended.called("FindQuery")) == ("QueryFailed", [])


@pytest.mark.parametrize("unclear", [UNCLEAR, DENIED, Error("States.Timeout")])
def test_query_whose_start_is_unclear_is_found_and_stopped(unclear: Error) -> None:
    ended = execute(StartQuery=[unclear])
    assert ended.called("FindQuery") == [{**START, "ClientRequestToken": "one"}]
    assert ended.called("StopQuery") == ended.called("ConfirmStop") == [{"QueryExecutionId": "query-1"}]
    assert ended.error == ("ServiceTimedOut" if unclear.name == "States.Timeout" else unclear.name)
    assert ended.cause["QueryExecutionId"] == "query-1"


def test_query_that_is_found_and_whose_end_is_not_confirmed_has_no_reason_of_athena() -> None:
    ended = execute(StartQuery=[UNCLEAR], ConfirmStop=[Error("F", "confirm")])
    message = "Athena was asked to stop the query, and did not confirm its end: F: confirm"
    assert (ended.error, ended.cause) == ("QueryNotStopped", {"Message": message, "QueryExecutionId": "query-1"})


def test_query_that_is_not_found_has_the_error_of_its_start() -> None:
    ended = execute(StartQuery=[UNCLEAR], FindQuery=[DENIED])
    assert (ended.error, ended.cause) == (UNCLEAR.name, {"Message": "Broken", "QueryExecutionId": None})


def test_restarted_query_that_is_found_is_stopped_though_the_one_before_failed() -> None:
    ended = execute(StartQuery=[STARTED, DENIED], GetQuery=[TRANSIENT], ConfirmStop=[DENIED, query("CANCELLED")])
    assert len(ended.called("StopQuery")) == 2
    assert ended.called("FindQuery") == [{**START, "ClientRequestToken": "two"}]


@pytest.mark.parametrize("limit", [STANDARD, EXPRESS])
def test_query_is_stopped_at_its_deadline(limit: int) -> None:
    ended = execute(limit, GetQuery=[query("RUNNING")])
    assert states(ended)[-3:] == ["GetQuery", "StopQuery", "ConfirmStop"]
    assert ended.waits[-1] == 1
    assert 101 <= ended.seconds < 102
    assert ended.cause == {"Message": "The query was stopped after TimeoutSeconds: 100", "QueryExecutionId": "query-1"}


def test_stop_is_repeated_twenty_times_with_longer_waits() -> None:
    ended = execute(GetQuery=[DENIED], ConfirmStop=[query("RUNNING")])
    assert ended.error == "QueryNotStopped"
    assert ended.cause["Message"] == "Athena was asked to stop the query, and did not confirm its end"
    assert len(ended.called("StopQuery")) == len(ended.called("ConfirmStop")) == 20
    assert ended.waits == [1, *[1] * 4, *[2] * 4, *[3] * 4, *[4] * 4, *[5] * 4]


def test_stop_without_a_confirmation_is_repeated_as_often() -> None:
    ended = execute(GetQuery=[DENIED], StopQuery=[Error("E", "stop")], ConfirmStop=[Error("F", "confirm")])
    assert (len(ended.called("StopQuery")), ended.error) == (20, "QueryNotStopped")
    assert ended.cause["Message"].endswith(": F: confirm")


def test_failed_stop_is_the_reason_that_a_query_was_not_stopped() -> None:
    ended = execute(GetQuery=[DENIED], StopQuery=[Error("E", "stop")], ConfirmStop=[query("RUNNING")])
    assert ended.cause["Message"].endswith(": E: stop")


def test_express_execution_stops_its_query_as_long_as_it_lasts() -> None:
    late = execute(EXPRESS, preparing=200, GetQuery=[DENIED], ConfirmStop=[query("RUNNING")])
    assert 270 <= late.seconds < 275


def test_query_whose_status_cannot_be_read_is_stopped() -> None:
    ended = execute(GetQuery=[DENIED])
    assert states(ended)[-3:] == ["GetQuery", "StopQuery", "ConfirmStop"]
    assert (ended.error, ended.cause) == (DENIED.name, {"Message": "You may not", "QueryExecutionId": "query-1"})


@pytest.mark.parametrize("busy", [THROTTLED, FULL, UNCLEAR, Error("States.Timeout")])
def test_polling_that_athena_throttles_does_not_fail_the_query(busy: Error) -> None:
    assert execute(GetQuery=[busy, busy, busy, query("SUCCEEDED")]).output == ROWS
    ended = execute(GetQuery=[busy])
    assert (ended.error, len(ended.called("StopQuery"))) == ("QueryTimedOut", 1)


def test_rows_that_cannot_be_fetched_fail_with_their_query() -> None:
    ended = execute(FetchResults=[Error("ResultUnreadableError", "gone")])
    assert (ended.error, ended.cause) == ("ResultUnreadableError", {"Message": "gone", "QueryExecutionId": "query-1"})
