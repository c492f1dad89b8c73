"""The rows of a result, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from quilt_athena_console.console import Console
from quilt_athena_console.page.grid import Grid
from quilt_athena_console.page.package_dialog import PackageDialog
from quilt_athena_console.rows import text_of
from quilt_athena_console.runs import Finished
from quilt_athena_console.text import count

#: A clipboard of more rows is of no use to a spreadsheet.
_MAX_COPIED = 10_000


class Result:
    """The grid with its actions, a message, or what to do first."""

    def __init__(self, console: Console) -> None:
        """Create the elements in the current container."""
        self._console = console
        self._key: str | None = None
        self._finished: Finished | None = None
        with ui.row().classes("result-bar") as self._bar:
            self._summary = ui.row().classes("summary")
            ui.space()
            _button("Copy", "content_copy", self._copy, "Copy the rows shown, for a spreadsheet")
            _button("CSV", "download", lambda: self._download("csv"), "Download all rows as CSV")
            _button("Parquet", "download", lambda: self._download("parquet"), "Download all rows as Parquet")
            _button(
                "Create package", "add_box", self._create_package, "Create a Quilt package of the files in this result"
            )
        self._problem = ui.label().classes("problem")
        with ui.column().classes("placeholder") as self._placeholder:
            ui.icon("table_rows", size="32px")
            ui.label("Run a query to see its rows.")
        self._grid = Grid(console, empty="The query returned no rows.")
        self._show_only(self._placeholder)
        ui.context.client.on_delete(lambda: console.results.drop(self._key))

    def show(self, finished: Finished) -> None:
        """Show a result."""
        self._console.results.drop(self._key)
        self._key, self._finished = self._console.results.put(finished.result), finished
        self._summary.clear()
        with self._summary:
            for text in finished.summary:
                ui.label(text).classes("fact")
        self._grid.show(finished.rows)
        self._show_only(self._bar, self._grid.element)

    def fail(self, message: str) -> None:
        """Show why there is no result."""
        self._problem.set_text(message)
        self._show_only(self._problem)

    def _show_only(self, *elements: ui.element) -> None:
        for element in (self._bar, self._problem, self._placeholder, self._grid.element):
            element.set_visibility(element in elements)

    def _copy(self) -> None:
        rows = self._grid.rows
        copied = rows.shown[:_MAX_COPIED]
        lines = [[column.name for column in rows.columns], *([text_of(value) or "" for value in row] for row in copied)]
        # Tabs and line ends in a value would be columns and rows of the spreadsheet.
        ui.clipboard.write("\n".join("\t".join(" ".join(text.split()) for text in line) for line in lines))
        ui.notify(f"Copied {count(len(copied), 'row')}")

    def _download(self, extension: str) -> None:
        ui.download.from_url(f"/results/{self._key}.{extension}")

    async def _create_package(self) -> None:
        if self._finished:
            await PackageDialog(self._console, self._finished).open()


def _button(label: str, icon: str, action: Callable[[], Any], tooltip: str) -> None:
    ui.button(label, icon=icon, color=None, on_click=action).props("flat dense no-caps").classes("action").tooltip(
        tooltip
    )
