"""A real terminal, of which the tests are the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TextIO

import pytest


class Screen:
    """What a program has written to the terminal."""

    def __init__(self, descriptor: int) -> None:
        """Read everything until the terminal is closed."""
        self._descriptor = descriptor
        self._pieces: list[bytes] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """All of it; the terminal must have been closed."""
        self._reader.join(timeout=60)
        assert not self._reader.is_alive()
        return b"".join(self._pieces).decode().replace("\r\n", "\n")

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._descriptor, 65536)
            except OSError:  # nobody has the other end any more
                break
            if not piece:
                break
            self._pieces.append(piece)
        os.close(self._descriptor)


@contextmanager
def terminal(columns: int = 80, lines: int = 24, encoding: str = "utf-8") -> Iterator[tuple[TextIO, Screen]]:
    """The stream of a program on a terminal, and the screen, to be read after the block."""
    screen_end, program_end = pty.openpty()
    fcntl.ioctl(program_end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    screen = Screen(screen_end)
    with os.fdopen(program_end, "w", encoding=encoding) as stream:
        yield stream, screen


def set_up(monkeypatch: pytest.MonkeyPatch, pager: str = "") -> None:
    """A terminal without colours, with this pager."""
    for name in ("COLUMNS", "LINES", "QUILT_ATHENA_PAGER", "LESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("PAGER", pager)
