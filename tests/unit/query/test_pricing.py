"""The price of a query: a minimum, whole megabytes, and statements that are free."""

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
def test_price_counts_whole_megabytes_and_at_least_ten(scanned: int | None, megabytes: int) -> None:
    assert estimated_price({"DataScannedInBytes": scanned}) == pytest.approx(megabytes * PER_MB)


def test_price_depends_on_the_region() -> None:
    assert estimated_price({"DataScannedInBytes": TB}) == 5.0
    assert estimated_price({"DataScannedInBytes": TB}, price_per_tb=6.75) == 6.75


@pytest.mark.parametrize(
    ("statistics", "statement_type"),
    [({"ReusedPreviousResult": True}, "DML"), ({}, "DDL"), ({}, "UTILITY")],
)
def test_ddl_utility_statements_and_reused_results_are_free(statistics: dict[str, Any], statement_type: str) -> None:
    assert estimated_price({"DataScannedInBytes": TB, **statistics}, statement_type) == 0
