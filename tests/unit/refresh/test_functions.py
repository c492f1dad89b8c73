"""The functions of the refresh: an answer for the state machine, an event, notes in the registry, and metrics."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.refresh_catalog import app as refresh_catalog
from functions.report_refresh import app as report_refresh
from quilt_athena.access.attachments import AttachmentResult
from quilt_athena.catalog.tables import definition_names
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.refresh.reports import Report
from tests.unit.functions.test_onboard_bucket import CONTEXT
from tests.unit.moto_stack import DATABASE, EVENT_BUS, JOINED_PLACE, REGISTRY_TABLE, MotoStack
from tests.unit.refresh.conftest import Fleet

ENVIRONMENT = {
    "ALL_BUCKETS_LOCATION": JOINED_PLACE,
    "LEGACY_VIEWS": "none",
    "DATABASE_NAME": DATABASE,
    "REGISTRY_TABLE_NAME": REGISTRY_TABLE,
    "EVENT_BUS_NAME": EVENT_BUS,
    "REMOVE_MISSING_BUCKETS": "false",
}
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:refresh:one"


class Context:
    """Lambda's, with a quarter of an hour left."""

    def __getattr__(self, name: str) -> Any:
        return getattr(CONTEXT, name)

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


pytestmark = pytest.mark.usefixtures("fleet")


@pytest.fixture
def fleet(stack: MotoStack) -> Fleet:
    """As it is deployed."""
    return Fleet(stack.all_buckets())


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def refresh(request: Any) -> dict[str, Any]:
    event = {"Request": request, "Progress": {}, "ExecutionId": EXECUTION}
    answer: dict[str, Any] = refresh_catalog.handler(event, Context())
    return answer


def report(answers: list[dict[str, Any]], scope: str = "all", **steps: dict[str, Any]) -> dict[str, Any]:
    event = {
        "Report": Report(scope).as_json(),
        "Answers": answers,
        "Sweep": {"Stopped": []},
        "AccessPolicy": AttachmentResult().as_json(),
        "CustomViews": ViewsReport("all").as_json(),
        "ExecutionArn": EXECUTION,
        **steps,
    }
    result: dict[str, Any] = report_refresh.handler(event, CONTEXT)
    return result


def emitted(output: str) -> dict[str, Any]:
    """The metrics of the one record in the embedded format."""
    (record,) = [json.loads(line) for line in output.splitlines() if "_aws" in line]
    return {metric["Name"]: record[metric["Name"]] for metric in record["_aws"]["CloudWatchMetrics"][0]["Metrics"]}


def test_a_round_is_answered_with_progress_and_probes(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=definition_names("one")[0])
    answer = refresh({})
    assert answer["Valid"] is True
    assert answer["Progress"]["Report"]["Repaired"]["Count"] == 1
    assert [view_check["Bucket"] for view_check in answer["Probes"]] == ["one", "*", "two"]  # what changed comes first


def test_a_wrong_request_is_an_answer() -> None:
    assert refresh({"Buckets": [1]}) == {
        "Valid": False,
        "Cause": {"Message": "Buckets.0: Input should be a valid string"},
    }


def test_views_that_do_not_answer_are_noted_and_forgotten_when_they_do(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    refused = {"Bucket": "one", "Noted": False, "Error": "QueryFailed", "Reason": "VIEW_IS_STALE: line 1:1: it is"}
    result = report([refused, {"Bucket": "two", "Noted": False}])
    assert result["Views"] == {
        "Asked": 2,
        "Failed": {
            "Count": 1,
            "Buckets": [{"Bucket": "one", "Error": "QueryFailed", "Reason": "VIEW_IS_STALE: line 1:1: it is"}],
        },
    }
    assert fleet.view_problem("one") == "VIEW_IS_STALE: line 1:1: it is"
    fleet.stack.assert_agrees("one")  # its tables are as they should be
    assert [(view_check["Bucket"], view_check["Noted"]) for view_check in refresh({})["Probes"]] == [
        ("one", True),
        ("*", False),
        ("two", False),
    ]
    report([{"Bucket": "one", "Noted": True}])
    assert fleet.view_problem("one") is None


def test_what_kept_a_question_from_being_asked_says_nothing_of_the_view(fleet: Fleet) -> None:
    fleet.onboard("one")
    result = report([{"Bucket": "one", "Noted": False, "Error": "States.Timeout", "Reason": ""}])
    assert result["Views"]["Failed"]["Buckets"] == [
        {"Bucket": "one", "Error": "States.Timeout", "Reason": "no reason was given"}
    ]
    assert fleet.view_problem("one") is None


def test_metrics_of_a_whole_refresh(capsys: pytest.CaptureFixture[str]) -> None:
    report([{"Bucket": "one", "Noted": False, "Error": "States.Timeout", "Reason": "x"}])
    assert emitted(capsys.readouterr().out) == {
        "RefreshStepsFailed": [0.0],
        "BucketsRegistered": [0.0],
        "BucketsFailed": [1.0],
    }


def test_metrics_of_a_refresh_of_some_buckets_leave_those_of_the_last_complete_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report([], scope="some")
    assert "_aws" not in capsys.readouterr().out
    report([], scope="some", CustomViews={"Error": "States.TaskFailed", "Reason": "x"})
    assert emitted(capsys.readouterr().out) == {"RefreshStepsFailed": [1.0]}


@pytest.mark.parametrize(
    "failed",
    [
        {"Sweep": {"Stopped": [], "Error": "States.TaskFailed", "Reason": "x"}},
        {"CustomViews": {"Error": "States.TaskFailed", "Reason": "x"}},
        {"AccessPolicy": {"Attached": {"Count": 0, "Roles": []}, "Failed": {"Count": 1, "Roles": []}}},
    ],
    ids=lambda failed: next(iter(failed)),
)
def test_metrics_count_steps_that_failed(capsys: pytest.CaptureFixture[str], failed: dict[str, Any]) -> None:
    report([], **failed)
    assert emitted(capsys.readouterr().out)["RefreshStepsFailed"] == [1.0]
