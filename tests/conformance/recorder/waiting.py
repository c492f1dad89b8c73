"""Waiting for servers that this program starts."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

_SECONDS = 180


def serving(url: str) -> str:
    """What a server answers; '' if none does."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - an address on loopback
            return str(answer.read().decode())
    except (urllib.error.URLError, OSError):
        return ""


def wait_for(ready: Callable[[], object], server: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until a server is ready. Exits if it ended, or takes too long."""
    for _ in range(_SECONDS):
        if ready():
            return
        if server is not None and server.poll() is not None:
            break
        time.sleep(1)
    sys.exit("a server did not start: its log is in .local/trino")
