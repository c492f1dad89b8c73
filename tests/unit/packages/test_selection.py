"""The selection of rows does not depend on their order."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.contracts.limits import MAX_REASON_LENGTH
from quilt_athena.errors import PackageRejected
from quilt_athena.packages import selection
from quilt_athena.packages.selection import MAX_REPORTED, RejectedRows, select_rows
from tests.unit.packages.bucket import row

COLUMNS = tuple(row())
PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
ROWS = st.lists(st.tuples(PATHS, st.integers(0, 2)), max_size=20)


def selected(*rows: dict[str, Any]) -> selection.RowSelection:
    return select_rows(COLUMNS, rows)


def test_select_rows_reports_number_and_reason_of_invalid_rows() -> None:
    found = selected(row(), row("b", size="x"), row("/c"))
    assert list(found.rows) == ["a.tiff"]
    assert [one["Row"] for one in found.rejected.as_json()] == [2, 3]
    assert [one["Reason"].partition(":")[0] for one in found.rejected.as_json()] == ["size", "logical_key"]


def test_select_rows_keeps_one_of_two_rows_with_the_same_path() -> None:
    first, second = row(size="1"), row(size="2")
    for rows in ((first, second), (second, first)):
        found = selected(*rows)
        assert found.rows["a.tiff"].entry.size == 1
        (rejected,) = found.rejected.as_json()
        assert rejected["Row"] == rows.index(second) + 1
        assert rejected["Reason"] == (
            f'logical_key: expected each path once, but row {rows.index(first) + 1} also has "a.tiff"'
        )


def test_select_rows_rejects_paths_below_files() -> None:
    found = selected(row("a/b/c"), row("a!"), row("a/b"), row("a/bc"))
    assert sorted(found.rows) == ["a!", "a/b", "a/bc"]
    (rejected,) = found.rejected.as_json()
    assert rejected == {"Row": 1, "Reason": 'logical_key: expected "a/b" to be a folder, but it is a file in row 3'}


@given(rows=ROWS, seed=st.integers())
def test_select_rows_does_not_depend_on_the_order_of_rows(rows: list[tuple[str, int]], seed: int) -> None:
    from quilt3 import Package
    from quilt3.packages import PackageEntry
    from quilt3.util import PhysicalKey

    rows_ = [row(path, physical_key=f"s3://packages/{version}") for path, version in rows]
    shuffled = list(rows_)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a test
    one, other = selected(*rows_), selected(*shuffled)
    assert {key: kept.entry for key, kept in one.rows.items()} == {key: kept.entry for key, kept in other.rows.items()}
    assert one.rejected.count == other.rejected.count == len(rows) - len(one.rows)
    # quilt3 accepts them all.
    package = Package()
    for key, kept in one.rows.items():
        package.set(key, PackageEntry(PhysicalKey.from_url(str(kept.entry.physical_key)), 1, None, {}))
    assert len(list(package.walk())) == len(one.rows)


@given(numbers=st.permutations(list(range(1, 3 * MAX_REPORTED))))
def test_rejected_rows_count_all_and_list_the_first(numbers: list[int]) -> None:
    rejected = RejectedRows()
    for number in numbers:
        rejected.add(number, "é" * 2 * MAX_REASON_LENGTH)
    listed = rejected.as_json()
    assert [one["Row"] for one in listed] == list(range(1, MAX_REPORTED + 1))
    assert rejected.count == len(numbers)
    # It fits next to a request of 192 KiB in the output that a parent state machine receives.
    assert len(json.dumps(listed, ensure_ascii=False).encode()) < 48 * 1024


def test_too_large_result_is_rejected_with_the_limits() -> None:
    assert "at row 7 it exceeds 500,000 entries or 200,000,000 characters" in str(selection.too_large("row 7"))


def test_characters_of_all_values_count(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = ("logical_key", "physical_key", "size", "meta", "other")
    # 1 + 17 characters, a number, {"a": [1]}, and [1, 2].
    rows = [
        {"logical_key": key, "physical_key": "s3://a-bucket/key", "size": 1, "meta": {"a": [1]}, "other": [1, 2]}
        for key in "ab"
    ]
    monkeypatch.setattr(selection, "MAX_CHARACTERS", 2 * (1 + 17 + 10 + 6))
    assert len(select_rows(columns, rows).rows) == 2
    monkeypatch.setattr(selection, "MAX_CHARACTERS", 2 * (1 + 17 + 10 + 6) - 1)
    with pytest.raises(PackageRejected, match="at row 2 it exceeds"):
        select_rows(columns, rows)


@pytest.mark.parametrize(("length", "shown"), [(120, "é" * 120), (121, "é" * 117 + "...")])
def test_message_shows_at_most_120_characters_of_a_path(length: int, shown: str) -> None:
    (rejected,) = selected(row("é" * length), row("é" * length)).rejected.as_json()
    assert rejected["Reason"].endswith(f'also has "{shown}"')


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"physical_key": "s3://a-bucket/a"}, {"physical_key": "s3://a-bucket/b"}),
        ({"tophash": None}, {"tophash": "ab" * 32}),
        ({"bucket": None}, {"bucket": "a-bucket"}),
        ({"hash": "{type=SHA256, value=" + "aa" * 32 + "}"}, {"hash": "{type=SHA256, value=" + "bb" * 32 + "}"}),
        ({"meta": '{"a":1}'}, {"meta": '{"b":1}'}),
        ({"meta": '{"b":1,"a":2}'}, {"meta": '{"a":3,"b":1}'}),
    ],
)
def test_contents_decide_between_rows_with_the_same_path(first: dict[str, Any], second: dict[str, Any]) -> None:
    columns = (*row(), "tophash", "bucket")
    for rows in ([row(**first), row(**second)], [row(**second), row(**first)]):
        (rejected,) = select_rows(columns, rows).rejected.as_json()
        assert rejected["Row"] == rows.index(row(**second)) + 1


@pytest.mark.parametrize("limit", [("MAX_ENTRIES", 2), ("MAX_CHARACTERS", 400)])
def test_select_rows_rejects_a_result_that_exceeds_memory(
    limit: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, *limit)
    with pytest.raises(PackageRejected, match="at row 3 it exceeds"):
        selected(row("a"), row("b"), row("c"), row("d"))
