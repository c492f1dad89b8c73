"""Values as text in Athena's results, from their representation in DuckDB (``types.representation``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from local.engine.types.model import TrinoType
from local.engine.types.numbers import java_double, java_real

Renderer = Callable[[Any], str]
_OFFSET_LENGTH = 6


def renderer(kind: TrinoType) -> Renderer | None:
    """The function that renders non-null values of a type; None if a value is already its text."""
    match kind.kind:
        case "varchar" | "json":
            return None
        case "char":
            return lambda value: value.ljust(kind.precision or 0)
        case "array":
            element = _nested(kind.inner[0])
            return lambda value: "[" + ", ".join([element(item) for item in value]) + "]"
        case "map":
            key, item = _nested(kind.inner[0]), _nested(kind.inner[1])
            return lambda value: "{" + ", ".join([f"{key(k)}={item(v)}" for k, v in _pairs(value)]) + "}"
        case "row":
            return _row(kind)
        case "time" | "timestamp":
            return lambda value: _moment(value, kind.precision or 0)
        case "timestamp with time zone":
            return lambda value: _zoned(value, kind.precision or 0)
    return _SCALARS.get(kind.kind, str)


def _nested(kind: TrinoType) -> Renderer:
    render = renderer(kind)
    if render is None:
        return lambda value: "null" if value is None else value
    return lambda value: "null" if value is None else render(value)


def _pairs(value: Any) -> Any:
    """The pairs of a map. DuckDB returns lists of keys and values if Python can't hash the keys."""
    if isinstance(value, dict) and set(value) == {"key", "value"} and isinstance(value["key"], list):
        return zip(value["key"], value["value"], strict=True)
    return value.items()


def _row(kind: TrinoType) -> Renderer:
    labels = [f"{name}=" if name else f"field{position}=" for position, name in enumerate(kind.names)]
    fields = [_nested(inner) for inner in kind.inner]

    def render(value: Any) -> str:
        items = value.values() if isinstance(value, dict) else value
        parts = [label + field(item) for label, field, item in zip(labels, fields, items, strict=True)]
        return "{" + ", ".join(parts) + "}"

    return render


def _moment(value: dt.datetime | dt.time | str, digits: int) -> str:
    if isinstance(value, str):
        return _far_timestamp(value, digits)
    spelled = (
        value.isoformat(sep=" ", timespec="microseconds")
        if isinstance(value, dt.datetime)
        else value.isoformat(timespec="microseconds")
    )
    seconds, _, fraction = spelled.partition(".")
    return f"{seconds}.{fraction[:digits]:0<{digits}}" if digits else seconds


def _zoned(value: Any, digits: int) -> str:
    instant, zone = value["u"], value["z"]
    if isinstance(instant, str):
        return f"{_far_timestamp(instant, digits)} UTC"
    local = instant.replace(tzinfo=dt.UTC).astimezone(_zone(zone)).replace(tzinfo=None)
    return f"{_moment(local, digits)} {zone}"


@lru_cache(maxsize=1024)
def _zone(name: str) -> dt.tzinfo:
    if name[:1] in ("+", "-") and len(name) == _OFFSET_LENGTH:
        offset = dt.timedelta(hours=int(name[1:3]), minutes=int(name[4:6]))
        return dt.timezone(-offset if name[0] == "-" else offset)
    return ZoneInfo(name)


def _far_timestamp(text: str, digits: int) -> str:
    """A timestamp outside the years 1 to 9999, which Python lacks: DuckDB returns text, Athena writes a sign."""
    seconds, _, fraction = text.removesuffix("+00").partition(".")
    year, _, rest = seconds.partition("-")
    era = " (BC)"
    if era in rest or era in fraction:
        before = int(year) - 1
        year = f"{'-' if before else ''}{before:04d}"
    else:
        year = f"+{year}"
    fraction = fraction.replace(era, "")
    return f"{year}-{rest.replace(era, '')}" + (f".{fraction[:digits]:0<{digits}}" if digits else "")


def _day_to_second(milliseconds: int) -> str:
    sign, rest = "-" if milliseconds < 0 else "", abs(milliseconds)
    days, rest = divmod(rest, 86_400_000)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{sign}{days} {hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _year_to_month(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    return f"{'-' if months < 0 else ''}{years}-{rest}"


_SCALARS: dict[str, Renderer] = {
    "boolean": lambda value: "true" if value else "false",
    "double": java_double,
    "real": java_real,
    "decimal": lambda value: format(value, "f") if isinstance(value, Decimal) else str(value),
    "varbinary": lambda value: value.hex(" "),
    "interval day to second": _day_to_second,
    "interval year to month": _year_to_month,
}
