"""How long the query state machine waits, as the expression of its definition computes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.query.asl import STATES, Expression

WAIT = Expression(STATES["WaitForQuery"]["Seconds"])
# A definition's clock begins somewhere in this century.
STARTED = 1_795_176_000_000


def wait(elapsed_millis: int, timeout: int) -> int:
    """The seconds that are waited so long after the start."""
    variables = {"StartedAt": STARTED, "Request": {"TimeoutSeconds": timeout}}
    seconds = WAIT(variables, STARTED + elapsed_millis)
    assert isinstance(seconds, int), seconds
    return seconds


def polls(timeout: int, overhead_millis: int = 0) -> Iterator[int]:
    """The milliseconds after the start at which a query is looked at, up to the first at or after the deadline."""
    elapsed = 0
    while elapsed < timeout * 1000:
        elapsed += wait(elapsed, timeout) * 1000 + overhead_millis
        yield elapsed


@pytest.mark.parametrize(
    ("elapsed", "seconds"), [(0, 1), (4_999, 1), (9_999, 1), (10_000, 2), (100_000, 20), (300_000, 60), (900_000, 60)]
)
def test_the_wait_is_a_fifth_of_the_time_that_has_passed(elapsed: int, seconds: int) -> None:
    assert wait(elapsed, 14_400) == seconds


@given(st.integers(0, 14_500_000), st.integers(1, 14_400))
def test_a_wait_is_whole_seconds_between_one_and_sixty(elapsed: int, timeout: int) -> None:
    assert 1 <= wait(elapsed, timeout) <= 60


@given(st.integers(0, 14_400_000), st.integers(1, 14_400))
def test_a_wait_does_not_pass_the_deadline_by_a_second(elapsed: int, timeout: int) -> None:
    assert elapsed + wait(elapsed, timeout) * 1000 < max(elapsed, timeout * 1000) + 1000 or wait(elapsed, timeout) == 1


def test_half_an_hour_takes_at_most_64_polls() -> None:
    assert len(list(polls(1800))) <= 64


@given(st.integers(1, 14_400), st.integers(0, 300))
def test_polls_grow_slowly(timeout: int, overhead: int) -> None:
    # One a second at first, then ever fewer, then one a minute.
    assert len(list(polls(timeout, overhead))) <= 34 + timeout / 60 + 1


@given(st.integers(1, 14_400_000))
def test_an_end_is_noticed_within_a_fifth_of_the_time(duration: int) -> None:
    noticed = next(moment for moment in polls(14_401) if moment >= duration)
    lag = noticed - duration
    assert lag <= max(1_000, 0.2 * duration)
    assert lag <= 60_000


@given(st.integers(1, 14_400), st.integers(0, 300))
def test_the_deadline_is_noticed_within_two_seconds(timeout: int, overhead: int) -> None:
    *_, last = polls(timeout, overhead)
    assert timeout * 1000 <= last < timeout * 1000 + 2000
