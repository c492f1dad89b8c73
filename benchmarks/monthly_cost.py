"""What an idle stack costs per month, itemised, at list prices for us-east-1 (November 2026) without any free tier.

Computed from the template: alarm metrics (CloudWatch bills each metric that an alarm reads, not the alarm), custom
metrics that a refresh publishes even if nothing happens, the dashboard, polling of queues, and the calls of a refresh
as `benchmarks.refresh` counts them. Queries by users come on top: every result has an estimate of its price, and
`benchmarks.polling` shows what the state machines add.

    python -m benchmarks.monthly_cost [--period-hours 1] [--json]
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.unit.template.cloudformation import ROOT, Stack

HOURS = 730
#: In USD for one, from the services' pricing pages.
PRICES: Mapping[str, float] = {
    # https://aws.amazon.com/cloudwatch/pricing/: standard resolution; the first 10,000 custom metrics.
    "alarm metric": 0.10,
    "custom metric": 0.30,
    "dashboard": 3.00,
    "GB of logs": 0.50,
    "SQS request": 0.40e-6,
    "state transition": 25e-6,
    "GB-second of Lambda on arm64": 13.3334e-6,
    "Glue request": 1e-6,
    "Glue object per month": 1e-5,
    "DynamoDB read unit": 0.125e-6,
    "S3 HeadBucket": 0.4e-6,
    "terabyte scanned": 5.0,
}
#: Metrics that the functions publish. Each has one dimension set, `service`, and so is one metric per stack. All are
#: published by every complete refresh; that of the metric filter only in hours in which an execution fails.
_EMITTED = re.compile(r"\bemit_counts\((\w+=.*)\)")
#: An event source mapping keeps about five long polls of 20 seconds open, whether or not messages arrive.
POLLS_PER_HOUR = 5 * 180
#: Assumed duration of a call to AWS.
CALL_SECONDS = 0.1
#: Assumed duration of a GetTables call with a hundred tables, with the work on its result.
PAGE_SECONDS = 0.4


def counts(stack: Stack) -> dict[str, int]:
    """What CloudWatch and SQS bill per month in a deployment, whatever happens in it."""
    alarms = stack.of_type("AWS::CloudWatch::Alarm").values()
    modules = (ROOT / "layers" / "quilt_athena" / "quilt_athena").rglob("*.py")
    emitted = " ".join(call for path in modules for call in _EMITTED.findall(path.read_text("utf-8")))
    return {
        "alarm metrics": sum(map(_metrics, alarms)),
        "custom metrics": len(set(re.findall(r"(\w+)=", emitted))),
        "dashboards": len(stack.of_type("AWS::CloudWatch::Dashboard")),
        "polled queues": len(stack.of_type("AWS::Lambda::EventSourceMapping")),
    }


def _metrics(alarm: Mapping[str, Any]) -> int:
    return sum("MetricStat" in entry for entry in alarm["Metrics"]) if "Metrics" in alarm else 1


def monthly(buckets: int, refreshes: float) -> dict[str, float]:
    """USD per month, by item; ``refreshes`` per month."""
    billed = counts(Stack())
    # A hundred tables per call, four per bucket; a thousand partitions per call, of two tables, which are read as well.
    pages = math.ceil(buckets / 25) + 2 * math.ceil(buckets / 1000) + 2
    existence_checks, view_checks = min(buckets, 1000), min(buckets, 2)
    seconds = 1 + pages * PAGE_SECONDS + existence_checks / 4 * CALL_SECONDS
    # Eight of the refresh itself, four of custom views (where there are none), and per view check two, and eight of the
    # query state machine.
    transitions = 12 + view_checks * 10
    read_units = math.ceil(buckets * 0.7 / 4) / 2
    return {
        f"{billed['alarm metrics']} alarm metrics": billed["alarm metrics"] * PRICES["alarm metric"],
        f"{billed['custom metrics']} custom metrics": billed["custom metrics"] * PRICES["custom metric"],
        "dashboard": billed["dashboards"] * PRICES["dashboard"],
        f"polling of {billed['polled queues']} queues": billed["polled queues"]
        * POLLS_PER_HOUR
        * HOURS
        * PRICES["SQS request"],
        "refresh: state machines": refreshes * transitions * PRICES["state transition"],
        "refresh: functions": refreshes * (seconds * 1.0 + 4 * 0.5 + 0.5) * PRICES["GB-second of Lambda on arm64"],
        "refresh: reads of catalog, registry, S3": refreshes
        * (
            pages * PRICES["Glue request"]
            + read_units * PRICES["DynamoDB read unit"]
            + existence_checks * PRICES["S3 HeadBucket"]
        ),
        "refresh: view checks": refreshes * view_checks * 10 / 1024**2 * PRICES["terabyte scanned"],
        "tables, views and partitions in Glue": buckets * 6 * PRICES["Glue object per month"],
        "logs": refreshes * 20e-6 * PRICES["GB of logs"],
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--period-hours", type=float, default=1.0, help="hours between two refreshes (default 1)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    sizes = (10, 1000, 10_000)
    costs = {size: monthly(size, HOURS / arguments.period_hours) for size in sizes}
    if arguments.json:
        json.dump(costs, sys.stdout, indent=2)
        print()
        return
    table = Table("USD per month", *(f"{size:,} buckets" for size in sizes), header_style="bold")
    for name in costs[sizes[0]]:
        table.add_row(name, *(f"{costs[size][name]:.2f}" for size in sizes))
    table.add_section()
    table.add_row("total", *(f"{sum(costs[size].values()):.2f}" for size in sizes))
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    main()
