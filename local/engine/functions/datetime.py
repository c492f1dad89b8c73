"""Functions of dates and timestamps.

https://trino.io/docs/current/functions/datetime.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from local.engine.errors import cannot_run
from local.engine.functions.casts import lower_cast
from local.engine.functions.date_patterns import joda_format, joda_parse, mysql_format, mysql_parse
from local.engine.functions.datetime_casts import spelled, timestamp_text
from local.engine.functions.registry import Call, Function, scalar, udf
from local.engine.functions.templates import fail_if, fill
from local.engine.functions.zones import LOCAL, ZONED, instant, local, offset_minutes, zone_name
from local.engine.types import model
from local.engine.types.model import VARCHAR
from local.engine.types.representation import duckdb_type

#: Units of date_add and the like: microseconds, or months.
_MICROSECONDS = {
    "millisecond": 1000, "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000, "day": 86_400_000_000,
    "week": 604_800_000_000,
}  # fmt: skip
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_TIME_UNITS = ("millisecond", "second", "minute", "hour")


def zoned_iso(instant_: dt.datetime, zone: str, digits: int) -> str:
    """to_iso8601 of a timestamp with time zone."""
    minutes = offset_minutes(instant_, zone)
    sign = "-" if minutes < 0 else "+"
    offset = "Z" if minutes == 0 else f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    return spelled(local(instant_, zone), digits).replace(" ", "T") + offset


def human_readable(seconds: float) -> str:
    """human_readable_seconds."""
    rest = round(abs(seconds))
    parts: list[str] = []
    for size, name in ((604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, rest = divmod(rest, size)
        if count or (name == "second" and not parts):
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return ", ".join(parts)


def _fill(template: str, call: Call) -> str:
    return fill(template, call.sql, [one.type for one in call.arguments], call.result)


def _with_unit(lower: Callable[[Call, str], str]) -> Callable[[Call], str]:
    """The lowering of a function whose first argument is a unit of time.

    One that doesn't exist fails the rows that the function is called for, so no row, or TRY, has no error.
    """

    def lowering(call: Call) -> str:
        unit = call.arguments[0].constant
        if not isinstance(unit, str):
            raise cannot_run("a unit of time that isn't a literal")
        is_date = call.arguments[-1].type.kind == "date"
        if unit.lower() in (*_MICROSECONDS, *_MONTHS) and not (is_date and unit.lower() in _TIME_UNITS):
            return lower(call, unit.lower())
        message = f"'{unit}' is not a valid {'DATE' if is_date else 'Timestamp'} field".replace("'", "''")
        message = message.replace("{", "{{").replace("}", "}}")
        called = " AND ".join(f"{{{place}}} IS NOT NULL" for place in range(1, len(call.arguments)))
        result = duckdb_type(call.result)
        return _fill(
            fail_if(called, "INVALID_FUNCTION_ARGUMENT", f"'{message}'", f"CAST(NULL AS {result})", result), call
        )

    return lowering


def _added(value: str, unit: str, number: str) -> str:
    if unit in _MONTHS:
        return f"({value} + to_months(CAST({number} * {_MONTHS[unit]} AS INTEGER)))"
    return f"({value} + to_microseconds({number} * {_MICROSECONDS[unit]}))"


@_with_unit
def _date_add(call: Call, unit: str) -> str:
    kind = call.result.kind
    if kind == "date":
        return _fill(f"CAST({_added('{2}', unit, '{1}')} AS DATE)", call)
    if kind == "timestamp":
        return _fill(_added("{2}", unit, "{1}"), call)
    if unit in _TIME_UNITS:
        moment = _added("struct_extract({2}, 'u')", unit, "{1}")
    else:
        moved = _added(LOCAL.replace("{0}", "{2}"), unit, "{1}")
        moment = f"py_instant({moved}, struct_extract({{2}}, 'z'))"
    return _fill(
        f"CASE WHEN {{1}} IS NOT NULL AND {{2}} IS NOT NULL THEN struct_pack(u := {moment}, z := "
        f"struct_extract({{2}}, 'z')) END",
        call,
    )


@_with_unit
def _date_diff(call: Call, unit: str) -> str:
    one, other = "{1}", "{2}"
    if call.arguments[1].type.kind == "timestamp with time zone":
        one, other = (
            (f"struct_extract({side}, 'u')" if unit in _TIME_UNITS else LOCAL.replace("{0}", side))
            for side in ("{1}", "{2}")
        )
    return _fill(f"CAST(datesub('{unit}', {one}, {other}) AS BIGINT)", call)


@_with_unit
def _date_trunc(call: Call, unit: str) -> str:
    kind = call.result.kind
    if kind == "date":
        return _fill(f"CAST(date_trunc('{unit}', {{1}}) AS DATE)", call)
    if kind == "timestamp":
        return _fill(f"CAST(date_trunc('{unit}', {{1}}) AS TIMESTAMP)", call)
    moment = f"date_trunc('{unit}', {LOCAL.replace('{0}', '{1}')})"
    return _fill(
        "CASE WHEN {1} IS NOT NULL THEN struct_pack("
        f"u := py_instant({moment}, struct_extract({{1}}, 'z')), z := struct_extract({{1}}, 'z')) END",
        call,
    )


def _field(names: str, of_date: str, *, with_date: bool = True) -> list[Function]:
    """A field of a date, timestamp and timestamp with time zone; ``of_date`` is over ``{0}``."""
    found = []
    for name in names.split():
        found += [scalar(f"{name}(date) -> bigint", f"CAST({of_date} AS BIGINT)")] if with_date else []
        found.append(scalar(f"{name}(timestamp(p)) -> bigint", f"CAST({of_date} AS BIGINT)"))
        zoned = of_date.replace("{0}", f"({LOCAL})")
        found.append(scalar(f"{name}(timestamp(p) with time zone) -> bigint", f"CAST({zoned} AS BIGINT)"))
    return found


def _now(digits: int) -> str:
    size = 10 ** (6 - digits)
    return f"make_timestamp(epoch_us(timezone('UTC', now())) // {size} * {size})"


_TYPED = ("date", "timestamp(p)", "timestamp(p) with time zone")

FUNCTIONS = (
    scalar("now() -> timestamp(3) with time zone", f"struct_pack(u := {_now(3)}, z := 'UTC')"),
    scalar("current_timestamp() -> timestamp(3) with time zone", f"struct_pack(u := {_now(3)}, z := 'UTC')"),
    scalar("localtimestamp() -> timestamp(3)", _now(3)),
    scalar("current_date() -> date", f"CAST({_now(3)} AS DATE)"),
    scalar("current_timezone() -> varchar", "'UTC'"),
    *(scalar(f"date_add(varchar(x), bigint, {kind}) -> {kind}", _date_add) for kind in _TYPED),
    *(scalar(f"date_diff(varchar(x), {kind}, {kind}) -> bigint", _date_diff) for kind in _TYPED),
    *(scalar(f"date_trunc(varchar(x), {kind}) -> {kind}", _date_trunc) for kind in _TYPED),
    *_field("year", "year({0})"),
    *_field("quarter", "quarter({0})"),
    *_field("month", "month({0})"),
    *_field("week week_of_year", "weekofyear({0})"),
    *_field("day day_of_month", "day({0})"),
    *_field("day_of_week dow", "isodow({0})"),
    *_field("day_of_year doy", "dayofyear({0})"),
    *_field("year_of_week yow", "isoyear({0})"),
    *_field("hour", "hour({0})", with_date=False),
    *_field("minute", "minute({0})", with_date=False),
    *_field("second", "second({0})", with_date=False),
    *_field("millisecond", "millisecond({0}) % 1000", with_date=False),
    scalar(
        "timezone_hour(timestamp(p) with time zone) -> bigint",
        "py_offset_minutes(struct_extract({0}, 'u'), struct_extract({0}, 'z')) // 60",
    ),
    scalar(
        "timezone_minute(timestamp(p) with time zone) -> bigint",
        "py_offset_minutes(struct_extract({0}, 'u'), struct_extract({0}, 'z')) % 60",
    ),
    scalar("last_day_of_month(date) -> date", "last_day({0})"),
    scalar("last_day_of_month(timestamp(p)) -> date", "last_day({0})"),
    scalar("last_day_of_month(timestamp(p) with time zone) -> date", f"last_day({LOCAL})"),
    scalar("date(varchar(x)) -> date", lambda call: lower_cast(call.sql[0], VARCHAR, model.DATE)),
    scalar("date(timestamp(p)) -> date", "CAST({0} AS DATE)"),
    scalar("date(timestamp(p) with time zone) -> date", f"CAST({LOCAL} AS DATE)"),
    scalar(
        "from_unixtime(double) -> timestamp(3) with time zone",
        "CASE WHEN {0} IS NOT NULL THEN struct_pack(u := make_timestamp(CAST(round({0} * 1000) AS BIGINT) * 1000), "
        "z := 'UTC') END",
    ),
    scalar(
        "from_unixtime(double, varchar(x)) -> timestamp(3) with time zone",
        "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN struct_pack(u := make_timestamp(CAST(round({0} * 1000) "
        "AS BIGINT) * 1000), z := py_unix_zone({1})) END",
    ),
    scalar("to_unixtime(timestamp(p)) -> double", "epoch_us({0}) / 1000000.0e0"),
    scalar("to_unixtime(timestamp(p) with time zone) -> double", "epoch_us(struct_extract({0}, 'u')) / 1000000.0e0"),
    scalar("to_iso8601(date) -> varchar(16)", "CAST({0} AS VARCHAR)"),
    scalar(
        "to_iso8601(timestamp(p)) -> varchar(n)",
        lambda call: f"replace({timestamp_text(call.sql[0], call.arguments[0].type, VARCHAR)}, ' ', 'T')",
        where=lambda n: {"n": 22 + (n["p"] + 1 if n["p"] else 0)},
    ),
    scalar(
        "to_iso8601(timestamp(p) with time zone) -> varchar(n)",
        lambda call: _fill(
            f"py_zoned_iso(struct_extract({{0}}, 'u'), struct_extract({{0}}, 'z'), {call.numbers['p']})", call
        ),
        where=lambda n: {"n": 28 + (n["p"] + 1 if n["p"] else 0)},
    ),
    scalar(
        "at_timezone(timestamp(p) with time zone, varchar(x)) -> timestamp(p) with time zone",
        "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN struct_pack(u := struct_extract({0}, 'u'), z := "
        "py_zone_name({1})) END",
    ),
    scalar(
        "with_timezone(timestamp(p), varchar(x)) -> timestamp(p) with time zone",
        "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN struct_pack(u := py_instant({0}, py_zone_name({1})), z "
        ":= py_zone_name({1})) END",
    ),
    scalar("date_format(timestamp(p), varchar(x)) -> varchar", "py_mysql_format({0}, {1})"),
    scalar("date_format(timestamp(p) with time zone, varchar(x)) -> varchar", f"py_mysql_format({LOCAL}, {{1}})"),
    scalar("date_parse(varchar(x), varchar(y)) -> timestamp(3)", "py_mysql_parse({0}, {1})"),
    scalar("format_datetime(timestamp(p), varchar(x)) -> varchar", "py_joda_format({0}, {0}, 'UTC', {1})"),
    scalar(
        "format_datetime(timestamp(p) with time zone, varchar(x)) -> varchar",
        f"py_joda_format({LOCAL}, struct_extract({{0}}, 'u'), struct_extract({{0}}, 'z'), {{1}})",
    ),
    scalar("parse_datetime(varchar(x), varchar(y)) -> timestamp(3) with time zone", "py_joda_parse({0}, {1})"),
    scalar("human_readable_seconds(double) -> varchar", "py_human_readable({0})"),
)

UDFS = (
    udf("local", local, "TIMESTAMP, VARCHAR", "TIMESTAMP"),
    udf("instant", instant, "TIMESTAMP, VARCHAR", "TIMESTAMP"),
    udf("zone_name", zone_name, "VARCHAR", "VARCHAR"),
    udf("offset_minutes", offset_minutes, "TIMESTAMP, VARCHAR", "BIGINT"),
    udf("zoned_iso", zoned_iso, "TIMESTAMP, VARCHAR, INTEGER", "VARCHAR"),
    udf("mysql_format", mysql_format, "TIMESTAMP, VARCHAR", "VARCHAR"),
    udf("mysql_parse", mysql_parse, "VARCHAR, VARCHAR", "TIMESTAMP"),
    udf("joda_format", joda_format, "TIMESTAMP, TIMESTAMP, VARCHAR, VARCHAR", "VARCHAR"),
    udf("joda_parse", joda_parse, "VARCHAR, VARCHAR", ZONED),
    udf("human_readable", human_readable, "DOUBLE", "VARCHAR"),
)
