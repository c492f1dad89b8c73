"""Dates and times: casts, arithmetic and functions.

https://trino.io/docs/current/functions/datetime.html
"""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

from local.engine.errors import QueryError, cannot_run
from local.engine.functions.casts import Lower, declare, lower_cast
from local.engine.functions.date_patterns import joda_format, joda_parse, mysql_format, mysql_parse
from local.engine.functions.registry import Call, Function, FunctionError, scalar, udf
from local.engine.functions.signature import Numbers
from local.engine.functions.templates import fail_if, fill
from local.engine.functions.zones import instant, local, offset_minutes, zone_name
from local.engine.types import model
from local.engine.types.model import VARCHAR, TrinoType

_ZONED_UDF = "STRUCT(u TIMESTAMP; z VARCHAR)"
_TIMESTAMP = re.compile(
    r"([+-]?\d{4,})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?\s*(\S.*)?"
)
#: Units of date_add and the like: microseconds, or months.
_MICROSECONDS = {
    "millisecond": 1000, "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000, "day": 86_400_000_000,
    "week": 604_800_000_000,
}  # fmt: skip
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_TIME_UNITS = ("millisecond", "second", "minute", "hour")

_LOCAL = (
    "CASE WHEN struct_extract({0}, 'z') = 'UTC' THEN struct_extract({0}, 'u') "
    "ELSE py_local(struct_extract({0}, 'u'), struct_extract({0}, 'z')) END"
)


def _moment(match: re.Match[str], text: str, kind: str) -> dt.datetime:
    """The time in a match, rounded to microseconds."""
    try:
        found = dt.datetime(  # noqa: DTZ001 - Trino's timestamp has no zone
            int(match[1]), int(match[2]), int(match[3]), int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
        )
    except ValueError:
        raise _wrong(text, kind) from None
    fraction = (match[7] or "").ljust(7, "0")
    return found + dt.timedelta(microseconds=int(fraction[:6]) + (fraction[6] >= "5"))


def _wrong(text: str, kind: str) -> FunctionError:
    return FunctionError("INVALID_CAST_ARGUMENT", f"Value cannot be cast to {kind}: {text}")


def timestamp_of_text(text: str) -> dt.datetime:
    """CAST(varchar AS timestamp)."""
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        raise _wrong(text, "timestamp")
    if match[8]:
        # The zone has to exist, but changes nothing.
        try:
            zone_name(match[8])
        except FunctionError:
            raise _wrong(text, "timestamp") from None
    return _moment(match, text, "timestamp")


def zoned_of_text(text: str) -> dict[str, object]:
    """CAST(varchar AS timestamp with time zone)."""
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        raise _wrong(text, "timestamp with time zone")
    try:
        name = zone_name(match[8]) if match[8] else "UTC"
    except FunctionError:
        raise _wrong(text, "timestamp with time zone") from None
    moment = _moment(match, text, "timestamp with time zone")
    found = instant(moment, name)
    if local(found, name) != moment:  # the clocks skip it
        raise _wrong(text, "timestamp with time zone")
    return {"u": found, "z": name}


def zoned_text(instant_: dt.datetime, zone: str, digits: int) -> str:
    """A timestamp with time zone as text."""
    return f"{_spelled(local(instant_, zone), digits)} {zone}"


def _spelled(moment: dt.datetime, digits: int) -> str:
    text = f"{moment.year:04d}-{moment:%m-%d %H:%M:%S}"
    return text + (f".{moment.microsecond:06d}"[: digits + 1] if digits else "")


def zoned_iso(instant_: dt.datetime, zone: str, digits: int) -> str:
    """to_iso8601 of a timestamp with time zone."""
    minutes = offset_minutes(instant_, zone)
    sign = "-" if minutes < 0 else "+"
    offset = "Z" if minutes == 0 else f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    return _spelled(local(instant_, zone), digits).replace(" ", "T") + offset


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


def _rounded(sql: str, source: TrinoType, target: TrinoType) -> str:
    """Round half up to fewer digits."""
    if (source.precision or 0) <= (target.precision or 0):
        return sql
    size = 10 ** (6 - (target.precision or 0))
    return (
        f"make_timestamp(CAST(floor((epoch_us({sql}) + {size // 2}) / {size}.0) AS BIGINT) * {size})"
        if size > 1
        else sql
    )


def _zoned_rounded(sql: str, source: TrinoType, target: TrinoType) -> str:
    if (source.precision or 0) <= (target.precision or 0):
        return sql
    moment = _rounded("struct_extract({0}, 'u')", source, target)
    return fill(f"struct_pack(u := {moment}, z := struct_extract({{0}}, 'z'))", (sql,), (source,), target)


def _of_text(function: str, zoned: bool) -> Lower:
    def lower(sql: str, _: TrinoType, target: TrinoType) -> str:
        found = f"py_{function}({sql})"
        exact = TrinoType(target.kind, precision=6)
        return (_zoned_rounded if zoned else _rounded)(found, exact, target)

    return lower


def _text(spelled: str) -> Lower:
    def lower(sql: str, source: TrinoType, target: TrinoType) -> str:
        digits = source.precision or 0
        return _bounded(fill(spelled.replace("DIGITS", str(digits)), (sql,), (source,), target), target)

    return lower


def _bounded(sql: str, target: TrinoType) -> str:
    if target.precision is None:
        return sql
    checked = fail_if(
        f"length({{0}}) > {target.precision}",
        "INVALID_CAST_ARGUMENT",
        f"'Value ' || {{0}} || ' cannot be represented as {target}'",
        "{0}",
        "VARCHAR",
    )
    return fill(checked, (sql,), (target,), target)


def _timestamp_text(sql: str, source: TrinoType, target: TrinoType) -> str:
    digits = source.precision or 0
    cut = f"left(strftime({sql}, '%Y-%m-%d %H:%M:%S.%f'), {20 + digits if digits else 19})"
    return _bounded(cut, target)


_DATE_OF_TEXT = fail_if(
    r"NOT regexp_full_match(trim({0}), '[+-]?\d{{4,}}-\d{{1,2}}-\d{{1,2}}') OR "
    "TRY_CAST(ltrim(trim({0}), '+') AS DATE) IS NULL",
    "INVALID_CAST_ARGUMENT",
    "'Value cannot be cast to date: ' || {0}",
    "CAST(ltrim(trim({0}), '+') AS DATE)",
    "DATE",
)
_DAY_TEXT = (
    "(CASE WHEN {0} < 0 THEN '-' ELSE '' END) || CAST(abs({0}) // 86400000 AS VARCHAR) || ' ' || "
    "lpad(CAST(abs({0}) // 3600000 % 24 AS VARCHAR), 2, '0') || ':' || "
    "lpad(CAST(abs({0}) // 60000 % 60 AS VARCHAR), 2, '0') || ':' || "
    "lpad(CAST(abs({0}) // 1000 % 60 AS VARCHAR), 2, '0') || '.' || lpad(CAST(abs({0}) % 1000 AS VARCHAR), 3, '0')"
)
_MONTH_TEXT = (
    "(CASE WHEN {0} < 0 THEN '-' ELSE '' END) || CAST(abs({0}) // 12 AS VARCHAR) || '-' || "
    "CAST(abs({0}) % 12 AS VARCHAR)"
)

declare("varchar", "date", _DATE_OF_TEXT)
declare("varchar", "timestamp", _of_text("timestamp_of_text", zoned=False))
declare("varchar", "timestamp with time zone", _of_text("zoned_of_text", zoned=True))
declare("date", "varchar", lambda sql, _, target: _bounded(f"CAST({sql} AS VARCHAR)", target))
declare("date", "timestamp", "CAST({0} AS TIMESTAMP)")
declare(
    "date",
    "timestamp with time zone",
    "CASE WHEN {0} IS NOT NULL THEN struct_pack(u := CAST({0} AS TIMESTAMP), z := 'UTC') END",
)
declare("timestamp", "date", "CAST({0} AS DATE)")
declare("timestamp", "timestamp", _rounded)
declare("timestamp", "varchar", _timestamp_text)
declare("timestamp", "timestamp with time zone", lambda sql, source, target: fill(
    f"CASE WHEN {{0}} IS NOT NULL THEN struct_pack(u := {_rounded('{0}', source, target)}, z := 'UTC') END", (sql,), (source,), target  # noqa: E501 - one expression
))  # fmt: skip
declare("timestamp with time zone", "timestamp with time zone", _zoned_rounded)
declare(
    "timestamp with time zone",
    "timestamp",
    lambda sql, source, target: _rounded(fill(_LOCAL, (sql,), (source,), target), source, target),
)
declare("timestamp with time zone", "date", f"CAST({_LOCAL} AS DATE)")
declare(
    "timestamp with time zone",
    "varchar",
    _text("py_zoned_text(struct_extract({0}, 'u'), struct_extract({0}, 'z'), DIGITS)"),
)
declare("interval day to second", "varchar", _DAY_TEXT)
declare("interval year to month", "varchar", _MONTH_TEXT)


def _unit(call: Call, place: int = 0) -> str:
    unit = call.arguments[place].constant
    if not isinstance(unit, str):
        raise cannot_run("a unit of time that isn't a literal")
    lower = unit.lower()
    is_date = call.arguments[-1].type.kind == "date"
    if lower not in (*_MICROSECONDS, *_MONTHS) or (is_date and lower in _TIME_UNITS):
        kind = "DATE" if is_date else "Timestamp"
        raise QueryError(f"INVALID_FUNCTION_ARGUMENT: '{unit}' is not a valid {kind} field")
    return lower


def _added(value: str, unit: str, number: str) -> str:
    if unit in _MONTHS:
        return f"({value} + to_months(CAST({number} * {_MONTHS[unit]} AS INTEGER)))"
    return f"({value} + to_microseconds({number} * {_MICROSECONDS[unit]}))"


def _date_add(call: Call) -> str:
    unit, kind = _unit(call), call.result.kind
    if kind == "date":
        return _fill(f"CAST({_added('{2}', unit, '{1}')} AS DATE)", call)
    if kind == "timestamp":
        return _fill(_added("{2}", unit, "{1}"), call)
    if unit in _TIME_UNITS:
        moment = _added("struct_extract({2}, 'u')", unit, "{1}")
    else:
        moved = _added(_LOCAL.replace("{0}", "{2}"), unit, "{1}")
        moment = f"py_instant({moved}, struct_extract({{2}}, 'z'))"
    return _fill(
        f"CASE WHEN {{1}} IS NOT NULL AND {{2}} IS NOT NULL THEN struct_pack(u := {moment}, z := "
        f"struct_extract({{2}}, 'z')) END",
        call,
    )


def _date_diff(call: Call) -> str:
    unit = _unit(call)
    one, other = "{1}", "{2}"
    if call.arguments[1].type.kind == "timestamp with time zone":
        one, other = (
            (f"struct_extract({side}, 'u')" if unit in _TIME_UNITS else _LOCAL.replace("{0}", side))
            for side in ("{1}", "{2}")
        )
    return _fill(f"CAST(datesub('{unit}', {one}, {other}) AS BIGINT)", call)


def _date_trunc(call: Call) -> str:
    unit = _unit(call)
    kind = call.result.kind
    if kind == "date":
        return _fill(f"CAST(date_trunc('{unit}', {{1}}) AS DATE)", call)
    if kind == "timestamp":
        return _fill(f"CAST(date_trunc('{unit}', {{1}}) AS TIMESTAMP)", call)
    moment = f"date_trunc('{unit}', {_LOCAL.replace('{0}', '{1}')})"
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
        zoned = of_date.replace("{0}", f"({_LOCAL})")
        found.append(scalar(f"{name}(timestamp(p) with time zone) -> bigint", f"CAST({zoned} AS BIGINT)"))
    return found


def _interval_days(sign: str, call: Call) -> str:
    place = "{1}" if call.arguments[0].type.kind == "date" else "{0}"
    date = "{0}" if place == "{1}" else "{1}"
    failed = fail_if(
        f"{place} % 86400000 <> 0",
        "INVALID_FUNCTION_ARGUMENT",
        "'Cannot add hour, minutes or seconds to a date'"
        if sign == "+"
        else "'Cannot subtract hour, minutes or seconds from a date'",
        f"CAST({date} {sign} to_days(CAST({place} // 86400000 AS INTEGER)) AS DATE)",
        "DATE",
    )
    return _fill(failed, call)


def _milliseconds(numbers: Numbers) -> Numbers:
    """A timestamp and an interval of milliseconds make a timestamp of at least milliseconds."""
    return {"u": max(numbers["p"], 3)}


def _arithmetic() -> list[Function]:
    found: list[Function] = []
    day, month = "interval day to second", "interval year to month"
    zoned = "timestamp(p) with time zone"
    pack = "CASE WHEN {{0}} IS NOT NULL AND {{1}} IS NOT NULL THEN struct_pack(u := {moment}, z := struct_extract({{{place}}}, 'z')) END"  # noqa: E501 - one expression
    for sign in "+-":
        shapes = [("{0}", "{1}", False)] + ([("{1}", "{0}", True)] if sign == "+" else [])
        for value, shift, swapped in shapes:
            place = "1" if swapped else "0"

            def signature(kind: str, interval: str, swapped: bool = swapped, sign: str = sign) -> str:
                arguments = (interval, kind) if swapped else (kind, interval)
                result = kind.replace("(p)", "(u)") if interval == day else kind
                return f"{sign}({', '.join(arguments)}) -> {result}"

            micros, months = f"to_microseconds({shift} * 1000)", f"to_months({shift})"
            found += [
                scalar(signature("date", day), partial(_interval_days, sign)),
                scalar(signature("date", month), f"CAST({value} {sign} {months} AS DATE)"),
                scalar(signature("timestamp(p)", day), f"({value} {sign} {micros})", where=_milliseconds),
                scalar(signature("timestamp(p)", month), f"({value} {sign} {months})"),
                scalar(
                    signature(zoned, day),
                    pack.format(moment=f"struct_extract({value}, 'u') {sign} {micros}", place=place),
                    where=_milliseconds,
                ),
                scalar(
                    signature(zoned, month),
                    pack.format(
                        moment=f"py_instant({_LOCAL.replace('{0}', value)} {sign} {months}, struct_extract({value}, 'z'))",  # noqa: E501 - one expression
                        place=place,
                    ),
                ),
            ]
        found += [
            scalar(f"{sign}({day}, {day}) -> {day}", f"({{0}} {sign} {{1}})"),
            scalar(f"{sign}({month}, {month}) -> {month}", f"({{0}} {sign} {{1}})"),
        ]
    found += [
        scalar(f"-(date, date) -> {day}", "CAST(datediff('day', {1}, {0}) AS BIGINT) * 86400000"),
        scalar(f"-(timestamp(p), timestamp(p)) -> {day}", "(epoch_us({0}) - epoch_us({1})) // 1000"),
        scalar(
            f"-({zoned}, {zoned}) -> {day}",
            "(epoch_us(struct_extract({0}, 'u')) - epoch_us(struct_extract({1}, 'u'))) // 1000",
        ),
        *(scalar(f"*({day}, {kind}) -> {day}", "CAST({0} * {1} AS BIGINT)") for kind in ("bigint", "double")),
        *(scalar(f"*({kind}, {day}) -> {day}", "CAST({0} * {1} AS BIGINT)") for kind in ("bigint", "double")),
        *(scalar(f"*({month}, {kind}) -> {month}", "CAST({0} * {1} AS INTEGER)") for kind in ("bigint", "double")),
        *(scalar(f"*({kind}, {month}) -> {month}", "CAST({0} * {1} AS INTEGER)") for kind in ("bigint", "double")),
        scalar(f"/({day}, double) -> {day}", "CAST(trunc({0} / {1}) AS BIGINT)"),
        scalar(f"/({month}, double) -> {month}", "CAST(trunc({0} / {1}) AS INTEGER)"),
    ]
    return found


def _now(digits: int) -> str:
    size = 10 ** (6 - digits)
    return f"make_timestamp(epoch_us(timezone('UTC', now())) // {size} * {size})"


_TYPED = ("date", "timestamp(p)", "timestamp(p) with time zone")

FUNCTIONS = (
    *_arithmetic(),
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
    *(
        scalar(f"{part}(interval day to second) -> bigint", sql)
        for part, sql in (
            ("day", "({0} // 86400000)"),
            ("hour", "({0} // 3600000 % 24)"),
            ("minute", "({0} // 60000 % 60)"),
            ("second", "({0} // 1000 % 60)"),
            ("millisecond", "({0} % 1000)"),
        )
    ),
    scalar("year(interval year to month) -> bigint", "CAST({0} // 12 AS BIGINT)"),
    scalar("month(interval year to month) -> bigint", "CAST({0} % 12 AS BIGINT)"),
    scalar("to_milliseconds(interval day to second) -> bigint", "{0}"),
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
    scalar("last_day_of_month(timestamp(p) with time zone) -> date", f"last_day({_LOCAL})"),
    scalar("date(varchar(x)) -> date", lambda call: lower_cast(call.sql[0], VARCHAR, model.DATE)),
    scalar("date(timestamp(p)) -> date", "CAST({0} AS DATE)"),
    scalar("date(timestamp(p) with time zone) -> date", f"CAST({_LOCAL} AS DATE)"),
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
        lambda call: f"replace({_timestamp_text(call.sql[0], call.arguments[0].type, VARCHAR)}, ' ', 'T')",
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
    scalar("date_format(timestamp(p) with time zone, varchar(x)) -> varchar", f"py_mysql_format({_LOCAL}, {{1}})"),
    scalar("date_parse(varchar(x), varchar(y)) -> timestamp(3)", "py_mysql_parse({0}, {1})"),
    scalar("format_datetime(timestamp(p), varchar(x)) -> varchar", "py_joda_format({0}, {0}, 'UTC', {1})"),
    scalar(
        "format_datetime(timestamp(p) with time zone, varchar(x)) -> varchar",
        f"py_joda_format({_LOCAL}, struct_extract({{0}}, 'u'), struct_extract({{0}}, 'z'), {{1}})",
    ),
    scalar("parse_datetime(varchar(x), varchar(y)) -> timestamp(3) with time zone", "py_joda_parse({0}, {1})"),
    scalar("human_readable_seconds(double) -> varchar", "py_human_readable({0})"),
)

UDFS = (
    udf("local", local, "TIMESTAMP, VARCHAR", "TIMESTAMP"),
    udf("instant", instant, "TIMESTAMP, VARCHAR", "TIMESTAMP"),
    udf("zone_name", zone_name, "VARCHAR", "VARCHAR"),
    udf("offset_minutes", offset_minutes, "TIMESTAMP, VARCHAR", "BIGINT"),
    udf("timestamp_of_text", timestamp_of_text, "VARCHAR", "TIMESTAMP"),
    udf("zoned_of_text", zoned_of_text, "VARCHAR", _ZONED_UDF),
    udf("zoned_text", zoned_text, "TIMESTAMP, VARCHAR, INTEGER", "VARCHAR"),
    udf("zoned_iso", zoned_iso, "TIMESTAMP, VARCHAR, INTEGER", "VARCHAR"),
    udf("mysql_format", mysql_format, "TIMESTAMP, VARCHAR", "VARCHAR"),
    udf("mysql_parse", mysql_parse, "VARCHAR, VARCHAR", "TIMESTAMP"),
    udf("joda_format", joda_format, "TIMESTAMP, TIMESTAMP, VARCHAR, VARCHAR", "VARCHAR"),
    udf("joda_parse", joda_parse, "VARCHAR, VARCHAR", _ZONED_UDF),
    udf("human_readable", human_readable, "DOUBLE", "VARCHAR"),
)
