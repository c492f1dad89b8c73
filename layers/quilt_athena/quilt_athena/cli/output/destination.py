"""Where the rows of a result go, and in which format. It is checked before a query is paid for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quilt_athena.cli.output.parquet import require_parquet, write_parquet
from quilt_athena.cli.output.rows import WRITERS, Writer, write_table
from quilt_athena.cli.streams import reason
from quilt_athena.errors import QuiltAthenaError

if TYPE_CHECKING:
    from quilt_athena.client import QueryResult

FORMATS = (*WRITERS, "parquet")
#: The formats of files by their suffixes; those without any get the default.
_SUFFIXES = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_TEXT_SUFFIXES = ("", ".txt")
#: Standard output, by custom.
_STANDARD_OUTPUT = Path("-")

WriteRows = Callable[["QueryResult"], "int | None"]


class OutputError(QuiltAthenaError):
    """Rows can't be written to a file, or to standard output."""


@contextmanager
def destination(
    path: Path | None, format_: str | None, whole: Writer | None = None, *, wide: bool = False
) -> Iterator[WriteRows]:
    """A function that writes a result, and returns the number of rows; None if the reader left the pager before.

    Without ``format_``, the suffix of ``path`` selects the format; otherwise ``whole`` writes the result if given, else
    it is a table. A file is replaced at the end of the block, if there was no exception.

    Raises:
        UsageError: the suffix names no format; Parquet, which isn't for a terminal, has no file; or pyarrow is missing.
        OutputError: the file can't be created or written.
    """
    path = None if path == _STANDARD_OUTPUT else path
    name = format_ or _format_of(path)
    if whole and not format_ and name in (None, "json"):
        write = whole
    elif name is None or name == "table":
        write = partial(write_table, wide=wide)
    else:
        write = WRITERS.get(name, write_table)
    if name == "parquet":
        if path is None:
            raise click.UsageError("--format parquet requires an --output file")
        require_parquet()
        with _file(path) as part:
            yield partial(_write_parquet, part)
        return
    if path is None:
        yield partial(_write_to_standard_output, write)
    else:
        with _file(path) as part:
            yield partial(_write_text, write, part)


def _format_of(path: Path | None) -> str | None:
    """The format that the name of a file selects; None for the default.

    Raises:
        UsageError: it has a suffix of something else.
    """
    if path is None or _is_special(path):
        return None
    suffix = path.suffix.lower()
    if suffix in _TEXT_SUFFIXES:
        return None
    if suffix not in _SUFFIXES:
        raise click.UsageError(
            f"{path}: expected a file name that ends in {', '.join(_SUFFIXES)} or .txt, or --format with the format"
        )
    return _SUFFIXES[suffix]


@contextmanager
def _file(path: Path) -> Iterator[Path]:
    """A file to write to, which takes the place of ``path`` when it is complete. Devices and pipes have no such file.

    Raises:
        OutputError: it can't be created or written.
    """
    with _reported(path):
        target = path.resolve() if path.is_symlink() else path
        if _is_special(target):
            if not os.access(target, os.W_OK):
                raise OutputError(f"{path} can't be written: permission denied")
            yield target
            return
        if target.exists() and not os.access(target, os.W_OK):
            raise OutputError(f"{path} can't be replaced: it is read-only")
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        part.touch()  # fails now, and not after the query
        try:
            yield part
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(f"{path} can't be written: {reason(error)}") from error


def _write_text(write: Writer, path: Path, result: QueryResult) -> int | None:
    with path.open("w", encoding="utf-8", newline="") as file:
        return write(result, file)


def _write_parquet(path: Path, result: QueryResult) -> int:
    return write_parquet(result, path)


def _write_to_standard_output(write: Writer, result: QueryResult) -> int | None:
    count = write(result, sys.stdout)
    sys.stdout.flush()  # a reader that has closed the pipe, or a full disk, is noticed here, and not at exit
    return count


def _is_special(path: Path) -> bool:
    """Whether it is a device, a pipe or a folder: anything but a file."""
    try:
        return path.exists() and not path.is_file()
    except OSError:  # creating it reports the reason
        return False
