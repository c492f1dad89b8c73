"""Expressions and functions, with the values that Trino's documentation gives."""

from __future__ import annotations

import pytest

from local.engine import Engine, QueryError
from tests.unit.engine.functions.cases import VALUES


@pytest.mark.parametrize(("sql", "text", "kind"), VALUES, ids=[sql for sql, _, _ in VALUES])
def test_expression_has_its_documented_value(empty_engine: Engine, sql: str, text: str | None, kind: str) -> None:
    result = empty_engine.run(f"SELECT {sql}", database="quilt_query")
    assert (result.rows, [column.type for column in result.columns]) == ([(text,)], [kind])
    assert result.columns[0].name == "_col0"


FAILURES = [
    ("1 / 0", "DIVISION_BY_ZERO"),
    ("decimal '1.5' / 0", "DIVISION_BY_ZERO"),
    ("cast('abc' as integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to INTEGER"),
    ("array[1][2]", "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 2 > 1"),
    ("array[1][-1]", "INVALID_FUNCTION_ARGUMENT: Array subscript is negative: -1"),
    ("split_part('a', '/', 0)", "INVALID_FUNCTION_ARGUMENT: Index must be greater than zero"),
    ("array[1][0]", "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1"),
    ("map(array['a'], array[1])['b']", "INVALID_FUNCTION_ARGUMENT: Key not present in map: b"),
    ("regexp_extract('a', '(a)', 2)", "INVALID_FUNCTION_ARGUMENT: Pattern has 1 groups. Cannot access group 2"),
    ("json_parse('{a')", "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{a'"),
    ("date_parse('x', '%Y')", 'INVALID_FUNCTION_ARGUMENT: Invalid format: "x"'),
    ("no_such_function(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'no_such_function' not registered"),
    ("string_split('a', 'b')", "FUNCTION_NOT_FOUND: line 1:8: Function 'string_split' not registered"),
    ("lower(5)", "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function lower"),
    ("'a' = 1", "TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) = integer"),
    ("'5' > 1", "TYPE_MISMATCH"),
    ("'a' || 5", "FUNCTION_NOT_FOUND: line 1:12: Unexpected parameters (varchar(1), integer) for function concat"),
    ("date '2020-01-01' > '2020-01-01'", "TYPE_MISMATCH: line 1:26: Cannot apply operator: date > varchar(10)"),
    ("1 = true", "TYPE_MISMATCH"),
    ("1 in ('a')", "TYPE_MISMATCH"),
    ("now() at time zone 'Europe/Nowhere'", "INVALID_FUNCTION_ARGUMENT: 'Europe/Nowhere' is not a valid time zone"),
    ("json_extract('{}', '$..a')", "INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$..a'"),
    ("json_extract('{}', lower('$.A['))", "INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.a['"),
    (
        "repeat('x', 10001)",
        "INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than or equal to 10000",
    ),
    ("repeat('x', 2000000000)", "INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than"),
    (
        "repeat('x', -1)",
        "INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be greater than or equal to 0",
    ),
    (
        "sequence(1, 10001)",
        "INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries",
    ),
    ("sequence(1, 9000000000000000000)", "INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more"),
    ("sequence(0, -30000, -2)", "INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more"),
    ("sequence(1, 2, 0)", "INVALID_FUNCTION_ARGUMENT: step must not be zero"),
    (
        "sequence(1, 5, -1)",
        "INVALID_FUNCTION_ARGUMENT: sequence stop value should be greater than or equal to start value",
    ),
    ("9223372036854775807 + 1", "NUMERIC_VALUE_OUT_OF_RANGE"),
]


@pytest.mark.parametrize(("sql", "reason"), FAILURES, ids=[sql for sql, _ in FAILURES])
def test_expression_fails_with_athenas_reason(empty_engine: Engine, sql: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        empty_engine.run(f"SELECT {sql}", database="quilt_query")
    assert caught.value.reason.startswith(reason)
    assert caught.value.category == 2
