"""Lines of delimited text as Hive's LazySimpleSerDe reads them (``ROW FORMAT DELIMITED``).

https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html; nulls are those of Hive's
``LazyUtils`` and ``serialization.null.format`` (``\\N`` by default). A value that doesn't fit its column is null.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from local.engine.tables import text_values
from local.engine.tables.hive_types import HiveType

_INTEGER_BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}


def read_rows(
    lines: Iterable[str],
    columns: Mapping[str, HiveType],
    properties: Mapping[str, str],
    wanted: Collection[str] | None = None,
) -> Iterable[tuple[Any, ...]]:
    """A row for each line with the wanted columns (None: all). Missing fields are null, and extra ones are dropped."""
    delimiter = _character(properties.get("field.delim") or properties.get("serialization.format") or "\x01")
    escape = properties.get("escape.delim")
    null = properties.get("serialization.null.format", "\\N")
    separators = (
        delimiter,
        _character(properties.get("collection.delim") or properties.get("colelction.delim") or "\x02"),
        _character(properties.get("mapkey.delim") or "\x03"),
    )
    decoders = [
        (place, _decoder(kind, separators, 1, null))
        for place, (name, kind) in enumerate(columns.items())
        if wanted is None or name in wanted
    ]
    missing = [null] * len(columns)
    for line in lines:
        parts = _split(line, delimiter, escape) + missing
        yield tuple([None if parts[place] == null else decoder(parts[place]) for place, decoder in decoders])


def _character(delimiter: str) -> str:
    """A delimiter, which may be given by its code: ``1`` is ``\\x01``."""
    return chr(int(delimiter)) if delimiter.isdigit() and len(delimiter) <= 3 else delimiter


def _split(line: str, delimiter: str, escape: str | None) -> list[str]:
    if not escape or escape not in line:
        return line.split(delimiter)
    parts, current, skip = [], [], False
    for character in line:
        if skip:
            # `\N` is kept, because it marks a null.
            current.append(character if character != "N" else escape + character)
            skip = False
        elif character == escape:
            skip = True
        elif character == delimiter:
            parts.append("".join(current))
            current = []
        else:
            current.append(character)
    return [*parts, "".join(current)]


def _decoder(kind: HiveType, separators: tuple[str, ...], level: int, null: str) -> Callable[[str], Any]:
    if kind.kind in ("string", "varchar", "char"):
        length = kind.numbers[0] if kind.numbers else None
        return lambda text: text[:length]
    if kind.kind == "boolean":
        return lambda text: {"true": True, "false": False}.get(text.lower())
    if kind.kind in _INTEGER_BITS:
        return lambda text: text_values.integer(text, _INTEGER_BITS[kind.kind])
    if kind.kind in ("double", "float"):
        return text_values.double
    if kind.kind == "decimal":
        precision, scale = (*kind.numbers, *(10, 0)[len(kind.numbers) :])
        return lambda text: text_values.decimal(text, precision, scale)
    if kind.kind == "date":
        return text_values.date
    if kind.kind == "timestamp":
        return text_values.timestamp
    if kind.kind == "binary":
        return _bytes
    separator = separators[min(level, len(separators) - 1)]
    inner = [_decoder(one, separators, level + 1, null) for one in kind.inner]

    def value(text: str, decode: Callable[[str], Any]) -> Any:
        return None if text == null else decode(text)

    if kind.kind == "array":
        return lambda text: [value(part, inner[0]) for part in text.split(separator)] if text else []
    if kind.kind == "map":
        key_separator = separators[min(level + 1, len(separators) - 1)]

        def decode_map(text: str) -> list[tuple[Any, Any]]:
            pairs = (part.partition(key_separator) for part in text.split(separator)) if text else ()
            return [(inner[0](key), value(item, inner[1]) if found else None) for key, found, item in pairs]

        return decode_map

    def decode_struct(text: str) -> dict[str, Any]:
        parts = [*text.split(separator), *[null] * len(inner)]
        return {name: value(part, decode) for name, part, decode in zip(kind.names, parts, inner, strict=False)}

    return decode_struct


def _bytes(text: str) -> bytes:
    """Binary values are in base64, with or without padding; what isn't base64 is taken as it is."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return text.encode()
