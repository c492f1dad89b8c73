"""The errors and causes with which executions of the query state machine fail, evaluated from its definition."""

from __future__ import annotations

import json

import pytest

from tests.unit.query.asl import STATES, Expression, cause

QUERY = {
    "State": "FAILED",
    "StateChangeReason": "SYNTAX_ERROR: x",
    "AthenaError": {"ErrorCategory": 2, "Retryable": False},
    "Statistics": {},
    "OutputLocation": "s3://x",
}
ENDED = {"Query": QUERY, "QueryExecutionId": "query-1", "Request": {"TimeoutSeconds": 5}, "Failure": {}}
ATHENA = {"StateChangeReason": "SYNTAX_ERROR: x", "AthenaError": {"ErrorCategory": 2, "Retryable": False}}


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        ("FailQuery", "QueryFailed", "SYNTAX_ERROR: x"),
        ("CancelQuery", "QueryCancelled", "SYNTAX_ERROR: x"),
        ("TimeOutQuery", "QueryTimedOut", "The query was stopped after TimeoutSeconds: 5"),
    ],
)
def test_failure_has_its_error_and_athenas_reason(state: str, error: str, message: str) -> None:
    assert STATES[state]["Error"] == error
    assert cause(state, ENDED) == {"Message": message, "QueryExecutionId": "query-1", **ATHENA}


def test_rejected_request_has_its_reason() -> None:
    request = {"Request": {"Valid": False, "Cause": {"Message": "MaxRows: wrong"}}}
    assert STATES["RejectRequest"]["Error"] == "InvalidRequest"
    assert cause("RejectRequest", request) == {"QueryExecutionId": None, "Message": "MaxRows: wrong"}


def test_cancelled_query_without_a_reason_has_a_message() -> None:
    reported = cause("CancelQuery", ENDED | {"Query": {"State": "CANCELLED"}})
    assert reported == {"Message": "The query was cancelled", "QueryExecutionId": "query-1"}


def test_unexpected_failure_has_the_error_that_led_to_it() -> None:
    error = Expression(STATES["FailUnexpectedly"]["Error"])
    failure = {"Error": "Athena.AthenaException", "Cause": "Not authorized"}
    before_start = {"Query": {}, "QueryExecutionId": None, "Failure": failure}
    assert error(before_start) == "Athena.AthenaException"
    assert cause("FailUnexpectedly", before_start) == {"Message": "Not authorized", "QueryExecutionId": None}
    assert error(before_start | {"Failure": {}}) == "Unexpected"
    assert cause("FailUnexpectedly", before_start | {"Failure": {}})["Message"] == "No cause was given"


def test_failed_query_without_a_reason_has_a_message() -> None:
    reported = cause("FailQuery", ENDED | {"Query": {"State": "FAILED"}})
    assert reported == {"Message": "The query failed, and Athena gave no reason", "QueryExecutionId": "query-1"}


@pytest.mark.parametrize("state", ["GetQuery", "ConfirmStop"])
@pytest.mark.parametrize("character", ["\n", "\x01", '"', "x"])
@pytest.mark.parametrize("count", [1_500, 2_500, 4_000, 100_000])
def test_long_reason_fits_the_cause(state: str, character: str, count: int) -> None:
    reason = 'HIVE_BAD_DATA: "' + character * count
    status = {"State": "FAILED", "StateChangeReason": reason, "AthenaError": {"ErrorType": 1, "ErrorMessage": reason}}
    kept = Expression(STATES[state]["Assign"]["Query"])({"states": {"result": {"QueryExecution": {"Status": status}}}})
    assert kept["AthenaError"]["ErrorType"] == 1
    assert len(json.dumps(cause("FailQuery", ENDED | {"Query": kept}))) <= 32_768
    quiet = {"states": {"result": {"QueryExecution": {"Status": {"State": "RUNNING"}}}}}
    assert Expression(STATES[state]["Assign"]["Query"])(quiet) == {"State": "RUNNING"}


@pytest.mark.parametrize("state", ["GetQuery", "ConfirmStop"])
@pytest.mark.parametrize(
    ("reason", "length"),
    [
        ("x" * 5_000, 4_000),
        # As JSON in an array it has 10,000 characters, and one more.
        ("\x01" * 1_200 + "x" * 2_796, 3_996),
        ("\x01" * 1_200 + "x" * 2_797, 1_300),
    ],
)
def test_reason_is_cut_no_more_than_needed(state: str, reason: str, length: int) -> None:
    status = {"State": "FAILED", "StateChangeReason": reason}
    kept = Expression(STATES[state]["Assign"]["Query"])({"states": {"result": {"QueryExecution": {"Status": status}}}})
    assert kept["StateChangeReason"] == reason[:length]


@pytest.mark.parametrize("character", ['"', "\x01"])
def test_long_failure_fits_the_cause(character: str) -> None:
    reason = "\x01" * 1_200 + "x" * 2_796
    query = {"State": "RUNNING", "StateChangeReason": reason, "AthenaError": {"ErrorMessage": reason}}
    failure = {"Query": query, "QueryExecutionId": "query-1", "Failure": {"Error": "E", "Cause": character * 32_000}}
    assert len(json.dumps(cause("FailUnexpectedly", failure))) <= 32_768


@pytest.mark.parametrize(("error", "length"), [("E", 8000), ("States.Timeout", 7060), ("Sandbox.Timedout", 7060)])
def test_long_failure_is_cut(error: str, length: int) -> None:
    failure = {"Query": {}, "QueryExecutionId": None, "Failure": {"Error": error, "Cause": "x" * 9000}}
    assert len(cause("FailUnexpectedly", failure)["Message"]) == length


@pytest.mark.parametrize(("count", "length"), [(5_996, 6_996), (5_997, 2_000)])
def test_failure_is_cut_further_if_its_json_has_more_than_12000_characters(count: int, length: int) -> None:
    message = "\x01" * 1_000 + "x" * count
    failure = {"Query": {}, "QueryExecutionId": None, "Failure": {"Error": "E", "Cause": message}}
    assert cause("FailUnexpectedly", failure)["Message"] == message[:length]


def test_unexpected_failure_has_athenas_reason() -> None:
    reported = cause("FailUnexpectedly", ENDED | {"Failure": {"Error": "E", "Cause": "why"}})
    assert reported == {"Message": "why", "QueryExecutionId": "query-1", **ATHENA}


def test_query_over_the_scan_limit_has_a_hint() -> None:
    reason = "Bytes scanned limit was exceeded"
    reported = cause("CancelQuery", {"Query": {"StateChangeReason": reason}, "QueryExecutionId": "query-1"})
    assert (reported["Message"], reported["StateChangeReason"]) == (reason, reason)
    assert "BytesScannedCutoffPerQuery" in reported["Hint"]
    reported = cause(
        "CancelQuery", {"Query": {"StateChangeReason": "Query cancelled by user"}, "QueryExecutionId": "query-1"}
    )
    assert "Hint" not in reported
