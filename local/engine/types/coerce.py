"""Which type becomes which without a CAST, and the common type of two, as in Trino's ``TypeCoercion``.

https://github.com/trinodb/trino/blob/435/core/trino-main/src/main/java/io/trino/type/TypeCoercion.java
"""

from __future__ import annotations

from functools import lru_cache

from local.engine.types.model import (
    BIGINT,
    DOUBLE,
    INTEGER,
    MAX_CHAR,
    MAX_PRECISION,
    REAL,
    SMALLINT,
    UNKNOWN,
    TrinoType,
    char,
    decimal,
    timestamp,
    timestamp_tz,
    varchar,
)

#: The decimal that holds every value of an integer type.
INTEGER_DECIMALS = {
    "tinyint": decimal(3),
    "smallint": decimal(5),
    "integer": decimal(10),
    "bigint": decimal(19),
}
_WIDER = {
    "tinyint": (SMALLINT, INTEGER, BIGINT, REAL, DOUBLE),
    "smallint": (INTEGER, BIGINT, REAL, DOUBLE),
    "integer": (BIGINT, REAL, DOUBLE),
    "bigint": (REAL, DOUBLE),
    "decimal": (REAL, DOUBLE),
    "real": (DOUBLE,),
}
_WITH_DIGITS = ("time", "time with time zone", "timestamp", "timestamp with time zone", "char")


def common_type(first: TrinoType, second: TrinoType) -> TrinoType | None:
    """The narrowest type that both can be coerced to; None: there is none."""
    return _compatibility(first, second)[0]


def can_coerce(source: TrinoType, target: TrinoType) -> bool:
    """Whether a value of type ``source`` becomes one of ``target`` without a CAST."""
    return _compatibility(source, target)[1]


def can_store(source: TrinoType, target: TrinoType) -> bool:
    """Whether INSERT, UPDATE and MERGE store a value of type ``source`` in a column of type ``target``.

    They cast it, unless text inside arrays, maps or rows would be cut off (``typesMatchForInsert`` in Trino).
    """
    if any(map(_has_bounded_text, target.inner)):
        return can_coerce(source, target)
    return common_type(source, target) is not None


def _has_bounded_text(kind: TrinoType) -> bool:
    return (kind.is_text and kind.precision is not None) or any(map(_has_bounded_text, kind.inner))


@lru_cache(maxsize=8192)
def _compatibility(source: TrinoType, target: TrinoType) -> tuple[TrinoType | None, bool]:
    """The common type, and whether it is ``target``."""
    if source in (target, UNKNOWN):
        return target, True
    if target == UNKNOWN:
        return source, False
    if source.kind == target.kind:
        return _same_kind(source, target)
    coerced = coerce_kind(source, target.kind)
    if coerced is not None:
        return _compatibility(coerced, target)
    coerced = coerce_kind(target, source.kind)
    if coerced is not None:
        return _compatibility(source, coerced)[0], False
    return None, False


def coerce_kind(source: TrinoType, kind: str) -> TrinoType | None:
    """The type of another kind that holds every value of ``source``, if it is coerced to that kind."""
    if kind == "decimal":
        return INTEGER_DECIMALS.get(source.kind)
    for wider in _WIDER.get(source.kind, ()):
        if wider.kind == kind:
            return wider
    match source.kind, kind:
        case "date", "timestamp":
            return timestamp(0)
        case "date", "timestamp with time zone":
            return timestamp_tz(0)
        case "time", "time with time zone":
            return TrinoType(kind, precision=source.precision)
        case "timestamp", "timestamp with time zone":
            return timestamp_tz(source.precision or 0)
        case "varchar", "char":
            return char(MAX_CHAR if source.precision is None else source.precision)
    return None


def _same_kind(source: TrinoType, target: TrinoType) -> tuple[TrinoType | None, bool]:
    common: TrinoType
    match source.kind:
        case "decimal":
            scale = max(source.scale, target.scale)
            whole = max((source.precision or 0) - source.scale, (target.precision or 0) - target.scale)
            common = decimal(min(MAX_PRECISION, whole + scale), scale)
        case "varchar":
            unbounded = source.precision is None or target.precision is None
            common = varchar(None if unbounded else max(source.precision or 0, target.precision or 0))
        case kind if kind in _WITH_DIGITS:
            common = TrinoType(kind, precision=max(source.precision or 0, target.precision or 0))
        case "row" | "array" | "map" | "function":
            return _inside(source, target)
        case _:
            return None, False
    return common, common == target


def _inside(source: TrinoType, target: TrinoType) -> tuple[TrinoType | None, bool]:
    if len(source.inner) != len(target.inner):
        return None, False
    found = [_compatibility(one, other) for one, other in zip(source.inner, target.inner, strict=True)]
    inner = tuple(kind for kind, _ in found if kind is not None)
    if len(inner) != len(found):
        return None, False
    names = tuple(name if name == other else None for name, other in zip(source.names, target.names, strict=True))
    return TrinoType(source.kind, names, inner), all(coercible for _, coercible in found)
