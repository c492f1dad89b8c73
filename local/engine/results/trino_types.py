"""Trino's types: parsed from their names by sqlglot, or found from DuckDB's types.

https://trino.io/docs/current/language/types.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError

_SIMPLE = {
    "boolean": "boolean",
    "tinyint": "tinyint",
    "smallint": "smallint",
    "integer": "integer",
    "bigint": "bigint",
    # DuckDB widens where Trino doesn't: sum(bigint) and count_if are a HUGEINT, lengths are unsigned.
    "hugeint": "bigint",
    "uhugeint": "bigint",
    "ubigint": "bigint",
    "uinteger": "bigint",
    "usmallint": "integer",
    "utinyint": "smallint",
    "float": "real",
    "double": "double",
    "varchar": "varchar",
    "blob": "varbinary",
    "date": "date",
    "time": "time",
    "timestamp": "timestamp(3)",
    "timestamp_s": "timestamp(3)",
    "timestamp_ms": "timestamp(3)",
    "timestamp_ns": "timestamp(3)",
    "timestamp with time zone": "timestamp(3) with time zone",
    "interval": "interval day to second",
    "json": "json",
    "uuid": "uuid",
    '"null"': "unknown",
    "null": "unknown",
    "integer_literal": "integer",
    "string_literal": "varchar",
}

#: Types by sqlglot's names for them.
_KIND = exp.DataType.Type
_PARSED = {
    **{
        _KIND[kind.upper()]: kind
        for kind in ("boolean", "tinyint", "smallint", "bigint", "double", "varchar", "char", "varbinary", "date")
    },
    **{_KIND[kind.upper()]: kind for kind in ("time", "json", "uuid", "ipaddress", "unknown")},
    _KIND.INT: "integer",
    _KIND.FLOAT: "real",
    _KIND.STRUCT: "row",
    _KIND.ARRAY: "array",
    _KIND.MAP: "map",
    _KIND.DECIMAL: "decimal",
    _KIND.TIMESTAMP: "timestamp",
    _KIND.TIMESTAMPTZ: "timestamp with time zone",
}
#: Precision and scale as in Athena's ColumnInfo.
_SIZES = {
    "boolean": (0, 0),
    "tinyint": (3, 0),
    "smallint": (5, 0),
    "integer": (10, 0),
    "bigint": (19, 0),
    "real": (17, 0),
    "double": (17, 0),
    "varchar": (2147483647, 0),
    "varbinary": (1073741824, 0),
    "timestamp(3)": (3, 0),
    "timestamp(3) with time zone": (3, 0),
}
#: ColumnInfo.Type where it differs from the type's own name.
_BASE = {
    "real": "float",
    "timestamp(3)": "timestamp",
    "timestamp(3) with time zone": "timestamp with time zone",
}


@dataclass(frozen=True)
class TrinoType:
    """One type.

    ``names`` are a row's field names (None for a field without one), ``inner`` the types inside it. ``precision`` is
    also the length of a ``varchar`` or ``char``, 0 if it has none.
    """

    kind: str
    names: tuple[str | None, ...] = ()
    inner: tuple[TrinoType, ...] = ()
    precision: int = 0
    scale: int = 0

    def __str__(self) -> str:
        if self.kind == "array":
            return f"array({self.inner[0]})"
        if self.kind == "map":
            return f"map({self.inner[0]}, {self.inner[1]})"
        if self.kind == "row":
            fields = zip(self.names, self.inner, strict=True)
            return "row(" + ", ".join(f"{name} {inner}" if name else str(inner) for name, inner in fields) + ")"
        if self.kind == "decimal":
            return f"decimal({self.precision},{self.scale})"
        if self.kind in ("varchar", "char") and self.precision:
            return f"{self.kind}({self.precision})"
        return self.kind

    @property
    def base(self) -> str:
        """Its name in Athena's ``ColumnInfo.Type``."""
        return _BASE.get(self.kind, self.kind)

    @property
    def sizes(self) -> tuple[int, int]:
        """Precision and scale in Athena's ``ColumnInfo``."""
        if self.kind == "decimal":
            return self.precision, self.scale
        return _SIZES.get(self.kind, (0, 0))


@lru_cache(maxsize=1024)
def parse(text: str) -> TrinoType:
    """The type with a name such as ``row(type varchar, value varchar)``.

    Raises:
        ValueError: Trino has no such type, or the engine doesn't know it.
    """
    try:
        found = _from_sqlglot(exp.DataType.build(text, dialect="trino"))
    except (SqlglotError, KeyError, AttributeError) as error:
        raise ValueError(f"Unknown type: {text}") from error
    # sqlglot skips what it doesn't understand: only a type that is spelled the same again was understood completely.
    if _plain(str(found)) != _plain(text):
        raise ValueError(f"Unknown type: {text}")
    return found


def _from_sqlglot(kind: exp.Expr) -> TrinoType:
    name, parts = _PARSED[kind.this], kind.expressions
    if name in ("row", "array", "map"):
        fields = [(part.name, part.args["kind"]) if isinstance(part, exp.ColumnDef) else (None, part) for part in parts]
        names = tuple(field for field, _ in fields) if name == "row" else ()
        return TrinoType(name, names, tuple(_from_sqlglot(inner) for _, inner in fields))
    numbers = [int(part.name) for part in parts]
    if name.startswith("timestamp"):
        _, _, zone = name.partition("timestamp")
        return TrinoType(f"timestamp({numbers[0] if numbers else 3}){zone}")
    if name == "decimal":
        return TrinoType(name, precision=numbers[0] if numbers else 38, scale=numbers[1] if len(numbers) > 1 else 0)
    return TrinoType(name, precision=numbers[0] if numbers else 0)


def _plain(text: str) -> str:
    plain = "".join(text.lower().replace('"', "").split())
    return plain.replace("timestamp(3)", "timestamp")


def from_duckdb(duckdb_type: Any) -> TrinoType:
    """The Trino type of a value whose DuckDB type is ``duckdb_type``, an object of the ``duckdb`` module."""
    kind = duckdb_type.id
    if kind in ("list", "array"):
        children = dict(duckdb_type.children)
        return TrinoType("array", inner=(from_duckdb(children["child"]),))
    if kind == "map":
        children = dict(duckdb_type.children)
        return TrinoType("map", inner=(from_duckdb(children["key"]), from_duckdb(children["value"])))
    if kind in ("struct", "tuple"):
        fields = duckdb_type.children
        names = tuple(str(name) if kind == "struct" and name else None for name, _ in fields)
        return TrinoType("row", names, tuple(from_duckdb(inner) for _, inner in fields))
    if kind == "decimal":
        children = dict(duckdb_type.children)
        return TrinoType("decimal", precision=int(children["precision"]), scale=int(children["scale"]))
    spelled = str(duckdb_type).lower()
    return TrinoType(_SIMPLE.get(spelled) or _SIMPLE.get(str(kind)) or spelled)
