"""Pages of rows: sorted, filtered and searched as a person expects of the values, whatever their types."""

from __future__ import annotations

import pytest

from quilt_athena_console.rows import GridColumn, Rows, View, text_of

COLUMNS = (GridColumn("name"), GridColumn("size", "bigint"), GridColumn("price", "decimal(10,2)"))


def rows() -> Rows:
    return Rows(
        COLUMNS,
        [("beta", 10, "9.50"), ("Alpha", 9, "10.00"), ("gamma", None, None), (None, 2**60 + 1, "-1.00")],
    )


def names(view: View, of: Rows | None = None) -> list[str | None]:
    found, count = (of or rows()).page(0, 100, view)
    assert len(found) == count
    return [row["c0"] for row in found]


def test_page_has_the_asked_rows_and_the_number_of_all() -> None:
    found, count = rows().page(1, 3, View())
    assert [row["c0"] for row in found] == ["Alpha", "gamma"]
    assert count == 4


@pytest.mark.parametrize(
    ("column", "direction", "expected"),
    [
        ("c0", "asc", ["Alpha", "beta", "gamma", None]),
        ("c0", "desc", ["gamma", "beta", "Alpha", None]),
        ("c1", "asc", ["Alpha", "beta", None, "gamma"]),
        ("c2", "desc", ["Alpha", "beta", None, "gamma"]),
    ],
)
def test_sort_compares_numbers_as_numbers_and_puts_null_last(
    column: str, direction: str, expected: list[str | None]
) -> None:
    assert names(View(sort=[{"colId": column, "sort": direction}])) == expected


def test_sort_by_several_columns() -> None:
    of = Rows(COLUMNS[:2], [("b", 1), ("a", 1), ("a", 2)])
    found = of.select(View(sort=[{"colId": "c1", "sort": "desc"}, {"colId": "c0", "sort": "asc"}]))
    assert found == [("a", 2), ("a", 1), ("b", 1)]


@pytest.mark.parametrize(
    ("column", "model", "expected"),
    [
        ("c0", {"type": "contains", "filter": "ALPH"}, ["Alpha"]),
        ("c0", {"type": "notContains", "filter": "a"}, []),
        ("c0", {"type": "equals", "filter": "beta"}, ["beta"]),
        ("c0", {"type": "notEqual", "filter": "beta"}, ["Alpha", "gamma"]),
        ("c0", {"type": "startsWith", "filter": "g"}, ["gamma"]),
        ("c0", {"type": "endsWith", "filter": "ta"}, ["beta"]),
        ("c0", {"type": "blank"}, [None]),
        ("c1", {"type": "notBlank"}, ["beta", "Alpha", None]),
        ("c1", {"type": "equals", "filter": 9}, ["Alpha"]),
        ("c1", {"type": "lessThan", "filter": 10}, ["Alpha"]),
        ("c1", {"type": "lessThanOrEqual", "filter": 10}, ["beta", "Alpha"]),
        ("c2", {"type": "greaterThan", "filter": 9.5}, ["Alpha"]),
        ("c2", {"type": "greaterThanOrEqual", "filter": 9.5}, ["beta", "Alpha"]),
        ("c2", {"type": "inRange", "filter": -1, "filterTo": 9.5}, ["beta", None]),
        ("c2", {"type": "notEqual", "filter": 10}, ["beta", None]),
    ],
)
def test_filter(column: str, model: dict[str, object], expected: list[str | None]) -> None:
    assert names(View(filters={column: model})) == expected


@pytest.mark.parametrize(
    "view",
    [
        View(filters={"c9": {"type": "equals", "filter": "a"}}),
        View(filters={"c0": {"type": "resembles", "filter": "a"}}),
        View(filters={"c1": {"type": "equals", "filter": "a"}}),
        View(sort=[{"colId": "c-1", "sort": "asc"}]),
    ],
)
def test_view_of_something_else_is_an_error(view: View) -> None:
    with pytest.raises(ValueError, match=r"there is no|not a number"):
        rows().page(0, 1, view)


def test_search_finds_all_words_in_any_column() -> None:
    of = rows()
    of.search = "ALPHA 10"
    assert names(View(), of) == ["Alpha"]
    of.search = ""
    assert len(names(View(), of)) == 4


def test_shown_are_the_rows_of_the_last_view() -> None:
    of = rows()
    assert len(of.shown) == 4
    of.page(0, 1, View(filters={"c0": {"type": "contains", "filter": "beta"}}))
    assert [row[0] for row in of.shown] == ["beta"]


def test_values_of_a_double_column_with_nan_are_sorted() -> None:
    of = Rows([GridColumn("value", "double")], [(float("nan"),), (2.0,), ("NaN",), (-1.5,)])
    assert [text_of(row[0]) for row in of.select(View(sort=[{"colId": "c0", "sort": "asc"}]))][:2] == ["-1.5", "2.0"]
    assert len(of.select(View(filters={"c0": {"type": "lessThan", "filter": 5}}))) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("a", "a"),
        (True, "true"),
        (2**60 + 1, "1152921504606846977"),
        ([1, "é"], '[1, "é"]'),
        (1.5, "1.5"),
    ],
)
def test_text_of_a_value_is_exact(value: object, text: str | None) -> None:
    assert text_of(value) == text
