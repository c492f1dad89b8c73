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
    name: (float(limit), now)
    for name, limit, now in re.findall(r"^\| ([^|]+) \| ([\d.]+) \| ([^|]+) \| `", SECTION, re.MULTILINE)
}
MEASURED: dict[str, Callable[[], float]] = {
    "parameters": lambda: len(source()["Parameters"]),
    "alarms": lambda: sum(r["Type"] == "AWS::CloudWatch::Alarm" for r in transformed()["Resources"].values()),
    "lines of the template": lambda: len(TEMPLATE.read_text(encoding="utf-8").splitlines()),
    "USD per month, idle, 10 buckets": lambda: round(sum(monthly(10, HOURS).values()), 2),
}
#: No test measures durations. CI ends what takes longer than its limit.
CI_MINUTES = "minutes of everything that CI runs, on two cores"
TIMED = {"minutes of the tests that everyone runs, on two cores", CI_MINUTES}


def test_budget_has_every_figure() -> None:
    assert set(ROWS) == {*MEASURED, *TIMED}


def test_limit_of_minutes_is_enforced_by_ci() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert f"timeout-minutes: {ROWS[CI_MINUTES][0]:.0f}" in workflow


@pytest.mark.parametrize("name", MEASURED)
def test_figure_is_todays_and_within_its_limit(name: str) -> None:
    limit, now = ROWS[name]
    assert float(now) == MEASURED[name](), f"docs/decisions.md: update the row {name!r}"
    assert float(now) <= limit
