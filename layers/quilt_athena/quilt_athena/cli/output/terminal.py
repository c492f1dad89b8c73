"""What the terminal can show: its size, colours and characters, and a pager for what is longer than the screen."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from shutil import which
from typing import TextIO

#: Where the pager is named, in this order; `less` by default, and an empty name or `cat` for none.
PAGER_VARIABLES = ("QUILT_ATHENA_PAGER", "PAGER")
#: Lines of the screen that the shell's prompt and the summary take.
_RESERVED_LINES = 3
#: As git does it: leave if one screen is enough, show colours, don't clear the screen.
_LESS = "FRX"

# Control characters, which could move the cursor or change the text before them, and lone surrogates, which have no
# encoding; of Unicode's, those that reorder text.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


class PagerClosedError(Exception):
    """The reader left the pager before the end."""


def size_of(output: TextIO) -> tuple[int, int]:
    """Columns and lines of the terminal; the variables COLUMNS and LINES come first."""
    try:
        columns, lines = os.get_terminal_size(output.fileno())
    except (OSError, ValueError):
        columns, lines = 0, 0
    return _variable("COLUMNS") or columns or 80, _variable("LINES") or lines or 24


def is_dumb() -> bool:
    """Whether the terminal understands no control sequences."""
    return os.environ.get("TERM", "") in ("", "dumb", "unknown")


def has_colours() -> bool:
    """Whether text may be bold or dim: https://no-color.org."""
    return not is_dumb() and not os.environ.get("NO_COLOR")


def can_show(output: TextIO, character: str) -> bool:
    """Whether the stream's encoding has a character."""
    try:
        character.encode(output.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def printable(text: str) -> str:
    """Text on one line that shows control characters instead of sending them to the terminal."""
    if text.isprintable():
        return text
    return _CONTROL.sub(lambda match: _ESCAPES.get(match[0]) or _code(match[0]), text)


@contextmanager
def paged(output: TextIO, *, chop: bool = True) -> Iterator[Callable[[str], object]]:
    """A function that writes text to a terminal, through a pager as soon as there is more than a screen of it.

    With ``chop``, the pager cuts long lines instead of wrapping them; its arrow keys move sideways.

    Raises:
        PagerClosedError: the reader left the pager before everything was written.
    """
    command = _pager()
    if not command or not output.isatty():
        yield output.write
        return
    pager = _Pager(output, command, chop=chop)
    try:
        yield pager.write
    except BrokenPipeError:
        if not pager.started:
            raise
        raise PagerClosedError from None
    finally:
        pager.close()


class _Pager:
    """Text that is held back until it is longer than the screen."""

    def __init__(self, output: TextIO, command: list[str], *, chop: bool) -> None:
        self._output = output
        self._command = command
        self._chop = chop
        self._columns, lines = size_of(output)
        self._room = lines - _RESERVED_LINES
        self._held: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    @property
    def started(self) -> bool:
        return self._process is not None

    def write(self, text: str) -> object:
        """Write text, which ends with a line."""
        if self._process is not None:
            return self._pipe.write(text)
        self._held.append(text)
        self._room -= sum(1 if self._chop else 1 + len(line) // self._columns for line in text.splitlines())
        if self._room < 0:
            self._start()
        return len(text)

    def close(self) -> None:
        """Write what was held back, or wait until the reader leaves the pager."""
        if self._process is None:
            self._output.write("".join(self._held))
            return
        with suppress(BrokenPipeError):
            self._pipe.close()
        while self._process.poll() is None:
            with suppress(KeyboardInterrupt):  # Ctrl-C is for the pager now
                self._process.wait()

    @property
    def _pipe(self) -> TextIO:
        assert self._process is not None and self._process.stdin is not None  # noqa: S101, PT018 - for the type
        return self._process.stdin  # type: ignore[return-value]  # text=True

    def _start(self) -> None:
        less = _LESS + ("S" if self._chop else "")
        self._output.flush()
        self._process = subprocess.Popen(  # noqa: S603 - the user's own pager
            self._command,
            stdin=subprocess.PIPE,
            stdout=self._output,
            encoding=self._output.encoding,
            errors="backslashreplace",
            env={"LESS": less, "LV": "-c", **os.environ},
        )
        held, self._held = "".join(self._held), []
        self._pipe.write(held)


def _pager() -> list[str]:
    """The pager's command; empty if there is none."""
    if is_dumb():
        return []
    named = next((os.environ[name] for name in PAGER_VARIABLES if name in os.environ), "less")
    try:
        command = shlex.split(named)
    except ValueError:
        return []
    return command if command and command[0] != "cat" and which(command[0]) else []


def _variable(name: str) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() else 0


def _code(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
