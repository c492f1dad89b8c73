"""Executions start at once. MiniStack waits before the first state of each, of nested ones too."""

from __future__ import annotations

from typing import Any

#: The seconds that MiniStack waits. No state of a state machine can wait exactly so long.
_BEFORE_FIRST_STATE = 0.15


class _Time:
    """The module ``time`` without that delay."""

    def __init__(self, time: Any) -> None:
        self._time = time

    def __getattr__(self, name: str) -> Any:
        return getattr(self._time, name)

    def sleep(self, seconds: float) -> None:
        if seconds != _BEFORE_FIRST_STATE:
            self._time.sleep(seconds)


def without_delay(time: Any) -> Any:
    """Replace the module ``time`` that MiniStack's Step Functions uses."""
    return _Time(time)
