"""Alarms for everything that nobody asked for, and one dashboard."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.unit.template import stacks
from tests.unit.template.cloudformation import ROOT, Stack, transformed

PACKAGE_FAILURES = {"RejectRequest", "FailQuery", "RejectPackage", "TimeOutPackage"}
CALLERS_FAILURES = {"RejectRequest", "FailQuery", "CancelQuery", "TimeOutQuery"}
UNEXPECTED_FAILURES = {"FailUnexpectedly"}


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.of_type("AWS::CloudWatch::Alarm")


def watched(stack: Stack) -> set[tuple[str, str, str]]:
    """(namespace, metric, dimensions) of every alarm, dimensions as Name=Value, sorted."""
    return {
        (
            alarm["Namespace"],
            alarm["MetricName"],
            ",".join(sorted(f"{d['Name']}={d['Value']}" for d in alarm.get("Dimensions", []))),
        )
        for alarm in alarms(stack).values()
    }


def test_every_function_has_alarms_for_errors_and_throttles(deployed: Stack) -> None:
    for function in deployed.of_type("AWS::Lambda::Function"):
        for metric in ("Errors", "Throttles"):
            assert ("AWS/Lambda", metric, f"FunctionName=<{function}>") in watched(deployed)


def test_dead_letters_and_waiting_events_have_alarms(deployed: Stack) -> None:
    for name, queue in deployed.of_type("AWS::SQS::Queue").items():
        metric = "ApproximateAgeOfOldestMessage" if "RedrivePolicy" in queue else "ApproximateNumberOfMessagesVisible"
        assert ("AWS/SQS", metric, f"QueueName=<{name}.QueueName>") in watched(deployed)


def test_an_event_that_is_retried_to_the_end_is_not_called_stuck(deployed: Stack) -> None:
    for name, queue in deployed.of_type("AWS::SQS::Queue").items():
        if "RedrivePolicy" in queue:
            tried_for = queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"]
            assert alarms(deployed)[f"{name.removesuffix('Queue')}AgeAlarm"]["Threshold"] > tried_for


def test_every_rule_has_an_alarm_for_failed_deliveries(deployed: Stack) -> None:
    for name, rule in deployed.of_type("AWS::Events::Rule").items():
        bus = rule.get("EventBusName", "default")
        # Only rules of other buses than the default one have their metrics by bus.
        part = f"<{name}>" if bus == "default" else f"<{name}.Arn>[2]"
        dimensions = f"RuleName={part}" if bus == "default" else f"EventBusName={bus},RuleName={part}"
        assert ("AWS/Events", "FailedInvocations", dimensions) in watched(deployed), name


def test_alarms_notify_the_topic_of_the_parameter(defaults: Stack, hardened: Stack) -> None:
    assert all("AlarmActions" not in alarm for alarm in alarms(defaults).values())
    assert all(alarm["AlarmActions"] == [stacks.TOPIC] for alarm in alarms(hardened).values())


def test_silence_is_no_alarm_but_of_refreshes(deployed: Stack) -> None:
    silence = {"RefreshOverdueAlarm": "breaching", "BucketsFailedAlarm": "ignore", "OwnViewsFailedAlarm": "ignore"}
    for name, alarm in alarms(deployed).items():
        overdue = name == "RefreshOverdueAlarm"
        assert alarm["TreatMissingData"] == silence.get(name, "notBreaching"), name
        assert alarm["ComparisonOperator"] == ("LessThanThreshold" if overdue else "GreaterThanThreshold"), name
        assert len(alarm["AlarmDescription"]) > 40, f"{name} must say what happened and where to look"


def test_whatever_makes_a_scheduled_query_fail_is_an_alarm(deployed: Stack) -> None:
    machine = "StateMachineArn=<ScheduledQueryStateMachine>"
    assert ("AWS/States", "ExecutionsFailed", machine) in watched(deployed)


def test_a_refresh_is_overdue_after_two_periods_and_never_where_none_is_scheduled() -> None:
    alarm = alarms(Stack({"RefreshPeriodSeconds": "7200"}))["RefreshOverdueAlarm"]
    assert (int(alarm["Period"]), alarm["EvaluationPeriods"], alarm["Threshold"]) == (7200, 2, 1)
    assert "RefreshOverdueAlarm" not in alarms(Stack({"RefreshSchedule": ""}))


def test_every_state_machine_counts_its_unexpected_failures(deployed: Stack) -> None:
    filters = deployed.of_type("AWS::Logs::MetricFilter").values()
    counted = {f["LogGroupName"].strip("<>") for f in filters}
    logged = {
        m["LoggingConfiguration"]["Destinations"][0]["CloudWatchLogsLogGroup"]["LogGroupArn"]
        for name, m in deployed.of_type("AWS::StepFunctions::StateMachine").items()
        # What fails there, the views state machine tries again, and tells at its end.
        if name != "ViewQueryStateMachine"
    }
    assert {f"<{group}.Arn>" for group in counted} == logged
    for metric_filter in filters:
        (transformation,) = metric_filter["MetricTransformations"]
        assert ("QuiltAthena", transformation["MetricName"], "") in watched(deployed)
        assert transformation["MetricNamespace"] == "QuiltAthena"


def test_a_wrong_request_is_no_alarm_and_an_unexpected_failure_is() -> None:
    patterns = {
        resource["Properties"]["FilterPattern"]
        for resource in transformed()["Resources"].values()
        if resource["Type"] == "AWS::Logs::MetricFilter"
    }
    (pattern,) = patterns
    assert set(re.findall(r'\$\.details\.name = "(\w+)"', pattern)) == UNEXPECTED_FAILURES
    assert '$.type = "ExecutionTimedOut"' in pattern


def test_every_fail_state_is_known_to_the_alarm(deployed: Stack) -> None:
    ends: dict[str, set[str]] = {}
    for machine in deployed.of_type("AWS::StepFunctions::StateMachine").values():
        path = ROOT / machine["DefinitionS3Location"]["Key"]
        states = json.loads(path.read_text())["States"]
        ends[path.name] = {name for name, state in states.items() if state["Type"] == "Fail"}
    assert ends == {
        "query.asl.json": CALLERS_FAILURES | UNEXPECTED_FAILURES,
        "requested_query.asl.json": UNEXPECTED_FAILURES,
        "refresh.asl.json": {"RejectRequest"} | UNEXPECTED_FAILURES,
        "views.asl.json": {"RejectRequest"} | UNEXPECTED_FAILURES,
        "package.asl.json": PACKAGE_FAILURES | UNEXPECTED_FAILURES,
        # Every failure of it is an alarm of its own.
        "scheduled_query.asl.json": {"FailRun"},
    }


def test_one_dashboard_shows_everything(deployed: Stack) -> None:
    (dashboard,) = deployed.of_type("AWS::CloudWatch::Dashboard").values()
    body = json.loads(dashboard["DashboardBody"])
    titles = [widget["properties"]["title"] for widget in body["widgets"]]
    assert len(titles) == len(set(titles))
    text = dashboard["DashboardBody"]
    for name in (*deployed.of_type("AWS::Lambda::Function"), *deployed.of_type("AWS::StepFunctions::StateMachine")):
        assert f'"<{name}>"' in text, f"the dashboard lacks {name}"
    for name in deployed.of_type("AWS::SQS::Queue"):
        assert f'"<{name}.QueueName>"' in text, f"the dashboard lacks {name}"


@pytest.mark.parametrize("parameters", [{}, {"RefreshSchedule": ""}, {"EventBusName": "own", "CreateEventBus": "true"}])
def test_the_dashboard_lists_the_alarms_that_there_are(parameters: dict[str, str]) -> None:
    deployed = Stack(parameters)
    (dashboard,) = deployed.of_type("AWS::CloudWatch::Dashboard").values()
    (widget,) = [w for w in json.loads(dashboard["DashboardBody"])["widgets"] if w["type"] == "alarm"]
    assert sorted(widget["properties"]["alarms"]) == sorted(f"<{name}.Arn>" for name in alarms(deployed))


def test_dashboard_widgets_do_not_overlap(defaults: Stack) -> None:
    (dashboard,) = defaults.of_type("AWS::CloudWatch::Dashboard").values()
    cells: set[tuple[int, int]] = set()
    for widget in json.loads(dashboard["DashboardBody"])["widgets"]:
        covered = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not covered & cells, widget["properties"]["title"]
        assert max(x for x, _ in covered) < 24
        cells |= covered
