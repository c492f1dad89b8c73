"""The estimated price of a query: the caller's, else the stack's, else the list price."""

from __future__ import annotations

from typing import Any

import pytest

from quilt_athena.client.results import QueryResult

TERABYTE = 1024**4
STATISTICS = {"DataScannedInBytes": TERABYTE, "EstimatedPriceUSD": 6.25}


@pytest.mark.parametrize(
    ("statistics", "price_per_tb", "price"),
    [
        (STATISTICS, None, 6.25),
        (STATISTICS, 9.0, 9.0),
        ({"DataScannedInBytes": TERABYTE}, None, 5.0),
    ],
    ids=["the stack's", "the caller's", "the list price, where the stack reports none"],
)
def test_estimated_price_prefers_the_callers_then_the_stacks(
    statistics: dict[str, Any], price_per_tb: float | None, price: float
) -> None:
    answer = {"QueryExecutionId": "q", "StatementType": "DML", "Columns": [], "Rows": [], "Statistics": statistics}
    result = QueryResult(answer, None, price_per_tb, fetch=lambda: iter(()))
    assert result.estimated_price == price
