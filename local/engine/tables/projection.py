"""Partition projection: partitions computed from a table's properties, in place of those in the catalog.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from local.engine.errors import QueryError
from local.engine.tables.needs import Plan
from local.engine.tables.partition_values import decode, folder
from local.engine.tables.source import Partition, Partitioned

#: Athena fails a query whose conditions leave more projected partitions than it can hold.
_MOST_PARTITIONS = 1_000_000
_UNITS = ("YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")
_NOW = re.compile(r"NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?", re.I)
#: Letters of Java's date formats as those of strftime.
_LETTERS = {
    "yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d", "HH": "%H",
    "H": "%-H", "mm": "%M", "ss": "%S", "EEE": "%a", "EEEE": "%A", "DDD": "%j", "a": "%p", "hh": "%I",
}  # fmt: skip
_FORMAT_PART = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


def projected(name: str, table: Partitioned, properties: Mapping[str, str], plan: Plan) -> Iterator[Partition]:
    """The partitions that the query with this plan may need. ``name`` is the table's name in the query.

    Raises:
        QueryError: the properties are wrong, or the query doesn't have the conditions that they require.
    """
    texts: list[Sequence[str]] = []
    for key, kind in table.keys:
        column = _Column(key, properties)
        values: Sequence[str] = column.values(plan.equal_values(name, key))
        conditions = plan.key_conditions(name, key)
        if conditions and all(conditions):
            decoded = pa.array([decode(value, kind, table.name) for value in values], kind.arrow)
            kept = plan.partitions(name, pa.table({key: decoded}))
            values = [value for value, keep in zip(values, kept, strict=True) if keep]
        texts.append(values)
    size = 1
    for values in texts:
        size *= len(values)
    if size > _MOST_PARTITIONS:
        raise QueryError(
            f"HIVE_EXCEEDED_PARTITION_LIMIT: Query over table '{table.name}' can potentially read more than "
            f"{_MOST_PARTITIONS} partitions"
        )
    template = properties.get("storage.location.template")
    base = f"s3://{table.table.bucket}/{table.table.prefix}"
    for combination in itertools.product(*texts):
        location = (
            _filled(template, dict(zip(table.key_names, combination, strict=True)))
            if template
            else f"{base}{folder(table.key_names, combination)}/"
        )
        yield table.partition(combination, location)


class _Column:
    """The projection of one partition column."""

    def __init__(self, name: str, properties: Mapping[str, str]) -> None:
        self._name = name
        prefix = f"projection.{name}."
        self._properties = {key[len(prefix) :]: value for key, value in properties.items() if key.startswith(prefix)}

    def values(self, equal: list[str] | None) -> list[str]:
        """All values in order. ``equal`` are those that the query's conditions name, if they do."""
        kind = self._required("type").lower()
        if kind == "enum":
            return [value.strip() for value in self._required("values").split(",")]
        if kind == "integer":
            return list(self._integers())
        if kind == "date":
            return list(self._dates())
        if kind != "injected":
            raise self._wrong("type", kind)
        if equal is None:
            raise QueryError(
                f"CONSTRAINT_VIOLATION: For the injected projected partition column {self._name}, the WHERE clause "
                "must contain only static equality conditions, and at least one such condition must be present."
            )
        return equal

    def _integers(self) -> Iterable[str]:
        low, high = self._range()
        digits = int(self._properties.get("digits", "0"))
        try:
            numbers = range(int(low), int(high) + 1, int(self._properties.get("interval", "1")))
        except ValueError as error:
            raise self._wrong("range", f"{low},{high}") from error
        return (f"{number:0{digits}d}" for number in numbers)

    def _dates(self) -> Iterator[str]:
        pattern = self._required("format")
        spelled, parsed = _strftime(pattern), _strftime(pattern).replace("%-", "%")
        low, high = (self._date(text, parsed) for text in self._range())
        unit = self._properties.get("interval.unit", _finest_unit(pattern)).upper().rstrip("S")
        step = int(self._properties.get("interval", "1"))
        if unit not in _UNITS:
            raise self._wrong("interval.unit", unit)
        for number in itertools.count():
            value = _shifted(low, unit, number * step)
            if value > high:
                return
            yield value.strftime(spelled)

    def _date(self, text: str, parsed: str) -> dt.datetime:
        if now := _NOW.fullmatch(text):
            # Athena's NOW is in UTC.
            value = dt.datetime.now(dt.UTC).replace(tzinfo=None)
            if now[1]:
                value = _shifted(value, now[3].upper(), int(f"{now[1]}{now[2]}"))
            return dt.datetime.strptime(value.strftime(parsed), parsed)  # noqa: DTZ007 - Athena's dates have no zone
        try:
            return dt.datetime.strptime(text, parsed)  # noqa: DTZ007 - Athena's dates have no zone
        except ValueError as error:
            raise self._wrong("range", text) from error

    def _range(self) -> tuple[str, str]:
        parts = [part.strip() for part in self._required("range").split(",")]
        if len(parts) != 2:
            raise self._wrong("range", self._required("range"))
        return parts[0], parts[1]

    def _required(self, name: str) -> str:
        if name not in self._properties:
            raise QueryError(f"INVALID_TABLE_PROPERTY: projection.{self._name}.{name} is missing")
        return self._properties[name]

    def _wrong(self, name: str, value: str) -> QueryError:
        return QueryError(f"INVALID_TABLE_PROPERTY: projection.{self._name}.{name} has a wrong value: {value!r}")


def _filled(template: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1].lower() not in values:
            raise QueryError(f"INVALID_TABLE_PROPERTY: storage.location.template names {found[1]}, which isn't a key")
        return values[found[1].lower()]

    return re.sub(r"\$\{([^}]+)\}", value, template)


def _strftime(pattern: str) -> str:
    parts = []
    for found in _FORMAT_PART.finditer(pattern):
        if found[1] is not None:
            parts.append(found[1].replace("''", "'").replace("%", "%%") or "'")
        elif found[2]:
            if found[0] not in _LETTERS:
                raise QueryError(f"INVALID_TABLE_PROPERTY: the date format {pattern!r} has {found[0]!r}")
            parts.append(_LETTERS[found[0]])
        else:
            parts.append(found[0].replace("%", "%%"))
    return "".join(parts)


def _finest_unit(pattern: str) -> str:
    bare = re.sub(r"'[^']*'", "", pattern)
    for letters, unit in (("s", "SECOND"), ("m", "MINUTE"), ("Hha", "HOUR"), ("dD", "DAY"), ("M", "MONTH")):
        if any(letter in bare for letter in letters):
            return unit
    return "YEAR"


def _shifted(value: dt.datetime, unit: str, number: int) -> dt.datetime:
    if unit in ("YEAR", "MONTH"):
        months = value.year * 12 + value.month - 1 + number * (12 if unit == "YEAR" else 1)
        first = value.replace(year=months // 12, month=months % 12 + 1, day=1)
        following = (first + dt.timedelta(days=31)).replace(day=1)
        return first.replace(day=min(value.day, (following - dt.timedelta(days=1)).day))
    return value + number * dt.timedelta(**{f"{unit.lower()}s": 1})
