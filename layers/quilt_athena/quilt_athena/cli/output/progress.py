"""Progress on standard error: of a query, its state, time and bytes scanned; of many buckets, how many are done.

Where that isn't a terminal, as in the log of a CI job, a line from time to time shows that something is happening.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from quilt_athena.cli import lazy
from quilt_athena.cli.output.text import size

if TYPE_CHECKING:
    from quilt_athena.client import Progress
    from quilt_athena.client.executions import OnProgress


#: Seconds between two lines of a log.
LOG_SECONDS = 30.0

_Item = TypeVar("_Item")


class _Log:
    """Writes a line now and then; nothing about what ends soon."""

    def __init__(self) -> None:
        self._next = LOG_SECONDS

    def __call__(self, progress: Progress) -> None:
        if progress.elapsed_seconds < self._next:
            return
        self._next = progress.elapsed_seconds + LOG_SECONDS
        scanned = "" if progress.scanned_bytes is None else f", {size(progress.scanned_bytes)} scanned"
        click.echo(f"{progress.state}, {progress.elapsed_seconds:.0f} s{scanned}", err=True)


@contextmanager
def show_count(total: int, what: str) -> Iterator[Callable[[Iterable[_Item]], Iterator[_Item]]]:
    """Give a function that passes items on and shows how many of ``total`` there have been, if there are several."""
    if total < 2 or not sys.stderr.isatty():
        yield iter
        return
    rich = lazy.rich_progress
    columns = (rich.TextColumn(what), rich.BarColumn(), rich.MofNCompleteColumn(), rich.TimeElapsedColumn())
    console = lazy.rich_console.Console(stderr=True)
    with rich.Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as display:
        task = display.add_task(what, total=total)

        def counted(items: Iterable[_Item]) -> Iterator[_Item]:
            for item in items:
                display.advance(task)
                yield item

        yield counted


@contextmanager
def show_progress(state: str = "STARTING") -> Iterator[OnProgress]:
    """Give a function that shows the progress. ``state`` is shown until it is called."""
    if not sys.stderr.isatty():
        yield _Log()
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
