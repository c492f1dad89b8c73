"""Waiting for what the stack does by itself: it polls, until a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

POLL_SECONDS = 0.05

Found = TypeVar("Found")


def until(look: Callable[[], Found], good: Callable[[Found], bool] = bool, *, timeout: float = 30.0) -> Found:
    """What `look` gives as soon as it is `good`. Raises TimeoutError with what it gave last after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not good(found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {found!r} after {timeout:.0f} s")
        time.sleep(POLL_SECONDS)
    return found
