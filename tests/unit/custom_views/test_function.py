"""The handler of plan_views."""

from __future__ import annotations

import json

import pytest

from functions.plan_views import app
from tests.unit.custom_views.harness import BUCKET, Harness
from tests.unit.functions.test_onboard_bucket import CONTEXT


@pytest.fixture
def handler_harness(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Harness:
    monkeypatch.setattr(app, "compose", lambda: harness.view_rounds)
    return harness


@pytest.mark.usefixtures("handler_harness")
def test_handler_returns_the_cause_of_an_invalid_request() -> None:
    event = {"Request": {"Buckets": []}, "Progress": {}, "Results": [], "Execution": "one"}
    output = app.handler(event, CONTEXT)
    assert not output["Valid"]
    assert output["Cause"]["Message"].startswith("Buckets: ")


def test_handler_publishes_failures_as_a_metric(handler_harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    handler_harness.put("names", "SELECT (")
    for request in ({}, {"Buckets": ["one"]}):
        event = {"Request": request, "Progress": {}, "Results": [], "Execution": "one"}
        assert app.handler(event, CONTEXT)["Result"]["Failed"]["Count"] == 1
        metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CustomViewsFailed" in line]
        assert [one["CustomViewsFailed"] for one in metrics] == [[1.0]]


def test_handler_reads_its_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("DATABASE_NAME", "q"), ("REGISTRY_TABLE_NAME", "r"), ("VIEWS_BUCKET_NAME", BUCKET)):
        monkeypatch.setenv(name, value)
    rounds = app.compose()
    assert (rounds.catalog.database, rounds.registry.table, rounds.store.bucket) == ("q", "r", BUCKET)
