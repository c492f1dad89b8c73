"""Shows the progress of a deployment: one changing line on a terminal, one line per step in a file or pipe."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from local.stack.stack import Progress


class ProgressPrinter:
    """Call it with each Progress, and use it as a context manager around the steps."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = console.status("") if console.is_terminal else None
        self._text = ""
        self._began = time.monotonic()
        self._resources = 0

    def __call__(self, progress: Progress) -> None:
        """Show a step. The step before it is then complete, and its duration is printed."""
        if progress.step == "resource":
            self._resources += 1
            self._show(f"{self._text}: {self._resources} resources, last {progress.text}")
            return
        self._finish()
        self._text, self._began = progress.text, time.monotonic()
        self._show(progress.text)
        if progress.step == "ready":
            self._finish()

    def _show(self, text: str) -> None:
        if self._status is not None:
            self._status.update(escape(text))

    def _finish(self) -> None:
        if not self._text:
            return
        detail = f", {self._resources} resources" if self._resources else ""
        took = f" ({time.monotonic() - self._began:.1f} s{detail})" if time.monotonic() - self._began > 0.05 else ""
        self._console.print(f"[green]-[/green] {escape(self._text)}[dim]{took}[/dim]", highlight=False, soft_wrap=True)
        self._text, self._resources = "", 0

    def __enter__(self) -> ProgressPrinter:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
