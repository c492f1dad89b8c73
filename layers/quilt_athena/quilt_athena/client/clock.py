"""Time, which tests replace."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Seconds since an arbitrary moment, and a pause of some seconds."""

    monotonic: Callable[[], float] = time.monotonic
    # Looked up at each call, so that replacing `time.sleep` replaces it here too.
    sleep: Callable[[float], None] = lambda seconds: time.sleep(seconds)
