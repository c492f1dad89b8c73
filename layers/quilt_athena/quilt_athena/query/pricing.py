"""The price of a query, estimated from the data that it scanned.

Source: https://aws.amazon.com/athena/pricing/ ("SQL queries, per query billing"): a price per terabyte scanned, rounded
up to the megabyte, with a minimum of 10 MB per query; DDL (partitions included), failed queries and reused results are
free. AWS counts in binary units. Provisioned capacity is billed differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: US dollars per terabyte scanned, in most regions.
DEFAULT_PRICE_PER_TB = 5.0

_MB = 1024**2
_TB = 1024**4
_MINIMUM_BYTES = 10 * _MB


def estimated_price(
    statistics: Mapping[str, Any], statement_type: str | None = "DML", price_per_tb: float = DEFAULT_PRICE_PER_TB
) -> float:
    """The price of a query that succeeded, in the currency of ``price_per_tb``.

    Args:
        statistics: the statistics of a query result, with ``DataScannedInBytes`` and ``ReusedPreviousResult``.
        statement_type: Athena's ``DML``, ``DDL`` or ``UTILITY``; only DML scans data.
        price_per_tb: the region's price of a terabyte scanned.
    """
    if statistics.get("ReusedPreviousResult") or statement_type in ("DDL", "UTILITY"):
        return 0.0
    billed = max(int(statistics.get("DataScannedInBytes") or 0), _MINIMUM_BYTES)
    megabytes = -(-billed // _MB)
    return megabytes * _MB / _TB * price_per_tb
