"""The dialog that creates a package of the files in a result."""

from __future__ import annotations

import re

from nicegui import ui

from quilt_athena.client import PackageResult
from quilt_athena_console.console import Console
from quilt_athena_console.page.failures import EXPECTED
from quilt_athena_console.runs import Finished
from quilt_athena_console.text import count, size

_NAME = re.compile(r"[\w-]+/[\w-]+")


class PackageDialog:
    """Asks for bucket, name and message, and shows the new revision."""

    def __init__(self, console: Console, finished: Finished) -> None:
        """Create the dialog."""
        self._console = console
        self._finished = finished
        with ui.dialog() as self._dialog, ui.card().classes("dialog"):
            ui.label("Create a package").classes("dialog-title")
            self._explanation = ui.label(
                f"The query runs again, and each row ({finished.row_text} now) becomes an entry. Entries refer to the "
                "objects where they are; nothing is copied."
            ).classes("dialog-text")
            self._fields = ui.column().classes("dialog-fields")
            with self._fields:
                self._bucket = ui.select([], label="Bucket", with_input=True).props("outlined dense")
                self._name = ui.input("Package", placeholder="user/name").props("outlined dense")
                self._message = ui.input("Message").props("outlined dense")
            self._problem = ui.label().classes("problem")
            self._done = ui.column().classes("dialog-done")
            with ui.row().classes("dialog-actions"):
                self._spinner = ui.spinner(size="18px")
                self._close = ui.button("Cancel", on_click=self._dialog.close).props("flat no-caps")
                self._create = ui.button("Create", on_click=self._push).props("unelevated no-caps")
        self._dialog.on("hide", self._dialog.delete)
        for hidden in (self._problem, self._done, self._spinner):
            hidden.set_visibility(False)

    async def open(self) -> None:
        """Show the dialog, or which columns the result lacks."""
        self._dialog.open()
        if missing := self._finished.missing_for_package:
            self._fields.set_visibility(False)
            self._create.set_visibility(False)
            self._explanation.set_text(
                f"Rows become entries if they have the columns logical_key, size, and physical_key or physical_keys. "
                f"This result has no column {' and no column '.join(missing)}. The objects views have all of them."
            )
            self._close.set_text("Close")
            return
        try:
            buckets = await self._console.call(self._console.athena.buckets.list)
        except EXPECTED as error:
            self._fail(str(error))
            return
        self._bucket.set_options([bucket.bucket for bucket in buckets if bucket.registered])

    async def _push(self) -> None:
        name, bucket = (self._name.value or "").strip(), self._bucket.value
        if not bucket:
            self._fail("Choose the bucket of the package.")
            return
        if not _NAME.fullmatch(name):
            self._fail("Expected a package name such as imaging/cells: user/name, of letters, digits, _ and -.")
            return
        self._show_running(True)
        run = self._finished.run
        try:
            result = await self._console.call(
                self._console.athena.create_package,
                name,
                run.sql,
                run.parameters,
                bucket=bucket,
                package={"message": self._message.value or None},
            )
        except EXPECTED as error:
            self._fail(str(error))
        else:
            self._show(f"{bucket}: {name}", result)
        finally:
            self._show_running(False)

    def _show(self, package: str, result: PackageResult) -> None:
        self._problem.set_visibility(False)
        self._fields.set_visibility(False)
        self._explanation.set_visibility(False)
        self._create.set_visibility(False)
        self._close.set_text("Close")
        self._done.set_visibility(True)
        with self._done:
            created = "Created a revision of" if result.created else "The newest revision already has these contents:"
            ui.label(f"{created} {package}").classes("done-title")
            ui.label(result.top_hash).classes("mono hash")
            facts = [f"{result.entries:,} entries" if result.entries != 1 else "1 entry", size(result.bytes)]
            if result.skipped_count:
                facts.append(f"{count(result.skipped_count, 'row')} skipped")
            ui.label(" · ".join(facts)).classes("dialog-text")

    def _fail(self, message: str) -> None:
        self._problem.set_text(message)
        self._problem.set_visibility(True)

    def _show_running(self, running: bool) -> None:
        if running:
            self._problem.set_visibility(False)
        self._create.set_enabled(not running)
        self._spinner.set_visibility(running)
