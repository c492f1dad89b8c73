"""Casts to and from json.

https://trino.io/docs/current/functions/json.html#cast-to-json
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from local.engine.functions import decimals
from local.engine.functions.casts import declare, lower_cast
from local.engine.functions.json import decode, encode, quote
from local.engine.functions.json_stream import Number
from local.engine.functions.math import double_of_text
from local.engine.functions.registry import FunctionError, udf
from local.engine.functions.templates import fail_if, fill
from local.engine.types.model import INTEGER_KINDS, VARCHAR, TrinoType
from local.engine.types.numbers import scientific_double
from local.engine.types.representation import duckdb_type, field_names, quoted, text_literal

_LIMITS = {"tinyint": 2**7, "smallint": 2**15, "integer": 2**31, "bigint": 2**63}
_SHOWN = 200


def _wrong(text: str, kind: str) -> FunctionError:
    return FunctionError("INVALID_CAST_ARGUMENT", f"Cannot cast '{text[:_SHOWN]}' to {kind}")


def _scalar(text: str, kind: str) -> object:
    value = decode(text)
    if isinstance(value, list | dict):
        raise _wrong(text, kind)
    return value


def to_varchar(text: str) -> str | None:
    """A scalar as text."""
    value = _scalar(text, "varchar")
    if value is None:
        return None
    if isinstance(value, Number):
        return value if value.lstrip("-").isdigit() else scientific_double(float(value))
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def to_integer(text: str, kind: str) -> int | None:
    """A scalar as an integer."""
    value = _scalar(text, kind)
    if value is None:
        return None
    if isinstance(value, bool):
        return int(value)
    try:
        if isinstance(value, Number) and not value.lstrip("-").isdigit():
            number = float(value)
            found = int(number + 0.5) if number >= 0 else -int(-number + 0.5)
        else:
            found = int(str(value))
    except (ValueError, OverflowError):
        raise _wrong(text, kind) from None
    if not -_LIMITS[kind] <= found < _LIMITS[kind]:
        raise _wrong(text, kind)
    return found


def to_double(text: str, kind: str) -> float | None:
    """A scalar as a double."""
    value = _scalar(text, kind)
    if value is None:
        return None
    if isinstance(value, bool):
        return float(value)
    try:
        return double_of_text(str(value), kind)
    except FunctionError:
        raise _wrong(text, kind) from None


def to_boolean(text: str) -> bool | None:
    """A scalar as a boolean."""
    value = _scalar(text, "boolean")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Number):
        return float(value) != 0
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise _wrong(text, "boolean")


def to_decimal(text: str, precision: int, scale: int) -> str | None:
    """A scalar as a decimal."""
    value = _scalar(text, f"DECIMAL({precision},{scale})")
    if value is None:
        return None
    try:
        number = Decimal(int(value)) if isinstance(value, bool) else Decimal(str(value))
        return decimals.rescale(f"{number:f}", precision, scale)
    except (InvalidOperation, FunctionError):
        raise _wrong(text, f"DECIMAL({precision},{scale})") from None


def elements(text: str, kind: str) -> list[str] | None:
    """The items of an array as texts."""
    value = decode(text)
    if value is None:
        return None
    if not isinstance(value, list):
        raise FunctionError(
            "INVALID_CAST_ARGUMENT", f"Cannot cast to {kind}. Expected a json array, but got {text[:_SHOWN]}"
        )
    return [encode(item, sort=True) for item in value]


def entries(text: str, kind: str) -> list[dict[str, str]] | None:
    """The members of an object as texts."""
    value = decode(text)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise FunctionError(
            "INVALID_CAST_ARGUMENT", f"Cannot cast to {kind}. Expected a json object, but got {text[:_SHOWN]}"
        )
    return [{"key": key, "value": encode(item, sort=True)} for key, item in value.items()]


def fields(text: str, names: str, kind: str) -> list[str | None] | None:
    """The fields of a row as texts: by name from an object, by position from an array."""
    value = decode(text)
    if value is None:
        return None
    wanted = names.split("\x1f")
    if isinstance(value, list) and len(value) == len(wanted):
        return [encode(item, sort=True) for item in value]
    if isinstance(value, dict):
        lower = {key.lower(): item for key, item in value.items()}
        return [encode(lower[name], sort=True) if name in lower else None for name in wanted]
    raise FunctionError(
        "INVALID_CAST_ARGUMENT", f"Cannot cast to {kind}. Expected a json array or object, but got {text[:_SHOWN]}"
    )


def _to_varchar(sql: str, source: TrinoType, target: TrinoType) -> str:
    text = f"py_json_to_varchar({sql})"
    if target.precision is None:
        return text
    # Longer text isn't cut: Trino fails on it.
    checked = fail_if(
        f"length({{0}}) > {target.precision}",
        "GENERIC_INTERNAL_ERROR",
        f"'Value [' || {{0}} || '] does not fit in type {target}'",
        "{0}",
        "VARCHAR",
    )
    return fill(checked, (text,), (source,), target)


def _to_array(sql: str, _: TrinoType, target: TrinoType) -> str:
    element = lower_cast("j", TrinoType("json"), target.inner[0])
    return f"list_transform(py_json_elements({sql}, {text_literal(str(target))}), lambda j: {element})"


def _to_map(sql: str, _: TrinoType, target: TrinoType) -> str:
    key = lower_cast("j.key", VARCHAR, target.inner[0])
    value = lower_cast("j.value", TrinoType("json"), target.inner[1])
    return (
        f"map_from_entries(list_transform(py_json_entries({sql}, {text_literal(str(target))}), "
        f"lambda j: struct_pack(key := {key}, value := {value})))"
    )


def _to_row(sql: str, _: TrinoType, target: TrinoType) -> str:
    names = "\x1f".join((name or "").lower() for name in target.names)
    parts = [
        f"{quoted(name)} := {lower_cast(f'j[{number}]', TrinoType('json'), kind)}"
        for number, (name, kind) in enumerate(zip(field_names(target), target.inner, strict=True), start=1)
    ]
    found = f"py_json_fields({sql}, {text_literal(names)}, {text_literal(str(target))})"
    packed = f"CASE WHEN j IS NULL THEN CAST(NULL AS {duckdb_type(target)}) ELSE struct_pack({', '.join(parts)}) END"
    return f"list_transform([{found}], lambda j: {packed})[1]"


def _of_array(sql: str, source: TrinoType, target: TrinoType) -> str:
    element = lower_cast("j", source.inner[0], target)
    return f"('[' || array_to_string(list_transform({sql}, lambda j: coalesce({element}, 'null')), ',') || ']')"


def _of_map(sql: str, source: TrinoType, target: TrinoType) -> str:
    kind = source.inner[0].kind
    key = f"py_{kind}_text(j.key)" if kind in ("real", "double") else lower_cast("j.key", source.inner[0], VARCHAR)
    value = lower_cast("j.value", source.inner[1], target)
    member = f"struct_pack(k := {key}, v := coalesce({value}, 'null'))"
    members = f"list_sort(list_transform(map_entries({sql}), lambda j: {member}))"
    joined = f"array_to_string(list_transform({members}, lambda j: py_json_quote(j.k) || ':' || j.v), ',')"
    return f"('{{' || {joined} || '}}')"


def _of_row(sql: str, source: TrinoType, target: TrinoType) -> str:
    parts = []
    for name, label, kind in zip(field_names(source), source.names, source.inner, strict=True):
        value = lower_cast(f"struct_extract(j, {text_literal(name)})", kind, target)
        parts.append(f"{text_literal(quote(label or '') + ':')} || coalesce({value}, 'null')")
    joined = " || ',' || ".join(parts)
    return f"list_transform([{sql}], lambda j: CASE WHEN j IS NOT NULL THEN '{{' || {joined} || '}}' END)[1]"


declare("json", "varchar", _to_varchar)
declare("json", "boolean", "py_json_to_boolean({0})")
declare("json", "double", "py_json_to_double({0}, 'double')")
declare("json", "real", "CAST(py_json_to_double({0}, 'real') AS FLOAT)")
declare(
    "json",
    "decimal",
    lambda sql, _, target: (
        f"CAST(py_json_to_decimal({sql}, {target.precision}, {target.scale}) AS {duckdb_type(target)})"
    ),
)
for _kind in INTEGER_KINDS:
    declare("json", _kind, f"CAST(py_json_to_integer({{0}}, '{_kind}') AS {{type}})")
    declare(_kind, "json", "CAST({0} AS VARCHAR)")
declare("json", "array", _to_array)
declare("json", "map", _to_map)
declare("json", "row", _to_row)
declare("unknown", "json", "CAST(NULL AS VARCHAR)")
declare("boolean", "json", "CASE WHEN {0} THEN 'true' WHEN NOT {0} THEN 'false' END")
declare(
    "double", "json", "CASE WHEN isfinite({0}) THEN py_double_text({0}) ELSE '\"' || py_double_text({0}) || '\"' END"
)
declare("real", "json", "CASE WHEN isfinite({0}) THEN py_real_text({0}) ELSE '\"' || py_real_text({0}) || '\"' END")
declare("decimal", "json", "CAST({0} AS VARCHAR)")
declare("varchar", "json", "py_json_quote({0})")
declare("date", "json", "'\"' || CAST({0} AS VARCHAR) || '\"'")
declare("timestamp", "json", lambda sql, source, _: f"'\"' || {lower_cast(sql, source, VARCHAR)} || '\"'")
declare("array", "json", _of_array)
declare("map", "json", _of_map)
declare("row", "json", _of_row)

UDFS = (
    udf("json_quote", quote, "VARCHAR", "VARCHAR"),
    udf("json_to_varchar", to_varchar, "VARCHAR", "VARCHAR"),
    udf("json_to_integer", to_integer, "VARCHAR, VARCHAR", "BIGINT"),
    udf("json_to_double", to_double, "VARCHAR, VARCHAR", "DOUBLE"),
    udf("json_to_boolean", to_boolean, "VARCHAR", "BOOLEAN"),
    udf("json_to_decimal", to_decimal, "VARCHAR, INTEGER, INTEGER", "VARCHAR"),
    udf("json_elements", elements, "VARCHAR, VARCHAR", "VARCHAR[]"),
    udf("json_entries", entries, "VARCHAR, VARCHAR", "STRUCT(key VARCHAR; value VARCHAR)[]"),
    udf("json_fields", fields, "VARCHAR, VARCHAR, VARCHAR", "VARCHAR[]"),
)
