"""Standard input and output, whatever the locale: data is UTF-8, and a terminal gets what it can show."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TextIO

import click

#: What names standard input instead of a file.
STANDARD_INPUT = "-"


def prepare() -> None:
    """Set up standard output and error: no character, and no closed stream, ends the command with an exception."""
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
        elif isinstance(stream, io.TextIOWrapper):
            if stream.isatty() or name == "stderr":
                stream.reconfigure(errors="backslashreplace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def discard_output() -> None:
    """Let what Python still writes to standard output when it exits go nowhere."""
    with suppress(OSError):  # not a file of the operating system
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def reason(error: OSError) -> str:
    """Why a file can't be read or written."""
    return (os.strerror(error.errno) if error.errno else str(error)).lower()


def read_text(source: str) -> str:
    """The text of a file, or of standard input for ``-``: UTF-8, with or without a byte-order mark.

    Raises:
        UsageError: it can't be read, or is something else.
    """
    shown = "standard input" if source == STANDARD_INPUT else source
    try:
        content = _standard_input().read() if source == STANDARD_INPUT else Path(source).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{shown} can't be read: {reason(error)}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise click.UsageError(f"{shown}, line {line}: expected UTF-8 text, e.g. converted with iconv") from None


def text_lines() -> Iterator[str]:
    """The lines of standard input, each as soon as it is there.

    Raises:
        UsageError: it isn't UTF-8, or is closed.
    """
    number = 0
    try:
        for number, line in enumerate(_standard_input(), start=1):
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
    except OSError as error:
        raise click.UsageError(f"standard input can't be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"standard input, line {number}: expected UTF-8 text") from None


def argument_text(text: str) -> str:
    """Text from the command line as UTF-8, also where the locale is something else.

    Raises:
        UsageError: it isn't UTF-8.
    """
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes that the locale can't read
        pass
    else:
        return text
    try:
        return os.fsencode(text).decode()
    except UnicodeError:
        raise click.UsageError("expected arguments in UTF-8") from None


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise OSError("it is closed")
    return click.get_binary_stream("stdin")
