"""JSON functions.

A ``json`` value is its canonical text: no blanks, keys in order, numbers as Jackson writes them.
https://trino.io/docs/current/functions/json.html
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from local.engine.functions.json_stream import Members, Number, document, items, value_at
from local.engine.functions.registry import FunctionError, invalid_argument, scalar, udf
from local.engine.types.numbers import java_double

_KEY = re.compile(r"\.([\w:]+)|\[(\d+)\]|\[\"((?:[^\"\\]|\\.)*)\"\]|\[([\w:]+)\]")
_MISSING = object()
#: Jackson escapes letters beyond the basic plane.
_SUPPLEMENTARY = "\U00010000"
_BEYOND = re.compile("[\U00010000-\U0010ffff]")


def canonical(number: Number) -> str:
    """A number as Jackson writes it: whole numbers as they are, others as Java's doubles."""
    if number.lstrip("-").isdigit():
        return str(int(number))
    text = java_double(float(number))
    return f'"{text}"' if text.lstrip("-") in ("Infinity", "NaN") else text


def _reject(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_reject)


def decode(text: str) -> Any:
    """The value of a JSON text; numbers are ``Number``s. Raises ValueError."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _first(text: str) -> Any:
    """The value that a text begins with."""
    try:
        return document(text)
    except ValueError:
        return _MISSING


def encode(value: Any, *, sort: bool = False) -> str:
    """The text of a value."""
    if isinstance(value, Number):
        return canonical(value)
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ",".join([encode(item, sort=sort) for item in value]) + "]"
    members = value if isinstance(value, Members) else value.items()
    pairs = sorted(members) if sort else members
    return "{" + ",".join([f"{quote(key)}:{encode(item, sort=sort)}" for key, item in pairs]) + "}"


def quote(text: str) -> str:
    """A text as a JSON string, as Jackson escapes it."""
    quoted = json.dumps(text, ensure_ascii=False)
    if "\\u" in quoted:
        quoted = re.sub(r"\\u00[0-9a-f]{2}", lambda match: "\\u" + match[0][2:].upper(), quoted)
    return quoted if max(quoted) < _SUPPLEMENTARY else _BEYOND.sub(_surrogates, quoted)


def _surrogates(match: re.Match[str]) -> str:
    code = ord(match[0]) - 0x10000
    return f"\\u{0xD800 + (code >> 10):04X}\\u{0xDC00 + (code & 0x3FF):04X}"


def is_json(text: str) -> bool:
    """Whether it is a JSON document."""
    try:
        decode(text)
    except ValueError:
        return False
    return True


def json_parse(text: str) -> str:
    """A document as the ``json`` type stores it."""
    try:
        return encode(decode(text), sort=True)
    except ValueError:
        raise invalid_argument(f"Cannot convert value to JSON: '{text[:100]}'") from None


@lru_cache(maxsize=2048)
def path_steps(path: str) -> tuple[str | int, ...]:
    """The keys and indexes of a path.

    Raises:
        FunctionError: it isn't a path of keys and indexes.
    """
    if not path.startswith("$"):
        raise invalid_argument(f"Invalid JSON path: '{path}'")
    rest = path[1:]
    steps: list[str | int] = []
    end = 0
    while end < len(rest):
        match = _KEY.match(rest, end)
        if not match:
            raise invalid_argument(f"Invalid JSON path: '{path}'")
        end = match.end()
        if match[2] is not None:
            steps.append(int(match[2]))
        else:
            key = next(part for part in (match[1], match[3], match[4]) if part is not None)
            steps.append(re.sub(r"\\(.)", r"\1", key) if match[3] is not None else key)
    return tuple(steps)


def _find(text: str, path: str) -> Any:
    steps = path_steps(path)
    value = _first(text)
    if value is _MISSING:
        try:
            return value_at(text, steps)
        except (ValueError, LookupError, StopIteration):
            return _MISSING
    for step in steps:
        if isinstance(value, list) and (isinstance(step, int) or step.isdigit()):
            index = int(step)
            value = value[index] if index < len(value) else _MISSING
        elif isinstance(value, Members):
            value = value.first(str(step), _MISSING)
        else:
            return _MISSING
    return value


def json_extract(text: str, path: str) -> str | None:
    """The value at a path."""
    value = _find(text, path)
    return None if value is _MISSING else encode(value)


def json_extract_scalar(text: str, path: str) -> str | None:
    """The scalar at a path as text; numbers as they are written."""
    value = _find(text, path)
    if value is True or value is False:
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else None


def json_size(text: str, path: str) -> int | None:
    """The number of items or members at a path; 0 for a scalar."""
    value = _find(text, path)
    if value is _MISSING:
        return None
    return len(value) if isinstance(value, list | Members) else 0


def json_array_length(text: str) -> int | None:
    """The number of items of an array; NULL for anything else."""
    value = _first(text)
    return len(value) if isinstance(value, list) else None


def json_array_get(text: str, index: int) -> str | None:
    """The item at an index from 0, or from the end if it is negative."""
    value = _first(text)
    if not isinstance(value, list) or not -len(value) <= index < len(value):
        return None
    found = value[index]
    if found is None and index < 0:
        raise FunctionError("GENERIC_INTERNAL_ERROR", "string is null")
    # Trino's own oddities: a string loses its quotes, a number is as it is written, and null is NULL.
    return (None if found is None else str(found)) if found is None or isinstance(found, str) else encode(found)


def is_json_scalar(text: str) -> bool:
    """Whether it is neither an array nor an object."""
    try:
        value = decode(text)
    except ValueError:
        raise invalid_argument(f"Invalid JSON value: {text[:100]}") from None
    return not isinstance(value, list | dict)


def _contains(text: str, matches: Any) -> bool | None:
    try:
        return any(matches(item) for item in items(text))
    except ValueError:
        return None


def contains_text(text: str, wanted: str) -> bool | None:
    """Whether an array holds a string."""
    return _contains(text, lambda item: isinstance(item, str) and not isinstance(item, Number) and item == wanted)


def contains_bigint(text: str, wanted: int) -> bool | None:
    """Whether an array holds a whole number."""
    return _contains(text, lambda item: isinstance(item, Number) and item.lstrip("-").isdigit() and int(item) == wanted)


def contains_double(text: str, wanted: float) -> bool | None:
    """Whether an array holds a number with a fraction or exponent."""
    return _contains(
        text, lambda item: isinstance(item, Number) and not item.lstrip("-").isdigit() and float(item) == wanted
    )


def contains_boolean(text: str, wanted: bool) -> bool | None:
    """Whether an array holds a boolean."""
    return _contains(text, lambda item: item is wanted)


FUNCTIONS = (
    scalar("json_parse(varchar(x)) -> json", "py_json_parse({0})"),
    scalar("json_format(json) -> varchar", "{0}"),
    *(
        one
        for kind in ("varchar(x)", "json")
        for one in (
            scalar(f"json_extract({kind}, varchar) -> json", "py_json_extract({0}, {1})"),
            scalar(
                f"json_extract_scalar({kind}, varchar) -> {'varchar' if kind == 'json' else kind}",
                "py_json_extract_scalar({0}, {1})",
            ),
            scalar(f"json_size({kind}, varchar) -> bigint", "py_json_size({0}, {1})"),
            scalar(f"json_array_length({kind}) -> bigint", "py_json_array_length({0})"),
            scalar(f"json_array_get({kind}, bigint) -> json", "py_json_array_get({0}, {1})"),
            scalar(f"is_json_scalar({kind}) -> boolean", "py_is_json_scalar({0})"),
            scalar(f"json_array_contains({kind}, boolean) -> boolean", "py_json_contains_boolean({0}, {1})"),
            scalar(f"json_array_contains({kind}, bigint) -> boolean", "py_json_contains_bigint({0}, {1})"),
            scalar(f"json_array_contains({kind}, double) -> boolean", "py_json_contains_double({0}, {1})"),
            scalar(f"json_array_contains({kind}, varchar(y)) -> boolean", "py_json_contains_text({0}, {1})"),
        )
    ),
)

UDFS = (
    udf("json_parse", json_parse, "VARCHAR", "VARCHAR"),
    udf("json_extract", json_extract, "VARCHAR, VARCHAR", "VARCHAR"),
    udf("json_extract_scalar", json_extract_scalar, "VARCHAR, VARCHAR", "VARCHAR"),
    udf("json_size", json_size, "VARCHAR, VARCHAR", "BIGINT"),
    udf("json_array_length", json_array_length, "VARCHAR", "BIGINT"),
    udf("json_array_get", json_array_get, "VARCHAR, BIGINT", "VARCHAR"),
    udf("is_json_scalar", is_json_scalar, "VARCHAR", "BOOLEAN"),
    udf("json_contains_boolean", contains_boolean, "VARCHAR, BOOLEAN", "BOOLEAN"),
    udf("json_contains_bigint", contains_bigint, "VARCHAR, BIGINT", "BOOLEAN"),
    udf("json_contains_double", contains_double, "VARCHAR, DOUBLE", "BOOLEAN"),
    udf("json_contains_text", contains_text, "VARCHAR, VARCHAR", "BOOLEAN"),
)
