"""The console of the served stack: `quilt-athena console`, as a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from local.stack.paths import ROOT
from local.stack.stack import LocalStack

_STOP_SECONDS = 5.0
#: Its imports take longer than anything else it does, so they don't wait for the stack.
_COMMAND = """
import sys, quilt_athena_console.server
from quilt_athena.cli.__main__ import main
sys.stdin.read()
main()
"""


class StackConsole:
    """A page in the browser for the stack. It runs beside the stack, which works without it."""

    def __init__(self, stack: LocalStack) -> None:
        """Start it, also before the stack is; `address` waits for it."""
        command = [sys.executable, "-c", _COMMAND, "console", "--stack", stack.stack_name]
        path = os.pathsep.join([str(ROOT / "layers" / "quilt_athena"), str(ROOT)])
        self._process = subprocess.Popen(
            [*command, "--local", stack.endpoint, "--no-browser", "--json"],
            env={**stack.environment(), "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def address(self) -> str | None:
        """Its address, with the token; None if it doesn't start. Call it once, when the stack is deployed."""
        if self._process.stdin:
            self._process.stdin.close()
        line = self._process.stdout.readline() if self._process.stdout else ""
        return str(json.loads(line)["Address"]) if line else None

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
