"""Delays before retries grow exponentially, within their bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.aws.backoff import retry_delay


class Longest:
    """Always chooses the upper bound."""

    def uniform(self, a: float, b: float, /) -> float:
        """The larger number."""
        return max(a, b)


@pytest.mark.parametrize(("retry", "seconds"), [(1, 15), (2, 30), (4, 120), (5, 240), (6, 240), (50, 240)])
def test_retry_delay_doubles_up_to_the_longest(retry: int, seconds: float) -> None:
    assert retry_delay(retry, first=15, longest=240, chance=Longest()) == seconds


@given(st.integers(1, 100), st.floats(0.1, 60), st.floats(60, 600))
def test_retry_delay_is_at_least_half_of_the_longest_one(retry: int, first: float, longest: float) -> None:
    upper = retry_delay(retry, first=first, longest=longest, chance=Longest())
    assert upper / 2 <= retry_delay(retry, first=first, longest=longest) <= upper <= longest


def test_retry_delay_is_random() -> None:
    assert len({retry_delay(3, first=1) for _ in range(20)}) > 1
