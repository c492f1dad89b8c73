"""A grid of rows that the server sorts, filters and searches, and that the browser fetches page by page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui

from quilt_athena_console.console import Console
from quilt_athena_console.rows import GridColumn, Rows

#: Rows fetched at a time.
_PAGE = 200
_TEXT_FILTERS = ("contains", "notContains", "equals", "notEqual", "startsWith", "endsWith", "blank", "notBlank")
_NUMBER_FILTERS = (
    "equals", "notEqual", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "inRange", "blank",
    "notBlank",
)  # fmt: skip

OnRow = Callable[[Sequence[Any]], None]


class Grid:
    """Shows ``Rows``; ``on_row`` is called with the row that is double-clicked."""

    def __init__(self, console: Console, *, empty: str, on_row: OnRow | None = None, filters: bool = True) -> None:
        """Create the element in the current container; ``empty`` is what it shows without rows."""
        self._console = console
        self._key: str | None = None
        self._filters = filters
        self._empty = empty
        self.rows = Rows((), ())
        self.element = ui.aggrid(self._options(), auto_size_columns=False).classes("grid")
        # The result of a page that was closed is forgotten.
        ui.context.client.on_delete(lambda: console.rows.drop(self._key))
        if on_row:
            self.element.on(
                "rowDoubleClicked", lambda event: self._clicked(event.args["rowIndex"], on_row), ["rowIndex"]
            )

    def show(self, rows: Rows) -> None:
        """Show other rows."""
        self._console.rows.drop(self._key)
        self.rows, self._key = rows, self._console.rows.put(rows)
        self.element.options.clear()
        self.element.options.update(self._options())
        self.element.update()

    def search(self, text: str) -> None:
        """Show only rows with this text."""
        self.rows.search = text
        self.element.run_grid_method("purgeInfiniteCache")

    def _clicked(self, index: int, on_row: OnRow) -> None:
        if 0 <= index < len(self.rows.shown):
            on_row(self.rows.shown[index])

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "theme": "quartz",
            "columnDefs": [self._column(index, column) for index, column in enumerate(self.rows.columns)],
            "defaultColDef": {"sortable": True, "resizable": True, "minWidth": 90, "floatingFilter": self._filters},
            "rowModelType": "infinite",
            "cacheBlockSize": _PAGE,
            "infiniteInitialRowCount": 1,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "suppressDragLeaveHidesColumns": True,
            "rowHeight": 32,
            "headerHeight": 36,
            "floatingFiltersHeight": 36,
            "localeText": {"noRowsToShow": self._empty, "filterOoo": "Filter"},
        }
        if not any(column.flex for column in self.rows.columns):
            options["autoSizeStrategy"] = {"type": "fitCellContents", "defaultMaxWidth": 480}
        if self._key:
            options[":datasource"] = f"quiltAthena.rowsFrom('/rows/{self._key}')"
        return options

    def _column(self, index: int, column: GridColumn) -> dict[str, Any]:
        kind = "number" if column.is_numeric else "text"
        options = _NUMBER_FILTERS if column.is_numeric else _TEXT_FILTERS
        definition = {
            "field": f"c{index}",
            "headerName": column.name,
            "headerTooltip": column.type,
            "type": "rightAligned" if column.is_numeric else None,
            "cellDataType": False,
            "flex": column.flex or None,
            "filter": ("agNumberColumnFilter" if column.is_numeric else "agTextColumnFilter")
            if self._filters
            else None,
            "filterParams": {"filterOptions": list(options), "maxNumConditions": 1, "debounceMs": 200},
            "cellClass": [f"cell-{kind}", *(["ag-right-aligned-cell"] if column.is_numeric else []), column.style],
            "cellClassRules": {"cell-null": "value === null", **_rules(column)},
            ":valueFormatter": "cell => cell.value === null ? 'NULL' : cell.value",
            ":tooltipValueGetter": "cell => cell.value && cell.value.length > 60 ? cell.value : null",
        }
        return {name: value for name, value in definition.items() if value is not None}


def _rules(column: GridColumn) -> dict[str, str]:
    """Expressions of AG Grid: when a cell has a class."""
    return {style: f"value === {json.dumps(text)}" for text, style in column.styles.items()}
