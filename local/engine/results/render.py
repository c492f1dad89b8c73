"""Values as text in Athena's results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from local.engine.results.numbers import java_double, java_real
from local.engine.results.trino_types import TrinoType

Renderer = Callable[[Any], str]


def renderer(kind: TrinoType) -> Renderer | None:
    """The function that renders non-null values of a type; None if a value is already its text."""
    if kind.kind in ("varchar", "json"):
        return None
    if kind.kind == "array":
        element = _nested(kind.inner[0])
        return lambda value: "[" + ", ".join([element(item) for item in value]) + "]"
    if kind.kind == "map":
        key, item = _nested(kind.inner[0]), _nested(kind.inner[1])
        return lambda value: "{" + ", ".join([f"{key(k)}={item(v)}" for k, v in _pairs(value)]) + "}"
    if kind.kind == "row":
        return _row(kind)
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


def _timestamp(value: dt.datetime | str) -> str:
    if isinstance(value, str):
        return _far_timestamp(value)
    return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"


def _zoned(value: dt.datetime | str) -> str:
    return (_timestamp(value) if isinstance(value, str) else _timestamp(value.astimezone(dt.UTC))) + " UTC"


def _far_timestamp(text: str) -> str:
    """A timestamp outside the years 1 to 9999, which Python lacks: DuckDB returns text, Athena writes a sign."""
    seconds, _, fraction = text.removesuffix("+00").partition(".")
    year, _, rest = seconds.partition("-")
    era = " (BC)"
    if era in rest:
        before = int(year) - 1
        year = f"{'-' if before else ''}{before:04d}"
    else:
        year = f"+{year}"
    return f"{year}-{rest.replace(era, '')}.{fraction[:3]:0<3}"


def _interval(value: dt.timedelta) -> str:
    sign = "-" if value < dt.timedelta(0) else ""
    value = abs(value)
    hours, rest = divmod(value.seconds, 3600)
    return f"{sign}{value.days} {hours:02d}:{rest // 60:02d}:{rest % 60:02d}.{value.microseconds // 1000:03d}"


_SCALARS: dict[str, Renderer] = {
    "boolean": lambda value: "true" if value else "false",
    "double": java_double,
    "real": java_real,
    "decimal": lambda value: format(value, "f") if isinstance(value, Decimal) else str(value),
    "varbinary": lambda value: value.hex(" "),
    "timestamp(3)": _timestamp,
    "timestamp(3) with time zone": _zoned,
    "time": lambda value: value.strftime("%H:%M:%S.") + f"{value.microsecond // 1000:03d}",
    "interval day to second": _interval,
}
