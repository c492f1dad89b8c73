"""Dates and timestamps as SerDes read them from text."""

from __future__ import annotations

import datetime as dt
import re

_DATE = re.compile(r"\s*(\d{1,4})-(\d{1,2})-(\d{1,2})(?:\s.*)?")
_TIMESTAMP = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?\s*"
)


def parse_date(text: str) -> dt.date | None:
    """``YYYY-MM-DD`` (with anything after a space), or None."""
    match = _DATE.fullmatch(text)
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def parse_timestamp(text: str) -> dt.datetime | None:
    """``YYYY-MM-DD hh:mm:ss.fff`` (or with a ``T``; a zone is turned into UTC), or None."""
    match = _TIMESTAMP.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(match[number] or 0) for number in range(1, 7))
    micros = int((match[7] or "").ljust(6, "0")[:6])
    try:
        value = dt.datetime(year, month, day, hour, minute, second, micros)  # noqa: DTZ001 - Athena's timestamp has no zone
    except ValueError:
        return None
    if (zone := match[8]) and zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        value -= dt.timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    return value
