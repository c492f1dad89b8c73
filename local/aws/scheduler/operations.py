"""What MiniStack's Scheduler does differently from EventBridge Scheduler."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import scheduler

#: Seconds between checks for schedules that are due. MiniStack's ten are long for somebody who waits.
TICK_SECONDS = 0.5


def firing_again(update_schedule: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap UpdateSchedule: an updated one-time schedule fires, even if it fired before the update."""

    @functools.wraps(update_schedule)
    def update(name: str, body: Any, *more: Any) -> Any:
        response = update_schedule(name, body, *more)
        if str(body.get("ScheduleExpression")).startswith("at("):
            group = body.get("GroupName") or "default"
            scheduler._schedule_last_fired.pop((get_account_id(), get_region(), f"{group}/{name}"), None)
        return response

    return update


def with_context_attributes(invoke_target: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the invocation of a target: context attributes such as `<aws.scheduler.execution-id>` are filled in.

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
