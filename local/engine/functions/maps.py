"""Functions of maps.

https://trino.io/docs/current/functions/map.html
"""

from __future__ import annotations

from local.engine.functions.casts import cast_exists, lower_cast
from local.engine.functions.registry import Call, scalar
from local.engine.functions.templates import apply, fail_if, fill
from local.engine.types.model import VARCHAR
from local.engine.types.representation import duckdb_type, field_names


def _fill(template: str, call: Call) -> str:
    return fill(template, call.sql, [one.type for one in call.arguments], call.result)


def _map(call: Call) -> str:
    message = (
        "CASE WHEN len({0}) <> len({1}) THEN 'Key and value arrays must be the same length' "
        "WHEN len(list_filter({0}, lambda n: n IS NULL)) > 0 THEN 'map key cannot be null' "
        "ELSE 'Duplicate map keys are not allowed' END"
    )
    bad = (
        "len({0}) <> len({1}) OR len(list_filter({0}, lambda n: n IS NULL)) > 0 OR len(list_distinct({0})) <> len({0})"
    )
    return _fill(fail_if(bad, "INVALID_FUNCTION_ARGUMENT", message, "map({0}, {1})", duckdb_type(call.result)), call)


def _subscript(call: Call) -> str:
    key = call.arguments[1].type
    shown = lower_cast("{1}", key, VARCHAR) if cast_exists(key, VARCHAR) else "'?'"
    message = f"'Key not present in map: ' || {shown}"
    failed = fail_if(
        "{0} IS NOT NULL AND NOT map_contains({0}, {1})",
        "INVALID_FUNCTION_ARGUMENT",
        message,
        "map_extract_value({0}, {1})",
        duckdb_type(call.result),
    )
    return _fill(f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL THEN NULL ELSE {failed} END", call)


def _filter(call: Call) -> str:
    body = apply(call.sql[1], "e.key", "e.value")
    return f"map_from_entries(list_filter(map_entries({call.sql[0]}), lambda e: {body}))"


def _transform_values(call: Call) -> str:
    body = apply(call.sql[1], "e.key", "e.value")
    packed = f"struct_pack(key := e.key, value := {body})"
    return f"map_from_entries(list_transform(map_entries({call.sql[0]}), lambda e: {packed}))"


def _from_entries(entries: str, call: Call) -> str:
    bad = "len(list_distinct(list_transform({0}, lambda e: e.key))) <> len({0})"
    null = "len(list_filter({0}, lambda e: e.key IS NULL)) > 0"
    message = f"CASE WHEN {null} THEN 'map key cannot be null' ELSE 'Duplicate keys are not allowed' END"
    checked = fail_if(
        f"{null} OR {bad}", "INVALID_FUNCTION_ARGUMENT", message, "map_from_entries({0})", duckdb_type(call.result)
    )
    return fill(checked, (entries,), [call.result], call.result)


def _transform_keys(call: Call) -> str:
    body = apply(call.sql[1], "e.key", "e.value")
    entries = f"list_transform(map_entries({call.sql[0]}), lambda e: struct_pack(key := {body}, value := e.value))"
    return _from_entries(entries, call)


def _map_from_entries(call: Call) -> str:
    key, value = field_names(call.arguments[0].type.inner[0])
    fields = f"struct_pack(key := struct_extract(e, '{key}'), value := struct_extract(e, '{value}'))"
    return _from_entries(f"list_transform({call.sql[0]}, lambda e: {fields})", call)


def _concat(call: Call) -> str:
    nulls = " OR ".join(f"{{{number}}} IS NULL" for number in range(len(call.arguments)))
    return _fill(f"CASE WHEN {nulls} THEN NULL ELSE map_concat({{args}}) END", call)


def _zip_with(call: Call) -> str:
    one, other, function = call.sql
    body = apply(function, "e.k", "e.a", "e.b")
    keys = "list_concat(map_keys({0}), list_filter(map_keys({1}), lambda k: NOT map_contains({0}, k)))"
    packed = "struct_pack(k := k, a := map_extract_value({0}, k), b := map_extract_value({1}, k))"
    found = fill(
        f"list_transform({keys}, lambda k: {packed})", (one, other), [a.type for a in call.arguments[:2]], call.result
    )
    return f"map_from_entries(list_transform({found}, lambda e: struct_pack(key := e.k, value := {body})))"


FUNCTIONS = (
    scalar("map() -> map(unknown, unknown)", "CAST(MAP {{}} AS {type})"),
    scalar("map(array(K), array(V)) -> map(K, V)", _map, comparable="K"),
    scalar("map_from_entries(array(row(K, V))) -> map(K, V)", _map_from_entries, comparable="K"),
    scalar("cardinality(map(K, V)) -> bigint", "CAST(cardinality({0}) AS BIGINT)"),
    scalar("element_at(map(K, V), K) -> V", "map_extract_value({0}, {1})"),
    scalar("[](map(K, V), K) -> V", _subscript),
    scalar("map_keys(map(K, V)) -> array(K)", "map_keys({0})"),
    scalar("map_values(map(K, V)) -> array(V)", "map_values({0})"),
    scalar(
        "map_entries(map(K, V)) -> array(row(K, V))",
        "list_transform(map_entries({0}), lambda e: struct_pack(f1 := e.key, f2 := e.value))",
    ),
    scalar("map_concat(map(K, V)...) -> map(K, V)", _concat),
    scalar("map_filter(map(K, V), function(K, V, boolean)) -> map(K, V)", _filter),
    scalar("transform_values(map(K, V1), function(K, V1, V2)) -> map(K, V2)", _transform_values),
    scalar("transform_keys(map(K1, V), function(K1, V, K2)) -> map(K2, V)", _transform_keys),
    scalar("map_zip_with(map(K, V1), map(K, V2), function(K, V1, V2, V3)) -> map(K, V3)", _zip_with),
)
