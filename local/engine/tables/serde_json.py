"""Lines of JSON as the OpenX SerDe reads them.

Source: the table of type mappings in Trino's ``io.trino.hive.formats.line.openxjson`` and AWS's page "OpenX JSON
SerDe". Keys are lower-cased at every level, so an object in a ``string`` column becomes JSON text with lower-case keys.
A line that begins with neither ``{`` nor ``[`` is a row of nulls. So is a line that isn't a JSON object or array, or
has a key twice after lower-casing, if ``ignore.malformed.json`` is set; otherwise it is an error.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from local.engine.errors import QueryError
from local.engine.tables.dates import parse_date, parse_timestamp
from local.engine.tables.hive_types import HiveType
from local.engine.tables.openx_reader import Bare, MalformedJsonError, canonical, integer, reader, to_json

Decoder = Callable[[Any], Any]

_INTEGER_BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}


def read_rows(
    lines: Iterable[str],
    columns: Mapping[str, HiveType],
    properties: Mapping[str, str],
    wanted: Collection[str] | None = None,
) -> Iterable[tuple[Any, ...]]:
    """A row for each line: Python values as ``pyarrow`` takes them for the types of the wanted columns (None: all).

    Raises:
        QueryError: a line is malformed and ``ignore.malformed.json`` isn't set, or a value doesn't fit its column.
    """
    ignore_malformed = properties.get("ignore.malformed.json", "false").lower() == "true"
    fold_case = properties.get("case.insensitive", "true").lower() != "false"
    dots = properties.get("dots.in.keys", "false").lower() == "true"
    mapping = {key[8:].lower(): value for key, value in properties.items() if key.lower().startswith("mapping.")}
    fields = [
        (place, mapping.get(name, name).lower() if fold_case else mapping.get(name, name), _decoder(kind))
        for place, (name, kind) in enumerate(columns.items())
        if wanted is None or name in wanted
    ]
    read = reader(_object_hook(fold_case, dots))
    nulls = (None,) * len(fields)
    for line in lines:
        text = line.strip()
        # The SerDe reads nothing from a line that begins like neither an object nor an array, and Trino nothing at all
        # if no column is needed.
        if not fields or text[:1] not in ("{", "["):
            yield nulls
            continue
        try:
            # Like the SerDe, ignore what follows the object on its line.
            value = read(text)
        except (MalformedJsonError, RecursionError) as error:
            if not ignore_malformed:
                raise QueryError(
                    f"HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: {error}"
                ) from error
            yield nulls
            continue
        if isinstance(value, list):
            width = len(value)
            items = [(value[place] if place < width else None, decoder) for place, _, decoder in fields]
        else:
            get = value.get
            items = [(get(key), decoder) for _, key, decoder in fields]
        yield tuple([None if item is None else decoder(item) for item, decoder in items])


def _object_hook(fold_case: bool, dots: bool) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    def hook(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if dots:
            pairs = [(key.replace(".", "_"), value) for key, value in pairs]
        result = {key.lower(): value for key, value in pairs} if fold_case else dict(pairs)
        if len(result) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                folded = key.lower() if fold_case else key
                if folded in seen:
                    raise MalformedJsonError(f'Duplicate key "{folded}"')
                seen.add(folded)
        return result

    return hook


def _decoder(kind: HiveType) -> Decoder:
    if kind.kind in ("string", "varchar", "char"):
        return _to_text(kind.numbers[0] if kind.numbers else None)
    if kind.kind == "boolean":
        return lambda value: value is True or (isinstance(value, str) and value.lower() == "true")
    if kind.kind in _INTEGER_BITS:
        return _to_integer(_INTEGER_BITS[kind.kind])
    if kind.kind in ("double", "float"):
        return _to_float
    if kind.kind == "decimal":
        return _to_decimal(*(*kind.numbers, *(10, 0)[len(kind.numbers) :]))
    if kind.kind == "date":
        return lambda value: _to_date(_scalar(value, "DATE"))
    if kind.kind == "timestamp":
        return lambda value: _to_timestamp(_scalar(value, "TIMESTAMP"))
    if kind.kind == "binary":
        return _to_bytes
    if kind.kind == "array":
        return _to_array(_decoder(kind.inner[0]))
    if kind.kind == "map":
        return _to_map(_decoder(kind.inner[0]), _decoder(kind.inner[1]))
    return _to_struct(kind.names, [_decoder(inner) for inner in kind.inner])


def _scalar(value: Any, kind: str) -> str:
    if isinstance(value, dict | list):
        name = "JSONObject" if isinstance(value, dict) else "JSONArray"
        raise QueryError(f"HIVE_CURSOR_ERROR: {name} can not be coerced to a {kind}")
    if isinstance(value, bool):
        return "true" if value else "false"
    text: str = value
    return text


def _to_text(length: int | None) -> Decoder:
    def decode(value: Any) -> str:
        if type(value) is str:
            text: str = value
        elif type(value) is Bare:
            text = canonical(value) or str(value)
        else:
            text = to_json(value)
        if not text.isascii():
            # Half of a surrogate pair isn't a character; Java writes a question mark.
            text = text.encode("utf-8", "replace").decode()
        return text if length is None else text[:length]

    return decode


def _to_integer(bits: int) -> Decoder:
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1

    def decode(value: Any) -> int | None:
        text = _scalar(value, "BIGINT")
        number = integer(text)
        if number is None:
            try:
                number = int(Decimal(text))
            except (ValueError, InvalidOperation, OverflowError):
                return None
        return number if low <= number <= high else None

    return decode


def _to_float(value: Any) -> float | None:
    try:
        return float(_scalar(value, "DOUBLE"))
    except ValueError:
        return None


def _to_decimal(precision: int, scale: int) -> Decoder:
    def decode(value: Any) -> Decimal | None:
        try:
            number = Decimal(_scalar(value, "DECIMAL")).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        except InvalidOperation:
            return None
        return number if len(number.as_tuple().digits) <= precision else None

    return decode


def _to_date(text: str) -> dt.date | None:
    date, days = parse_date(text), integer(text)
    if date is None and days is not None and abs(days) < 1_000_000:
        return dt.date(1970, 1, 1) + dt.timedelta(days=days)
    return date


def _to_timestamp(text: str) -> dt.datetime | None:
    if text.lstrip("+-").replace(".", "", 1).isdigit():
        seconds = Decimal(text) if "." in text or len(text) < 13 else Decimal(text) / 1000
        return dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=int(seconds * 1000))  # noqa: DTZ001 - Athena's timestamp has no zone
    return parse_timestamp(text)


def _to_bytes(value: Any) -> bytes | None:
    try:
        return base64.b64decode(_scalar(value, "VARBINARY"), validate=True)
    except (binascii.Error, ValueError):
        return None


def _to_array(element: Decoder) -> Decoder:
    def decode(value: Any) -> list[Any] | None:
        if isinstance(value, list):
            return [None if item is None else element(item) for item in value]
        # A value without brackets becomes an array of one element, and an empty string null.
        return None if value == "" else [element(value)]

    return decode


def _to_map(key: Decoder, item: Decoder) -> Decoder:
    def decode(value: Any) -> list[tuple[Any, Any]] | None:
        if isinstance(value, dict):
            pairs = {key(name): (None if inner is None else item(inner)) for name, inner in value.items()}
            return [(name, inner) for name, inner in pairs.items() if name is not None]
        if isinstance(value, str) and not value.strip():
            return None
        raise QueryError("HIVE_CURSOR_ERROR: Primitive can not be coerced to a MAP")

    return decode


def _to_struct(names: tuple[str, ...], decoders: list[Decoder]) -> Decoder:
    fields = list(zip(names, decoders, strict=True))

    def decode(value: Any) -> dict[str, Any]:
        if isinstance(value, list):
            value = dict(zip(names, value, strict=False))
        if isinstance(value, str) and not value.strip():
            value = {}
        if not isinstance(value, dict):
            raise QueryError(
                f"HIVE_CURSOR_ERROR: Data is not JSONObject but {type(value).__name__} with value {value!s:.100}"
            )
        return {name: None if (item := value.get(name)) is None else decoder(item) for name, decoder in fields}

    return decode
