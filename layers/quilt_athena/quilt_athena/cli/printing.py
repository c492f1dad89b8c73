"""Tables for people: drawn on a terminal, plain when piped (no colour, nothing cut off, a row is a line)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Literal, TextIO

#: Rows whose widths are looked at together: memory holds no more of them.
BATCH_ROWS = 500


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], output: TextIO | None = None) -> int:
    """Print rows under their columns; how many there were."""
    output = output or sys.stdout
    write = _write_drawn if output.isatty() else _write_plain
    return write(columns, rows, output)


def cell(value: Any) -> str:
    """A value as people read it."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)


def _write_plain(columns: Sequence[str], rows: Iterable[Sequence[Any]], output: TextIO) -> int:
    """Aligned by the first batch's widths; later rows may be wider, and stand out then."""
    rows = iter(rows)
    first = [[_one_line(cell(value)) for value in row] for row in islice(rows, BATCH_ROWS)]
    widths = [max(map(len, column)) for column in zip(columns, *first, strict=True)]
    lines: Iterator[Sequence[str]] = chain(
        [columns, ["-" * width for width in widths]],
        first,
        ([_one_line(cell(value)) for value in row] for row in rows),
    )
    count = -2
    for line in lines:
        output.write("  ".join(map(str.ljust, line, widths)).rstrip() + "\n")
        count += 1
    return count


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _write_drawn(columns: Sequence[str], rows: Iterable[Sequence[Any]], output: TextIO) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=output, highlight=False)
    rows = iter(rows)
    count = 0
    while True:
        batch = list(islice(rows, BATCH_ROWS))
        if not batch and count:
            break
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
        for number, name in enumerate(columns):
            table.add_column(Text(name), justify=_justified(batch, number), overflow="fold")
        for row in batch:
            # As Text: brackets in a value are no markup.
            table.add_row(*(Text(cell(value), style="dim" if value is None else "") for value in row))
        console.print(table)
        count += len(batch)
        if len(batch) < BATCH_ROWS:
            break
    return count


def _justified(batch: list[Sequence[Any]], number: int) -> Literal["left", "right"]:
    """Numbers stand under each other by their last digit."""
    values = [row[number] for row in batch if row[number] is not None]
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return "right" if values and numbers else "left"
