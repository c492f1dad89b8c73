"""How a value of each Trino type is represented in DuckDB.

Representations are chosen so that DuckDB compares, groups and orders values as Trino does, or so that lowering can make
it do so from the type alone:

==============================  ======================================================================================
boolean, integers, date         the same types
real, double                    FLOAT, DOUBLE; comparisons are written so that NaN equals nothing
decimal(p,s)                    DECIMAL(p,s)
varchar, varchar(n)             VARCHAR
char(n)                         VARCHAR without the blanks at its end, which CAST and results add
varbinary                       BLOB
json                            VARCHAR: canonical text, as Trino's own representation
time(p), timestamp(p)           TIME, TIMESTAMP (microseconds): p up to 6; TIMESTAMP_NS for timestamps with p up to 9
timestamp(p) with time zone     STRUCT(u TIMESTAMP, z VARCHAR): the instant in UTC and the zone; compared by ``u``
interval day to second          BIGINT: milliseconds
interval year to month          INTEGER: months
uuid                            UUID
unknown                         INTEGER, always NULL
array(T)                        T[]
map(K,V)                        MAP(K, V)
row(...)                        STRUCT: the names of its fields in lower case if all have one and differ, else f1, f2
==============================  ======================================================================================
"""

from __future__ import annotations

from functools import lru_cache

from local.engine.types.model import TrinoType

_SAME = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "varbinary": "BLOB",
    "json": "VARCHAR",
    "date": "DATE",
    "timestamp with time zone": "STRUCT(u TIMESTAMP, z VARCHAR)",
    "interval day to second": "BIGINT",
    "interval year to month": "INTEGER",
    "uuid": "UUID",
    "unknown": "INTEGER",
}
_MICROSECONDS = 6
_NANOSECONDS = 9


class NotRepresented(ValueError):  # noqa: N818 - named after what it says
    """DuckDB can't hold all values of a type."""


@lru_cache(maxsize=4096)
def duckdb_type(kind: TrinoType) -> str:
    """The DuckDB type of the values of a Trino type.

    Raises:
        NotRepresented: there is none.
    """
    match kind.kind:
        case "decimal":
            return f"DECIMAL({kind.precision},{kind.scale})"
        case "array":
            return f"{duckdb_type(kind.inner[0])}[]"
        case "map":
            return f"MAP({duckdb_type(kind.inner[0])}, {duckdb_type(kind.inner[1])})"
        case "row":
            fields = zip(field_names(kind), kind.inner, strict=True)
            return "STRUCT(" + ", ".join(f"{quoted(name)} {duckdb_type(inner)}" for name, inner in fields) + ")"
        case "time" if (kind.precision or 0) <= _MICROSECONDS:
            return "TIME"
        case "timestamp" if (kind.precision or 0) <= _MICROSECONDS:
            return "TIMESTAMP"
        case "timestamp" if (kind.precision or 0) <= _NANOSECONDS:
            return "TIMESTAMP_NS"
        case "timestamp with time zone" if (kind.precision or 0) > _MICROSECONDS:
            raise NotRepresented(str(kind))
    if kind.kind not in _SAME:
        raise NotRepresented(str(kind))
    return _SAME[kind.kind]


@lru_cache(maxsize=4096)
def field_names(kind: TrinoType) -> tuple[str, ...]:
    """The names of a row's fields in DuckDB."""
    names = [name.lower() for name in kind.names if name]
    if len(names) == len(kind.inner) == len(set(names)):
        return tuple(names)
    return tuple(f"f{number}" for number in range(1, len(kind.inner) + 1))


def quoted(name: str) -> str:
    """A name as a DuckDB identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text as a DuckDB literal. DuckDB's parser ends at a NUL, so that is spelled with ``chr``."""
    if "\x00" in text:
        return "(" + " || chr(0) || ".join(text_literal(part) for part in text.split("\x00")) + ")"
    return "'" + text.replace("'", "''") + "'"
