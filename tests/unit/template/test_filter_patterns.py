"""The evaluation of filter patterns that tests/integration/alarms relies on, and the template's pattern."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.alarms.filter_patterns import Pattern
from tests.unit.template.cloudformation import Stack

EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:{}:one"
UNEXPECTED = {"type": "FailStateEntered", "details": {"name": "FailUnexpectedly"}}


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        ('{ $.type = "A" }', {"type": "A"}, True),
        ('{ $.type = "A" }', {"type": "AB"}, False),
        ('{ $.type = "A*" }', {"type": "AB"}, True),
        ('{ $.type != "A" }', {}, True),
        ('{ $.details.name = "A" }', {"details": {"name": "A"}}, True),
        ('{ $.details.name = "A" }', {"details": "A"}, False),
        ('{ $.a = "1" || $.b = "1" && $.c = "1" }', {"a": "1"}, True),
        ('{ ($.a = "1" || $.b = "1") && $.c = "1" }', {"a": "1"}, False),
    ],
)
def test_pattern_matches_as_documented(text: str, event: dict[str, Any], expected: bool) -> None:
    assert Pattern(text).matches(event) is expected


@pytest.mark.parametrize("text", ['$.a = "1"', "{ $.a > 1 }", "{ $.a IS NULL }", '{ ($.a = "1" }'])
def test_pattern_that_is_not_supported_is_rejected(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        Pattern(text).matches({"a": "1"})


@pytest.mark.parametrize(
    ("event", "machine", "counted"),
    [
        (UNEXPECTED, "<QueryStateMachine.Name>", True),
        (UNEXPECTED, "<ViewQueryStateMachine.Name>", False),
        ({"type": "FailStateEntered", "details": {"name": "TimeOutPackage"}}, "m", True),
        ({"type": "FailStateEntered", "details": {"name": "FailQuery"}}, "m", False),
        ({"type": "FailStateEntered", "details": {"name": "RejectRequest"}}, "m", False),
        ({"type": "FailStateEntered", "details": {"name": "FailToStart"}}, "m", False),
        ({"type": "ExecutionTimedOut", "details": {}}, "m", True),
        ({"type": "ExecutionFailed", "details": {"error": "States.Runtime"}}, "m", True),
        ({"type": "ExecutionFailed", "details": {"error": "QueryFailed"}}, "m", False),
        ({"type": "TaskFailed", "details": {"error": "States.Timeout"}}, "m", False),
    ],
)
def test_unexpected_failures_are_counted_and_no_others(event: dict[str, Any], machine: str, counted: bool) -> None:
    (metric_filter,) = Stack().of_type("AWS::Logs::MetricFilter").values()
    pattern = Pattern(metric_filter["FilterPattern"])
    assert pattern.matches({**event, "execution_arn": EXECUTION.format(machine)}) is counted
