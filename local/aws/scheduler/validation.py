"""What EventBridge Scheduler rejects of a schedule: its name, expression and time zone.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html and
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

from __future__ import annotations

import functools
import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ministack.services import scheduler

from local.aws.responses import Response

_NAME = re.compile(r"[0-9a-zA-Z-_.]+")
_LONGEST_NAME = 64
_RATE = re.compile(r"rate\(\s*([1-9]\d*)\s+(?:minute|hour|day)s?\s*\)")
_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)")
_CRON = re.compile(r"cron\(([^()]*)\)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
#: Of each field of a cron expression: the lowest and highest number, names, and other values as a regular expression.
_FIELDS: tuple[tuple[int, int, tuple[str, ...], str], ...] = (
    (0, 59, (), r"(?!)"),
    (0, 23, (), r"(?!)"),
    (1, 31, (), r"\?|L(-\d{1,2})?|LW|(?:[1-9]|[12]\d|3[01])W"),
    (1, 12, _MONTHS, r"(?!)"),
    (1, 7, _DAYS, r"\?|L|[1-7]L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]"),
    (1970, 2199, (), r"(?!)"),
)


def checked(handler: Callable[[str, Any], Response]) -> Callable[[str, Any], Response]:
    """Wrap CreateSchedule or UpdateSchedule: what AWS rejects is rejected, with its error and message."""

    @functools.wraps(handler)
    def check(name: str, body: Any) -> Response:
        message = problem(name, body)
        if message is not None:
            rejected: Response = scheduler._error(400, "ValidationException", message)
            return rejected
        return handler(name, body)

    return check


def problem(name: str, body: Mapping[str, Any]) -> str | None:
    """Why AWS rejects a schedule; None if it doesn't."""
    if len(name) > _LONGEST_NAME:
        return _constraint(name, f"Member must have length less than or equal to {_LONGEST_NAME}")
    if not _NAME.fullmatch(name):
        return _constraint(name, "Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$")
    expression = body.get("ScheduleExpression")
    if expression and not is_expression(str(expression)):
        return f"Invalid Schedule Expression {expression}."
    zone = body.get("ScheduleExpressionTimezone")
    if zone and zone not in zoneinfo.available_timezones():
        return f"Invalid Schedule Expression Timezone {zone}."
    return None


def is_expression(text: str) -> bool:
    """Whether a text is an expression such as `rate(5 minutes)`, `at(2026-01-31T10:00:00)` or `cron(0 9 * * ? *)`."""
    if _RATE.fullmatch(text):
        return True
    if found := _AT.fullmatch(text):
        try:
            datetime.fromisoformat(found[1])
        except ValueError:
            return False
        return True
    found = _CRON.fullmatch(text)
    return found is not None and _is_cron(found[1].split())


def _is_cron(fields: list[str]) -> bool:
    if len(fields) != len(_FIELDS):
        return False
    # A day is one of the month or one of the week, so exactly one of these fields is a question mark.
    if (fields[2] == "?") == (fields[4] == "?"):
        return False
    return all(
        all(_is_value(part.upper(), *limits) for part in text.split(","))
        for text, limits in zip(fields, _FIELDS, strict=True)
    )


def _is_value(text: str, low: int, high: int, names: tuple[str, ...], other: str) -> bool:
    if re.fullmatch(other, text):
        return True
    span, slash, step = text.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        return False
    if span == "*":
        return True
    bounds = span.split("-")
    numbers = [names.index(one) + low if one in names else int(one) if one.isdecimal() else None for one in bounds]
    return len(numbers) <= 2 and all(number is not None and low <= number <= high for number in numbers)


def _constraint(name: str, text: str) -> str:
    return f"1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: {text}"
