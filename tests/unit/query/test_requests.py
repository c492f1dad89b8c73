"""Query requests: what is accepted, what is rejected with which message, and which starts are the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.errors import InvalidRequest
from quilt_athena.query.requests import (
    DEFAULT_MAX_ROWS,
    DEFAULT_TIMEOUT_SECONDS,
    MAX_ATTEMPTS,
    MAX_MAX_ROWS,
    MAX_REQUEST_BYTES,
    client_request_token,
    prepare,
    request_bytes,
)

STANDARD_SECONDS, EXPRESS_SECONDS = 14400, 240
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:query:one"
STATE_BYTES = 256 * 1024
SECRET = "s3cr3t"


def prepared(data: object, execution_id: str = EXECUTION, maximum: int = STANDARD_SECONDS) -> dict[str, Any]:
    """The prepared request, in a stack with the default names."""
    return prepare(
        data, execution_id=execution_id, max_timeout_seconds=maximum, database="quilt_query", workgroup="quilt-query"
    )


def prepared_with(**fields: Any) -> dict[str, Any]:
    """A prepared request with a query and these fields."""
    return prepared({"QueryString": "SELECT 1", **fields})


def rejection(data: object, maximum: int = STANDARD_SECONDS) -> str:
    """The message with which a request is rejected."""
    with pytest.raises(InvalidRequest) as caught:
        prepared(data, maximum=maximum)
    return str(caught.value)


def rejected_with(**fields: Any) -> str:
    """The message with which a request with a query and these fields is rejected."""
    return rejection({"QueryString": "SELECT 1", **fields})


def test_query_alone_gets_the_defaults() -> None:
    start = prepared({"QueryString": "SELECT 1"})
    assert start["Start"] == {
        "QueryString": "SELECT 1",
        "QueryExecutionContext": {"Database": "quilt_query"},
        "WorkGroup": "quilt-query",
    }
    assert (start["TimeoutSeconds"], start["MaxRows"]) == (DEFAULT_TIMEOUT_SECONDS, DEFAULT_MAX_ROWS)


def test_sample_requests_are_accepted(samples: Path) -> None:
    requests = {path.stem: json.loads(path.read_text()) for path in samples.glob("query-request[.-]*json")}
    by_name = {name: prepared(request) for name, request in requests.items()}
    assert by_name["query-request"]["Start"]["ExecutionParameters"] == ["'cells'", "'%.tiff'", "'5'", "'latest'"]
    assert (by_name["query-request"]["TimeoutSeconds"], by_name["query-request"]["MaxRows"]) == (600, 500)
    assert "ExecutionParameters" not in by_name["query-request-minimal"]["Start"]
    start = by_name["query-request-execution-parameters"]["Start"]
    assert start["ExecutionParameters"] == ["'O''Neill'", "CAST(1700000000 AS varchar)"]
    assert start["ResultReuseConfiguration"] == {
        "ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}
    }


def test_parameters_become_literals_in_order() -> None:
    start = prepared_with(Parameters=["it's", 7, 1.5, True, None])["Start"]
    assert start["ExecutionParameters"] == ["'it''s'", "7", "1.5E0", "TRUE", "NULL"]


def test_execution_parameters_are_passed_unchanged() -> None:
    assert prepared_with(ExecutionParameters=["'a'", "1 + 1"])["Start"]["ExecutionParameters"] == ["'a'", "1 + 1"]


def test_empty_parameters_equal_none() -> None:
    assert prepared_with(Parameters=[], ExecutionParameters=[]) == prepared_with() | {
        "RequestBytes": request_bytes({"QueryString": "SELECT 1", "Parameters": [], "ExecutionParameters": []})
    }


def test_database_overrides_the_default() -> None:
    assert prepared_with(Database="other")["Start"]["QueryExecutionContext"] == {"Database": "other"}


def test_unknown_fields_are_ignored() -> None:
    assert prepared_with(Later=1)["Start"] == prepared_with()["Start"]
    # Only the names of the contract count.
    assert (
        rejection({"query_string": "SELECT 1"}) == "QueryString: expected either QueryString or NamedQuery, got neither"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("QueryString", None),
        ("QueryString", 1),
        ("QueryString", ""),
        ("QueryString", " \n\t"),
        ("QueryString", ["SELECT 1"]),
        ("Parameters", SECRET),
        ("Parameters", {"0": SECRET}),
        ("ExecutionParameters", SECRET),
        ("Database", ""),
        ("Database", 5),
        ("Database", "a\n"),
        ("Database", "x" * 256),
        ("TimeoutSeconds", 0),
        ("TimeoutSeconds", -1),
        ("TimeoutSeconds", 1.5),
        ("TimeoutSeconds", "60"),
        ("TimeoutSeconds", True),
        ("TimeoutSeconds", STANDARD_SECONDS + 1),
        ("MaxRows", -1),
        ("MaxRows", MAX_MAX_ROWS + 1),
        ("MaxRows", "10"),
        ("MaxRows", False),
        ("ResultReuseMaxAgeInMinutes", -1),
        ("ResultReuseMaxAgeInMinutes", 10081),
        ("ResultReuseMaxAgeInMinutes", "5"),
        ("IdempotencyKey", ""),
        ("IdempotencyKey", 7),
        ("IdempotencyKey", "k" * 1025),
    ],
)
def test_invalid_field_is_named(field: str, value: Any) -> None:
    assert rejected_with(**{field: value}).startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("Parameters", ["a", 1, [SECRET]], "Parameters[2]"),
        ("Parameters", [{SECRET: SECRET}], "Parameters[0]"),
        ("Parameters", [SECRET * 200], "Parameters[0]"),
        ("Parameters", [1, SECRET + "\0"], "Parameters[1]"),
        ("ExecutionParameters", ["'a'", 5], "ExecutionParameters[1]"),
        ("ExecutionParameters", ["'a'", ""], "ExecutionParameters[1]"),
        ("ExecutionParameters", ["'" + SECRET * 200 + "'"], "ExecutionParameters[0]"),
    ],
)
def test_invalid_parameter_is_named_by_position_without_its_value(field: str, value: list[Any], name: str) -> None:
    message = rejected_with(**{field: value})
    assert message.startswith(f"{name}: ")
    assert SECRET not in message


@pytest.mark.parametrize(
    "field",
    ["Database", "TimeoutSeconds", "MaxRows", "ResultReuseMaxAgeInMinutes", "IdempotencyKey", "QueryString"],
)
def test_message_never_has_the_value_of_a_field(field: str) -> None:
    assert SECRET not in rejected_with(**{field: [SECRET]})


def test_both_kinds_of_parameters_are_rejected() -> None:
    message = rejected_with(Parameters=[1], ExecutionParameters=["1"])
    assert message == "ExecutionParameters: expected either ExecutionParameters or Parameters, got both"


@pytest.mark.parametrize("data", [None, [], "SELECT 1", 5])
def test_request_must_be_an_object(data: object) -> None:
    assert rejection(data).startswith("request: expected a JSON object with QueryString")


def test_every_invalid_field_is_named() -> None:
    message = rejected_with(MaxRows=-1, TimeoutSeconds="x")
    assert "MaxRows: " in message
    assert "TimeoutSeconds: " in message


@pytest.mark.parametrize(
    ("requested", "maximum", "seconds"),
    [
        (None, STANDARD_SECONDS, DEFAULT_TIMEOUT_SECONDS),
        (None, EXPRESS_SECONDS, EXPRESS_SECONDS),
        (1, EXPRESS_SECONDS, 1),
        (EXPRESS_SECONDS, EXPRESS_SECONDS, EXPRESS_SECONDS),
        (STANDARD_SECONDS, STANDARD_SECONDS, STANDARD_SECONDS),
    ],
)
def test_timeout_has_a_default_and_a_maximum(requested: int | None, maximum: int, seconds: int) -> None:
    request = {"QueryString": "SELECT 1", "TimeoutSeconds": requested}
    assert prepared(request, maximum=maximum)["TimeoutSeconds"] == seconds


def test_timeout_above_the_maximum_is_rejected() -> None:
    message = rejection({"QueryString": "SELECT 1", "TimeoutSeconds": 241}, maximum=EXPRESS_SECONDS)
    assert message == "TimeoutSeconds: expected at most 240 in this state machine, got 241"


@pytest.mark.parametrize("value", [0, 1, MAX_MAX_ROWS])
def test_bounds_of_max_rows_are_accepted(value: int) -> None:
    assert prepared_with(MaxRows=value)["MaxRows"] == value


@pytest.mark.parametrize("value", [0, 10080])
def test_bounds_of_result_reuse_are_accepted(value: int) -> None:
    reuse = prepared_with(ResultReuseMaxAgeInMinutes=value)["Start"]["ResultReuseConfiguration"]
    assert reuse == {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": value}}


@pytest.mark.parametrize("character", ["x", '"', "\n", "é", "𝄞"])
def test_request_has_a_maximum_size(character: str) -> None:
    each = len(json.dumps(character)) - 2
    space = MAX_REQUEST_BYTES - request_bytes({"QueryString": "SELECT 1 --"})
    query = "SELECT 1 --" + character * (space // each) + "x" * (space % each)
    start = prepared({"QueryString": query})
    assert start["RequestBytes"] == MAX_REQUEST_BYTES
    # The state machine holds it with its tokens, and Athena's response repeats it.
    assert request_bytes(start) < STATE_BYTES
    message = rejection({"QueryString": query + "x"})
    assert message.startswith("request: expected at most 196,608 bytes of JSON")
    assert "got 196,609" in message


def test_tokens_are_valid_and_differ_by_attempt() -> None:
    tokens = prepared_with()["Tokens"]
    assert len(tokens) == len(set(tokens)) == MAX_ATTEMPTS
    assert all(len(token) == 64 and set(token) <= set("0123456789abcdef") for token in tokens)


def test_tokens_depend_on_the_execution() -> None:
    assert prepared_with()["Tokens"] == prepared_with()["Tokens"]
    request = {"QueryString": "SELECT 1"}
    assert prepared(request, execution_id="one")["Tokens"] != prepared(request, execution_id="two")["Tokens"]


def test_tokens_of_equal_idempotency_keys_are_equal() -> None:
    request = {"QueryString": "SELECT 1", "IdempotencyKey": "k"}
    assert prepared(request, execution_id="one")["Tokens"] == prepared(request, execution_id="two")["Tokens"]
    # MaxRows and TimeoutSeconds do not make it another query.
    assert prepared(request | {"MaxRows": 1, "TimeoutSeconds": 5})["Tokens"] == prepared(request)["Tokens"]


@pytest.mark.parametrize(
    "change",
    [
        {"QueryString": "SELECT 2"},
        {"Parameters": [1]},
        {"Database": "other"},
        {"ResultReuseMaxAgeInMinutes": 1},
        {"IdempotencyKey": "other"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_tokens_differ_for_different_queries(change: dict[str, Any]) -> None:
    request = {"QueryString": "SELECT 1", "IdempotencyKey": "k"}
    assert not set(prepared(request)["Tokens"]) & set(prepared(request | change)["Tokens"])


def test_idempotency_key_never_equals_an_execution() -> None:
    request = {"QueryString": "SELECT 1"}
    for key in (EXECUTION, f"execution:{EXECUTION}"):
        keyed = prepared(request | {"IdempotencyKey": key}, execution_id="another")
        assert not set(keyed["Tokens"]) & set(prepared(request)["Tokens"])


STARTS = st.fixed_dictionaries(
    {"QueryString": st.text(max_size=4), "ExecutionParameters": st.lists(st.text(max_size=2))}
)


@given(
    st.tuples(st.text(max_size=4), STARTS, st.integers(0, 2)), st.tuples(st.text(max_size=4), STARTS, st.integers(0, 2))
)
def test_tokens_are_equal_only_for_equal_input(one: tuple[str, Any, int], other: tuple[str, Any, int]) -> None:
    assert (client_request_token(*one) == client_request_token(*other)) == (one == other)


def test_token_does_not_depend_on_the_order_of_fields() -> None:
    one = client_request_token("k", {"a": 1, "b": 2}, 0)
    assert client_request_token("k", {"b": 2, "a": 1}, 0) == one


@pytest.mark.parametrize("parameters", [["'" * 511] * 370, [1] * 90_000], ids=["quotes", "digits"])
def test_literals_count_towards_the_size(parameters: list[Any]) -> None:
    request = {"QueryString": "SELECT 1", "Parameters": parameters}
    assert request_bytes(request) <= MAX_REQUEST_BYTES
    assert rejection(request).startswith("Parameters: expected at most 196,608 bytes")


def test_message_fits_the_cause_of_an_execution() -> None:
    message = rejected_with(ExecutionParameters=[1] * 90_000)
    assert message.endswith("; and 89,990 more")
    assert len(message) < 2000
