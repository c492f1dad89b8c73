"""Functions of arrays.

https://trino.io/docs/current/functions/array.html
"""

from __future__ import annotations

from functools import cmp_to_key, partial

from local.engine.errors import cannot_run
from local.engine.functions.casts import cast_exists, lower_cast
from local.engine.functions.nans import is_or_has_nan
from local.engine.functions.registry import Call, invalid_argument, scalar, udf
from local.engine.functions.templates import apply, fail_if, fill
from local.engine.types.model import VARCHAR
from local.engine.types.representation import duckdb_type


def _fill(template: str, call: Call) -> str:
    return fill(template, call.sql, [one.type for one in call.arguments], call.result)


_FLOATS = ("real", "double")
_HAS_NULL = "len(list_filter({0}, lambda n: n IS NULL)) > 0"
_CONTAINS = (
    "CASE WHEN {{1}} IS NULL OR {{0}} IS NULL THEN NULL WHEN {found} THEN TRUE "
    f"WHEN {_HAS_NULL.replace('{0}', '{{0}}')} THEN NULL ELSE FALSE END"
)
_DISTINCT = (
    "list_filter({0}, lambda x, i: CASE WHEN x IS NULL THEN len(list_filter({0}[1:i], lambda y: y IS NULL)) = 1 "
    "ELSE list_position({0}, x) = i END)"
)
_OVERLAP = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN list_has_any({0}, {1}) THEN TRUE "
    f"WHEN len({{0}}) > 0 AND len({{1}}) > 0 AND ({_HAS_NULL} OR {_HAS_NULL.replace('{0}', '{1}')}) THEN NULL ELSE "
    "FALSE END"
)
_INTERSECT = (
    "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN list_filter({0}, lambda x, i: CASE WHEN x IS NULL THEN "
    "len(list_filter({0}[1:i], lambda y: y IS NULL)) = 1 AND len(list_filter({1}, lambda y: y IS NULL)) > 0 "
    "ELSE list_position({0}, x) = i AND list_contains({1}, x) END) END"
)
_EXCEPT = (
    "CASE WHEN len({1}) = 0 THEN {0} WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN "
    "list_filter({0}, lambda x, i: CASE WHEN x IS NULL THEN "
    "len(list_filter({0}[1:i], lambda y: y IS NULL)) = 1 AND len(list_filter({1}, lambda y: y IS NULL)) = 0 "
    "ELSE list_position({0}, x) = i AND NOT list_contains({1}, x) END) END"
)


def _equal(condition: str, call: Call) -> str:
    """A condition that DuckDB's ``=`` with the second argument is part of, which never holds for NaN."""
    has_nan = is_or_has_nan("{1}", call.arguments[1].type)
    return f"(NOT {has_nan} AND {condition})" if has_nan else condition


def _contains(call: Call) -> str:
    return _fill(_CONTAINS.format(found=_equal("list_contains({0}, {1})", call)), call)


def _position(call: Call) -> str:
    found = _equal("{0} IS NOT NULL", call)
    return _fill(
        "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN "
        f"CASE WHEN {found} THEN CAST(coalesce(list_position({{0}}, {{1}}), 0) AS BIGINT) ELSE 0 END END",
        call,
    )


def _remove(call: Call) -> str:
    kept = f"list_filter({{0}}, lambda y: y IS NULL OR NOT {_equal('y = {1}', call)})"
    return _fill(f"CASE WHEN {{0}} IS NOT NULL AND {{1}} IS NOT NULL THEN {kept} END", call)


def _join(call: Call) -> str:
    element = call.arguments[0].type.inner[0]
    if not cast_exists(element, VARCHAR):
        raise cannot_run(f"array_join of {call.arguments[0].type}")
    text = lower_cast("x", element, VARCHAR)
    if len(call.arguments) == 2:
        kept = f"list_transform(list_filter({{0}}, lambda x: x IS NOT NULL), lambda x: {_escape(text)})"
        return _fill(f"CASE WHEN {{1}} IS NOT NULL THEN array_to_string({kept}, {{1}}) END", call)
    return _fill(
        f"CASE WHEN {{1}} IS NOT NULL AND {{2}} IS NOT NULL THEN array_to_string(list_transform({{0}}, lambda x: "
        f"coalesce({_escape(text)}, {{2}})), {{1}}) END",
        call,
    )


def _escape(sql: str) -> str:
    return sql.replace("{", "{{").replace("}", "}}")


def _element_at(call: Call) -> str:
    failed = fail_if(
        "{1} = 0", "INVALID_FUNCTION_ARGUMENT", "'SQL array indices start at 1'", "{0}[{1}]", duckdb_type(call.result)
    )
    return _fill(failed, call)


def _slice(call: Call) -> str:
    bad = "{1} = 0 OR {2} < 0"
    message = (
        "CASE WHEN {2} < 0 THEN 'length must be greater than or equal to 0' ELSE 'SQL array indices start at 1' END"
    )
    found = (
        "CASE WHEN {1} < 0 THEN CASE WHEN -{1} > len({0}) THEN {0}[1:0] ELSE {0}[len({0}) + {1} + 1:len({0}) + {1} "
        "+ {2}] END "
        "ELSE {0}[{1}:{1} + {2} - 1] END"
    )
    return _fill(
        "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL ELSE "
        + fail_if(bad, "INVALID_FUNCTION_ARGUMENT", message, found, duckdb_type(call.result))
        + " END",
        call,
    )


def _repeat(call: Call) -> str:
    bad = "{1} > 10000 OR {1} < 0"
    message = (
        "CASE WHEN {1} < 0 THEN 'count argument of repeat function must be greater than or equal to 0' "
        "ELSE 'count argument of repeat function must be less than or equal to 10000' END"
    )
    found = "list_transform(range(greatest(least({1}, 10000), 0)), lambda i: {0})"
    checked = fail_if(bad, "INVALID_FUNCTION_ARGUMENT", message, found, duckdb_type(call.result))
    return _fill(f"CASE WHEN {{1}} IS NOT NULL THEN {checked} END", call)


def sequence(start: int, stop: int, step: int) -> list[int]:
    """The numbers from ``start`` to ``stop``."""
    if step == 0:
        raise invalid_argument("step must not be zero")
    if (stop - start) * step < 0:
        raise invalid_argument(
            "sequence stop value should be greater than or equal to start value if step is greater than zero "
            "otherwise stop should be less than or equal to start"
        )
    if (stop - start) // step + 1 > 10_000:
        raise invalid_argument("result of sequence function must not have more than 10000 entries")
    return list(range(start, stop + (1 if step > 0 else -1), step))


def _reduce(call: Call) -> str:
    items, start, step, finish = call.sql
    kind = duckdb_type(call.types["S"])
    # A NULL array gives NULL; a step that returns NULL goes on with NULL.
    reduced = f"list_reduce({{0}}, {_escape(step)}, CAST({{1}} AS {kind}))"
    result = apply(finish, "f")
    return fill(
        f"CASE WHEN {{0}} IS NOT NULL THEN list_transform([{reduced}], lambda f: {_escape(result)})[1] END",
        (items, start),
        [one.type for one in call.arguments[:2]],
        call.result,
    )


def _match(none: str, stop: str) -> str:
    """any_match and the like, from the list of what the lambda returns."""
    results = "list_transform({0}, {1})"
    return (
        f"list_transform([{results}], lambda m: CASE WHEN m IS NULL THEN NULL WHEN list_contains(m, {stop}) THEN "
        f"{none} "
        "WHEN len(list_filter(m, lambda n: n IS NULL)) > 0 THEN NULL "
        f"ELSE NOT ({none}) END)[1]"
    )


def _zip_with(call: Call) -> str:
    one, other, function = call.sql
    body = apply(function, "z.a", "z.b")
    first, second = (duckdb_type(kind.type.inner[0]) for kind in call.arguments[:2])
    pairs = (
        "list_transform(range(1, greatest(len({0}), len({1})) + 1), "
        f"lambda i: struct_pack(a := CAST({{0}}[i] AS {first}), b := CAST({{1}}[i] AS {second})))"
    )
    filled = fill(pairs, (one, other), [kind.type for kind in call.arguments[:2]], call.result)
    return f"list_transform({filled}, lambda z: {body})"


def _zip(call: Call) -> str:
    names = [f"f{number}" for number in range(1, len(call.arguments) + 1)]
    longest = ", ".join(f"len({{{number}}})" for number in range(len(names)))
    fields = ", ".join(f"{name} := {{{number}}}[i]" for number, name in enumerate(names))
    nulls = " AND ".join(f"{{{number}}} IS NOT NULL" for number in range(len(names)))
    return _fill(
        f"CASE WHEN {nulls} THEN list_transform(range(1, greatest({longest}) + 1), lambda i: struct_pack({fields})) "
        "END",
        call,
    )


def _sort_by(call: Call) -> str:
    """array_sort with a comparator: Python sorts the positions by what the comparator says of each pair."""
    items, function = call.sql
    row = f"list_transform({{0}}, lambda y: CAST({_escape(apply(function, 'x', 'y'))} AS INTEGER))"
    order = f"py_order(list_transform({{0}}, lambda x: {row}))"
    return fill(f"list_transform({order}, lambda p: {{0}}[p])", (items,), [call.arguments[0].type], call.result)


def order_of(comparisons: list[list[int | None]]) -> list[int]:
    """The positions of an array's elements in their order, by what a comparator says of each pair.

    Like Java's, Python's sort inserts into a sorted beginning, so that even contradictions have the same result.
    """

    def compare(one: int, other: int) -> int:
        found = comparisons[one][other]
        if found not in (-1, 0, 1):
            raise invalid_argument("Lambda comparator must return either -1, 0, or 1")
        return found

    return [place + 1 for place in sorted(range(len(comparisons)), key=cmp_to_key(compare))]


def _concat(call: Call) -> str:
    nulls = " OR ".join(f"{{{number}}} IS NULL" for number in range(len(call.arguments)))
    found = "{0}"
    for number in range(1, len(call.arguments)):
        found = f"list_concat({found}, {{{number}}})"
    return _fill(f"CASE WHEN {nulls} THEN NULL ELSE {found} END", call)


def _extreme(name: str, call: Call) -> str:
    found = f"list_{name}({{0}})"
    if name == "max" and call.result.kind in _FLOATS:
        found = "coalesce(list_max(list_filter({0}, lambda x: NOT isnan(x))), {0}[1])"
    return _fill(f"CASE WHEN {_HAS_NULL} THEN NULL ELSE {found} END", call)


def _extremum(name: str, call: Call) -> str:
    """greatest and least: NULL if an argument is."""
    nulls = " OR ".join(f"{{{number}}} IS NULL" for number in range(len(call.arguments)))
    found = f"{name}({{args}})"
    if name == "greatest" and call.result.kind in _FLOATS:
        numbers = ", ".join(
            f"CASE WHEN NOT isnan({{{number}}}) THEN {{{number}}} END" for number in range(len(call.arguments))
        )
        found = f"coalesce(greatest({numbers}), {{0}})"
    return _fill(f"CASE WHEN {nulls} THEN NULL ELSE {found} END", call)


FUNCTIONS = (
    scalar("cardinality(array(E)) -> bigint", "CAST(len({0}) AS BIGINT)"),
    scalar("element_at(array(E), bigint) -> E", _element_at),
    scalar("contains(array(E), E) -> boolean", _contains, comparable="E"),
    scalar("array_distinct(array(E)) -> array(E)", _DISTINCT, comparable="E"),
    scalar("array_sort(array(E)) -> array(E)", "list_sort({0}, 'ASC', 'NULLS LAST')", orderable="E"),
    scalar("array_sort(array(T), function(T, T, integer)) -> array(T)", _sort_by),
    scalar("array_max(array(E)) -> E", partial(_extreme, "max"), orderable="E"),
    scalar("array_min(array(E)) -> E", partial(_extreme, "min"), orderable="E"),
    scalar("array_join(array(T), varchar) -> varchar", _join),
    scalar("array_join(array(T), varchar, varchar) -> varchar", _join),
    scalar("array_position(array(E), E) -> bigint", _position, comparable="E"),
    scalar("array_remove(array(E), E) -> array(E)", _remove, comparable="E"),
    scalar("array_intersect(array(E), array(E)) -> array(E)", _INTERSECT, comparable="E"),
    scalar(
        "array_union(array(E), array(E)) -> array(E)",
        lambda call: fill(_DISTINCT, (f"list_concat({call.sql[0]}, {call.sql[1]})",), [call.result], call.result),
        comparable="E",
    ),
    scalar("array_except(array(E), array(E)) -> array(E)", _EXCEPT, comparable="E"),
    scalar("arrays_overlap(array(E), array(E)) -> boolean", _OVERLAP, comparable="E"),
    scalar("concat(array(E)...) -> array(E)", _concat),
    scalar("concat(array(E), E) -> array(E)", "CASE WHEN {0} IS NOT NULL THEN list_append({0}, {1}) END"),
    scalar("concat(E, array(E)) -> array(E)", "CASE WHEN {1} IS NOT NULL THEN list_prepend({0}, {1}) END"),
    scalar("flatten(array(array(E))) -> array(E)", "flatten(list_filter({0}, lambda x: x IS NOT NULL))"),
    scalar("reverse(array(E)) -> array(E)", "list_reverse({0})"),
    scalar(
        "shuffle(array(E)) -> array(E)",
        "list_transform(list_sort(list_transform({0}, lambda x: struct_pack(r := random(), x := x))), lambda s: s.x)",
    ),
    scalar("slice(array(E), bigint, bigint) -> array(E)", _slice),
    scalar(
        "trim_array(array(E), bigint) -> array(E)",
        fail_if(
            "{1} < 0 OR {1} > len({0})",
            "INVALID_FUNCTION_ARGUMENT",
            "CASE WHEN {1} < 0 THEN 'size must not be negative: ' || {1} ELSE 'size must not exceed array "
            "cardinality ' "
            "|| len({0}) || ': ' || {1} END",
            "{0}[1:len({0}) - {1}]",
            "{type}",
        ),
    ),
    scalar("repeat(T, bigint) -> array(T)", _repeat),
    scalar(
        "sequence(bigint, bigint) -> array(bigint)", "py_sequence({0}, {1}, CASE WHEN {1} >= {0} THEN 1 ELSE -1 END)"
    ),
    scalar("sequence(bigint, bigint, bigint) -> array(bigint)", "py_sequence({0}, {1}, {2})"),
    scalar("transform(array(T), function(T, U)) -> array(U)", "list_transform({0}, {1})"),
    scalar("filter(array(T), function(T, boolean)) -> array(T)", "list_filter({0}, {1})"),
    scalar("reduce(array(T), S, function(S, T, S), function(S, R)) -> R", _reduce),
    scalar("any_match(array(T), function(T, boolean)) -> boolean", _match("TRUE", "TRUE")),
    scalar("all_match(array(T), function(T, boolean)) -> boolean", _match("FALSE", "FALSE")),
    scalar("none_match(array(T), function(T, boolean)) -> boolean", _match("FALSE", "TRUE")),
    scalar("zip_with(array(T), array(U), function(T, U, R)) -> array(R)", _zip_with),
    *(
        scalar(
            f"zip({', '.join(f'array(T{number})' for number in range(1, count + 1))}) -> "
            f"array(row({', '.join(f'T{number}' for number in range(1, count + 1))}))",
            _zip,
        )
        for count in range(2, 6)
    ),
    *(scalar(f"{name}(E...) -> E", partial(_extremum, name), orderable="E") for name in ("greatest", "least")),
)

UDFS = (
    udf("order", order_of, "INTEGER[][]", "BIGINT[]"),
    udf("sequence", sequence, "BIGINT, BIGINT, BIGINT", "BIGINT[]"),
)
