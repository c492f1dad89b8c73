"""The types of Trino, as DuckDB's types stand for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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

#: precision and scale as Athena's ColumnInfo has them.
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
#: The word in ColumnInfo.Type where it isn't the type's own.
_BASE = {
    "real": "float",
    "timestamp(3)": "timestamp",
    "timestamp(3) with time zone": "timestamp with time zone",
}


@dataclass(frozen=True)
class TrinoType:
    """One type; ``names`` are a row's field names (None for a field without one)."""

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
        return self.kind

    @property
    def base(self) -> str:
        """The word that Athena's ``ColumnInfo.Type`` has for it."""
        return _BASE.get(self.kind, self.kind)

    @property
    def sizes(self) -> tuple[int, int]:
        """Precision and scale as Athena's ``ColumnInfo`` has them."""
        if self.kind == "decimal":
            return self.precision, self.scale
        return _SIZES.get(self.kind, (0, 0))


def from_duckdb(duckdb_type: Any) -> TrinoType:
    """The Trino type that a ``duckdb`` type object stands for."""
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
