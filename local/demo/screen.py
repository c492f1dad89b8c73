"""The demo's output: in colour on a terminal, as plain text in a pipe."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_PIPED_WIDTH = 120


class Screen:
    """A console with the few formats that the demo needs."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        # A sentence is one line in a file, and is wrapped at words on a terminal.
        self._whole_lines = not self.console.is_terminal
        if self._whole_lines:
            self.console.width = _PIPED_WIDTH
        self._started = time.monotonic()

    def step(self, number: int, title: str) -> None:
        """A heading."""
        seconds = time.monotonic() - self._started
        self.console.print()
        self.console.print(Text.assemble((f"{number}. {title}", "bold cyan"), (f"   [{seconds:.0f} s]", "dim")))

    def say(self, text: str, style: str = "") -> None:
        """A sentence."""
        self.console.print(Text(f"   {text}", style=style), soft_wrap=self._whole_lines)

    def done(self, text: str) -> None:
        """Something that worked."""
        self.console.print(Text.assemble(("   ✓ ", "green"), text), soft_wrap=self._whole_lines)

    def problem(self, text: str) -> None:
        """Something that failed, as it should."""
        self.console.print(Text.assemble(("   ✗ ", "yellow"), text), soft_wrap=self._whole_lines)

    def sql(self, text: str) -> None:
        """A query."""
        self.console.print(Panel(Text(text, style="magenta"), expand=False, border_style="dim"))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Rows under a header."""
        table = Table(*columns, header_style="bold", border_style="dim")
        for row in rows:
            table.add_row(*(Text("null", style="dim") if value is None else Text(str(value)) for value in row))
        self.console.print(table)

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """A spinner while something runs; a line in a pipe."""
        if self.console.is_terminal:
            with self.console.status(Text(text)):
                yield
        else:
            self.say(text + " ...")
            yield
