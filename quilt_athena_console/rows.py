"""Rows that a grid shows page by page: sorted, filtered and searched here, so the browser never has all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

#: What a cell holds: a value of a query result.
Value = Any
#: A row of the browser: text by the column's key, None for NULL. JavaScript would round large numbers.
Cells = dict[str, str | None]

_NUMERIC = ("tinyint", "smallint", "integer", "int", "bigint", "real", "float", "double", "decimal")


@dataclass(frozen=True)
class GridColumn:
    """A column: its name, and Athena's name of its type. ``flex`` is its share of the width, ``style`` a CSS class.

    ``styles`` are the CSS classes of cells with a certain text.
    """

    name: str
    type: str = "varchar"
    flex: int = 0
    style: str = ""
    styles: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_numeric(self) -> bool:
        """Whether its values are compared as numbers."""
        return self.type.partition("(")[0].lower() in _NUMERIC


@dataclass(frozen=True)
class View:
    """What the grid asks for. ``sort`` and ``filters`` are AG Grid's sort model and filter model; None: none."""

    sort: Sequence[Mapping[str, Any]] = ()
    filters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass
class Rows:
    """Rows in memory. ``search`` is text that a row must contain, in whatever column and case.

    A grid addresses columns by their position (``c0``), because a name may contain dots and brackets.
    """

    columns: Sequence[GridColumn]
    rows: Sequence[Sequence[Value]]
    search: str = ""
    _selected: tuple[str, Sequence[Sequence[Value]]] | None = field(default=None, repr=False)

    def page(self, start: int, end: int, view: View) -> tuple[list[Cells], int]:
        """The rows from ``start`` to before ``end``, and how many rows there are."""
        selected = self.select(view)
        return [self._cells(row) for row in selected[start:end]], len(selected)

    def select(self, view: View) -> Sequence[Sequence[Value]]:
        """The rows of a view, in its order; that of the last view is kept for the next page.

        Raises:
            ValueError: the view names a column or filter that doesn't exist.
        """
        key = json.dumps([view.sort, view.filters, self.search], sort_keys=True, default=dict)
        if self._selected is None or self._selected[0] != key:
            self._selected = (key, self._sorted(list(self._filtered(view)), view))
        return self._selected[1]

    @property
    def shown(self) -> Sequence[Sequence[Value]]:
        """The rows of the last view, which the grid shows; all rows if it hasn't asked yet."""
        return self._selected[1] if self._selected else self.rows

    def _filtered(self, view: View) -> Iterable[Sequence[Value]]:
        tests = [self._test(self._index(key), model) for key, model in view.filters.items()]
        words = self.search.casefold().split()
        for row in self.rows:
            if not all(test(row) for test in tests):
                continue
            if words:
                texts = [text.casefold() for text in map(text_of, row) if text]
                if not all(any(word in text for text in texts) for word in words):
                    continue
            yield row

    def _sorted(self, rows: list[Sequence[Value]], view: View) -> list[Sequence[Value]]:
        for order in reversed(view.sort):
            index = self._index(str(order["colId"]))
            by, descending = _sort_key(self.columns[index]), order["sort"] == "desc"
            known = [row for row in rows if row[index] is not None]
            known.sort(key=lambda row: by(row[index]), reverse=descending)
            # NULL comes last, as in Athena.
            rows = known + [row for row in rows if row[index] is None]
        return rows

    def _test(self, index: int, model: Mapping[str, Any]) -> Callable[[Sequence[Value]], bool]:
        match model["type"]:
            case "blank":
                return lambda row: row[index] is None
            case "notBlank":
                return lambda row: row[index] is not None
        compare = _numbers(model) if self.columns[index].is_numeric else _texts(model)
        return lambda row: row[index] is not None and compare(row[index])

    def _index(self, key: str) -> int:
        index = int(key.removeprefix("c"))
        if not 0 <= index < len(self.columns):
            raise ValueError(f"there is no column {key}")
        return index

    def _cells(self, row: Sequence[Value]) -> Cells:
        return {f"c{index}": text_of(value) for index, value in enumerate(row)}


def text_of(value: Value) -> str | None:
    """A value as people read and copy it; None for NULL."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float, list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _sort_key(column: GridColumn) -> Callable[[Value], Any]:
    if column.is_numeric:
        # NaN is larger than all numbers, as in Athena.
        return lambda value: (0, number) if (number := _number(value)) is not None else (1, 0)
    return lambda value: (text_of(value) or "").casefold()


def _number(value: Value) -> Decimal | None:
    """A number; None for NaN, and for what isn't a number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return None if number.is_nan() else number


def _numbers(model: Mapping[str, Any]) -> Callable[[Value], bool]:
    low = _number(model.get("filter"))
    high = _number(model.get("filterTo"))
    if low is None:
        raise ValueError(f"{model.get('filter')} is not a number")
    tests: dict[str, Callable[[Decimal], bool]] = {
        "equals": lambda number: number == low,
        "notEqual": lambda number: number != low,
        "lessThan": lambda number: number < low,
        "lessThanOrEqual": lambda number: number <= low,
        "greaterThan": lambda number: number > low,
        "greaterThanOrEqual": lambda number: number >= low,
        "inRange": lambda number: low <= number and (high is None or number <= high),
    }
    test = _named(tests, model)

    def compare(value: Value) -> bool:
        number = _number(value)
        return number is not None and test(number)

    return compare


def _texts(model: Mapping[str, Any]) -> Callable[[Value], bool]:
    sought = str(model.get("filter") or "").casefold()
    tests: dict[str, Callable[[str], bool]] = {
        "contains": lambda text: sought in text,
        "notContains": lambda text: sought not in text,
        "equals": lambda text: text == sought,
        "notEqual": lambda text: text != sought,
        "startsWith": lambda text: text.startswith(sought),
        "endsWith": lambda text: text.endswith(sought),
    }
    test = _named(tests, model)
    return lambda value: test((text_of(value) or "").casefold())


def _named(tests: Mapping[str, Callable[[Any], bool]], model: Mapping[str, Any]) -> Callable[[Any], bool]:
    if model["type"] not in tests:
        raise ValueError(f"there is no filter {model['type']}")
    return tests[model["type"]]
