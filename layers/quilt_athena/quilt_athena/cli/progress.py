"""What is seen while a query runs: its state, the time, what it scanned. On standard error, if that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quilt_athena.client import Progress


def size(count: int) -> str:
    """``1536`` -> ``1.5 KB``."""
    if count < 1024:
        return f"{count} B"
    amount = float(count)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1024
        if amount < 1024 or unit == "TB":
            break
    return f"{amount:.1f} {unit}"


@contextmanager
def shown_progress(state: str) -> Iterator[Callable[[Progress], None] | None]:
    """What to tell of the progress; None if nobody would see it. ``state`` is what is shown before the first."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Display
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[bytes]}"),
    )
    with Display(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task(state, total=None, bytes="")

        def tell(progress: Progress) -> None:
            scanned = "" if progress.scanned_bytes is None else f"{size(progress.scanned_bytes)} scanned"
            display.update(task, description=progress.state, bytes=scanned)

        yield tell
