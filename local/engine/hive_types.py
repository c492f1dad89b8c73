"""Hive's column types, as Glue has them: parsed, and what they are in Arrow.

Grammar: https://cwiki.apache.org/confluence/display/Hive/LanguageManual+Types
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from local.engine.errors import QueryError

_TOKEN = re.compile(r"\s*(`[^`]+`|[^<>(),:`\s]+|[<>(),:])\s*")

_ARROW: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "integer": pa.int32(),
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


@dataclass(frozen=True)
class HiveType:
    """One type; ``names`` are a struct's field names, ``inner`` its field types (or of an array, a map)."""

    kind: str
    names: tuple[str, ...] = ()
    inner: tuple[HiveType, ...] = ()
    numbers: tuple[int, ...] = ()

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
    tokens = _TOKEN.findall(text)
    try:
        kind, rest = _parse([*tokens, ""], text)
    except IndexError:
        raise _unknown(text) from None
    if rest != [""]:
        raise _unknown(text)
    return kind


def _parse(tokens: list[str], text: str) -> tuple[HiveType, list[str]]:
    kind, rest = tokens[0].lower(), tokens[1:]
    if kind in ("array", "map", "struct"):
        return _parse_nested(kind, rest, text)
    if kind != "decimal" and kind not in _ARROW:
        raise _unknown(text)
    numbers: list[int] = []
    if rest[0] == "(":
        end = rest.index(")") if ")" in rest else -1
        if end < 0 or not all(part.isdigit() or part == "," for part in rest[1:end]):
            raise _unknown(text)
        numbers, rest = [int(part) for part in rest[1:end] if part != ","], rest[end + 1 :]
    return HiveType(kind, numbers=tuple(numbers)), rest


def _parse_nested(kind: str, rest: list[str], text: str) -> tuple[HiveType, list[str]]:
    names: list[str] = []
    inner: list[HiveType] = []
    if rest[0] != "<":
        raise _unknown(text)
    while True:
        rest = rest[1:]
        if kind == "struct":
            names.append(rest[0].strip("`").lower())
            if rest[1] != ":":
                raise _unknown(text)
            rest = rest[2:]
        one, rest = _parse(rest, text)
        inner.append(one)
        if rest[0] == ">":
            break
        if rest[0] != ",":
            raise _unknown(text)
    if len(inner) != {"array": 1, "map": 2}.get(kind, len(inner)):
        raise _unknown(text)
    return HiveType(kind, tuple(names), tuple(inner)), rest[1:]


def _unknown(text: str) -> QueryError:
    return QueryError(
        f"HIVE_INVALID_METADATA: the local engine doesn't know the column type {text!r} of the Glue catalog"
    )
