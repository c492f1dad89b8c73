"""Metrics in the embedded format, out of the functions' logs, as CloudWatch takes them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
What functions and queues themselves measure (`AWS/Lambda`, `AWS/SQS`) isn't there, nor what metric filters find.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ministack.services import cloudwatch


def with_embedded_metrics(emit_lambda_logs: Callable[..., None]) -> Callable[..., None]:
    """Wrap the writing of a function's logs: metrics in them are stored, and the alarms on them looked at."""

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
                continue  # a line that looks like it: CloudWatch keeps it as text too
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
