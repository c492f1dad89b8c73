"""Intervals: arithmetic with dates and timestamps, and their fields.

https://trino.io/docs/current/functions/datetime.html#date-and-time-operators
"""

from __future__ import annotations

from functools import partial

from local.engine.functions.registry import Call, Function, scalar
from local.engine.functions.signature import Numbers
from local.engine.functions.templates import fail_if, fill
from local.engine.functions.zones import LOCAL


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
    return fill(failed, call.sql, [one.type for one in call.arguments], call.result)


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
                        moment=f"py_instant({LOCAL.replace('{0}', value)} {sign} {months}, struct_extract({value}, 'z'))",  # noqa: E501 - one expression
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


FUNCTIONS = (
    *_arithmetic(),
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
)
