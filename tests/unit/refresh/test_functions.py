"""The functions of the refresh: results for the state machine, an event, problems in the registry, and metrics."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.refresh_catalog import app as refresh_catalog
from functions.report_refresh import app as report_refresh
from quilt_athena.access.attachments import AttachmentResult
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.refresh.reports import Report
from tests.desired import ALL_BUCKETS_LOCATION, DATABASE, table_names
from tests.unit.functions.test_onboard_bucket import CONTEXT
from tests.unit.moto_stack import EVENT_BUS, REGISTRY_TABLE, MotoStack
from tests.unit.refresh.conftest import Fleet

ENVIRONMENT = {
    "ALL_BUCKETS_LOCATION": ALL_BUCKETS_LOCATION,
    "LEGACY_VIEWS": "none",
    "DATABASE_NAME": DATABASE,
    "REGISTRY_TABLE_NAME": REGISTRY_TABLE,
    "EVENT_BUS_NAME": EVENT_BUS,
    "REMOVE_MISSING_BUCKETS": "false",
}
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:refresh:one"


class Context:
    """Lambda's, with fifteen minutes left."""

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
    event = {"Request": request, "Progress": {}, "ExecutionArn": EXECUTION}
    result: dict[str, Any] = refresh_catalog.handler(event, Context())
    return result


def report(view_checks: list[dict[str, Any]], scope: str = "all", **steps: dict[str, Any]) -> dict[str, Any]:
    event = {
        "Report": Report(scope).as_json(),
        "ViewChecks": view_checks,
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


def test_a_round_returns_progress_and_view_checks(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=table_names("one")[0])
    result = refresh({})
    assert result["Valid"] is True
    assert result["Progress"]["Report"]["Repaired"]["Count"] == 1
    assert result["ViewChecks"][0]["Bucket"] == "one"
    assert set(result) == {"Valid", "Progress", "ViewChecks"}


def test_an_invalid_request_is_a_result() -> None:
    assert refresh({"Buckets": [1]}) == {
        "Valid": False,
        "Cause": {"Message": "Buckets.0: Input should be a valid string"},
    }


def test_a_failed_view_check_is_recorded_until_one_succeeds(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    rejected = {"Bucket": "one", "Noted": False, "Error": "QueryFailed", "Reason": "VIEW_IS_STALE: line 1:1: it is"}
    result = report([rejected, {"Bucket": "two", "Noted": False}])
    assert result["ViewChecks"] == {
        "Checked": 2,
        "Failed": {
            "Count": 1,
            "Buckets": [{"Bucket": "one", "Error": "QueryFailed", "Reason": "VIEW_IS_STALE: line 1:1: it is"}],
        },
    }
    assert fleet.view_problem("one") == "VIEW_IS_STALE: line 1:1: it is"
    fleet.stack.assert_in_sync("one")  # its tables are in sync
    assert ("one", True) in [(check["Bucket"], check["Noted"]) for check in refresh({})["ViewChecks"]]
    report([{"Bucket": "one", "Noted": True}])
    assert fleet.view_problem("one") is None


def test_an_error_that_kept_a_view_from_being_checked_is_not_recorded(fleet: Fleet) -> None:
    fleet.onboard("one")
    result = report([{"Bucket": "one", "Noted": False, "Error": "States.Timeout", "Reason": ""}])
    assert result["ViewChecks"]["Failed"]["Buckets"] == [
        {"Bucket": "one", "Error": "States.Timeout", "Reason": "no reason was given"}
    ]
    assert fleet.view_problem("one") is None


def test_a_refresh_of_all_buckets_emits_all_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    report([{"Bucket": "one", "Noted": False, "Error": "States.Timeout", "Reason": "x"}])
    assert emitted(capsys.readouterr().out) == {
        "RefreshStepsFailed": [0.0],
        "BucketsRegistered": [0.0],
        "BucketsFailed": [1.0],
    }


def test_a_refresh_of_some_buckets_emits_no_metrics_about_all(capsys: pytest.CaptureFixture[str]) -> None:
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


def test_an_execution_of_release_0_1_is_continued_in_its_own_words(fleet: Fleet) -> None:
    """Its definition passes the report back as it got it, and reads ``Probes``."""
    fleet.onboard("one")
    report_of_0_1 = Report("all").as_json()
    report_of_0_1["Gone"] = {"Count": 1, "Buckets": [{"Bucket": "deleted", "Removed": False}]}
    del report_of_0_1["Missing"]
    progress: Any = {"Report": report_of_0_1, "Cursor": "", "Due": ["one"], "More": True}
    event = {"Request": {}, "Progress": progress, "ExecutionId": EXECUTION}
    result = refresh_catalog.handler(event, Context())
    assert set(result) == {"Valid", "Progress", "Probes"}
    assert set(result["Probes"][0]) == {"Bucket", "QueryString", "Noted"}
    assert set(result["Progress"]) >= {"Report", "More"}
    assert result["Progress"]["Report"]["Scope"] == "all"
    for carried in (report_of_0_1, result["Progress"]["Report"]):
        event = {
            "Report": carried,
            "Answers": [{"Bucket": "one", "Noted": False}],
            "Sweep": {"Stopped": []},
            "AccessPolicy": AttachmentResult().as_json(),
            "OwnViews": {"Error": "States.Timeout", "Reason": ""},
            "ExecutionArn": EXECUTION,
        }
        output = report_refresh.handler(event, CONTEXT)
        assert output["Missing"] == {"Count": 1, "Buckets": [{"Bucket": "deleted", "Removed": False}]}
        assert output["ViewChecks"]["Checked"] == 1
        assert output["CustomViews"] == {"Error": "States.Timeout", "Reason": ""}
        assert not {"Gone", "OwnViews", "Views"} & set(output)
