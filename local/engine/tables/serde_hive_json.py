"""Lines of JSON as Hive's JsonSerDe reads them: strict JSON, one object a line, names of columns in any case.

https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from local.engine.errors import QueryError
from local.engine.tables.dates import parse_date, parse_timestamp
from local.engine.tables.hive_types import HiveType

_INTEGER_BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}
Decoder = Callable[[Any], Any]


class _Number(str):
    """The text of a number."""

    __slots__ = ()


def read_rows(
    lines: Iterable[str],
    columns: Mapping[str, HiveType],
    properties: Mapping[str, str],
    wanted: Collection[str] | None = None,
) -> Iterable[tuple[Any, ...]]:
    """A row for each line with the wanted columns (None: all).

    Raises:
        QueryError: a line isn't a JSON object and ``ignore.malformed.json`` isn't set, or a value doesn't fit.
    """
    ignore_malformed = properties.get("ignore.malformed.json", "false").lower() == "true"
    fields = [(name, _decoder(name, kind)) for name, kind in columns.items() if wanted is None or name in wanted]
    nulls = (None,) * len(fields)
    for line in lines:
        if not line.strip():
            yield nulls
            continue
        try:
            value = json.loads(line, parse_int=_Number, parse_float=_Number)
            if not isinstance(value, dict):
                raise ValueError("Start of an object expected")
        except (ValueError, RecursionError) as error:
            if not ignore_malformed:
                raise QueryError(f"HIVE_CURSOR_ERROR: Row is not a valid JSON Object: {error}") from error
            yield nulls
            continue
        items = _folded(value)
        yield tuple([None if (item := items.get(name)) is None else decode(item) for name, decode in fields])


def _folded(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key.lower(): inner for key, inner in value.items()}


def _decoder(name: str, kind: HiveType) -> Decoder:
    inner = [_optional(_decoder(name, one)) for one in kind.inner]
    if kind.kind == "array":
        return lambda value: [inner[0](item) for item in _checked(value, list, name, kind)]
    if kind.kind == "map":
        return lambda value: [
            (inner[0](key), inner[1](item)) for key, item in _checked(value, dict, name, kind).items()
        ]
    if kind.kind == "struct":

        def decode_struct(value: Any) -> dict[str, Any]:
            items = _folded(_checked(value, dict, name, kind))
            return {field: decode(items.get(field)) for field, decode in zip(kind.names, inner, strict=True)}

        return decode_struct

    def decode(value: Any) -> Any:
        if isinstance(value, dict | list):
            raise _wrong(value, name, kind)
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        try:
            return _scalar(text, kind)
        except (ValueError, InvalidOperation, binascii.Error) as error:
            raise _wrong(value, name, kind) from error

    return decode


def _optional(decode: Decoder) -> Decoder:
    return lambda value: None if value is None else decode(value)


def _checked(value: Any, expected: type, name: str, kind: HiveType) -> Any:
    if not isinstance(value, expected):
        raise _wrong(value, name, kind)
    return value


def _wrong(value: Any, name: str, kind: HiveType) -> QueryError:
    return QueryError(f"HIVE_BAD_DATA: Error Parsing a column in the table: {name} ({kind}): {str(value)[:100]}")


def _scalar(text: str, kind: HiveType) -> Any:
    if kind.kind in ("string", "varchar", "char"):
        return text[: kind.numbers[0]] if kind.numbers else text
    if kind.kind in _INTEGER_BITS:
        number, bits = int(text), _INTEGER_BITS[kind.kind]
        if not -(1 << (bits - 1)) <= number < 1 << (bits - 1):
            raise ValueError(text)
        return number
    if kind.kind in ("double", "float"):
        return float(text)
    if kind.kind == "decimal":
        return Decimal(text).quantize(Decimal(1).scaleb(-(kind.numbers[1] if len(kind.numbers) > 1 else 0)))
    if kind.kind == "boolean":
        return text.lower() == "true"
    if kind.kind == "binary":
        return base64.b64decode(text, validate=True)
    value = parse_date(text) if kind.kind == "date" else parse_timestamp(text)
    if value is None:
        raise ValueError(text)
    return value
