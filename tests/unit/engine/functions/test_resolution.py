"""Which overload a call means, and the type of its result."""

from __future__ import annotations

import pytest

from local.engine.functions.catalogue import functions
from local.engine.functions.registry import Function, scalar
from local.engine.functions.resolution import resolve
from local.engine.types.parse import parse

OVERLOADS = {
    "split": [scalar("split(varchar(x), varchar(y)) -> array(varchar(x))", "")],
    "abs": [scalar(f"abs({kind}) -> {kind}", "") for kind in ("integer", "bigint", "double")],
    "element_at": [
        scalar("element_at(array(E), bigint) -> E", ""),
        scalar("element_at(map(K, V), K) -> V", ""),
    ],
    "concat": [scalar("concat(varchar...) -> varchar", ""), scalar("concat(array(E)...) -> array(E)", "")],
    "+": list(functions()["+"]),
    "sum": list(functions()["sum"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("split", ["varchar(3)", "varchar(1)"], "array(varchar(3))"),
        ("split", ["unknown", "varchar"], "array(varchar(0))"),
        ("abs", ["smallint"], "integer"),
        ("abs", ["decimal(3,1)"], "double"),
        ("element_at", ["array(double)", "integer"], "double"),
        ("element_at", ["map(bigint, varchar(2))", "integer"], "varchar(2)"),
        ("concat", ["varchar(1)", "varchar(2)", "unknown"], "varchar"),
        ("concat", ["array(integer)", "array(bigint)"], "array(bigint)"),
        ("+", ["integer", "bigint"], "bigint"),
        ("+", ["integer", "decimal(3,1)"], "decimal(12,1)"),
        ("+", ["unknown", "integer"], "integer"),
        ("+", ["real", "double"], "double"),
        ("+", ["bigint", "real"], "real"),
        ("sum", ["tinyint"], "bigint"),
        ("sum", ["decimal(5,2)"], "decimal(38,2)"),
    ],
)
def test_call_has_the_type_of_its_overload(name: str, arguments: list[str], result: str) -> None:
    found = resolve(OVERLOADS[name], [parse(kind) for kind in arguments])
    assert found is not None
    assert found[1].result == parse(result)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("split", ["varchar"]),
        ("abs", ["varchar"]),
        ("element_at", ["integer", "integer"]),
        ("+", ["varchar", "integer"]),
    ],
)
def test_call_without_an_overload(name: str, arguments: list[str]) -> None:
    assert resolve(OVERLOADS[name], [parse(kind) for kind in arguments]) is None


def test_no_signature_is_declared_twice() -> None:
    declared: list[Function] = [one for overloads in functions().values() for one in overloads]
    texts = [one.signature.text for one in declared]
    assert sorted(texts) == sorted(set(texts))
