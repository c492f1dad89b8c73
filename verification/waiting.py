"""Waiting for something that AWS does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(
    look: Callable[[], Found], good: Callable[[Found], bool] = bool, *, every: float, timeout: float = 180.0
) -> Found:
    """Call `look` until its result is `good`, and return that. Raises TimeoutError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not good(found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {found!r} after {timeout:.0f} s")
        time.sleep(every)
    return found
