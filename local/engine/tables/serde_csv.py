"""Lines of CSV as Hive's OpenCSVSerde reads them: every line by itself, so values have no line breaks.

Numbers and booleans are read from their text, dates from days and timestamps from milliseconds since 1970. A value that
doesn't fit its column fails the query, an empty number included.
https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from local.engine.errors import QueryError, cannot_run
from local.engine.tables.hive_types import HiveType

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - Athena's timestamp has no zone


def read_rows(
    lines: Iterable[str],
    columns: Mapping[str, HiveType],
    properties: Mapping[str, str],
    wanted: Collection[str] | None = None,
) -> Iterable[tuple[Any, ...]]:
    """A row for each line with the wanted columns (None: all). Missing fields are null, and extra ones are dropped.

    Raises:
        QueryError: a value isn't one of its column's type.
    """
    separator = properties.get("separatorChar", ",")[:1]
    quote = properties.get("quoteChar", '"')[:1]
    escape = properties.get("escapeChar", "\\")[:1]
    decoders = [
        (place, _decoder(name, kind))
        for place, (name, kind) in enumerate(columns.items())
        if wanted is None or name in wanted
    ]
    for line in lines:
        parts = split(line, separator, quote, escape)
        width = len(parts)
        yield tuple([decoder(parts[place]) if place < width else None for place, decoder in decoders])


def split(line: str, separator: str, quote: str, escape: str) -> list[str]:
    """The fields of a line as opencsv's ``CSVParser`` splits it."""
    if quote not in line and escape not in line:
        return line.split(separator)
    fields, current, quoted, place = [], "", False, 0
    while place < len(line):
        character, following = line[place], line[place + 1 : place + 2]
        if character == escape:
            if quoted and following and following in (quote, escape):
                current += following
                place += 1
        elif character == quote:
            if quoted and following == quote:
                current += quote
                place += 1
            else:
                quoted = not quoted
                inside = place > 2 and line[place - 1] != separator and following and following != separator
                if inside:
                    # A quote in the middle of a field is part of it; blanks before an opening quote aren't.
                    current = "" if current and not current.strip() else current + quote
        elif character == separator and not quoted:
            fields.append(current)
            current = ""
        else:
            current += character
        place += 1
    return [*fields, current]


def _decoder(name: str, kind: HiveType) -> Callable[[str], Any]:
    if kind.kind in ("string", "varchar", "char"):
        length = kind.numbers[0] if kind.numbers else None
        return lambda text: text[:length]
    convert = _CONVERSIONS.get(kind.kind)
    if convert is None:
        raise cannot_run(f"columns of the type {kind} in tables with OpenCSVSerde ({name})")

    def decode(text: str) -> Any:
        try:
            return convert(text)
        except (ValueError, InvalidOperation, OverflowError) as error:
            raise QueryError(f'HIVE_BAD_DATA: Error parsing field value "{text}" for field {name}: {kind}') from error

    if kind.kind == "decimal":
        scale = Decimal(1).scaleb(-(kind.numbers[1] if len(kind.numbers) > 1 else 0))
        return lambda text: decode(text).quantize(scale)
    return decode


_CONVERSIONS: Mapping[str, Callable[[str], Any]] = {
    "boolean": lambda text: text.lower() == "true",
    "tinyint": int,
    "smallint": int,
    "int": int,
    "bigint": int,
    "float": float,
    "double": float,
    "decimal": Decimal,
    "date": lambda text: (_EPOCH + dt.timedelta(days=int(text))).date(),
    "timestamp": lambda text: _EPOCH + dt.timedelta(milliseconds=int(text)),
}
