"""What a run costs on AWS, at list prices in us-east-1, without any free tier."""

from __future__ import annotations

#: Queries that a run starts, rounded up; tests/integration/verification counts them.
QUERIES = 150
_BILLED_BYTES = 10_000_000
_PER_TERABYTE = 5.0
#: An hour of everything that is billed by time: 20 alarm metrics (0.10 USD a month), a dashboard (3 USD), and five
#: custom metrics (0.30 USD), which CloudWatch bills by the hour.
_HOURLY = (20 * 0.10 + 3.0 + 5 * 0.30) / 730
#: State transitions, invocations, requests and logs, generously.
_REQUESTS = 0.05


def estimate() -> float:
    """USD for a run of an hour in which every query is billed the minimum of 10 MB."""
    return QUERIES * _BILLED_BYTES / 1e12 * _PER_TERABYTE + _HOURLY + _REQUESTS


def limit() -> float:
    """USD if each query scanned twice the limit of the run's workgroup, and everything existed for a day."""
    return QUERIES * 2 * _BILLED_BYTES / 1e12 * _PER_TERABYTE + 24 * _HOURLY + 2 * _REQUESTS
