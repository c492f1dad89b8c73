"""The view of all packages with their latest revisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nicegui import ui

from quilt_athena_console.console import Console
from quilt_athena_console.page.grid import Grid
from quilt_athena_console.page.view_bar import ViewBar
from quilt_athena_console.rows import GridColumn, Rows
from quilt_athena_console.runs import Run
from quilt_athena_console.text import count

_SQL = (Path(__file__).parent.parent / "packages.sql").read_text(encoding="utf-8")
_SECONDS = len("2026-11-22 00:00:00")
_COLUMNS = (
    GridColumn("Bucket", flex=3),
    GridColumn("Package", flex=3, style="strong"),
    GridColumn("Latest revision (UTC)", flex=2),
    GridColumn("Revisions", "bigint", flex=1),
    GridColumn("Top hash", flex=4, style="mono"),
)


class PackagesView:
    """A list that is filtered while typing. It is read from the pointers alone, not from the manifests."""

    def __init__(self, console: Console, open_query: Callable[[str], None]) -> None:
        """Create the elements in the current container; ``open_query`` shows a statement in the editor."""
        self._console = console
        self._open_query = open_query
        with ui.column().classes("view"):
            self._bar = ViewBar(self.load, search=("Filter packages", lambda text: self._grid.search(text)))
            self._grid = Grid(console, empty="No packages", on_row=self._open, filters=False)
            ui.label("Double-click a package to query its files.").classes("hint")

    async def load(self) -> None:
        """Load the list."""
        with self._bar.loading():
            finished = await self._console.call(Run(self._console.athena, _SQL).finish)
            # Revisions are named by whole seconds.
            rows = [[*row[:2], row[2] and row[2][:_SECONDS], *row[3:]] for row in finished.rows.rows]
            self._grid.show(Rows(_COLUMNS, rows, search=self._bar.search))
            self._bar.show(" · ".join([count(len(rows), "package"), *finished.summary[1:]]))

    def _open(self, row: Sequence[Any]) -> None:
        bucket, package, *_ = row
        user, _, name = package.partition("/")
        self._open_query(
            'SELECT logical_key, physical_key, "size", hash, meta, tophash\n'
            "FROM all_buckets_quilt_objects_view\n"
            f"WHERE bucket = {_literal(bucket)}\n"
            f'  AND "user" = {_literal(user)} AND name = {_literal(name)}\n'
            "  AND \"timestamp\" = 'latest' AND physical_key IS NOT NULL\n"
            "ORDER BY logical_key"
        )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
