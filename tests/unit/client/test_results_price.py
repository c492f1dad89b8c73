"""The price of an answer: the stack's own word, unless the caller names a price."""

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
    ids=["the stack's", "the caller's", "the list price, where the stack tells none"],
)
def test_the_price(statistics: dict[str, Any], price_per_tb: float | None, price: float) -> None:
    answer = {"QueryExecutionId": "q", "StatementType": "DML", "Columns": [], "Rows": [], "Statistics": statistics}
    result = QueryResult(answer, None, price_per_tb, fetch=lambda: iter(()))
    assert result.estimated_price == price
