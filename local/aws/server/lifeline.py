"""The server ends with whoever started it, even if that was killed, and nothing of it is left.

The parent holds the writing end of the server's standard input and never writes: reading ends when the parent does,
whatever ended it. The server then kills its own process group, so the functions' processes go with it.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path
from typing import NoReturn

# How long the server may take to end by itself.
GRACE_SECONDS = 3.0


def hold(fd: int, data: Path) -> None:
    """End this server, which keeps everything in `data`, as soon as the file descriptor `fd` is at its end."""
    threading.Thread(target=_watch, args=(fd, data), name="lifeline", daemon=True).start()


def _watch(fd: int, data: Path) -> None:
    while os.read(fd, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    end(data)


def end(data: Path | None) -> NoReturn:
    """Remove the folder `data`, and kill every process of this group; this one alone, if the group is not its own."""
    if data is not None:
        shutil.rmtree(data, ignore_errors=True)
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
