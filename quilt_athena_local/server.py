"""A local AWS in a process of its own, which ends with the process that started it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

_STOP_SECONDS = 20.0


class ServerError(Exception):
    """The local AWS could not be started; the message has its output."""


class Server:
    """A running local AWS with the stack `quilt-athena`. Use it as a context manager.

    Attributes:
        endpoint: the URL for AWS clients.
        environment: the variables with which any AWS client uses it.
        outputs: the stack's outputs by name.
    """

    endpoint: str
    environment: Mapping[str, str]
    outputs: Mapping[str, str]

    def __init__(self, port: int = 0) -> None:
        """Listen on a port of 127.0.0.1; by default on any free one."""
        self._port = port
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Start it, and wait until the stack is deployed: about ten seconds.

        Raises:
            ServerError: it ended before.
        """
        command = [sys.executable, "-m", "quilt_athena_local", "--port", str(self._port), "--json", "--lifeline"]
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
            line = self._process.stdout.readline() if self._process.stdout else ""
            if not line:
                self.stop()
                log.seek(0)
                raise ServerError(f"the local AWS could not be started:\n{log.read().strip()}")
        ready: dict[str, Any] = json.loads(line)
        self.endpoint, self.environment, self.outputs = ready["endpoint"], ready["environment"], ready["outputs"]
        return self

    def stop(self) -> None:
        """Stop it, and delete its data. Does nothing if it isn't running."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
