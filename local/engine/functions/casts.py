"""CAST: which types can be cast to which in Trino, and how each cast is written in DuckDB's SQL.

``lower_cast`` is for CAST and for coercions. What ``_LOWERINGS`` lacks is NOT_SUPPORTED.
https://trino.io/docs/current/functions/conversion.html
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from local.engine.errors import cannot_run
from local.engine.functions.registry import FunctionError, udf
from local.engine.functions.templates import fail_if, fill
from local.engine.types.model import INTEGER_KINDS, TrinoType
from local.engine.types.numbers import java_double, java_real, scientific_double, scientific_real
from local.engine.types.representation import duckdb_type, field_names, quoted, text_literal

_NUMBERS = (*INTEGER_KINDS, "decimal", "real", "double")
_TEXT = ("varchar", "char")
_CLOCKS = ("time", "time with time zone", "timestamp", "timestamp with time zone")
_TIMES = ("date", *_CLOCKS)

#: The casts between kinds of types without parts that Trino has.
_CASTS: frozenset[tuple[str, str]] = frozenset(
    [(one, other) for one in ("boolean", *_NUMBERS) for other in ("boolean", *_NUMBERS, "varchar", "json")]
    + [(one, other) for one in _TEXT for other in _TEXT]
    + [("varchar", other) for other in ("boolean", *_NUMBERS, *_TIMES, "json", "uuid", "ipaddress", "varbinary")]
    + [("char", other) for other in ("varchar", "integer", "bigint", "double", "decimal", "date", "timestamp")]
    + [(one, "varchar") for one in (*_TIMES, "interval day to second", "interval year to month", "uuid", "ipaddress")]
    + [("date", other) for other in ("timestamp", "timestamp with time zone", "json")]
    + [("timestamp", other) for other in (*_TIMES, "json")]
    + [("timestamp with time zone", other) for other in (*_TIMES,)]
    + [("time", other) for other in _CLOCKS]
    + [("time with time zone", other) for other in _CLOCKS]
    + [("json", other) for other in ("boolean", *_NUMBERS, "varchar")]
    + [("uuid", "varbinary"), ("varbinary", "uuid"), ("ipaddress", "varbinary"), ("varbinary", "ipaddress")]
)


def cast_exists(source: TrinoType, target: TrinoType) -> bool:
    """Whether Trino has a cast between two types."""
    if source == target or source.kind == "unknown":
        return True
    if target.kind == "json" and source.kind in ("array", "map", "row"):
        if source.kind == "map" and source.inner[0].kind not in ("boolean", *_NUMBERS, "varchar", "unknown"):
            return False
        inner = source.inner[1:] if source.kind == "map" else source.inner
        return all(one.kind == "json" or cast_exists(one, target) for one in inner)
    if source.kind == "json" and target.kind in ("array", "map", "row"):
        inner = target.inner[1:] if target.kind == "map" else target.inner
        return all(one.kind == "json" or cast_exists(source, one) for one in inner)
    if source.kind == target.kind and source.kind in ("array", "map", "row"):
        return len(source.inner) == len(target.inner) and all(
            cast_exists(one, other) for one, other in zip(source.inner, target.inner, strict=True)
        )
    return (source.kind, target.kind) in _CASTS


def lower_cast(sql: str, source: TrinoType, target: TrinoType) -> str:
    """The DuckDB expression of a cast.

    Args:
        sql: the value.
        source: its type.
        target: the type to cast it to.

    Raises:
        QueryError: the engine can't do it.
    """
    if source == target:
        return sql
    if source.kind == "unknown":
        return f"CAST(NULL AS {duckdb_type(target)})"
    if source.kind == target.kind and source.kind in _NESTED:
        return _NESTED[source.kind](sql, source, target)
    lowering = _LOWERINGS.get((source.kind, target.kind))
    if lowering is None:
        raise cannot_run(f"CAST of {source} to {target}")
    if isinstance(lowering, str):
        return fill(lowering, (sql,), (source,), target)
    return lowering(sql, source, target)


Lower = Callable[[str, TrinoType, TrinoType], str]

_INTEGER = re.compile(r"[+-]?[0-9]+")
_MOST_DIGITS = 20
_BITS = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}


def bounded(sql: str, target: TrinoType) -> str:
    """A text that fails if it is longer than the ``varchar(n)`` to which a value, not a text, is cast."""
    if target.precision is None:
        return sql
    checked = fail_if(
        f"length({{0}}) > {target.precision}",
        "INVALID_CAST_ARGUMENT",
        f"'Value ' || {{0}} || ' cannot be represented as {target}'",
        "{0}",
        "VARCHAR",
    )
    return fill(checked, (sql,), (target,), target)


def _to_varchar(text: str) -> Lower:
    """A cast by a template to ``varchar(n)``, with that limit."""

    def lower(sql: str, source: TrinoType, target: TrinoType) -> str:
        return bounded(fill(text, (sql,), (source,), target), target)

    return lower


def _shorten(sql: str, source: TrinoType, target: TrinoType) -> str:
    """varchar to varchar(n): longer text is cut."""
    if target.precision is None or (source.precision is not None and source.precision <= target.precision):
        return sql
    return f"left({sql}, {target.precision})"


def _to_char(sql: str, _: TrinoType, target: TrinoType) -> str:
    return f"rtrim(left({sql}, {target.precision}), ' ')"


def _from_char(sql: str, source: TrinoType, target: TrinoType) -> str:
    padded = f"rpad({sql}, {source.precision}, ' ')"
    return _shorten(padded, TrinoType("varchar", precision=source.precision), target)


def _integer_of_text(sql: str, source: TrinoType, target: TrinoType) -> str:
    name = target.kind.upper()
    # This number of digits always fits. Longer text is rare; a Python function reads it.
    digits = len(str(2 ** (_BITS[target.kind] - 1))) - 1
    usual = f"regexp_full_match({{0}}, '[+-]?[0-9]{{{{1,{digits}}}}}')"
    # The argument is NULL for rows whose branch DuckDB evaluates without need.
    unusual = f"py_integer_of_text(CASE WHEN NOT {usual} THEN {{0}} END, '{name}')"
    # TRY_CAST, because DuckDB may evaluate it for other rows too.
    return fill(
        f"CASE WHEN {usual} THEN TRY_CAST({{0}} AS {name}) ELSE CAST({unusual} AS {name}) END",
        (sql,),
        (source,),
        target,
    )


def _integer_of_integer(sql: str, source: TrinoType, target: TrinoType) -> str:
    if _BITS[source.kind] <= _BITS[target.kind]:
        return f"CAST({sql} AS {duckdb_type(target)})"
    limit = 2 ** (_BITS[target.kind] - 1)
    checked = fail_if(
        f"{{0}} NOT BETWEEN -{limit} AND {limit - 1}",
        "NUMERIC_VALUE_OUT_OF_RANGE",
        f"'Out of range for {target.kind}: ' || {{0}}",
        "CAST({0} AS {type})",
        duckdb_type(target),
    )
    return fill(checked, (sql,), (source,), target)


def _integer_of_double(sql: str, source: TrinoType, target: TrinoType) -> str:
    """Java's ``Math.round`` half up, then a check of the range."""
    limit = 2 ** (_BITS[target.kind] - 1)
    rounded = "(CASE WHEN {0} < 0 THEN -floor(-CAST({0} AS DOUBLE) + 0.5) ELSE floor(CAST({0} AS DOUBLE) + 0.5) END)"
    beyond = f"({rounded} < -{limit}.0 OR {rounded} >= {limit}.0)"
    text = f"py_{source.kind}_text({{0}})"
    if target.kind != "bigint":
        # NaN is an invalid argument, any number that is too large an overflow.
        return fill(
            fail_if(
                "isnan({0})",
                "INVALID_CAST_ARGUMENT",
                f"'Cannot cast {source.kind} NaN to {target}'",
                fail_if(
                    beyond,
                    "NUMERIC_VALUE_OUT_OF_RANGE",
                    f"'Out of range for {target}: ' || {text}",
                    f"CAST({rounded} AS {duckdb_type(target)})",
                    duckdb_type(target),
                ),
                duckdb_type(target),
            ),
            (sql,),
            (source,),
            target,
        )
    if source.kind == "real":
        # Java's Math.round: NaN is 0, and the largest bigint is the limit.
        return fill(
            f"CASE WHEN isnan({{0}}) THEN 0 WHEN {rounded} >= {limit}.0 THEN {limit - 1} "
            f"WHEN {rounded} < -{limit}.0 THEN -{limit - 1} - 1 ELSE CAST({rounded} AS BIGINT) END",
            (sql,),
            (source,),
            target,
        )
    bad = f"isnan({{0}}) OR {beyond}"
    value = f"CAST({rounded} AS {duckdb_type(target)})"
    checked = fail_if(
        bad,
        "INVALID_CAST_ARGUMENT",
        f"'Unable to cast ' || {text} || ' to {target}'",
        value,
        duckdb_type(target),
    )
    return fill(checked, (sql,), (source,), target)


def _boolean_of_text(sql: str, source: TrinoType, target: TrinoType) -> str:
    checked = fail_if(
        "lower({0}) NOT IN ('t', 'true', '1', 'f', 'false', '0')",
        "INVALID_CAST_ARGUMENT",
        "'Cannot cast ''' || {0} || ''' to BOOLEAN'",
        "lower({0}) IN ('t', 'true', '1')",
        "BOOLEAN",
    )
    return fill(checked, (sql,), (source,), target)


def _array(sql: str, source: TrinoType, target: TrinoType) -> str:
    if duckdb_type(source) == duckdb_type(target) and source.inner[0].kind not in _TEXT:
        return sql
    return f"list_transform({sql}, lambda e: {lower_cast('e', source.inner[0], target.inner[0])})"


def _map(sql: str, source: TrinoType, target: TrinoType) -> str:
    key = lower_cast("e.key", source.inner[0], target.inner[0])
    value = lower_cast("e.value", source.inner[1], target.inner[1])
    entries = f"list_transform(map_entries({sql}), lambda e: struct_pack(key := {key}, value := {value}))"
    if duckdb_type(source.inner[0]) == duckdb_type(target.inner[0]) and source.inner[0].kind not in _TEXT:
        return f"map_from_entries({entries})"
    checked = fail_if(
        "len(list_distinct(list_transform({0}, lambda k: k.key))) < len({0})",
        "INVALID_CAST_ARGUMENT",
        "'duplicate keys'",
        "map_from_entries({0})",
        duckdb_type(target),
    )
    return fill(checked, (entries,), (source,), target)


def _row(sql: str, source: TrinoType, target: TrinoType) -> str:
    fields = []
    for name, new, one, other in zip(field_names(source), field_names(target), source.inner, target.inner, strict=True):
        part = "struct_extract({0}, " + text_literal(name).replace("{", "{{").replace("}", "}}") + ")"
        fields.append(f"{quoted(new).replace('{', '{{').replace('}', '}}')} := {lower_cast(part, one, other)}")
    # lower_cast of a part may itself bind it, in a lambda of its own.
    return fill(
        f"CASE WHEN {{0}} IS NULL THEN NULL ELSE struct_pack({', '.join(fields)}) END", (sql,), (source,), target
    )


_NESTED: Mapping[str, Lower] = {"array": _array, "map": _map, "row": _row}

_NUMBER_TEXT = "CAST({0} AS VARCHAR)"
# DuckDB fails where the number becomes infinite; half of the last place beyond the largest float rounds up.
_REAL_OF_DOUBLE = (
    "CASE WHEN isfinite({0}) AND abs({0}) >= 3.4028235677973366e38 "
    "THEN CAST(CASE WHEN {0} > 0 THEN 'Infinity' ELSE '-Infinity' END AS FLOAT) ELSE CAST({0} AS FLOAT) END"
)
_UUID_OF_TEXT = fail_if(
    "NOT regexp_full_match({0}, '[0-9a-fA-F]{{8}}(-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}')",
    "INVALID_CAST_ARGUMENT",
    "'Cannot cast value to UUID: ' || {0}",
    "CAST({0} AS UUID)",
    "UUID",
)
_LOWERINGS: dict[tuple[str, str], str | Lower] = {
    **{(one, other): _integer_of_integer for one in INTEGER_KINDS for other in INTEGER_KINDS},
    **{(one, other): "CAST({0} AS {type})" for one in INTEGER_KINDS for other in ("real", "double")},
    **{(one, other): _integer_of_double for one in ("real", "double") for other in INTEGER_KINDS},
    **{("varchar", kind): _integer_of_text for kind in INTEGER_KINDS},
    **{(kind, "varchar"): _to_varchar(_NUMBER_TEXT) for kind in INTEGER_KINDS},
    **{("boolean", kind): "CAST({0} AS {type})" for kind in (*INTEGER_KINDS, "real", "double")},
    **{(kind, "boolean"): "({0} <> 0)" for kind in (*_NUMBERS,)},
    ("real", "double"): "CAST({0} AS DOUBLE)",
    ("double", "real"): _REAL_OF_DOUBLE,
    ("varchar", "varbinary"): "encode({0})",
    ("varchar", "uuid"): _UUID_OF_TEXT,
    ("uuid", "varchar"): _to_varchar("CAST({0} AS VARCHAR)"),
    ("uuid", "varbinary"): "unhex(replace(CAST({0} AS VARCHAR), '-', ''))",
    ("boolean", "varchar"): _to_varchar("CASE WHEN {0} THEN 'true' WHEN NOT {0} THEN 'false' END"),
    ("varchar", "boolean"): _boolean_of_text,
    ("double", "varchar"): _to_varchar("py_scientific_double({0})"),
    ("real", "varchar"): _to_varchar("py_scientific_real({0})"),
    ("decimal", "varchar"): _to_varchar(_NUMBER_TEXT),
    ("decimal", "double"): "CAST({0} AS DOUBLE)",
    ("decimal", "real"): "CAST({0} AS FLOAT)",
    ("varchar", "varchar"): _shorten,
    ("varchar", "char"): _to_char,
    ("char", "char"): _to_char,
    ("char", "varchar"): _from_char,
}


def declare(source: str, target: str, lowering: str | Lower) -> None:
    """Declare how a cast is written: a template, or a function of the value, its type and the target.

    Other modules of this package call it for their types when they are imported.
    """
    _LOWERINGS[source, target] = lowering


def fail(message: str) -> None:
    """Fail the query with an error of Trino, ``KIND: message``."""
    kind, _, text = message.partition(": ")
    raise FunctionError(kind, text)


def integer_of_text(text: str, name: str) -> int:
    """The number that Java's ``Long.parseLong`` and its like read, which know the digits of all scripts.

    Raises:
        FunctionError: it isn't one of the type ``name``.
    """
    digits = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    limit = 2 ** (_BITS[name.lower()] - 1)
    # The first comparison keeps Python from reading thousands of digits.
    if _INTEGER.fullmatch(digits) and len(digits.lstrip("+-0")) < _MOST_DIGITS and -limit <= int(digits) < limit:
        return int(digits)
    raise FunctionError("INVALID_CAST_ARGUMENT", f"Cannot cast '{text}' to {name}")


UDFS = (
    udf("integer_of_text", integer_of_text, "VARCHAR, VARCHAR", "BIGINT"),
    udf("fail", fail, "VARCHAR", "VARCHAR"),
    udf("double_text", java_double, "DOUBLE", "VARCHAR"),
    udf("real_text", java_real, "FLOAT", "VARCHAR"),
    udf("scientific_double", scientific_double, "DOUBLE", "VARCHAR"),
    udf("scientific_real", scientific_real, "FLOAT", "VARCHAR"),
)
