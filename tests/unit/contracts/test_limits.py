"""Lists and texts are cut to their limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.contracts.limits import MAX_NAMED, Named, shortened, without_middle


def test_named_counts_all_and_lists_the_first() -> None:
    named = Named()
    for number in range(MAX_NAMED + 5):
        named.add(f"bucket-{number}", Reason="x")
    assert named.as_json()["Count"] == MAX_NAMED + 5
    assert len(named.as_json()["Buckets"]) == MAX_NAMED
    assert named.as_json()["Buckets"][0] == {"Bucket": "bucket-0", "Reason": "x"}
    assert Named.from_json(named.as_json()) == named


@pytest.mark.parametrize(("length", "expected"), [(300, "x" * 300), (301, "x" * 299 + "…")])
def test_shortened_keeps_the_beginning(length: int, expected: str) -> None:
    assert shortened("x" * length) == expected


@given(st.text(max_size=200), st.integers(20, 200))
def test_without_middle_keeps_both_ends(text: str, length: int) -> None:
    cut = without_middle(text, length)
    assert len(cut) == min(len(text), length)
    assert cut == text or (text.startswith(cut.partition(" [...] ")[0]) and text.endswith(cut[-(length // 3) :]))
