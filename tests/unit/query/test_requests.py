"""A query request: what is taken, what is refused and in which words, and what makes two starts one."""

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


def prepared(data: object, execution_id: str = EXECUTION, most: int = STANDARD_SECONDS) -> dict[str, Any]:
    """What `prepare` makes of a request in a stack with the usual names."""
    return prepare(
        data, execution_id=execution_id, max_timeout_seconds=most, database="quilt_query", workgroup="quilt-query"
    )


def asked(**fields: Any) -> dict[str, Any]:
    """What `prepare` makes of a request with a query and these fields."""
    return prepared({"QueryString": "SELECT 1", **fields})


def refusal(data: object, most: int = STANDARD_SECONDS) -> str:
    """The message with which a request is refused."""
    with pytest.raises(InvalidRequest) as refused:
        prepared(data, most=most)
    return str(refused.value)


def refused(**fields: Any) -> str:
    """The message with which a request with a query and these fields is refused."""
    return refusal({"QueryString": "SELECT 1", **fields})


def test_a_query_alone_gets_the_defaults() -> None:
    answer = prepared({"QueryString": "SELECT 1"})
    assert answer["Start"] == {
        "QueryString": "SELECT 1",
        "QueryExecutionContext": {"Database": "quilt_query"},
        "WorkGroup": "quilt-query",
    }
    assert (answer["TimeoutSeconds"], answer["MaxRows"]) == (DEFAULT_TIMEOUT_SECONDS, DEFAULT_MAX_ROWS)


def test_the_samples_are_taken(samples: Path) -> None:
    requests = {path.stem: json.loads(path.read_text()) for path in samples.glob("query-request[.-]*json")}
    answers = {name: prepared(request) for name, request in requests.items()}
    assert answers["query-request"]["Start"]["ExecutionParameters"] == ["'cells'", "'%.tiff'", "'5'", "'latest'"]
    assert (answers["query-request"]["TimeoutSeconds"], answers["query-request"]["MaxRows"]) == (600, 500)
    assert "ExecutionParameters" not in answers["query-request-minimal"]["Start"]
    start = answers["query-request-execution-parameters"]["Start"]
    assert start["ExecutionParameters"] == ["'O''Neill'", "CAST(1700000000 AS varchar)"]
    assert start["ResultReuseConfiguration"] == {
        "ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}
    }


def test_parameters_become_literals_in_their_order() -> None:
    start = asked(Parameters=["it's", 7, 1.5, True, None])["Start"]
    assert start["ExecutionParameters"] == ["'it''s'", "7", "1.5E0", "TRUE", "NULL"]


def test_literals_pass_as_they_are() -> None:
    assert asked(ExecutionParameters=["'a'", "1 + 1"])["Start"]["ExecutionParameters"] == ["'a'", "1 + 1"]


def test_no_parameters_are_none_at_all() -> None:
    assert asked(Parameters=[], ExecutionParameters=[]) == asked() | {
        "RequestBytes": request_bytes({"QueryString": "SELECT 1", "Parameters": [], "ExecutionParameters": []})
    }


def test_another_database_can_be_named() -> None:
    assert asked(Database="other")["Start"]["QueryExecutionContext"] == {"Database": "other"}


def test_unknown_fields_are_ignored() -> None:
    assert asked(Later=1)["Start"] == asked()["Start"]
    # Names are those of the contract only.
    assert refusal({"query_string": "SELECT 1"}) == "QueryString: expected either this or NamedQuery, got neither"


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
def test_a_wrong_field_is_refused_by_its_name(field: str, value: Any) -> None:
    assert refused(**{field: value}).startswith(f"{field}: ")


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
def test_a_wrong_parameter_is_named_by_its_position_and_not_repeated(field: str, value: list[Any], name: str) -> None:
    message = refused(**{field: value})
    assert message.startswith(f"{name}: ")
    assert SECRET not in message


@pytest.mark.parametrize(
    "field",
    ["Database", "TimeoutSeconds", "MaxRows", "ResultReuseMaxAgeInMinutes", "IdempotencyKey", "QueryString"],
)
def test_no_message_repeats_what_a_field_holds(field: str) -> None:
    assert SECRET not in refused(**{field: [SECRET]})


def test_both_kinds_of_parameters_are_refused() -> None:
    message = refused(Parameters=[1], ExecutionParameters=["1"])
    assert message == "ExecutionParameters: expected either these or Parameters, got both"


@pytest.mark.parametrize("data", [None, [], "SELECT 1", 5])
def test_what_is_no_object_is_refused(data: object) -> None:
    assert refusal(data).startswith("request: expected a JSON object with QueryString")


def test_every_wrong_field_is_named() -> None:
    message = refused(MaxRows=-1, TimeoutSeconds="x")
    assert "MaxRows: " in message
    assert "TimeoutSeconds: " in message


@pytest.mark.parametrize(
    ("requested", "most", "seconds"),
    [
        (None, STANDARD_SECONDS, DEFAULT_TIMEOUT_SECONDS),
        (None, EXPRESS_SECONDS, EXPRESS_SECONDS),
        (1, EXPRESS_SECONDS, 1),
        (EXPRESS_SECONDS, EXPRESS_SECONDS, EXPRESS_SECONDS),
        (STANDARD_SECONDS, STANDARD_SECONDS, STANDARD_SECONDS),
    ],
)
def test_the_time_allowed(requested: int | None, most: int, seconds: int) -> None:
    request = {"QueryString": "SELECT 1", "TimeoutSeconds": requested}
    assert prepared(request, most=most)["TimeoutSeconds"] == seconds


def test_more_time_than_the_machine_has_is_refused() -> None:
    message = refusal({"QueryString": "SELECT 1", "TimeoutSeconds": 241}, most=EXPRESS_SECONDS)
    assert message == "TimeoutSeconds: expected at most 240 in this state machine, got 241"


@pytest.mark.parametrize("value", [0, 1, MAX_MAX_ROWS])
def test_the_bounds_of_rows_are_taken(value: int) -> None:
    assert asked(MaxRows=value)["MaxRows"] == value


@pytest.mark.parametrize("value", [0, 10080])
def test_the_bounds_of_reuse_are_taken(value: int) -> None:
    reuse = asked(ResultReuseMaxAgeInMinutes=value)["Start"]["ResultReuseConfiguration"]
    assert reuse == {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": value}}


@pytest.mark.parametrize("character", ["x", '"', "\n", "é", "𝄞"])
def test_the_largest_request_is_taken_and_a_larger_one_is_not(character: str) -> None:
    each = len(json.dumps(character)) - 2
    space = MAX_REQUEST_BYTES - request_bytes({"QueryString": "SELECT 1 --"})
    query = "SELECT 1 --" + character * (space // each) + "x" * (space % each)
    answer = prepared({"QueryString": query})
    assert answer["RequestBytes"] == MAX_REQUEST_BYTES
    # It travels with its tokens, and Athena's own answer repeats it.
    assert request_bytes(answer) < STATE_BYTES
    message = refusal({"QueryString": query + "x"})
    assert message.startswith("request: expected at most 196,608 bytes of JSON")
    assert "got 196,609" in message


def test_tokens_are_what_athena_takes_and_differ_by_attempt() -> None:
    tokens = asked()["Tokens"]
    assert len(tokens) == len(set(tokens)) == MAX_ATTEMPTS
    assert all(len(token) == 64 and set(token) <= set("0123456789abcdef") for token in tokens)


def test_the_same_execution_starts_the_same_query() -> None:
    assert asked()["Tokens"] == asked()["Tokens"]
    request = {"QueryString": "SELECT 1"}
    assert prepared(request, execution_id="one")["Tokens"] != prepared(request, execution_id="two")["Tokens"]


def test_a_key_makes_executions_one() -> None:
    request = {"QueryString": "SELECT 1", "IdempotencyKey": "k"}
    assert prepared(request, execution_id="one")["Tokens"] == prepared(request, execution_id="two")["Tokens"]
    # How many rows are wanted, and how soon, does not make it another query.
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
def test_whatever_makes_it_another_query_makes_another_token(change: dict[str, Any]) -> None:
    request = {"QueryString": "SELECT 1", "IdempotencyKey": "k"}
    assert not set(prepared(request)["Tokens"]) & set(prepared(request | change)["Tokens"])


def test_a_key_never_equals_an_execution() -> None:
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
def test_tokens_are_equal_only_for_equals(one: tuple[str, Any, int], other: tuple[str, Any, int]) -> None:
    assert (client_request_token(*one) == client_request_token(*other)) == (one == other)


def test_a_token_does_not_depend_on_the_order_of_fields() -> None:
    one = client_request_token("k", {"a": 1, "b": 2}, 0)
    assert client_request_token("k", {"b": 2, "a": 1}, 0) == one


@pytest.mark.parametrize("parameters", [["'" * 511] * 370, [1] * 90_000], ids=["quotes", "digits"])
def test_literals_count_too(parameters: list[Any]) -> None:
    request = {"QueryString": "SELECT 1", "Parameters": parameters}
    assert request_bytes(request) <= MAX_REQUEST_BYTES
    assert refusal(request).startswith("Parameters: expected at most 196,608 bytes")


def test_a_message_fits_a_cause() -> None:
    message = refused(ExecutionParameters=[1] * 90_000)
    assert message.endswith("; and 89,990 more")
    assert len(message) < 2000
