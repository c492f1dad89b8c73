"""Schedules, where MiniStack's differ from EventBridge Scheduler's."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
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


def with_context_attributes(invoke_target: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the calling of a target: `<aws.scheduler.execution-id>` and its like in a schedule's input are filled in.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """

    @functools.wraps(invoke_target)
    def invoke(target: dict[str, Any], event: dict[str, Any], rule: Any, *more: Any) -> Any:
        if event.get("Source") == "aws.scheduler" and target.get("Input"):
            attributes = {
                "execution-id": event["EventId"],
                "schedule-arn": event["Resources"][0],
                "scheduled-time": datetime.fromtimestamp(event["Time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "attempt-number": "1",
            }
            text = target["Input"]
            for name, value in attributes.items():
                text = text.replace(f"<aws.scheduler.{name}>", value)
            target = {**target, "Input": text}
        return invoke_target(target, event, rule, *more)

    return invoke
