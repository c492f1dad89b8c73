"""The view with the editor, and the result of its query."""

from __future__ import annotations

from nicegui import ui

from quilt_athena.client import SavedQueryInfo
from quilt_athena_console.console import Console
from quilt_athena_console.page.editor import Editor
from quilt_athena_console.page.failures import EXPECTED
from quilt_athena_console.page.result import Result
from quilt_athena_console.page.sidebar import Sidebar
from quilt_athena_console.runs import Run

_POLL_SECONDS = 0.25


class QueryView:
    """Saved queries and tables, the editor, and the result of the last query."""

    def __init__(self, console: Console) -> None:
        """Create the elements in the current container."""
        self._console = console
        self._run: Run | None = None
        with ui.splitter(value=21, limits=(12, 40)).classes("fill") as columns:
            with columns.before:
                self._sidebar = Sidebar(console, self)
            with columns.after, ui.splitter(horizontal=True, value=40, limits=(20, 80)).classes("fill") as parts:
                with parts.before, ui.column().classes("part"):
                    self._description = ui.label().classes("description")
                    self._description.set_visibility(False)
                    self._editor = Editor(self.run)
                    with ui.row().classes("toolbar"):
                        self._run_button = ui.button("Run", icon="play_arrow", on_click=self.run)
                        self._stop_button = ui.button("Stop", icon="stop", on_click=self._stop).props("outline")
                        self._spinner = ui.spinner(size="18px")
                        self._progress = ui.label().classes("progress")
                        for button in (self._run_button, self._stop_button):
                            button.props("unelevated no-caps dense").classes("main-action")
                with parts.after, ui.column().classes("part"):
                    self._result = Result(console)
        self._timer = ui.timer(_POLL_SECONDS, self._show_progress, active=False)
        self._show_running(False)
        ui.context.client.on_delete(self._stop)

    async def load(self) -> None:
        """Load the sidebar, and the names that are completed."""
        self._editor.complete(await self._sidebar.load())

    def open(self, sql: str) -> None:
        """Put a statement into the editor."""
        self._description.set_visibility(False)
        self._editor.open(sql)

    def open_saved(self, query: SavedQueryInfo) -> None:
        """Put a saved query into the editor, with a field for each parameter."""
        self._editor.open(query.sql, query.parameters)
        self._description.set_text(query.description or query.name)
        self._description.set_visibility(True)

    def insert(self, name: str) -> None:
        """Insert a name at the cursor."""
        self._editor.insert(name)

    def show_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._editor.show_dark(dark)

    async def run(self) -> None:
        """Run what is in the editor, unless a query is running."""
        if self._run:
            return
        if not self._editor.sql:
            self._result.fail("The editor is empty: write a query first.")
            return
        run = self._run = Run(self._console.athena, self._editor.sql, self._editor.parameters)
        self._show_running(True)
        try:
            self._result.show(await self._console.call(run.finish))
        except EXPECTED as error:
            self._result.fail("The query was stopped." if run.stopped else str(error))
        finally:
            self._run = None
            self._show_running(False)

    async def _stop(self) -> None:
        if self._run:
            await self._console.call(self._run.stop)

    def _show_running(self, running: bool) -> None:
        self._run_button.set_enabled(not running)
        self._stop_button.set_visibility(running)
        self._spinner.set_visibility(running)
        self._progress.set_visibility(running)
        self._timer.active = running
        self._show_progress()

    def _show_progress(self) -> None:
        self._progress.set_text(self._run.progress if self._run else "")
