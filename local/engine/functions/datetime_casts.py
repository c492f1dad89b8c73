"""Casts of dates, timestamps and intervals."""

from __future__ import annotations

import datetime as dt
import re

from local.engine.functions.casts import Lower, bounded, declare
from local.engine.functions.registry import FunctionError, udf
from local.engine.functions.templates import fail_if, fill
from local.engine.functions.zones import LOCAL, ZONED, instant, local, zone_name
from local.engine.types.model import TrinoType

_TIMESTAMP = re.compile(
    r"([+-]?\d{4,})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?\s*(\S.*)?"
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
    return f"{spelled(local(instant_, zone), digits)} {zone}"


def spelled(moment: dt.datetime, digits: int) -> str:
    """A local time as text, with this number of digits after the seconds."""
    text = f"{moment.year:04d}-{moment:%m-%d %H:%M:%S}"
    return text + (f".{moment.microsecond:06d}"[: digits + 1] if digits else "")


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
        return bounded(fill(spelled.replace("DIGITS", str(digits)), (sql,), (source,), target), target)

    return lower


def timestamp_text(sql: str, source: TrinoType, target: TrinoType) -> str:
    """A timestamp as text."""
    digits = source.precision or 0
    cut = f"left(strftime({sql}, '%Y-%m-%d %H:%M:%S.%f'), {20 + digits if digits else 19})"
    return bounded(cut, target)


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
declare("date", "varchar", lambda sql, _, target: bounded(f"CAST({sql} AS VARCHAR)", target))
declare("date", "timestamp", "CAST({0} AS TIMESTAMP)")
declare(
    "date",
    "timestamp with time zone",
    "CASE WHEN {0} IS NOT NULL THEN struct_pack(u := CAST({0} AS TIMESTAMP), z := 'UTC') END",
)
declare("timestamp", "date", "CAST({0} AS DATE)")
declare("timestamp", "timestamp", _rounded)
declare("timestamp", "varchar", timestamp_text)
declare("timestamp", "timestamp with time zone", lambda sql, source, target: fill(
    f"CASE WHEN {{0}} IS NOT NULL THEN struct_pack(u := {_rounded('{0}', source, target)}, z := 'UTC') END", (sql,), (source,), target  # noqa: E501 - one expression
))  # fmt: skip
declare("timestamp with time zone", "timestamp with time zone", _zoned_rounded)
declare(
    "timestamp with time zone",
    "timestamp",
    lambda sql, source, target: _rounded(fill(LOCAL, (sql,), (source,), target), source, target),
)
declare("timestamp with time zone", "date", f"CAST({LOCAL} AS DATE)")
declare(
    "timestamp with time zone",
    "varchar",
    _text("py_zoned_text(struct_extract({0}, 'u'), struct_extract({0}, 'z'), DIGITS)"),
)
declare("interval day to second", "varchar", _DAY_TEXT)
declare("interval year to month", "varchar", _MONTH_TEXT)

UDFS = (
    udf("timestamp_of_text", timestamp_of_text, "VARCHAR", "TIMESTAMP"),
    udf("zoned_of_text", zoned_of_text, "VARCHAR", ZONED),
    udf("zoned_text", zoned_text, "TIMESTAMP, VARCHAR, INTEGER", "VARCHAR"),
)
