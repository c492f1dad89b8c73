"""The budget of docs/decisions.md: the template keeps within its limits, and the figures are today's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from benchmarks.monthly_cost import HOURS, monthly
from tests.unit.template.cloudformation import ROOT, TEMPLATE, source, transformed

PAGE = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Budget\n")[2].partition("\n## ")[0]
ROWS = {
    name: (float(limit), float(now))
    for name, limit, now in re.findall(r"^\| ([^|]+) \| ([\d.]+) \| ([\d.]+) \| `", SECTION, re.MULTILINE)
}
MEASURED: dict[str, Callable[[], float]] = {
    "parameters": lambda: len(source()["Parameters"]),
    "alarms": lambda: sum(r["Type"] == "AWS::CloudWatch::Alarm" for r in transformed()["Resources"].values()),
    "lines of the template": lambda: len(TEMPLATE.read_text(encoding="utf-8").splitlines()),
    "USD per month, idle, 10 buckets": lambda: round(sum(monthly(10, HOURS).values()), 2),
}
#: Not measured by a test.
TIMED = {"minutes of unit tests on two cores"}


def test_budget_has_every_figure() -> None:
    assert set(ROWS) == set(MEASURED) | TIMED


@pytest.mark.parametrize("name", MEASURED)
def test_figure_is_todays(name: str) -> None:
    assert ROWS[name][1] == MEASURED[name](), f"docs/decisions.md: update the row {name!r}"


@pytest.mark.parametrize("name", ROWS)
def test_figure_is_within_its_limit(name: str) -> None:
    limit, now = ROWS[name]
    assert now <= limit
