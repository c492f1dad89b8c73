"""Arbitrary JSON as input: it is accepted, or rejected with a message; no exception, and no side effect."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.plan_views import app as plan_views
from functions.prepare_query import app as prepare_query
from functions.refresh_catalog import app as refresh_catalog
from functions.start_requested_query import app as start_requested_query
from functions.stop_orphaned_query import app as stop_orphaned_query
from quilt_athena.custom_views.contracts import parse_custom_views_request
from quilt_athena.names import bucket_id
from quilt_athena.refresh.requests import parse_refresh_request
from tests.unit.aws_calls import success
from tests.unit.functions.test_onboard_bucket import CONTEXT, json_values, sqs_text
from tests.unit.functions.test_queue_consumers import Services, batch, reasons, services  # noqa: F401 - a fixture

# No example changes the environment.
ANY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

REQUEST_FIELDS = (
    "QueryString",
    "Parameters",
    "ExecutionParameters",
    "Database",
    "TimeoutSeconds",
    "MaxRows",
    "ResultReuseMaxAgeInMinutes",
    "IdempotencyKey",
)
requests = st.dictionaries(st.sampled_from(REQUEST_FIELDS) | st.text(max_size=5), json_values, max_size=6)
good_sql = st.fixed_dictionaries({"QueryString": st.just("SELECT ?")}, optional={"Parameters": st.lists(json_values)})
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:quilt-athena-query:one"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_NAME", "quilt_query")
    monkeypatch.setenv("WORKGROUP_NAME", "quilt-query")


@ANY
@given(st.one_of(json_values, requests, good_sql))
@example({"QueryString": "SELECT ?", "Parameters": ["'; DROP TABLE x --"]})
@example({"QueryString": "SELECT 1", "TimeoutSeconds": 1e400})
@example({"QueryString": "x" * 300_000})
@example([[[[]]]])
def test_any_query_request_is_prepared_or_rejected(request_: Any) -> None:
    event = {"Request": request_, "ExecutionId": EXECUTION, "MaxTimeoutSeconds": 14400}
    prepared = prepare_query.handler(event, CONTEXT)
    if prepared["Valid"]:
        # The SQL is the caller's, unchanged: values are passed separately.
        assert prepared["Start"]["QueryString"] == request_["QueryString"]
    else:
        assert prepared["Cause"]["Message"]
    assert len(json.dumps(prepared)) < 262_144


@ANY
@given(st.one_of(json_values, st.fixed_dictionaries({"Buckets": json_values | st.lists(st.text(max_size=70))})))
@example({"Buckets": ["my-bucket"] * 1001})
@pytest.mark.parametrize(
    ("function", "parse"), [(refresh_catalog, parse_refresh_request), (plan_views, parse_custom_views_request)]
)
def test_any_refresh_or_views_request_is_accepted_or_rejected(function: Any, parse: Any, request_: Any) -> None:
    event = {"Request": request_, "Progress": {}, "Results": [], "ExecutionId": EXECUTION, "Execution": "one"}
    try:
        buckets = parse(request_).buckets
    except Exception:
        result = function.handler(event, CONTEXT)
        assert not result["Valid"]
        assert result["Cause"]["Message"]
    else:
        assert all(bucket_id(bucket) for bucket in buckets or ()), "an illegal name was accepted"


@ANY
@given(st.one_of(sqs_text, json_values.map(json.dumps)))
@example('{"time": 1e400}')
@example("[" * 5000)
@pytest.mark.parametrize("function", [start_requested_query, stop_orphaned_query])
def test_any_invalid_message_becomes_a_dead_letter_without_other_calls(
    services: Services,  # noqa: F811
    function: Any,
    body: str,
) -> None:
    services.calls.clear()
    services.responses = {"SendMessage": success(MessageId="one")}
    assert function.handler(batch(body), CONTEXT) == {"batchItemFailures": []}
    assert services.names() == ["SendMessage"]
    (reason,) = reasons(services)
    assert reason["Error"] == "InvalidEventError"
    assert reason["Reason"]
