"""Times of day, sequences of dates, and zones by their offsets.

https://trino.io/docs/current/functions/datetime.html
"""

from __future__ import annotations

import datetime as dt
import re

from local.engine.errors import QueryError, cannot_run
from local.engine.functions.casts import declare
from local.engine.functions.registry import Call, FunctionError, invalid_argument, scalar, udf
from local.engine.functions.templates import fill
from local.engine.functions.zones import zone_name
from local.engine.types.model import TrinoType

_TIME = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?")
_UNITS = {"millisecond": 1000, "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000}
_DAY = "interval day to second"
_MONTH = "interval year to month"
_ENTRIES = 10_000


def time_of_text(text: str) -> dt.time:
    """CAST(varchar AS time), with microseconds."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        raise FunctionError("INVALID_CAST_ARGUMENT", f"Value cannot be cast to time: {text}")
    fraction = (match[4] or "").ljust(7, "0")
    start = dt.datetime(1970, 1, 1, int(match[1]), int(match[2]), int(match[3] or 0))  # noqa: DTZ001 - it has no zone
    return (start + dt.timedelta(microseconds=int(fraction[:6]) + (fraction[6] >= "5"))).time()


def sequence_of_times(start: dt.datetime, stop: dt.datetime, milliseconds: int, months: int) -> list[dt.datetime]:
    """The times from ``start`` to ``stop``, so many milliseconds or months apart."""
    step = milliseconds or months
    if step == 0:
        raise invalid_argument("interval must not be zero")
    if (step > 0 and stop < start) or (step < 0 and stop > start):
        raise invalid_argument(
            "sequence stop value should be greater than or equal to start value if step is greater than zero "
            "otherwise stop should be less than or equal to start"
        )
    found: list[dt.datetime] = []
    while True:
        count = len(found)
        if milliseconds:
            moment = start + dt.timedelta(milliseconds=milliseconds * count)
        else:
            moment = _plus_months(start, months * count)
        if (step > 0 and moment > stop) or (step < 0 and moment < stop):
            return found
        if count >= _ENTRIES:
            raise invalid_argument(f"result of sequence function must not have more than {_ENTRIES} entries")
        found.append(moment)


def _plus_months(moment: dt.datetime, months: int) -> dt.datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def unix_zone(name: str) -> str:
    """The zone of from_unixtime."""
    try:
        return zone_name(name)
    except FunctionError:
        raise FunctionError("NOT_SUPPORTED", f"Time zone not supported: {name}") from None


def offset_zone(hours: int, minutes: int) -> str:
    """The zone with an offset."""
    total = hours * 60 + minutes
    if not -14 * 60 <= total <= 14 * 60:
        raise invalid_argument(f"Invalid offset minutes {total}")
    if total == 0:
        return "UTC"
    return f"{'-' if total < 0 else '+'}{abs(total) // 60:02d}:{abs(total) % 60:02d}"


def _fill(template: str, call: Call) -> str:
    return fill(template, call.sql, [one.type for one in call.arguments], call.result)


def _unit(call: Call) -> str:
    unit = call.arguments[0].constant
    if not isinstance(unit, str):
        raise cannot_run("a unit of time that isn't a literal")
    if unit.lower() not in _UNITS:
        raise QueryError(f"INVALID_FUNCTION_ARGUMENT: '{unit}' is not a valid Time field")
    return unit.lower()


def _on_a_day(sql: str) -> str:
    return f"(DATE '1970-01-01' + {sql})"


def _rounded(sql: str, source: TrinoType, target: TrinoType) -> str:
    """Half up to the digits of ``target``; ``sql`` is a timestamp."""
    digits = target.precision or 0
    if (source.precision or 0) <= digits:
        return f"CAST({sql} AS TIME)"
    size = 10 ** (6 - digits)
    return f"CAST(make_timestamp(((epoch_us({sql}) + {size // 2}) // {size}) * {size}) AS TIME)"


def _text(sql: str, source: TrinoType, target: TrinoType) -> str:
    if target.precision is not None:
        raise cannot_run(f"CAST of {source} to {target}")
    digits = source.precision or 0
    return f"left(strftime({_on_a_day(sql)}, '%H:%M:%S.%f'), {9 + digits if digits else 8})"


declare("time", "varchar", _text)
declare("time", "time", lambda sql, source, target: _rounded(_on_a_day(sql), source, target))
declare("timestamp", "time", _rounded)
declare(
    "varchar",
    "time",
    lambda sql, _, target: _rounded(_on_a_day(f"py_time_of_text({sql})"), TrinoType("time", precision=6), target),
)


def _days(call: Call) -> str:
    if len(call.arguments) == 2:
        step = "CASE WHEN {1} >= {0} THEN 86400000 ELSE -86400000 END"
    else:
        step = (
            "CASE WHEN {2} % 86400000 = 0 THEN {2} ELSE CAST(py_fail('INVALID_FUNCTION_ARGUMENT: sequence step must "
            "be a day interval if start and end values are dates') AS BIGINT) END"
        )
    times = f"py_sequence_of_times(CAST({{0}} AS TIMESTAMP), CAST({{1}} AS TIMESTAMP), {step}, 0)"
    return _fill(f"list_transform({times}, lambda x: CAST(x AS DATE))", call)


def _shifted(sign: str) -> str:
    return f"({{0}} {sign} to_microseconds({{1}} * 1000))"


def _milliseconds(numbers: dict[str, int]) -> dict[str, int]:
    return {"u": max(numbers["p"], 3)}


FUNCTIONS = (
    *(
        scalar(f"{name}(time(p)) -> bigint", f"CAST({sql} AS BIGINT)")
        for name, sql in (
            ("hour", "hour({0})"),
            ("minute", "minute({0})"),
            ("second", "second({0})"),
            ("millisecond", "millisecond({0}) % 1000"),
        )
    ),
    scalar(
        "date_add(varchar(x), bigint, time(p)) -> time(p)",
        lambda call: _fill(f"({{2}} + to_microseconds({{1}} * {_UNITS[_unit(call)]}))", call),
    ),
    scalar(
        "date_diff(varchar(x), time(p), time(p)) -> bigint",
        lambda call: _fill(
            f"CAST(datesub('{_unit(call)}', {_on_a_day('{1}')}, {_on_a_day('{2}')}) AS BIGINT)",
            call,
        ),
    ),
    scalar(
        "date_trunc(varchar(x), time(p)) -> time(p)",
        lambda call: _fill(f"CAST(date_trunc('{_unit(call)}', {_on_a_day('{1}')}) AS TIME)", call),
    ),
    *(
        scalar(f"{sign}(time(p), {_DAY}) -> time(u)", _shifted(sign), where=_milliseconds)  # type: ignore[arg-type]  # a Mapping
        for sign in "+-"
    ),
    scalar("sequence(date, date) -> array(date)", _days),
    scalar(f"sequence(date, date, {_DAY}) -> array(date)", _days),
    scalar(
        f"sequence(date, date, {_MONTH}) -> array(date)",
        "list_transform(py_sequence_of_times(CAST({0} AS TIMESTAMP), CAST({1} AS TIMESTAMP), 0, {2}), "
        "lambda x: CAST(x AS DATE))",
    ),
    scalar(
        f"sequence(timestamp(p), timestamp(p), {_DAY}) -> array(timestamp(p))", "py_sequence_of_times({0}, {1}, {2}, 0)"
    ),
    scalar(
        f"sequence(timestamp(p), timestamp(p), {_MONTH}) -> array(timestamp(p))",
        "py_sequence_of_times({0}, {1}, 0, {2})",
    ),
    scalar(
        "from_unixtime(double, bigint, bigint) -> timestamp(3) with time zone",
        "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL AND {2} IS NOT NULL THEN struct_pack("
        "u := make_timestamp(CAST(round({0} * 1000) AS BIGINT) * 1000), z := py_offset_zone({1}, {2})) END",
    ),
)

UDFS = (
    udf("time_of_text", time_of_text, "VARCHAR", "TIME"),
    udf("sequence_of_times", sequence_of_times, "TIMESTAMP, TIMESTAMP, BIGINT, INTEGER", "TIMESTAMP[]"),
    udf("unix_zone", unix_zone, "VARCHAR", "VARCHAR"),
    udf("offset_zone", offset_zone, "BIGINT, BIGINT", "VARCHAR"),
)
