"""SQL's JSON functions: what ``analysis.json_calls`` writes their calls as.

https://trino.io/docs/435/functions/json.html#json-query
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from local.engine.functions.json import encode
from local.engine.functions.json_evaluation import PathError, evaluate
from local.engine.functions.json_path import read_path
from local.engine.functions.json_stream import Members, Number, root
from local.engine.functions.registry import FunctionError, invalid_argument, scalar, udf
from local.engine.types.numbers import scientific_double

_INTEGERS = ("tinyint", "smallint", "integer", "bigint")


class _InputError(ValueError):
    """The input isn't JSON."""


def _typed(value: Any) -> Any:
    """A value with numbers instead of their text."""
    if isinstance(value, Number):
        return int(value) if value.lstrip("-").isdigit() else float(value)
    if isinstance(value, Members):
        return Members((name, _typed(item)) for name, item in value)
    return [_typed(item) for item in value] if isinstance(value, list) else value


def _spelled(value: Any) -> Any:
    """The opposite of ``_typed``."""
    if isinstance(value, Members):
        return Members((name, _spelled(item)) for name, item in value)
    if isinstance(value, list):
        return [_spelled(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return Number(value)


@lru_cache(maxsize=2048)
def _read(text: str) -> Any:
    try:
        return _typed(root(text))
    except ValueError:
        raise _InputError(text) from None


def _items(text: str, path: str, passing: str) -> list[Any]:
    return evaluate(read_path(path), _read(text), dict(_read(passing)))


def _failed(error: Exception) -> FunctionError:
    if isinstance(error, _InputError):
        return FunctionError("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed: ")
    return FunctionError("PATH_EVALUATION_ERROR", f"path evaluation failed: {error}")


def json_exists(text: str, path: str, passing: str, on_error: str) -> bool | None:
    """JSON_EXISTS."""
    try:
        return bool(_items(text, path, passing))
    except (_InputError, PathError) as error:
        if on_error == "ERROR":
            raise _failed(error) from None
        return {"TRUE": True, "UNKNOWN": None}.get(on_error, False)


def json_query(text: str, path: str, passing: str, options: str) -> str | None:
    """JSON_QUERY. ``options``: wrapper, quotes, and what to do if nothing is found or an error occurs."""
    wrapper, quotes, on_empty, on_error = options.split("|")
    try:
        found = _items(text, path, passing)
    except (_InputError, PathError) as error:
        if on_error == "ERROR":
            raise _failed(error) from None
        return _EMPTY.get(on_error)
    if not found:
        return _instead(on_empty, "JSON path found no items")
    is_container = len(found) == 1 and isinstance(found[0], list | Members)
    if wrapper == "WITH WRAPPER" or (wrapper == "WITH CONDITIONAL WRAPPER" and not is_container):
        return encode(_spelled(found))
    if len(found) > 1:
        return _instead(on_error, "JSON path found multiple items")
    (item,) = found
    return item if quotes == "OMIT" and isinstance(item, str) else encode(_spelled(item))


_EMPTY = {"EMPTY ARRAY": "[]", "EMPTY OBJECT": "{}"}


def _instead(behaviour: str, message: str) -> str | None:
    if behaviour == "ERROR":
        raise FunctionError("JSON_OUTPUT_CONVERSION_ERROR", f"conversion from JSON failed: {message}")
    return _EMPTY.get(behaviour)


def _is_nothing(text: str, found: list[Any]) -> bool:
    """Whether what was found is the null that a blank text is read as, which JSON_VALUE doesn't return."""
    return found == [None] and not text.strip()


def json_value_state(text: str, path: str, passing: str) -> str:
    """What JSON_VALUE finds: ``value``, ``empty`` or ``error``."""
    try:
        found = _items(text, path, passing)
    except (_InputError, PathError):
        return "error"
    if not found:
        return "empty"
    return "value" if len(found) == 1 and _is_scalar(found[0]) and not _is_nothing(text, found) else "error"


def json_value(text: str, path: str, passing: str, options: str) -> str | None:
    """JSON_VALUE, as the text that CAST to a type understands.

    ``options``: the kind of the type, and what to do if nothing is found or an error occurs.
    """
    kind, on_empty, on_error = options.split("|")
    message = "cannot extract SQL scalar from JSON: JSON path found"
    try:
        found = _items(text, path, passing)
    except (_InputError, PathError) as error:
        if on_error == "ERROR":
            raise _failed(error) from None
        return None
    if not found:
        if on_empty == "ERROR":
            raise FunctionError("JSON_VALUE_RESULT_ERROR", f"{message} no items")
        return None
    if len(found) > 1 or not _is_scalar(found[0]) or _is_nothing(text, found):
        if on_error == "ERROR":
            what = "multiple items" if len(found) > 1 else "an item that cannot be converted to an SQL value"
            raise FunctionError("JSON_VALUE_RESULT_ERROR", f"{message} {what}")
        return None
    return _text(found[0], kind)


def _is_scalar(item: Any) -> bool:
    """Whether an item is an SQL value: whole numbers are if they are bigints."""
    if isinstance(item, int) and not isinstance(item, bool):
        return -(2**63) <= item < 2**63
    return not isinstance(item, list | Members)


def _text(item: Any, kind: str) -> str | None:
    if item is None or isinstance(item, str):
        return item
    if isinstance(item, bool):
        return str(int(item)) if kind not in ("varchar", "boolean") else "true" if item else "false"
    if isinstance(item, float) and kind == "varchar":
        return scientific_double(item)
    if kind in _INTEGERS and not isinstance(item, int) and math.isfinite(item):
        return str(Decimal(repr(item) if isinstance(item, float) else item).quantize(Decimal(1), ROUND_HALF_UP))
    if isinstance(item, float) and kind == "decimal" and math.isfinite(item):
        return format(Decimal(repr(item)), "f")
    return str(item)


def json_object(keys: list[str], values: list[str | None], options: str) -> str:
    """JSON_OBJECT of JSON texts; members in the order of Java's HashMap."""
    members: dict[str, str] = {}
    for key, value in zip(keys, values, strict=True):
        if key is None:
            raise invalid_argument("null value passed for JSON object key to JSON_OBJECT function")
        if value is None and "ABSENT" in options:
            continue
        if key in members:
            if "UNIQUE" in options:
                raise invalid_argument("duplicate key passed to JSON_OBJECT function")
            raise FunctionError("NOT_SUPPORTED", "cannot construct a JSON object with duplicate key")
        members[key] = "null" if value is None else value
    size = 16
    while len(members) > size * 3 // 4:
        size *= 2
    ordered = sorted(members, key=lambda key: _java_bucket(key, size))
    return "{" + ",".join(f"{encode(key)}:{members[key]}" for key in ordered) + "}"


def _java_bucket(text: str, size: int) -> int:
    units = text.encode("utf-16-be", "surrogatepass")
    code = 0
    for place in range(0, len(units), 2):
        code = (31 * code + int.from_bytes(units[place : place + 2], "big")) & 0xFFFFFFFF
    return (code ^ (code >> 16)) & (size - 1)


def json_array(values: list[str | None], options: str) -> str:
    """JSON_ARRAY of JSON texts."""
    kept = ("null" if value is None else value for value in values if value is not None or "NULL ON NULL" in options)
    return "[" + ",".join(kept) + "]"


def json_input(text: str) -> str:
    """A text that is declared to be JSON (FORMAT JSON)."""
    try:
        return encode(_spelled(_read(text)))
    except _InputError as error:
        raise _failed(error) from None


FUNCTIONS = (
    scalar("$json_exists(varchar, varchar, varchar, varchar) -> boolean", "py_sql_json_exists({args})"),
    scalar("$json_query(varchar, varchar, varchar, varchar) -> varchar", "py_sql_json_query({args})"),
    scalar("$json_value(varchar, varchar, varchar, varchar) -> varchar", "py_sql_json_value({args})"),
    scalar("$json_value_state(varchar, varchar, varchar) -> varchar", "py_sql_json_value_state({args})"),
    scalar("$json_object(array(varchar), array(json), varchar) -> varchar", "py_sql_json_object({args})"),
    scalar("$json_array(array(json), varchar) -> varchar", "py_sql_json_array({args})"),
    scalar("$json_input(varchar) -> json", "py_sql_json_input({0})"),
)

UDFS = (
    udf("sql_json_exists", json_exists, "VARCHAR, VARCHAR, VARCHAR, VARCHAR", "BOOLEAN"),
    udf("sql_json_query", json_query, "VARCHAR, VARCHAR, VARCHAR, VARCHAR", "VARCHAR"),
    udf("sql_json_value", json_value, "VARCHAR, VARCHAR, VARCHAR, VARCHAR", "VARCHAR"),
    udf("sql_json_value_state", json_value_state, "VARCHAR, VARCHAR, VARCHAR", "VARCHAR"),
    udf("sql_json_object", json_object, "VARCHAR[], VARCHAR[], VARCHAR", "VARCHAR"),
    udf("sql_json_array", json_array, "VARCHAR[], VARCHAR", "VARCHAR"),
    udf("sql_json_input", json_input, "VARCHAR", "VARCHAR"),
)
