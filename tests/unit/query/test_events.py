"""The events that request queries, and the events that report their outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.errors import InvalidEventError
from quilt_athena.query.events import (
    MAX_INLINE_BYTES,
    Outcome,
    RequestedQuery,
    failed,
    parse_query_requested,
    succeeded,
)

QUERY = RequestedQuery("quilt-athena", "mine", {"QueryString": "SELECT 1"})
SOURCES = {"quilt-athena"}
Event = dict[str, Any]


@pytest.fixture
def event(samples: Path) -> Event:
    """The sample event."""
    parsed: Event = json.loads((samples / "query-requested.json").read_text())
    return parsed


def result(**changed: Any) -> dict[str, Any]:
    """A query result."""
    columns = [{"Name": "x", "Type": "bigint"}]
    return {"QueryExecutionId": "one", "Columns": columns, "Rows": [{"x": 1}], "RowCount": 1, **changed}


def test_sample_event_is_parsed(event: Event) -> None:
    query = parse_query_requested(json.dumps(event), SOURCES)
    detail = event["detail"]
    assert query == RequestedQuery(event["source"], detail["correlationId"], detail["request"])
    assert json.loads(query.execution_input) == {
        "CorrelationId": detail["correlationId"],
        "Request": detail["request"],
    }


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"correlationId": ""}, "detail.correlationId"),
        ({"correlationId": "x" * 257}, "detail.correlationId"),
        ({"correlationId": 5}, "detail.correlationId"),
        ({"request": "SELECT 1"}, "detail.request"),
        ({"request": None}, "detail.request"),
        ({"version": "1.0"}, "detail.version"),
    ],
)
def test_invalid_event_is_rejected_by_field(event: Event, changed: Event, field: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        parse_query_requested(json.dumps(event | {"detail": event["detail"] | changed}), SOURCES)
    assert caught.value.field == field


def test_invalid_request_is_left_to_the_query_machine(event: Event) -> None:
    event["detail"]["request"] = {"QueryString": 5}
    assert parse_query_requested(json.dumps(event), SOURCES).request == {"QueryString": 5}


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({"com.example.lims", "com.example.app"}, "expected one of com.example.app, com.example.lims, got "),
        (set(), "expected none, since no source is accepted, got "),
    ],
)
def test_event_of_another_source_is_rejected(event: Event, sources: set[str], expected: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        parse_query_requested(json.dumps(event), sources)
    assert str(caught.value) == f"source: {expected}'{event['source']}'"


def test_text_other_than_json_is_rejected() -> None:
    with pytest.raises(InvalidEventError):
        parse_query_requested("query-requested", SOURCES)


@given(st.text(max_size=256), st.dictionaries(st.text(), st.integers() | st.text()))
def test_execution_name_is_valid(correlation_id: str, request: dict[str, Any]) -> None:
    name = RequestedQuery("quilt-athena", correlation_id, request).execution_name
    assert 1 <= len(name) <= 80
    assert name.replace("-", "").isalnum()
    assert name.isascii()


@pytest.mark.parametrize(
    "other",
    [
        RequestedQuery("another", QUERY.correlation_id, QUERY.request),
        RequestedQuery(QUERY.source, "another", QUERY.request),
        RequestedQuery(QUERY.source, QUERY.correlation_id, {"QueryString": "SELECT 2"}),
    ],
)
def test_execution_name_identifies_source_id_and_request(other: RequestedQuery) -> None:
    assert QUERY.execution_name == RequestedQuery(QUERY.source, QUERY.correlation_id, QUERY.request).execution_name
    assert other.execution_name != QUERY.execution_name


def test_small_result_is_inline() -> None:
    assert succeeded("mine", result()) == Outcome(
        "query-succeeded", {"version": "0.1", "correlationId": "mine", "inline": True, "result": result()}
    )


@given(st.text(min_size=1, max_size=40), st.integers(1, 3000), st.integers(1, 3000))
def test_outcome_is_small_and_inline_if_it_fits(text: str, rows: int, columns: int) -> None:
    large = result(Rows=[{"x": text}] * rows, Columns=[{"Name": text, "Type": "varchar"}] * columns)
    whole = {"version": "0.1", "correlationId": "mine", "inline": True, "result": large}
    fits = len(json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()) <= MAX_INLINE_BYTES
    detail = succeeded("mine", large).detail
    assert len(json.dumps(detail, separators=(",", ":"), ensure_ascii=False).encode()) <= MAX_INLINE_BYTES
    assert detail["inline"] is fits is ("Rows" in detail["result"])
    assert detail["result"]["RowCount"] == 1
    assert "Rows" in large, "the caller's result is not changed"


def test_failure_without_a_cause_gets_one() -> None:
    detail = failed("mine", None, None).detail
    assert (detail["error"], detail["cause"]["Message"]) == ("Unexpected", "No cause was given")
