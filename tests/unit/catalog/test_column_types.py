"""Column types: those that both sides have are converted back to themselves; others are rejected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.catalog.column_types import hive_to_presto, presto_to_hive
from quilt_athena.errors import InvalidViewError

SCALARS = [
    ("boolean", "boolean"), ("tinyint", "tinyint"), ("smallint", "smallint"), ("int", "integer"),
    ("bigint", "bigint"), ("float", "real"), ("double", "double"), ("string", "varchar"), ("binary", "varbinary"),
    ("date", "date"), ("timestamp", "timestamp(3)"), ("varchar(20)", "varchar(20)"), ("char(3)", "char(3)"),
    ("decimal(38,9)", "decimal(38,9)"),
]  # fmt: skip
Pair = tuple[str, str]


def _struct(fields: dict[str, Pair]) -> Pair:
    hive = ",".join(f"{name}:{kind}" for name, (kind, _) in fields.items())
    presto = ", ".join(f"{name} {kind}" for name, (_, kind) in fields.items())
    return f"struct<{hive}>", f"row({presto})"


#: (Hive's words, Presto's words) of one type, built side by side.
pairs = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: st.one_of(
        inner.map(lambda pair: (f"array<{pair[0]}>", f"array({pair[1]})")),
        st.tuples(inner, inner).map(lambda two: (f"map<{two[0][0]},{two[1][0]}>", f"map({two[0][1]}, {two[1][1]})")),
        st.dictionaries(st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True), inner, min_size=1, max_size=4).map(
            _struct
        ),
    ),
    max_leaves=12,
)


@given(pairs)
def test_a_converted_type_is_converted_back_to_itself(pair: Pair) -> None:
    hive, presto = pair
    assert hive_to_presto(hive) == presto
    assert presto_to_hive(presto) == hive


def test_other_notations_of_athena_are_accepted() -> None:
    assert presto_to_hive("decimal(10, 2)") == "decimal(10,2)"
    assert presto_to_hive("timestamp") == "timestamp"
    assert presto_to_hive("map(varchar,array(bigint))") == "map<string,array<bigint>>"


@pytest.mark.parametrize(
    "presto",
    [
        "json", "time", "time(3)", "timestamp with time zone", "timestamp(3) with time zone", "timestamp(6)",
        "interval day to second", "interval year to month", "uuid", "ipaddress", "unknown", "hyperloglog", "string",
        "row(json)", "row(a json)", "row()", "row(varchar)", 'row("a b" varchar)', "array()", "array(json)",
        "map(varchar)", "map(varchar, varchar, varchar)", "array(varchar", "array<varchar>", "varchar)", "",
        "varchar(x)", "decimal", "array(varchar) ", "array(array(varchar)",
    ],
)  # fmt: skip
def test_a_type_that_hive_lacks_is_rejected(presto: str) -> None:
    with pytest.raises(InvalidViewError, match="column type"):
        presto_to_hive(presto)


@pytest.mark.parametrize(
    "hive",
    [
        "uniontype<int,string>", "array<uniontype<int>>", "void", "interval_day_time", "timestamp with local time zone",
        "struct<a string>", "struct<>", "struct<1a:string>", "map<string>", "array<string", "array(string)",
        "array<>", "varchar", "json", "", "array<array<string>", "map<string,int,int>",
    ],
)  # fmt: skip
def test_a_type_that_presto_lacks_is_rejected(hive: str) -> None:
    with pytest.raises(InvalidViewError, match="column type"):
        hive_to_presto(hive)
