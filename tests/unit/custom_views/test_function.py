"""The function between the state machine and the rounds."""

from __future__ import annotations

import json

import pytest

from functions.plan_views import app
from tests.unit.custom_views.workshop import BUCKET, Workshop
from tests.unit.functions.test_onboard_bucket import CONTEXT


@pytest.fixture
def function(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setattr(app, "compose", lambda: workshop.work)
    return workshop


@pytest.mark.usefixtures("function")
def test_the_function_refuses_a_wrong_request() -> None:
    event = {"Request": {"Buckets": []}, "Progress": {}, "Results": [], "Execution": "one"}
    answer = app.handler(event, CONTEXT)
    assert not answer["Valid"]
    assert answer["Cause"]["Message"].startswith("Buckets: ")


def test_the_function_counts(function: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    function.put("names", "SELECT (")
    for request in ({}, {"Buckets": ["one"]}):
        event = {"Request": request, "Progress": {}, "Results": [], "Execution": "one"}
        assert app.handler(event, CONTEXT)["Result"]["Failed"]["Count"] == 1
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CustomViewsFailed" in line]
        assert [one["CustomViewsFailed"] for one in told] == [[1.0]]


def test_the_function_is_set_up_by_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("DATABASE_NAME", "q"), ("REGISTRY_TABLE_NAME", "r"), ("VIEWS_BUCKET_NAME", BUCKET)):
        monkeypatch.setenv(name, value)
    work = app.compose()
    assert (work.catalog.database, work.registry.table, work.store.bucket) == ("q", "r", BUCKET)
