"""Time zones: names, offsets, local times and instants."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from local.engine.functions.registry import FunctionError

#: DuckDB's type of a timestamp with time zone: the instant in UTC, and the zone.
ZONED = "STRUCT(u TIMESTAMP; z VARCHAR)"
#: A template: the local time of such a value.
LOCAL = (
    "CASE WHEN struct_extract({0}, 'z') = 'UTC' THEN struct_extract({0}, 'u') "
    "ELSE py_local(struct_extract({0}, 'u'), struct_extract({0}, 'z')) END"
)
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?")
_UTC_NAMES = ("UTC", "Z", "GMT", "ETC/UTC", "ETC/GMT", "UT", "UCT", "ZULU", "GREENWICH")


@lru_cache(maxsize=1024)
def zone_name(name: str) -> str:
    """The name of a zone as Trino spells it: ``UTC``, ``+02:00``, ``Europe/Berlin``.

    Raises:
        FunctionError: there is no such zone.
    """
    if name.upper() in _UTC_NAMES:
        return "UTC"
    match = _OFFSET.fullmatch(name.upper())
    if match:
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours > 14 or minutes > 59:
            raise FunctionError("INVALID_FUNCTION_ARGUMENT", f"Invalid offset: {name}")
        return f"{match[1]}{hours:02d}:{minutes:02d}" if hours or minutes else "UTC"
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FunctionError("INVALID_FUNCTION_ARGUMENT", f"'{name}' is not a valid time zone") from None


@lru_cache(maxsize=1024)
def zone(name: str) -> dt.tzinfo:
    """The zone with a name as Trino spells it."""
    if name == "UTC":
        return dt.UTC
    if name[0] in "+-":
        offset = dt.timedelta(hours=int(name[1:3]), minutes=int(name[4:6]))
        return dt.timezone(-offset if name[0] == "-" else offset)
    return ZoneInfo(name)


def local(instant: dt.datetime, name: str) -> dt.datetime:
    """The local time of an instant (in UTC, without a zone) in a zone."""
    return instant.replace(tzinfo=dt.UTC).astimezone(zone(name)).replace(tzinfo=None)


def instant(moment: dt.datetime, name: str) -> dt.datetime:
    """The instant, in UTC without a zone, of a local time in a zone."""
    placed = moment.replace(tzinfo=zone(name))
    return placed.astimezone(dt.UTC).replace(tzinfo=None)


def offset_minutes(moment: dt.datetime, name: str) -> int:
    """The offset of a zone at an instant, in minutes."""
    offset = moment.replace(tzinfo=dt.UTC).astimezone(zone(name)).utcoffset()
    return int((offset or dt.timedelta()).total_seconds() // 60)
