"""AWS::CloudWatch::Alarm on metric math, which MiniStack's CloudFormation rejects."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

Properties = Mapping[str, Any]


def alarm_handlers(handlers: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """MiniStack's own handlers of alarms, which also accept metric math."""
    return {
        **handlers,
        "create": _of_one_metric(handlers["create"]),
        "update": _of_one_metric(handlers["update"]),
    }


def _of_one_metric(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the creation or update of an alarm: one on metric math is kept as an alarm on the first of its metrics.

    That suffices for metrics that are not published here, such as EventBridge's.
    """

    @functools.wraps(handler)
    def handle(*values: Any, **named: Any) -> Any:
        return handler(*(_first_metric(value) if isinstance(value, dict) else value for value in values), **named)

    return handle


def _first_metric(properties: Properties) -> Properties:
    statistics = [entry["MetricStat"] for entry in properties.get("Metrics", []) if "MetricStat" in entry]
    if not statistics:
        return properties
    first = statistics[0]
    rest = {key: value for key, value in properties.items() if key != "Metrics"}
    return {**rest, **first["Metric"], "Statistic": first["Stat"], "Period": first["Period"]}
