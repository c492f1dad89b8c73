"""The progress of a query while it runs: state, time, bytes scanned. On standard error, if that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from quilt_athena.cli import lazy
from quilt_athena.cli.output.text import size

if TYPE_CHECKING:
    from quilt_athena.client import Progress
    from quilt_athena.client.executions import OnProgress


@contextmanager
def show_progress(state: str = "STARTING") -> Iterator[OnProgress | None]:
    """Give a function that shows the progress; None without a terminal. ``state`` is shown until it is called."""
    if not sys.stderr.isatty():
        yield None
        return
    rich = lazy.rich_progress
    columns = (
        rich.SpinnerColumn(),
        rich.TextColumn("{task.description}"),
        rich.TimeElapsedColumn(),
        rich.TextColumn("{task.fields[bytes]}"),
    )
    with rich.Progress(*columns, console=lazy.rich_console.Console(stderr=True), transient=True) as display:
        task = display.add_task(state, total=None, bytes="")

        def show(progress: Progress) -> None:
            scanned = "" if progress.scanned_bytes is None else f"{size(progress.scanned_bytes)} scanned"
            display.update(task, description=progress.state, bytes=scanned)

        yield show
