"""The README stays short, and what it shows is what the demo prints and the benchmarks compute."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.monthly_cost import monthly

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")
DEMO = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")


def test_readme_has_at_most_180_lines() -> None:
    assert len(PAGE.splitlines()) <= 180


def test_output_that_it_shows_is_from_the_demo() -> None:
    (excerpt,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    shown = iter(DEMO.splitlines())
    missing = [line for line in excerpt.splitlines() if line not in shown]
    assert missing == [], "not in docs/demo.md, or in another order"
    assert len(excerpt.splitlines()) > 10


def test_demo_page_shows_every_step() -> None:
    (output,) = re.findall(r"^```text\n(.*?)^```$", DEMO, re.MULTILINE | re.DOTALL)
    assert re.findall(r"^(\d)\. ", output, re.MULTILINE) == list("123456789")


def test_costs_are_the_computed_ones() -> None:
    assert re.findall(r"\*\*([\d.]+) USD\*\*", PAGE) == [
        f"{sum(monthly(buckets, 730).values()):.2f}" for buckets in (10, 1000)
    ]
