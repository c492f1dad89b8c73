"""Schedules, where MiniStack's differ from EventBridge Scheduler's."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import scheduler

#: Seconds between looks at what is due: a laptop's user doesn't wait ten for a schedule of one.
TICK_SECONDS = 0.5


def anew(update_schedule: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the update of a schedule: one that is to fire once fires, whether or not it ever fired as it was."""

    @functools.wraps(update_schedule)
    def update(name: str, body: Any, *more: Any) -> Any:
        answer = update_schedule(name, body, *more)
        if str(body.get("ScheduleExpression")).startswith("at("):
            group = body.get("GroupName") or "default"
            scheduler._schedule_last_fired.pop((get_account_id(), get_region(), f"{group}/{name}"), None)
        return answer

    return update
