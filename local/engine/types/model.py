"""Trino's types as values.

https://trino.io/docs/current/language/types.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

#: The greatest length of ``varchar(n)``; the type without a length has none.
MAX_VARCHAR = 2_147_483_646
MAX_CHAR = 65_536
MAX_PRECISION = 38

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_@$]*")
_TIMES = ("time", "time with time zone", "timestamp", "timestamp with time zone")

#: Precision and scale as in Athena's ColumnInfo.
_SIZES = {
    "boolean": (0, 0),
    "tinyint": (3, 0),
    "smallint": (5, 0),
    "integer": (10, 0),
    "bigint": (19, 0),
    "real": (17, 0),
    "double": (17, 0),
    "varchar": (2_147_483_647, 0),
    "varbinary": (1_073_741_824, 0),
}


@dataclass(frozen=True)
class TrinoType:
    """One type.

    Attributes:
        kind: its name without parameters: ``varchar``, ``timestamp with time zone``, ``row``, ``function``, ...
        names: a row's field names (None for a field without one).
        inner: the types inside it: an array's element, a map's key and value, a row's fields, a function's arguments
            and result.
        precision: a decimal's precision, the length of a ``varchar`` (None: unbounded) or ``char``, the digits of a
            ``time`` or ``timestamp`` after the second.
        scale: a decimal's scale.
    """

    kind: str
    names: tuple[str | None, ...] = ()
    inner: tuple[TrinoType, ...] = ()
    precision: int | None = None
    scale: int = 0

    def __str__(self) -> str:
        return self._text

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.kind, self.names, self.inner, self.precision, self.scale))

    @cached_property
    def _text(self) -> str:
        match self.kind:
            case "array" | "map" | "function":
                return f"{self.kind}({', '.join(map(str, self.inner))})"
            case "row":
                fields = zip(self.names, self.inner, strict=True)
                return f"row({', '.join(f'{_quoted(name)} {kind}' if name else str(kind) for name, kind in fields)})"
            case "decimal":
                return f"decimal({self.precision},{self.scale})"
            case "varchar" | "char" if self.precision is not None:
                return f"{self.kind}({self.precision})"
            case kind if kind in _TIMES:
                first, space, rest = kind.partition(" ")
                return f"{first}({self.precision}){space}{rest}"
        return self.kind

    @property
    def base(self) -> str:
        """Its name in Athena's ``ColumnInfo.Type``."""
        return "float" if self.kind == "real" else self.kind

    @property
    def sizes(self) -> tuple[int, int]:
        """Precision and scale in Athena's ``ColumnInfo``."""
        if self.precision is not None:
            return self.precision, self.scale
        return _SIZES.get(self.kind, (0, 0))

    @property
    def is_integer(self) -> bool:
        """Whether it is one of the four integer types."""
        return self.kind in INTEGER_KINDS

    @property
    def is_number(self) -> bool:
        """Whether it is an integer, decimal, real or double."""
        return self.kind in INTEGER_KINDS or self.kind in ("decimal", "real", "double")

    @property
    def is_text(self) -> bool:
        """Whether it is a ``varchar`` or ``char``."""
        return self.kind in ("varchar", "char")

    @property
    def is_comparable(self) -> bool:
        """Whether ``=``, DISTINCT and GROUP BY accept it."""
        return self.kind not in _INCOMPARABLE and all(one.is_comparable for one in self.inner)

    @property
    def is_orderable(self) -> bool:
        """Whether ``<`` and ORDER BY accept it."""
        return (
            self.kind not in _INCOMPARABLE
            and self.kind not in ("map", "json")
            and all(one.is_orderable for one in self.inner)
        )


INTEGER_KINDS = ("tinyint", "smallint", "integer", "bigint")
_INCOMPARABLE = ("function", "hyperloglog", "qdigest", "tdigest")

BOOLEAN = TrinoType("boolean")
TINYINT = TrinoType("tinyint")
SMALLINT = TrinoType("smallint")
INTEGER = TrinoType("integer")
BIGINT = TrinoType("bigint")
REAL = TrinoType("real")
DOUBLE = TrinoType("double")
VARCHAR = TrinoType("varchar")
VARBINARY = TrinoType("varbinary")
DATE = TrinoType("date")
JSON = TrinoType("json")
UUID = TrinoType("uuid")
UNKNOWN = TrinoType("unknown")
DAY_TO_SECOND = TrinoType("interval day to second")
YEAR_TO_MONTH = TrinoType("interval year to month")

#: Types whose names have no parameters.
SIMPLE = {
    kind.kind: kind
    for kind in (
        BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, VARBINARY, DATE, JSON, UUID, UNKNOWN,
        DAY_TO_SECOND, YEAR_TO_MONTH,
    )
}  # fmt: skip


def varchar(length: int | None) -> TrinoType:
    """``varchar(length)``; None: unbounded."""
    return VARCHAR if length is None or length > MAX_VARCHAR else TrinoType("varchar", precision=length)


def char(length: int) -> TrinoType:
    """``char(length)``."""
    return TrinoType("char", precision=min(length, MAX_CHAR))


def decimal(precision: int, scale: int = 0) -> TrinoType:
    """``decimal(precision, scale)``."""
    return TrinoType("decimal", precision=precision, scale=scale)


def time(precision: int) -> TrinoType:
    """``time(precision)``."""
    return TrinoType("time", precision=precision)


def timestamp(precision: int) -> TrinoType:
    """``timestamp(precision)``."""
    return TrinoType("timestamp", precision=precision)


def timestamp_tz(precision: int) -> TrinoType:
    """``timestamp(precision) with time zone``."""
    return TrinoType("timestamp with time zone", precision=precision)


def array(element: TrinoType) -> TrinoType:
    """``array(element)``."""
    return TrinoType("array", inner=(element,))


def map_of(key: TrinoType, value: TrinoType) -> TrinoType:
    """``map(key, value)``."""
    return TrinoType("map", inner=(key, value))


def row(*fields: tuple[str | None, TrinoType]) -> TrinoType:
    """``row(name type, ...)``."""
    return TrinoType("row", tuple(name for name, _ in fields), tuple(kind for _, kind in fields))


def function(*inner: TrinoType) -> TrinoType:
    """The type of a lambda: its arguments' types, then its result's."""
    return TrinoType("function", inner=inner)


def _quoted(name: str) -> str:
    """A row field's name as Trino's ``typeof`` spells it."""
    return name if _PLAIN_NAME.fullmatch(name) else '"' + name.replace('"', '""') + '"'
