"""What becomes of the rows of a result doesn't depend on their order."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.errors import PackageRejected
from quilt_athena.packages import selection
from quilt_athena.packages.selection import MAX_REASON_LENGTH, MAX_TOLD, Refusals, select_rows
from tests.unit.packages.bucket import row

COLUMNS = tuple(row())
PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
ROWS = st.lists(st.tuples(PATHS, st.integers(0, 2)), max_size=20)


def selected(*rows: dict[str, Any]) -> selection.Selection:
    return select_rows(COLUMNS, rows)


def test_every_wrong_row_has_its_number_and_reason() -> None:
    found = selected(row(), row("b", size="x"), row("/c"))
    assert list(found.rows) == ["a.tiff"]
    assert [one["Row"] for one in found.refusals.to_json()] == [2, 3]
    assert [one["Reason"].partition(":")[0] for one in found.refusals.to_json()] == ["size", "logical_key"]


def test_of_two_rows_of_one_logical_key_one_stays_and_the_other_says_so() -> None:
    first, second = row(size="1"), row(size="2")
    for rows in ((first, second), (second, first)):
        found = selected(*rows)
        assert found.rows["a.tiff"].entry.size == 1
        (refusal,) = found.refusals.to_json()
        assert refusal["Row"] == rows.index(second) + 1
        assert refusal["Reason"] == f'logical_key: expected each once, got "a.tiff" in row {rows.index(first) + 1} too'


def test_a_path_is_a_file_or_a_folder() -> None:
    found = selected(row("a/b/c"), row("a!"), row("a/b"), row("a/bc"))
    assert sorted(found.rows) == ["a!", "a/b", "a/bc"]
    (refusal,) = found.refusals.to_json()
    assert refusal == {"Row": 1, "Reason": 'logical_key: expected "a/b" to be a folder, but row 3 makes it a file'}


@given(rows=ROWS, seed=st.integers())
def test_the_entries_are_the_same_in_whatever_order_the_rows_come(rows: list[tuple[str, int]], seed: int) -> None:
    from quilt3 import Package
    from quilt3.packages import PackageEntry
    from quilt3.util import PhysicalKey

    made = [row(path, physical_key=f"s3://packages/{version}") for path, version in rows]
    shuffled = list(made)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a test
    one, other = selected(*made), selected(*shuffled)
    assert {key: kept.entry for key, kept in one.rows.items()} == {key: kept.entry for key, kept in other.rows.items()}
    assert one.refusals.count == other.refusals.count == len(rows) - len(one.rows)
    # And quilt3 takes them all.
    package = Package()
    for key, kept in one.rows.items():
        package.set(key, PackageEntry(PhysicalKey.from_url(str(kept.entry.physical_key)), 1, None, {}))
    assert len(list(package.walk())) == len(one.rows)


@given(numbers=st.permutations(list(range(1, 3 * MAX_TOLD))))
def test_the_first_reasons_are_told_and_all_are_counted(numbers: list[int]) -> None:
    refusals = Refusals()
    for number in numbers:
        refusals.add(number, "é" * 2 * MAX_REASON_LENGTH)
    told = refusals.to_json()
    assert [one["Row"] for one in told] == list(range(1, MAX_TOLD + 1))
    assert refusals.count == len(numbers)
    # Beside a request of 192 KiB in the answer that a parent sees.
    assert len(json.dumps(told, ensure_ascii=False).encode()) < 48 * 1024


@pytest.mark.parametrize("limit", [("MAX_ENTRIES", 2), ("MAX_CHARACTERS", 400)])
def test_a_result_that_would_not_fit_is_refused_where_it_exceeds(
    limit: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, *limit)
    with pytest.raises(PackageRejected, match="at row 3 it exceeds"):
        selected(row("a"), row("b"), row("c"), row("d"))
