"""Widths of columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.cli.output.layout import GAP, MIN_WIDTH, fit

WIDTHS = st.lists(st.tuples(st.integers(1, 200), st.booleans()), max_size=20)


@pytest.mark.parametrize(
    ("natural", "rigid", "width", "expected"),
    [
        ([4, 5], [False, False], 80, [4, 5]),
        ([4, 100], [False, False], 40, [4, 34]),
        ([50, 100], [False, False], 42, [20, 20]),
        ([9, 50, 100], [False, False, False], 53, [9, 20, 20]),
        ([20, 100], [True, False], 40, [20, 18]),
        ([8, 8, 8], [False, False, False], 27, [8, 8]),
        ([100, 100], [False, False], 5, [5]),
        ([], [], 80, []),
    ],
)
def test_wide_columns_share_what_narrow_ones_leave(
    natural: list[int], rigid: list[bool], width: int, expected: list[int]
) -> None:
    assert fit(natural, rigid, width) == expected


@given(WIDTHS, st.integers(1, 300))
def test_columns_fit_and_leave_no_room_that_one_needs(columns: list[tuple[int, bool]], width: int) -> None:
    natural, rigid = [size for size, _ in columns], [fixed for _, fixed in columns]
    widths = fit(natural, rigid, width)
    used = sum(widths) + GAP * max(0, len(widths) - 1)
    assert used <= width
    assert bool(widths) == bool(columns)
    if len(widths) > 1:
        shown = list(zip(widths, natural, rigid, strict=False))
        assert all(size == whole if fixed else size >= min(whole, MIN_WIDTH) for size, whole, fixed in shown)
    if len(widths) == len(natural) and widths != natural:
        assert used == width, "nothing is left while something is truncated"
