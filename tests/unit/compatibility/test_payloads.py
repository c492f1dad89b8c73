"""Executions that began in release 0.1 run its definitions: functions accept their input and return what they read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.recorded import load
from tests.unit.compatibility.world import ANSWERS, World

PAYLOADS = load("payloads")
CALLS: list[dict[str, Any]] = PAYLOADS["Calls"]
READS: Mapping[str, list[str]] = PAYLOADS["Reads"]

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")


def calls(*functions: str) -> pytest.MarkDecorator:
    """The recorded calls of functions, as a test's parameter `recorded`."""
    found = [call for call in CALLS if call["Function"] in functions]
    ids = [f"{call['Machine']}-{call['State']}-{number}" for number, call in enumerate(found)]
    return pytest.mark.parametrize("recorded", found, ids=ids)


def values(output: Any, path: str) -> Iterator[Any]:
    """The values at a path such as `Probes.Bucket`, of each element where there is a list."""
    name, _, rest = path.partition(".")
    for holder in output if isinstance(output, list) else [output]:
        if isinstance(holder, dict) and name in holder:
            yield from values(holder[name], rest) if rest else [holder[name]]


def way(output: Mapping[str, Any]) -> tuple[Any, ...]:
    """Which way an output leads the execution: the definitions read other keys on each."""
    return tuple(output.get(name) for name in ("Valid", "Done", "Pushed"))


def assert_has_what_is_read(function: str, output: Mapping[str, Any]) -> None:
    """Every key that release 0.1 reads from such an output of its function, and finds there, is in this one."""
    json.dumps(output, allow_nan=False)
    alike = [call["Output"] for call in CALLS if call["Function"] == function and way(call["Output"]) == way(output)]
    assert alike, "no output that leads this way is recorded"
    needed = [path for path in READS[function] if all(list(values(one, path)) for one in alike)]
    assert needed, f"release 0.1 reads nothing of {function}"
    assert [path for path in needed if not list(values(output, path))] == []


def of_result(parameters: dict[str, Any]) -> dict[str, Any]:
    """What Athena answered when the rows of a query were fetched."""
    return {"ResultSet": ANSWERS["Results"][parameters["QueryExecutionId"]]}


def of_execution(parameters: dict[str, Any]) -> dict[str, Any]:
    """How the execution of a query ended."""
    found: dict[str, Any] = ANSWERS["Executions"][parameters["executionArn"].rpartition(":")[2]]
    return found


@calls("prepare_query", "prepare_package")
def test_a_request_is_prepared_as_the_definition_expects(empty: World, recorded: dict[str, Any]) -> None:
    empty.s3.create_bucket(Bucket="upgrade-made")
    output = empty.call(recorded["Function"], recorded["Input"])
    assert output["Valid"] == recorded["Output"]["Valid"]
    assert_has_what_is_read(recorded["Function"], output)


@calls("prepare_query")
def test_a_query_keeps_its_tokens(empty: World, recorded: dict[str, Any]) -> None:
    """A start that is repeated across the upgrade is the same start."""
    if recorded["Output"]["Valid"]:
        assert empty.call("prepare_query", recorded["Input"])["Tokens"] == recorded["Output"]["Tokens"]


@calls("fetch_results")
def test_rows_are_fetched_as_the_definition_asks(empty: World, recorded: dict[str, Any]) -> None:
    empty.answers["GetQueryResults"] = of_result
    output = empty.call("fetch_results", recorded["Input"])
    assert output["Rows"] == recorded["Output"]["Rows"]
    # The output of the execution, which callers and other machines read.
    assert recorded["Output"].keys() <= output.keys()


@calls("publish_query_outcome")
def test_the_outcome_of_a_query_is_published(empty: World, recorded: dict[str, Any]) -> None:
    empty.answers["DescribeExecution"] = of_execution
    empty.answers["PutEvents"] = lambda _: {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    assert empty.call("publish_query_outcome", recorded["Input"]) == recorded["Output"]
    (put,) = empty.parameters("PutEvents")
    (entry,) = put["Entries"]
    assert entry["DetailType"] == recorded["Output"]["DetailType"]
    assert json.loads(entry["Detail"])["correlationId"] == recorded["Input"]["CorrelationId"]


@calls("refresh_catalog")
def test_a_round_of_a_refresh_goes_on_from_the_recorded_progress(world: World, recorded: dict[str, Any]) -> None:
    output = world.call("refresh_catalog", recorded["Input"])
    assert output["Valid"] == recorded["Output"]["Valid"]
    assert_has_what_is_read("refresh_catalog", output)


def test_a_refresh_that_was_halfway_goes_on(world: World) -> None:
    (recorded,) = [
        call
        for call in CALLS
        if call["Function"] == "refresh_catalog"
        and call["Output"].get("Progress", {}).get("Report", {}).get("Checked") == 6
    ]
    progress = recorded["Output"]["Progress"]
    report = {**progress["Report"], "Checked": 3}
    halfway = {**progress, "Report": report, "Cursor": "upgrade-leaving", "Due": ["upgrade-images"], "More": True}
    output = world.call("refresh_catalog", {**recorded["Input"], "Progress": halfway})
    assert output["Progress"]["More"] is False
    assert output["Progress"]["Report"]["Checked"] == 6
    assert "upgrade-images" in {view_check["Bucket"] for view_check in output["Probes"]}
    assert_has_what_is_read("refresh_catalog", output)


@calls("attach_access_policy")
def test_the_access_policy_is_attached_to_nobody(empty: World, recorded: dict[str, Any]) -> None:
    assert empty.call("attach_access_policy", recorded["Input"]) == recorded["Output"]


@calls("sweep_queries")
def test_a_sweep_finds_nothing(empty: World, recorded: dict[str, Any]) -> None:
    empty.answers["ListQueryExecutions"] = lambda _: {"QueryExecutionIds": []}
    empty.answers["ListExecutions"] = lambda _: {"executions": []}
    assert empty.call("sweep_queries", recorded["Input"]) == {"Stopped": []}


@calls("report_refresh")
def test_a_refresh_is_reported(world: World, recorded: dict[str, Any]) -> None:
    world.answers["PutEvents"] = lambda _: {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    output = world.call("report_refresh", recorded["Input"])
    report = recorded["Input"]["Report"]
    assert {name: output[name] for name in ("Scope", "Checked", "Registered")} == {
        name: report[name] for name in ("Scope", "Checked", "Registered")
    }
    assert output["Failed"]["Count"] == report["Failed"]["Count"]
    (put,) = world.parameters("PutEvents")
    assert [entry["DetailType"] for entry in put["Entries"]] == ["catalog-refreshed"]


@calls("plan_views")
def test_a_round_of_custom_views_goes_on_from_the_recorded_progress(world: World, recorded: dict[str, Any]) -> None:
    output = world.call("plan_views", recorded["Input"])
    # Whether it is the last round depends on the catalog, which went on changing while it was recorded.
    assert output["Valid"] == recorded["Output"]["Valid"]
    assert_has_what_is_read("plan_views", output)


@calls("push_package")
def test_a_package_is_pushed_from_the_recorded_result(world: World, recorded: dict[str, Any]) -> None:
    output = world.call("push_package", recorded["Input"])
    assert output["Pushed"] == recorded["Output"]["Pushed"]
    assert_has_what_is_read("push_package", output)


def test_every_function_that_a_definition_calls_is_recorded() -> None:
    assert {call["Function"] for call in CALLS} == {
        "attach_access_policy",
        "fetch_results",
        "plan_views",
        "prepare_package",
        "prepare_query",
        "publish_query_outcome",
        "push_package",
        "refresh_catalog",
        "report_refresh",
        "sweep_queries",
    }
