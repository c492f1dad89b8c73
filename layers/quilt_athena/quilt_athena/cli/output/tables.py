"""Tables: drawn on a terminal, plain in a pipe (no colours, nothing truncated, one line per row)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Literal, TextIO

from quilt_athena.cli import lazy

#: Column widths are computed for this many rows at a time, so that memory holds no more.
BATCH_ROWS = 500


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], output: TextIO | None = None) -> int:
    """Print rows under their column names; returns the number of rows."""
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
    """Aligned to the widths of the first batch; wider rows after it shift their columns."""
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
    text = lazy.rich_text.Text
    console = lazy.rich_console.Console(file=output, highlight=False)
    rows = iter(rows)
    count = 0
    while True:
        batch = list(islice(rows, BATCH_ROWS))
        if not batch and count:
            break
        table = lazy.rich_table.Table(
            box=lazy.rich_box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False
        )
        for number, name in enumerate(columns):
            table.add_column(text(name), justify=_justified(batch, number), overflow="fold")
        for row in batch:
            # As Text, because brackets in a value are not markup.
            table.add_row(*(text(cell(value), style="dim" if value is None else "") for value in row))
        console.print(table)
        count += len(batch)
        if len(batch) < BATCH_ROWS:
            break
    return count


def _justified(batch: list[Sequence[Any]], number: int) -> Literal["left", "right"]:
    """Columns of numbers are aligned right."""
    values = [row[number] for row in batch if row[number] is not None]
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return "right" if values and numbers else "left"
