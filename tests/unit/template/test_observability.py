"""Alarms on symptoms that a person must act on, and one dashboard."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.unit.template import stacks
from tests.unit.template.cloudformation import ROOT, Stack

#: States in which an execution fails because of what its caller gave it.
CALLERS_FAILURES = {"RejectRequest", "FailQuery", "CancelQuery", "TimeOutQuery", "FailToStart", "RejectPackage"}
UNEXPECTED_FAILURES = {"FailUnexpectedly", "TimeOutPackage"}
#: Published by each complete refresh, and unchanged until the next one.
REPORTED_BY_REFRESH = {"BucketsFailedAlarm", "CustomViewsFailedAlarm", "RefreshStepsFailedAlarm"}


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.of_type("AWS::CloudWatch::Alarm")


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics that an alarm reads: one of its own, or those of its expression."""
    if "Metrics" not in alarm:
        return [alarm]
    return [entry["MetricStat"]["Metric"] for entry in alarm["Metrics"] if "MetricStat" in entry]


def watched(stack: Stack) -> set[tuple[str, str, str]]:
    """(namespace, metric, dimensions) of every alarm, dimensions as Name=Value, sorted."""
    return {
        (
            metric["Namespace"],
            metric["MetricName"],
            ",".join(sorted(f"{d['Name']}={d['Value']}" for d in metric.get("Dimensions", []))),
        )
        for alarm in alarms(stack).values()
        for metric in metrics_of(alarm)
    }


def machine_definitions(stack: Stack) -> dict[str, dict[str, Any]]:
    """The states of each definition, by its file's name."""
    paths = {
        ROOT / machine["DefinitionS3Location"]["Key"]
        for machine in stack.of_type("AWS::StepFunctions::StateMachine").values()
    }
    return {path.name: json.loads(path.read_text(encoding="utf-8"))["States"] for path in paths}


def dashboard(stack: Stack) -> dict[str, Any]:
    (found,) = stack.of_type("AWS::CloudWatch::Dashboard").values()
    body: dict[str, Any] = json.loads(found["DashboardBody"])
    return body


def test_dead_letters_and_waiting_messages_have_alarms(deployed: Stack) -> None:
    for name, queue in deployed.of_type("AWS::SQS::Queue").items():
        metric = "ApproximateAgeOfOldestMessage" if "RedrivePolicy" in queue else "ApproximateNumberOfMessagesVisible"
        assert ("AWS/SQS", metric, f"QueueName=<{name}.QueueName>") in watched(deployed)


def test_a_message_becomes_a_dead_letter_before_it_is_too_old(deployed: Stack) -> None:
    for name, queue in deployed.of_type("AWS::SQS::Queue").items():
        if "RedrivePolicy" in queue:
            tried_for = queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"]
            assert threshold_of_age(deployed, name) > tried_for


def threshold_of_age(stack: Stack, queue: str) -> float:
    """The age of a queue's oldest message, in seconds, that raises an alarm."""
    if queue == "IndexEventsQueue":  # one of several problems that an alarm adds up
        (problems,) = [one["Expression"] for one in alarms(stack)["IndexAlarm"]["Metrics"] if "Expression" in one]
        (threshold,) = re.findall(r"\(FILL\(age, 0\) > (\d+)\)", problems)
        return float(threshold)
    return float(alarms(stack)[f"{queue.removesuffix('Queue')}AgeAlarm"]["Threshold"])


def test_events_lost_in_delivery_raise_an_alarm_for_every_rule(deployed: Stack) -> None:
    expected = set()
    for name, rule in deployed.of_type("AWS::Events::Rule").items():
        bus = rule.get("EventBusName", "default")
        # Only rules of other buses than the default one have their metrics by bus.
        part = f"<{name}>" if bus == "default" else f"<{name}.Arn>[2]"
        dimensions = f"RuleName={part}" if bus == "default" else f"EventBusName={bus},RuleName={part}"
        expected.add(("AWS/Events", "InvocationsFailedToBeSentToDlq", dimensions))
    assert {metric for metric in watched(deployed) if metric[0] == "AWS/Events"} == expected
    (result,) = [entry for entry in alarms(deployed)["EventsLostAlarm"]["Metrics"] if entry.get("ReturnData", True)]
    assert result["Expression"] == "SUM(METRICS())"


def test_alarms_notify_the_topic_of_the_parameter(defaults: Stack, hardened: Stack) -> None:
    assert all("AlarmActions" not in alarm for alarm in alarms(defaults).values())
    assert all(alarm["AlarmActions"] == [stacks.TOPIC] for alarm in alarms(hardened).values())


def test_missing_data_raises_only_the_alarm_on_overdue_refreshes(deployed: Stack) -> None:
    missing = {"RefreshOverdueAlarm": "breaching", **dict.fromkeys(REPORTED_BY_REFRESH, "ignore")}
    for name, alarm in alarms(deployed).items():
        overdue = name == "RefreshOverdueAlarm"
        assert alarm["TreatMissingData"] == missing.get(name, "notBreaching"), name
        assert alarm["ComparisonOperator"] == ("LessThanThreshold" if overdue else "GreaterThanThreshold"), name
        assert len(alarm["AlarmDescription"]) > 40, f"{name} must say what happened and where to look"


def test_any_failure_of_a_scheduled_query_raises_an_alarm(deployed: Stack) -> None:
    machine = "StateMachineArn=<ScheduledQueryStateMachine>"
    assert ("AWS/States", "ExecutionsFailed", machine) in watched(deployed)


@pytest.mark.parametrize(("interval", "seconds"), [("15m", 900), ("1h", 3600), ("24h", 86400)])
def test_a_refresh_is_overdue_after_two_intervals(interval: str, seconds: int) -> None:
    stack = Stack({"RefreshInterval": interval})
    alarm = alarms(stack)["RefreshOverdueAlarm"]
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("SampleCount", seconds, 2)
    schedule = refresh_schedule(stack)
    assert rate_in_seconds(schedule["ScheduleExpression"]) == seconds


def refresh_schedule(stack: Stack) -> dict[str, Any]:
    """The schedule of the refresh."""
    schedules = stack.of_type("AWS::Scheduler::Schedule").values()
    (found,) = [one for one in schedules if one["Target"]["Arn"] == "<RefreshStateMachine>"]
    return found


def rate_in_seconds(expression: str) -> int:
    match = re.fullmatch(r"rate\((\d+) (minute|hour)s?\)", expression)
    assert match
    return int(match[1]) * {"minute": 60, "hour": 3600}[match[2]]


def test_a_refresh_is_never_overdue_where_none_is_scheduled() -> None:
    assert "RefreshOverdueAlarm" not in alarms(Stack({"RefreshInterval": "never"}))


def test_unexpected_failures_of_all_state_machines_raise_one_alarm(deployed: Stack) -> None:
    (metric_filter,) = deployed.of_type("AWS::Logs::MetricFilter").values()
    assert metric_filter["LogGroupName"] == "<StateMachineLogGroup>"
    for machine in deployed.of_type("AWS::StepFunctions::StateMachine").values():
        (destination,) = machine["LoggingConfiguration"]["Destinations"]
        assert destination["CloudWatchLogsLogGroup"]["LogGroupArn"] == "<StateMachineLogGroup.Arn>"
    (transformation,) = metric_filter["MetricTransformations"]
    assert ("QuiltAthena", transformation["MetricName"], "") in watched(deployed)
    assert transformation["MetricNamespace"] == "QuiltAthena"


def test_every_fail_state_is_either_the_callers_or_unexpected(deployed: Stack) -> None:
    fail_states = {
        name: {state for state, definition in states.items() if definition["Type"] == "Fail"}
        for name, states in machine_definitions(deployed).items()
    }
    # Every failure of a scheduled query has an alarm.
    assert fail_states.pop("scheduled_query.asl.json") == {"FailRun"}
    assert set().union(*fail_states.values()) == CALLERS_FAILURES | UNEXPECTED_FAILURES
    assert all(states & UNEXPECTED_FAILURES for states in fail_states.values())


def test_unexpected_failures_leave_out_what_callers_and_custom_views_cause(deployed: Stack) -> None:
    (metric_filter,) = deployed.of_type("AWS::Logs::MetricFilter").values()
    pattern = metric_filter["FilterPattern"]
    assert set(re.findall(r'\$\.details\.name = "(\w+)"', pattern)) == UNEXPECTED_FAILURES
    assert '$.type = "ExecutionTimedOut"' in pattern
    left_out = ("ViewQueryStateMachine", "IndexQueryStateMachine")
    assert " && ".join(f'$.execution_arn != "*:<{name}.Name>:*"' for name in left_out) + " && ((" in pattern


def test_the_dashboard_finds_functions_and_state_machines_by_search(deployed: Stack) -> None:
    widgets = dashboard(deployed)["widgets"]
    titles = [widget["properties"]["title"] for widget in widgets]
    assert len(titles) == len(set(titles))
    for kind, namespace in (
        ("AWS::Lambda::Function", "AWS/Lambda"),
        ("AWS::StepFunctions::StateMachine", "AWS/States"),
    ):
        searches = [text for widget in widgets for text in expressions(widget) if f"SEARCH('{{{namespace}," in text]
        assert searches
        for text in searches:
            assert set(re.findall(r'"<(\w+)>"', text)) == set(deployed.of_type(kind))
    for name in deployed.of_type("AWS::SQS::Queue"):
        assert f'"<{name}.QueueName>"' in json.dumps(widgets), f"the dashboard lacks {name}"


def expressions(widget: dict[str, Any]) -> list[str]:
    """The metric math of a widget."""
    lines = [line[-1] for line in widget["properties"].get("metrics", []) if isinstance(line[-1], dict)]
    return [line["expression"] for line in lines if "expression" in line]


def test_the_dashboard_begins_with_the_state_of_the_catalog_and_no_chart_is_crowded(defaults: Stack) -> None:
    first, *_ = widgets = dashboard(defaults)["widgets"]
    assert (first["x"], first["y"]) == (0, 0)
    assert first["properties"]["metrics"][0][:2] == ["QuiltAthena", "BucketsRegistered"]
    for widget in widgets:
        several = [text for text in expressions(widget) if text.startswith("SLICE(")]
        # An expression without an aggregate has a line for whatever it finds.
        assert all(re.match(r"(SUM|MAX)\(SEARCH\(|SLICE\(.*, 0, 5\)$|bytes ", text) for text in expressions(widget))
        assert len(widget["properties"].get("metrics", [])) + 4 * len(several) <= 8


def test_alarms_link_to_their_sections_of_the_docs(deployed: Stack) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for heading in re.findall(r"^### (.*)$", page, re.MULTILINE):
        anchor = heading.lower().replace(", ", "-")
        for name in heading.split(", "):
            description = deployed.resources[name]["Properties"]["AlarmDescription"]
            assert description.endswith(f" docs/operations.md#{anchor}"), name


def test_custom_metrics_are_those_of_alarms_and_of_the_state_of_the_catalog(defaults: Stack) -> None:
    charted = set(re.findall(r'\["QuiltAthena", "([^"]+)"|\[".", "(\w+)"', json.dumps(dashboard(defaults)["widgets"])))
    names = {name for pair in charted for name in pair if name}
    assert names == {name for namespace, name, _ in watched(defaults) if namespace == "QuiltAthena"}
    layer = ROOT / "layers" / "quilt_athena" / "quilt_athena"
    calls = [call for path in layer.rglob("*.py") for call in re.findall(r"emit_counts\((\w+=.*)\)", path.read_text())]
    published = set(re.findall(r"(\w+)=", " ".join(calls)))
    assert published == names - {"a-stack-unexpected-failures"}


@pytest.mark.parametrize("parameters", [{}, {"RefreshInterval": "never"}, stacks.PARAMETERS["hardened"]])
def test_the_dashboard_lists_the_alarms_that_there_are(parameters: dict[str, str]) -> None:
    deployed = Stack(parameters)
    (widget,) = [widget for widget in dashboard(deployed)["widgets"] if widget["type"] == "alarm"]
    assert sorted(widget["properties"]["alarms"]) == sorted(f"<{name}.Arn>" for name in alarms(deployed))


def test_dashboard_widgets_do_not_overlap(defaults: Stack) -> None:
    cells: set[tuple[int, int]] = set()
    for widget in dashboard(defaults)["widgets"]:
        covered = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not covered & cells, widget["properties"]["title"]
        assert max(x for x, _ in covered) < 24
        cells |= covered
