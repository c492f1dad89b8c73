"""The OpenX JSON SerDe, for any JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from local.engine.tables.hive_types import HiveType
from local.engine.tables.serde_json import read_rows

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def lower_keys(value: object) -> object:
    if isinstance(value, dict):
        return {key.lower(): lower_keys(inner) for key, inner in value.items()}
    return [lower_keys(inner) for inner in value] if isinstance(value, list) else value


def has_double_keys(value: object) -> bool:
    if isinstance(value, dict):
        return len({key.lower() for key in value}) < len(value) or any(map(has_double_keys, value.values()))
    return isinstance(value, list) and any(map(has_double_keys, value))


@given(JSON, st.booleans())
def test_json_in_a_string_column_is_the_same_json_with_lower_case_keys(value: object, ascii_only: bool) -> None:
    line = json.dumps({"a": {"Inner": value}}, ensure_ascii=ascii_only)
    [(text,)] = read_rows([line], {"a": HiveType("string")}, {"ignore.malformed.json": "true"})
    if has_double_keys(value):
        assert text is None
    else:
        assert json.loads(text) == {"inner": lower_keys(value)}
