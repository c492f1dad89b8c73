"""How long the query state machine waits between polls, computed by the expression of its definition."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.query.asl import STATES, Expression

# Milliseconds since 1970, in 2026.
STARTED = 1_795_176_000_000
#: An example is all polls of a query, up to 265.
WHOLE_QUERIES = settings(max_examples=25)


@cache
def waiting() -> Expression:
    """The expression of the definition."""
    return Expression(STATES["WaitForQuery"]["Seconds"])


def wait(elapsed_millis: int, timeout: int) -> int:
    """The wait in seconds at a time after the start."""
    variables = {"StartedAt": STARTED, "Request": {"TimeoutSeconds": timeout}}
    seconds = waiting()(variables, STARTED + elapsed_millis)
    assert isinstance(seconds, int), seconds
    return seconds


def polls(timeout: int, overhead_millis: int = 0) -> Iterator[int]:
    """The times of the polls in milliseconds after the start, up to the first at or after the deadline."""
    elapsed = 0
    while elapsed < timeout * 1000:
        elapsed += wait(elapsed, timeout) * 1000 + overhead_millis
        yield elapsed


@pytest.mark.parametrize(
    ("elapsed", "seconds"), [(0, 1), (4_999, 1), (9_999, 1), (10_000, 2), (100_000, 20), (300_000, 60), (900_000, 60)]
)
def test_wait_is_a_fifth_of_the_elapsed_time(elapsed: int, seconds: int) -> None:
    assert wait(elapsed, 14_400) == seconds


@pytest.mark.parametrize(("left", "seconds"), [(2_001, 3), (2_000, 2), (1_001, 2), (1_000, 1), (1, 1), (-1, 1)])
def test_last_wait_ends_after_the_deadline(left: int, seconds: int) -> None:
    assert wait(100_000 - left, 100) == seconds


@given(st.integers(0, 14_500_000), st.integers(1, 14_400))
def test_wait_is_whole_seconds_between_one_and_sixty(elapsed: int, timeout: int) -> None:
    assert 1 <= wait(elapsed, timeout) <= 60


@given(st.integers(0, 14_400_000), st.integers(1, 14_400))
def test_wait_ends_less_than_a_second_after_the_deadline(elapsed: int, timeout: int) -> None:
    assert elapsed + wait(elapsed, timeout) * 1000 < max(elapsed, timeout * 1000) + 1000 or wait(elapsed, timeout) == 1


def test_half_an_hour_takes_at_most_64_polls() -> None:
    assert len(list(polls(1800))) <= 64


@WHOLE_QUERIES
@given(st.integers(1, 14_400), st.integers(0, 300))
def test_number_of_polls_is_bounded(timeout: int, overhead: int) -> None:
    # One per second at first, then fewer, finally one per minute.
    assert len(list(polls(timeout, overhead))) <= 34 + timeout / 60 + 1


@cache
def polls_of_the_longest_query() -> list[int]:
    return list(polls(14_401))


@given(st.integers(1, 14_400_000))
def test_end_is_detected_within_a_fifth_of_the_duration(duration: int) -> None:
    detected = next(moment for moment in polls_of_the_longest_query() if moment >= duration)
    lag = detected - duration
    assert lag <= max(1_000, 0.2 * duration)
    assert lag <= 60_000


@WHOLE_QUERIES
@given(st.integers(1, 14_400), st.integers(0, 300))
def test_deadline_is_detected_within_two_seconds(timeout: int, overhead: int) -> None:
    *_, last = polls(timeout, overhead)
    assert timeout * 1000 <= last < timeout * 1000 + 2000
