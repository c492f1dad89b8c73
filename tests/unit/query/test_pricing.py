"""The price of a query: a minimum, whole megabytes, and nothing for what Athena doesn't charge."""

from __future__ import annotations

from typing import Any

import pytest

from quilt_athena.query.pricing import estimated_price

MB = 1024**2
TB = 1024**4
PER_MB = 5.0 / 1024**2


@pytest.mark.parametrize(
    ("scanned", "megabytes"),
    [(0, 10), (None, 10), (1, 10), (10 * MB, 10), (10 * MB + 1, 11), (11 * MB, 11), (TB, 1024**2)],
)
def test_at_least_ten_megabytes_and_whole_ones_are_billed(scanned: int | None, megabytes: int) -> None:
    assert estimated_price({"DataScannedInBytes": scanned}) == pytest.approx(megabytes * PER_MB)


def test_the_price_of_a_terabyte_is_the_regions() -> None:
    assert estimated_price({"DataScannedInBytes": TB}) == 5.0
    assert estimated_price({"DataScannedInBytes": TB}, price_per_tb=6.75) == 6.75


@pytest.mark.parametrize(
    ("statistics", "statement_type"),
    [({"ReusedPreviousResult": True}, "DML"), ({}, "DDL"), ({}, "UTILITY")],
)
def test_some_cost_nothing(statistics: dict[str, Any], statement_type: str) -> None:
    assert estimated_price({"DataScannedInBytes": TB, **statistics}, statement_type) == 0
