"""What the stack costs a month for fleets of several sizes, at list prices, with nobody asking questions.

Computed, not measured: the calls are those that `benchmarks.refresh` counts, times the refreshes of a month; prices are
AWS's for us-east-1 in November 2026, no free tier taken off. What questions cost comes on top: `quilt-athena query`
tells each one's price, and `benchmarks.polling` what the state machines add.

    python -m benchmarks.monthly_cost [--period-hours 1] [--json]
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
HOURS = 730
#: In USD for one, from the services' pricing pages.
PRICES: Mapping[str, float] = {
    "alarm": 0.10,
    "custom metric": 0.30,
    "dashboard": 3.00,
    "SQS request": 0.40e-6,
    "state transition": 25e-6,
    "GB-second of Lambda on arm64": 13.3334e-6,
    "Glue request": 1e-6,
    "Glue object a month": 1e-5,
    "DynamoDB read unit": 0.125e-6,
    "S3 HeadBucket": 0.4e-6,
    "terabyte scanned": 5.0,
    "GB of logs": 0.50,
}
#: A metric of the stack's own namespace, as alarms, metric filters and the dashboard name it.
_CUSTOM_METRIC = re.compile(r'(?:Namespace: QuiltAthena\n +MetricName: (?:!Sub ")?|"QuiltAthena", ")([^"\n]+)')
#: An event source mapping keeps about five long polls of 20 seconds open, whether or not anything comes.
POLLS_A_HOUR = 5 * 180
#: What a call to AWS takes, as assumed here.
CALL_SECONDS = 0.1
#: Glue's answer with a hundred tables, and the work on it.
PAGE_SECONDS = 0.4


def monthly(buckets: int, refreshes: float) -> dict[str, float]:
    """USD a month, by what it is for."""
    text = TEMPLATE.read_text(encoding="utf-8")
    alarms, queues = text.count("Type: AWS::CloudWatch::Alarm"), text.count("Type: SQS\n")
    custom_metrics = len(set(_CUSTOM_METRIC.findall(text)))
    # A hundred tables an answer, four a bucket; a thousand partitions an answer, of two tables, which are looked at.
    pages = math.ceil(buckets / 25) + 2 * math.ceil(buckets / 1000) + 2
    checks, view_checks = min(buckets, 1000), min(buckets, 2)
    seconds = 1 + pages * PAGE_SECONDS + checks / 4 * CALL_SECONDS
    # The refresh's own eight, four of custom views (where there are none), two for each view check, and
    # eight of the query machine for each.
    transitions = 12 + view_checks * 10
    read_units = math.ceil(buckets * 0.7 / 4) / 2
    return {
        "alarms, metrics, dashboard": alarms * PRICES["alarm"]
        + custom_metrics * PRICES["custom metric"]
        + PRICES["dashboard"],
        "queues that are waited at": queues * POLLS_A_HOUR * HOURS * PRICES["SQS request"],
        "refresh: state machines": refreshes * transitions * PRICES["state transition"],
        "refresh: functions": refreshes * (seconds * 1.0 + 4 * 0.5 + 0.5) * PRICES["GB-second of Lambda on arm64"],
        "refresh: reads of catalog, registry, S3": refreshes
        * (
            pages * PRICES["Glue request"]
            + read_units * PRICES["DynamoDB read unit"]
            + checks * PRICES["S3 HeadBucket"]
        ),
        "refresh: views asked": refreshes * view_checks * 10 / 1024**2 * PRICES["terabyte scanned"],
        "tables, views and partitions in Glue": buckets * 6 * PRICES["Glue object a month"],
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
    table = Table("USD a month", *(f"{size:,} buckets" for size in sizes), header_style="bold")
    for name in costs[sizes[0]]:
        table.add_row(name, *(f"{costs[size][name]:.2f}" for size in sizes))
    table.add_section()
    table.add_row("all", *(f"{sum(costs[size].values()):.2f}" for size in sizes))
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    main()
