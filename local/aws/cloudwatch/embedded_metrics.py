"""Metrics in the embedded metric format, extracted from the functions' logs as CloudWatch does.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
The metrics of functions and queues themselves (`AWS/Lambda`, `AWS/SQS`) and of metric filters don't exist here.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ministack.services import cloudwatch


def with_embedded_metrics(emit_lambda_logs: Callable[..., None]) -> Callable[..., None]:
    """Wrap the writing of a function's logs: their metrics are stored, and alarms evaluated."""

    @functools.wraps(emit_lambda_logs)
    def emit(func: Any, request_id: str, log_text: str, *more: Any, **named: Any) -> None:
        emit_lambda_logs(func, request_id, log_text, *more, **named)
        stored = False
        for record in _records(log_text):
            _store(record)
            stored = True
        if stored:
            cloudwatch._evaluate_all_alarms()

    return emit


def _records(log_text: str | None) -> Iterator[dict[str, Any]]:
    for line in (log_text or "").splitlines():
        if '"CloudWatchMetrics"' in line:
            try:
                record = json.loads(line)
            except ValueError:
                continue  # a line that only looks like one, which is text for CloudWatch too
            if isinstance(record, dict) and isinstance(record.get("_aws"), dict):
                yield record


def _store(record: Mapping[str, Any]) -> None:
    time = record["_aws"]["Timestamp"] / 1000
    for directive in record["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = {name: str(record[name]) for name in names}
            for metric in directive["Metrics"]:
                value = record[metric["Name"]]
                values = value if isinstance(value, list) else [value]
                unit = metric.get("Unit", "None")
                cloudwatch._store_datum(
                    directive["Namespace"], metric["Name"], dimensions, time, unit, None, values, None, None
                )
