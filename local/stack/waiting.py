"""Waiting for asynchronous work of the stack by polling."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

POLL_SECONDS = 0.05
#: Long waits poll less often, which leaves the processor to what they wait for.
_LONG_POLL_SECONDS = 0.4
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
    """Call `look` until its result is `good`, and return that: at first after `every` seconds, then less often.

    Raises:
        TimeoutError: it isn't after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    pause = every
    while not good(found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {found!r} after {timeout:.0f} s")
        time.sleep(pause)
        pause = max(every, min(1.3 * pause, _LONG_POLL_SECONDS))
    return found
