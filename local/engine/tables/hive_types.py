"""Hive's column types as Glue stores them, parsed by sqlglot, and their counterparts in Arrow and Trino.

Grammar: https://cwiki.apache.org/confluence/display/Hive/LanguageManual+Types; Trino's counterparts are those of its
``HiveTypeTranslator``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
from sqlglot import exp
from sqlglot.errors import SqlglotError

from local.engine.errors import QueryError
from local.engine.types import model
from local.engine.types.model import TrinoType

_ARROW: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "string": pa.string(),
    "varchar": pa.string(),
    "char": pa.string(),
    "binary": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
_KIND = exp.DataType.Type
_KINDS = {
    _KIND.TEXT: "string",
    _KIND.STRUCT: "struct",
    _KIND.ARRAY: "array",
    _KIND.MAP: "map",
    _KIND.DECIMAL: "decimal",
    **{_KIND[kind.upper()]: kind for kind in _ARROW if kind != "string"},
}
_OF_TRINO = {
    **{kind: kind for kind in ("boolean", "tinyint", "smallint", "bigint", "double", "date", "timestamp")},
    "integer": "int",
    "real": "float",
    "varchar": "string",
    "varbinary": "binary",
}
_IN_TRINO = {hive: model.SIMPLE[trino] for trino, hive in _OF_TRINO.items() if trino in model.SIMPLE} | {
    "string": model.VARCHAR,
    "timestamp": model.timestamp(3),
}
_FIELD_NAME = re.compile(r"([<,]\s*)([^<>(),:`]+?)(\s*:)")
_SPELLING = re.compile(r"[\s`]")


@dataclass(frozen=True)
class HiveType:
    """One type; ``names`` are a struct's field names, ``inner`` the types inside (of fields, an array or a map)."""

    kind: str
    names: tuple[str, ...] = ()
    inner: tuple[HiveType, ...] = ()
    numbers: tuple[int, ...] = ()

    def __str__(self) -> str:
        if self.kind == "struct":
            fields = zip(self.names, self.inner, strict=True)
            return "struct<" + ",".join(f"{name}:{inner}" for name, inner in fields) + ">"
        if self.inner:
            return f"{self.kind}<{','.join(map(str, self.inner))}>"
        return self.kind + (f"({','.join(map(str, self.numbers))})" if self.numbers else "")

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of a column of this type."""
        if self.kind == "array":
            return pa.list_(self.inner[0].arrow)
        if self.kind == "map":
            return pa.map_(self.inner[0].arrow, self.inner[1].arrow)
        if self.kind == "struct":
            return pa.struct([(name, inner.arrow) for name, inner in zip(self.names, self.inner, strict=True)])
        if self.kind == "decimal":
            precision, scale = (*self.numbers, *(10, 0)[len(self.numbers) :])
            return pa.decimal128(precision, scale)
        return _ARROW[self.kind]


@lru_cache(maxsize=1024)
def parse(text: str) -> HiveType:
    """The type that Glue spells ``text``.

    Raises:
        QueryError: Hive has no such type.
    """
    try:
        # Glue doesn't quote field names; sqlglot reads one with a hyphen, or a reserved word, only in quotes.
        found = _from_sqlglot(exp.DataType.build(_FIELD_NAME.sub(r"\1`\2`\3", text), dialect="hive"))
    except (SqlglotError, KeyError, ValueError):
        raise _unknown(text) from None
    # sqlglot skips what it doesn't understand: only a type that is spelled the same again was understood completely.
    if _plain(str(found)) != _plain(text):
        raise _unknown(text)
    return found


def to_trino(kind: HiveType) -> TrinoType:
    """The Trino type of a column."""
    inner = tuple(map(to_trino, kind.inner))
    match kind.kind:
        case "struct":
            return TrinoType("row", kind.names, inner)
        case "array" | "map":
            return TrinoType(kind.kind, inner=inner)
        case "decimal":
            precision, scale = (*kind.numbers, *(10, 0)[len(kind.numbers) :])
            return model.decimal(precision, scale)
        case "varchar" | "char":
            return TrinoType(kind.kind, precision=kind.numbers[0] if kind.numbers else None)
    return _IN_TRINO[kind.kind]


def from_trino(kind: TrinoType) -> HiveType:
    """The Hive type as which a column of a table or view is stored in Glue.

    Raises:
        ValueError: Hive has no such type (``json``, ``time``, ``timestamp with time zone``, ...).
    """
    inner = tuple(from_trino(one) for one in kind.inner)
    if kind.kind in ("array", "map"):
        return HiveType(kind.kind, inner=inner)
    if kind.kind == "row" and all(kind.names):
        return HiveType("struct", tuple(name.lower() for name in kind.names if name), inner)
    if kind.kind == "decimal":
        return HiveType("decimal", numbers=(kind.precision or 0, kind.scale))
    if kind.kind in ("varchar", "char") and kind.precision:
        return HiveType(kind.kind, numbers=(kind.precision,))
    if kind.kind not in _OF_TRINO:
        raise ValueError(f"Unsupported Hive type: {kind}")
    return HiveType(_OF_TRINO[kind.kind])


def _from_sqlglot(kind: exp.Expr) -> HiveType:
    if not isinstance(kind, exp.DataType):
        raise ValueError(kind)
    name = _KINDS[kind.this]
    parts = kind.expressions
    if name == "struct":
        fields = [(part.name.lower(), _from_sqlglot(part.args["kind"])) for part in parts]
        if not fields:
            raise ValueError(kind)
        return HiveType(name, tuple(field for field, _ in fields), tuple(inner for _, inner in fields))
    if name in ("array", "map"):
        if len(parts) != {"array": 1, "map": 2}[name]:
            raise ValueError(kind)
        return HiveType(name, inner=tuple(_from_sqlglot(part) for part in parts))
    return HiveType(name, numbers=tuple(int(part.name) for part in parts))


def _plain(text: str) -> str:
    return re.sub(r"\binteger\b", "int", _SPELLING.sub("", text).lower())


def _unknown(text: str) -> QueryError:
    return QueryError(
        f"HIVE_INVALID_METADATA: the local engine doesn't know the column type {text!r} of the Glue catalog"
    )
