"""The functions of the refresh: an answer for the state machine, an event, notes in the registry, and metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from functions.refresh_catalog import app as refresh_catalog
from functions.report_refresh import app as report_refresh
from quilt_athena.access.attachments import Attached
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.refresh.reports import Report
from tests.desired import ALL_BUCKETS_LOCATION, DATABASE, table_names
from tests.unit.functions.test_onboard_bucket import CONTEXT
from tests.unit.moto_stack import EVENT_BUS, REGISTRY_TABLE, MotoStack
from tests.unit.refresh.conftest import Fleet

ENVIRONMENT = {
    "JOINED_TABLES_LOCATION": ALL_BUCKETS_LOCATION,
    "LEGACY_VIEWS": "none",
    "DATABASE_NAME": DATABASE,
    "REGISTRY_TABLE_NAME": REGISTRY_TABLE,
    "EVENT_BUS_NAME": EVENT_BUS,
    "MAX_EXISTENCE_CHECKS": "1000",
    "REMOVES_GONE_BUCKETS": "false",
    "REPAIR_CONCURRENCY": "2",
    "MAX_PROBES": "10",
    "SAMPLED_PROBES": "0",
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
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    made: list[tuple[ModuleType, str]] = [(refresh_catalog, "_rounds"), (report_refresh, "_outcomes")]
    for module, name in made:
        getattr(module, name).cache_clear()
    yield
    for module, name in made:
        getattr(module, name).cache_clear()


def refresh(request: Any) -> dict[str, Any]:
    event = {"Request": request, "Progress": {}, "ExecutionId": EXECUTION}
    answer: dict[str, Any] = refresh_catalog.handler(event, Context())  # type: ignore[arg-type]  # what is used of it
    return answer


def report(answers: list[dict[str, Any]], scope: str = "all") -> dict[str, Any]:
    event = {
        "Report": Report(scope).as_json(),
        "Answers": answers,
        "Sweep": {"Stopped": []},
        "AccessPolicy": Attached().as_json(),
        "CustomViews": ViewsReport("all").as_json(),
        "ExecutionArn": EXECUTION,
    }
    result: dict[str, Any] = report_refresh.handler(event, CONTEXT)
    return result


def emitted(output: str) -> dict[str, Any]:
    """The metrics of the one record in the embedded format."""
    (record,) = [json.loads(line) for line in output.splitlines() if "_aws" in line]
    return {metric["Name"]: record[metric["Name"]] for metric in record["_aws"]["CloudWatchMetrics"][0]["Metrics"]}


def test_a_round_is_answered_with_progress_and_probes(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=table_names("one")[0])
    answer = refresh({})
    assert answer["Valid"] is True
    assert answer["Progress"]["Report"]["Repaired"]["Count"] == 1
    assert [view_check["Bucket"] for view_check in answer["Probes"]] == ["one"]


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
    fleet.stack.assert_in_sync("one")  # its tables are as they should be
    assert [(view_check["Bucket"], view_check["Noted"]) for view_check in refresh({})["Probes"]] == [("one", True)]
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
    metrics = emitted(capsys.readouterr().out)
    assert metrics.pop("RefreshCompletedAt")[0] > 1_700_000_000
    assert metrics == {
        "BucketsRepaired": [0.0],
        "ViewsChecked": [1.0],
        "RefreshesCompleted": [1.0],
        "BucketsRegistered": [0.0],
        "BucketsFailed": [1.0],
    }


def test_a_refresh_of_some_says_nothing_of_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    report([], scope="some")
    assert set(emitted(capsys.readouterr().out)) == {"BucketsRepaired", "ViewsChecked"}
