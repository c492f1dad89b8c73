"""Waiting for asynchronous work of the stack by polling."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

POLL_SECONDS = 0.05
#: The end of anything that hangs, which a busy machine must not reach.
PATIENCE_SECONDS = 300.0

Found = TypeVar("Found")


def until(
    look: Callable[[], Found],
    good: Callable[[Found], bool] = bool,
    *,
    every: float = POLL_SECONDS,
    timeout: float = PATIENCE_SECONDS,
) -> Found:
    """Call `look` every so many seconds until its result is `good`, and return that.

    Raises:
        TimeoutError: it isn't after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while not good(found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {found!r} after {timeout:.0f} s")
        time.sleep(every)
    return found
