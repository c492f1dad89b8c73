"""The server ends with whoever started it, even if that was killed.

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

GRACE_SECONDS = 3.0


def hold(fd: int, data: Path) -> None:
    """End this process group and remove `data` as soon as the file descriptor `fd` is at its end."""
    threading.Thread(target=_watch, args=(fd, data), name="lifeline", daemon=True).start()


def _watch(fd: int, data: Path) -> None:
    while os.read(fd, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    shutil.rmtree(data, ignore_errors=True)
    end_group()


def end_group() -> None:
    """Kill every process of this group, this one included; this one alone, if the group is not its own."""
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
