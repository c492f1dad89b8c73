"""Tables: fitted to a terminal; complete and plain in a pipe (no colours, nothing truncated, one line per row)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TextIO

from quilt_athena.cli import lazy
from quilt_athena.cli.output.layout import GAP, fit
from quilt_athena.cli.output.terminal import PagerClosedError, can_show, has_colours, paged, printable, size_of

#: Columns are as wide as their values in this many first rows, so that memory holds no more.
BATCH_ROWS = 500
#: How many rows are written at a time.
_LINES = 100


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], output: TextIO | None = None, *, wide: bool = True
) -> int | None:
    """Print rows under their column names; returns the number of rows, None if the reader left the pager before.

    On a terminal, values that have no room end in an ellipsis, and columns that have none are named in the last line;
    not so with ``wide``.
    """
    output = output or sys.stdout
    if output.isatty():
        return _write_drawn(columns, rows, output, wide=wide)
    return _write_plain(columns, rows, output)


def print_vertical(columns: Sequence[str], rows: Iterable[Sequence[Any]], output: TextIO | None = None) -> int | None:
    """Print each row as lines of a column name and its complete value; returns the number of rows as `print_table`."""
    output = output or sys.stdout
    on_terminal = output.isatty()
    width = max(map(_width, columns), default=0)
    heading = _Style("\x1b[2m", "\x1b[0m") if on_terminal and has_colours() else _Style()
    names = [f"{_padded(printable(name), width, right=False)}{' ' * GAP}" for name in columns]
    count = 0
    try:
        with paged(output, chop=False) as write:
            for count, row in enumerate(rows, start=1):
                lines = (f"{name}{_one_line(value)}".rstrip() for name, value in zip(names, row, strict=True))
                write(heading(f"-[ row {count} ]-") + "\n" + "\n".join(lines) + "\n")
    except PagerClosedError:
        return None
    return count


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
    first = [[_one_line(value) for value in row] for row in islice(rows, BATCH_ROWS)]
    widths = [max(map(len, column)) for column in zip(columns, *first, strict=True)]
    lines: Iterator[Sequence[str]] = chain(
        [columns, ["-" * width for width in widths]],
        first,
        ([_one_line(value) for value in row] for row in rows),
    )
    count = -2
    for line in lines:
        output.write("  ".join(map(str.ljust, line, widths)).rstrip() + "\n")
        count += 1
    return count


def _one_line(value: Any) -> str:
    text = cell(value)
    return printable(text.replace("\\", "\\\\") if "\\" in text else text)


@dataclass(frozen=True)
class _Style:
    """How a piece of text is set off from others; empty without colours."""

    begin: str = ""
    end: str = ""

    def __call__(self, text: str) -> str:
        return f"{self.begin}{text}{self.end}"


@dataclass(frozen=True)
class _Columns:
    """The columns that are shown. ``null`` is how NULL looks, ``ellipsis`` the end of what is truncated."""

    widths: Sequence[int]
    numeric: Sequence[bool]
    wide: bool
    truncated: bool
    ellipsis: str
    null: _Style

    def line(self, values: Sequence[Any]) -> str:
        """A row, or the names of the columns, on one line."""
        shown = [
            self._cell(value, width, right)
            for value, width, right in zip(values, self.widths, self.numeric, strict=False)
        ]
        return (" " * GAP).join(shown).rstrip()

    def _cell(self, value: Any, width: int, right: bool) -> str:
        if value is None:
            return self.null(_padded("NULL", width, right=right))
        if type(value) is str and not right and value.isascii() and value.isprintable():  # nearly all of them
            if len(value) <= width or self.wide:
                return value.ljust(width)
            return value[: width - 1] + self.ellipsis
        text = printable(cell(value))
        if self.wide or right or _width(text) <= width:
            return _padded(text, width, right=right)
        return _cut(text, width, self.ellipsis)


def _write_drawn(columns: Sequence[str], rows: Iterable[Sequence[Any]], output: TextIO, *, wide: bool) -> int | None:
    rows = iter(rows)
    first = list(islice(rows, BATCH_ROWS))
    shown = _columns(columns, first, output, wide=wide)
    rule = "─" if can_show(output, "─") else "-"
    bold = _Style("\x1b[1m", "\x1b[0m") if has_colours() else _Style()
    count = 0
    try:
        with paged(output) as write:
            write(bold(shown.line(columns)) + "\n")
            write((" " * GAP).join(rule * width for width in shown.widths) + "\n")
            every = chain(first, rows)
            # Several at a time, because a terminal's stream passes on each piece of text at once.
            while lines := [shown.line(row) + "\n" for row in islice(every, _LINES)]:
                write("".join(lines))
                count += len(lines)
            if note := _note(columns[len(shown.widths) :], truncated=shown.truncated):
                write(note + "\n")
    except PagerClosedError:
        return None
    return count


def _columns(columns: Sequence[str], first: Sequence[Sequence[Any]], output: TextIO, *, wide: bool) -> _Columns:
    numeric = [_is_numeric([row[number] for row in first]) for number in range(len(columns))]
    natural = [
        max(_width(printable(name)), *(_width(printable(cell(row[number]))) for row in first), 1)
        for number, name in enumerate(columns)
    ]
    widths = natural if wide else fit(natural, numeric, size_of(output)[0])
    return _Columns(
        widths=widths,
        numeric=numeric[: len(widths)],
        wide=wide,
        truncated=widths != natural,
        ellipsis="…" if can_show(output, "…") else "~",
        null=_Style("\x1b[2m", "\x1b[0m") if has_colours() else _Style(),
    )


def _note(left_out: Sequence[str], *, truncated: bool) -> str:
    """What isn't shown, and how to see it."""
    if left_out:
        return f"Not shown: {', '.join(map(printable, left_out))}. Use --wide or --format vertical to see everything."
    return "Some values are truncated. Use --wide or --format vertical to see them." if truncated else ""


def _is_numeric(values: Sequence[Any]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: of wide characters two, of combining ones none."""
    if text.isascii():
        return len(text)
    measured: int = lazy.rich_cells.cell_len(text)
    return measured


def _cut(text: str, width: int, ellipsis: str) -> str:
    """As much of a text as has room before an ellipsis."""
    if text.isascii():
        return text[: width - 1] + ellipsis
    begin: str = lazy.rich_cells.set_cell_size(text, width - 1)
    return begin + ellipsis


def _padded(text: str, width: int, *, right: bool) -> str:
    if text.isascii():
        return text.rjust(width) if right else text.ljust(width)
    space = " " * (width - _width(text))
    return space + text if right else text + space
