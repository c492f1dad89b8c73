"""Stops the server when its parent process ends, even if the parent was killed, and deletes the server's data.

The parent holds the writing end of the server's standard input and never writes, so reading ends when the parent does.
The server then kills its own process group, which includes the functions' processes.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path
from typing import NoReturn

# How long the server may take to stop.
GRACE_SECONDS = 3.0


def hold(fd: int, data: Path) -> None:
    """Stop this server, and delete the folder `data`, as soon as the file descriptor `fd` is at its end."""
    threading.Thread(target=_watch, args=(fd, data), name="lifeline", daemon=True).start()


def _watch(fd: int, data: Path) -> None:
    while os.read(fd, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    end(data)


def end(data: Path | None) -> NoReturn:
    """Delete the folder `data` and kill this process group, or only this process if it doesn't lead the group."""
    if data is not None:
        shutil.rmtree(data, ignore_errors=True)
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
