"""ISO 8601: calendar dates, week dates and days of the year, as Joda-Time reads them.

https://www.joda.org/joda-time/apidocs/org/joda/time/format/ISODateTimeFormat.html#dateOptionalTimeParser--
"""

from __future__ import annotations

import datetime as dt
import re

from local.engine.functions.registry import invalid_argument, scalar, udf
from local.engine.functions.zones import instant, zone_name

_DATE = r"(\d{4})(?:-W(\d{1,2})(?:-(\d))?|-(\d{3})|-(\d{1,2})(?:-(\d{1,2}))?)?"
_TIME = r"(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?"
_ONLY_DATE = re.compile(_DATE)
_DATE_AND_TIME = re.compile(_DATE + _TIME)


def _date(match: re.Match[str], text: str) -> dt.date:
    year, week, weekday, day_of_year, month, day = (int(one) if one else 0 for one in match.groups()[:6])
    try:
        if match[2]:
            return dt.date.fromisocalendar(year, week, weekday if match[3] else 1)
        if match[4]:
            if not 1 <= day_of_year <= dt.date(year, 12, 31).timetuple().tm_yday:
                raise ValueError(day_of_year)
            return dt.date(year, 1, 1) + dt.timedelta(days=day_of_year - 1)
        return dt.date(year, month if match[5] else 1, day if match[6] else 1)
    except ValueError:
        raise invalid_argument(f'Cannot parse "{text}": Value is out of range') from None


def date_of_iso8601(text: str) -> dt.date:
    """from_iso8601_date."""
    match = _ONLY_DATE.fullmatch(text)
    if match is None:
        raise invalid_argument(f'Invalid format: "{text}"')
    return _date(match, text)


def timestamp_of_iso8601(text: str) -> dict[str, object]:
    """from_iso8601_timestamp."""
    match = _DATE_AND_TIME.fullmatch(text)
    if match is None:
        raise invalid_argument(f'Invalid format: "{text}"')
    hour, minute, second = (int(one or 0) for one in match.groups()[6:9])
    milliseconds = int((match[10] or "")[:3].ljust(3, "0"))
    try:
        moment = dt.datetime.combine(_date(match, text), dt.time(hour, minute, second, milliseconds * 1000))
    except ValueError:
        raise invalid_argument(f'Cannot parse "{text}": Value is out of range') from None
    name = zone_name(match[11]) if match[11] else "UTC"
    return {"u": instant(moment, name), "z": name}


FUNCTIONS = (
    scalar("from_iso8601_timestamp(varchar(x)) -> timestamp(3) with time zone", "py_timestamp_of_iso8601({0})"),
    scalar("from_iso8601_date(varchar(x)) -> date", "py_date_of_iso8601({0})"),
)

UDFS = (
    udf("timestamp_of_iso8601", timestamp_of_iso8601, "VARCHAR", "STRUCT(u TIMESTAMP; z VARCHAR)"),
    udf("date_of_iso8601", date_of_iso8601, "VARCHAR", "DATE"),
)
