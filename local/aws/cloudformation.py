"""Resources of the template that MiniStack's CloudFormation does not know: named queries and metric math alarms."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import athena
from ministack.services.cloudformation import provisioners

Properties = Mapping[str, Any]


def resource_handlers() -> dict[str, dict[str, Callable[..., Any]]]:
    """The handlers by resource type, in the form of MiniStack's own."""
    alarms = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]
    return {
        "AWS::Athena::NamedQuery": {
            "create": _create_named_query,
            "update": _update_named_query,
            "delete": _delete_named_query,
        },
        "AWS::CloudWatch::Alarm": {
            **alarms,
            "create": _of_one_metric(alarms["create"]),
            "update": _of_one_metric(alarms["update"]),
        },
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


def _create_named_query(logical_id: str, properties: Properties, _stack: str) -> tuple[str, dict[str, str]]:
    status, _, body = athena._create_named_query({"Name": logical_id, **properties})
    if status >= 400:
        raise ValueError(f"AWS::Athena::NamedQuery {logical_id} could not be made: {body!r}")
    query_id = str(json.loads(body)["NamedQueryId"])
    return query_id, {"NamedQueryId": query_id}


def _update_named_query(
    physical_id: str, _old: Properties, new: Properties, stack: str, logical_id: str | None = None
) -> tuple[str, dict[str, str]]:
    """Every property of a named query requires replacement."""
    replacement = _create_named_query(logical_id or physical_id, new, stack)
    _delete_named_query(physical_id, new)
    return replacement


def _delete_named_query(physical_id: str, _properties: Properties) -> None:
    athena._delete_named_query({"NamedQueryId": physical_id})
