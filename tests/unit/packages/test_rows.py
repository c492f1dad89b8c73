"""Rows become entries, or are rejected with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quilt_athena.errors import InvalidRow
from quilt_athena.packages.entries import MAX_RECORD_BYTES
from quilt_athena.packages.rows import check_columns, parse_row
from quilt_athena.query.results import unique_names
from tests.unit.packages.bucket import SHA, row

CHUNKED = "sha2-256-chunked"
BASE64 = "A" * 43 + "="
JSON_OBJECTS = st.dictionaries(
    st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner))
)


def rejection(**values: Any) -> str:
    """The reason why a row is rejected."""
    with pytest.raises(ValueError, match="expected") as error:
        parse_row(row(**values), 1)
    return str(error.value)


def test_parse_row_accepts_a_row_of_the_objects_view() -> None:
    entry = parse_row(row(), 1).entry
    assert (entry.logical_key, str(entry.physical_key)) == ("a.tiff", "s3://packages/raw/a.tiff?versionId=v1")
    assert (entry.size, entry.hash) == (5, {"type": "SHA256", "value": SHA})
    assert entry.meta == {"user_meta": {"cellindex": ["5"]}}


@pytest.mark.parametrize(
    "columns", [["logical_key", "size", "physical_key"], ["physical_keys", "size", "logical_key", "x"]]
)
def test_check_columns_accepts_the_required_columns(columns: list[str]) -> None:
    check_columns(columns)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (
            ["logical_key", "sise"],
            "columns size and physical_key (or physical_keys); it has logical_key, sise. Select them, or give an "
            "expression that name: ... AS size",
        ),
        (
            ["size", "logical_key"],
            "column physical_key (or physical_keys); it has size, logical_key. Select it, or give an expression that "
            "name: ... AS physical_key",
        ),
        (
            [],
            "columns logical_key and size and physical_key (or physical_keys); it has none. Select them, or give an "
            "expression that name: ... AS logical_key",
        ),
    ],
)
def test_check_columns_names_missing_and_existing_columns(columns: list[str], problem: str) -> None:
    with pytest.raises(InvalidRow) as error:
        check_columns(columns)
    assert str(error.value) == f"the result is missing the required {problem}"


def test_check_columns_shows_at_most_1000_characters_of_existing_columns() -> None:
    with pytest.raises(InvalidRow, match=f"it has {'x' * 1000}. Select them"):
        check_columns(["x" * 1001])


@pytest.mark.parametrize(
    "name", ["logical_key", "physical_key", "physical_keys", "size", "hash", "tophash", "meta", "user_meta", "bucket"]
)
def test_check_columns_names_a_repeated_column(name: str) -> None:
    columns = unique_names(["logical_key", "size", "physical_key", name, "timestamp", name, "timestamp"])
    with pytest.raises(InvalidRow, match=f"the result has the column {name} twice"):
        check_columns(columns)


def test_check_columns_ignores_other_repeated_columns() -> None:
    check_columns(unique_names(["logical_key", "size", "physical_key", "timestamp", "timestamp"]))


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (None, "got NULL"),
        ("", 'got ""'),
        (5, "got 5"),
        ("/etc/passwd", "got the absolute path"),
        ("a/../b", "without '.', '..' and empty parts"),
        ("..", "without '.', '..' and empty parts"),
        ("./a", "without '.', '..' and empty parts"),
        ("a//b", "without '.', '..' and empty parts"),
        ("folder/", "got the folder"),
        ("a\x00b", "NUL"),
    ],
)
def test_logical_key_rejects_invalid_paths(key: Any, problem: str) -> None:
    reason = rejection(logical_key=key)
    assert reason.startswith("logical_key: expected")
    assert problem in reason


@given(key=st.text(st.characters(exclude_categories=["Cs"])))
def test_logical_key_accepts_only_what_quilt3_accepts(key: str) -> None:
    from quilt3.util import QuiltException, validate_key

    try:
        logical_key = parse_row(row(logical_key=key), 1).entry.logical_key
    except ValueError:
        return
    assert logical_key == key
    try:
        validate_key(key)
    except QuiltException:
        pytest.fail(f"quilt3 rejects {key!r}")


@pytest.mark.parametrize("size", [None, "", "5.0", "1e3", "-1", " 5", "5 bytes", 5.0, True, -1, "9" * 20, "\u0665"])
def test_size_rejects_other_values_than_bytes(size: Any) -> None:
    assert rejection(size=size).startswith("size: expected a whole number of bytes")


@pytest.mark.parametrize(("size", "expected"), [("0", 0), ("5", 5), (7, 7), ("5368709120000", 5368709120000)])
def test_size_accepts_text_and_numbers(size: Any, expected: int) -> None:
    assert parse_row(row(size=size), 1).entry.size == expected


def test_size_is_at_most_that_of_the_largest_object() -> None:
    # 50 TB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    assert parse_row(row(size=54_975_581_388_800), 1).entry.size == 54_975_581_388_800
    assert rejection(size=54_975_581_388_801).endswith("got 54975581388801. Where it is computed, CAST it to bigint")


def test_message_shows_at_most_120_characters_of_a_value() -> None:
    assert f'got "{"é" * 118}". Where' in rejection(size="é" * 118)
    assert f'got "{"é" * 116}.... Where' in rejection(size="é" * 119)


def test_message_does_not_show_a_value_with_too_many_levels() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert "got a value with too many levels" in rejection(size=deep)


@pytest.mark.parametrize("keys", ["[s3://a-bucket/one]", '["s3://a-bucket/one"]', ["s3://a-bucket/one"]])
def test_physical_keys_with_one_item_is_accepted(keys: Any) -> None:
    values = row(physical_keys=keys)
    del values["physical_key"]
    assert str(parse_row(values, 1).entry.physical_key) == "s3://a-bucket/one"


@pytest.mark.parametrize(
    "keys",
    ["[s3://a-bucket/one, s3://a-bucket/two]", "[s3://a-bucket/one,s3://a-bucket/two]", ["s3://a/b", "s3://c/d"]],
)
@pytest.mark.parametrize("physical_key", [None, "s3://a-bucket/one"])
def test_physical_keys_with_several_items_is_rejected(keys: Any, physical_key: str | None) -> None:
    reason = rejection(physical_keys=keys, physical_key=physical_key)
    assert reason.startswith("physical_keys: expected one object, got 2")


@pytest.mark.parametrize("keys", ["[s3://a-bucket/two]", ["s3://a-bucket/one?versionId=1"]])
def test_physical_key_rejects_columns_with_different_objects(keys: Any) -> None:
    reason = rejection(physical_keys=keys, physical_key="s3://a-bucket/one")
    assert reason.startswith("physical_key: expected the object of physical_keys")
    assert "s3://a-bucket/two" in reason or "versionId=1" in reason


@pytest.mark.parametrize("keys", ["[s3://a-bucket/%6Fne]", "[s3://a-bucket/one]", "[]", None])
def test_physical_key_accepts_columns_with_the_same_object(keys: Any) -> None:
    entry = parse_row(row(physical_keys=keys, physical_key="s3://a-bucket/one"), 1).entry
    assert str(entry.physical_key) == "s3://a-bucket/one"


@pytest.mark.parametrize(
    "keys", ["[]", None, "s3://a-bucket/one", "[s3://a-bucket/one", "s3://a-bucket/one]", '["', "[1]", 5]
)
def test_physical_keys_without_an_object_is_rejected(keys: Any) -> None:
    assert "expected" in rejection(physical_keys=keys, physical_key=None)


@pytest.mark.parametrize("key", ["file:///a", "raw/a.tiff", "", "s3://a-bucket/folder/", 5])
def test_physical_key_rejects_other_values_with_its_column(key: Any) -> None:
    assert rejection(physical_key=key).startswith("physical_key: expected")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("{type=null, value=null}", None),
        (f"{{type={CHUNKED}, value={BASE64}}}", {"type": CHUNKED, "value": BASE64}),
        ("{type=CRC64NVME, value=AAAAAAAAAAA=}", {"type": "CRC64NVME", "value": "AAAAAAAAAAA="}),
        (json.dumps({"type": "SHA256", "value": SHA}), {"type": "SHA256", "value": SHA}),
        ({"type": "SHA256", "value": SHA}, {"type": "SHA256", "value": SHA}),
    ],
)
def test_hash_accepts_every_format_of_athena(value: Any, expected: Any) -> None:
    assert parse_row(row(hash=value), 1).entry.hash == expected


@pytest.mark.parametrize(
    "value",
    [
        SHA, "{type=MD5, value=00}", "{type=SHA256, value=xy}", "{type=SHA256, value=null}", "{", [1], 5, "{}",
        f"{{type=null, value={SHA}}}", {"type": 5, "value": SHA}, {"type": "SHA256", "value": 5}, {"value": SHA},
    ],
)  # fmt: skip
def test_hash_rejects_invalid_values(value: Any) -> None:
    assert rejection(hash=value).startswith("hash: expected")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"meta": None}, {}),
        ({"meta": "null"}, {}),
        ({"meta": {"user_meta": None}}, {"user_meta": None}),
        ({"meta": {"user_meta": {"a": 1}, "system": 2}}, {"user_meta": {"a": 1}, "system": 2}),
        ({"meta": None, "user_meta": '{"a":1}'}, {"user_meta": {"a": 1}}),
        ({"meta": '{"user_meta":{"a":1},"b":2}', "user_meta": {"c": 3}}, {"user_meta": {"c": 3}, "b": 2}),
    ],
)
def test_metadata_comes_from_meta_and_user_meta(values: dict[str, Any], expected: Any) -> None:
    assert parse_row(row(**values), 1).entry.meta == expected


@settings(max_examples=40)
@given(meta=JSON_OBJECTS)
def test_metadata_round_trips(meta: dict[str, Any]) -> None:
    values = row(meta=None, user_meta=json.dumps(meta))
    if any("\ud800" <= character <= "\udfff" for character in str(json.dumps(meta, ensure_ascii=False))):
        with pytest.raises(ValueError, match="surrogate"):
            parse_row(values, 1)
    else:
        assert parse_row(values, 1).entry.meta == {"user_meta": meta}


@pytest.mark.parametrize("meta", ["{", "[1]", "5", '{"a": NaN}', '{"a": 1e999}', '{"user_meta": 5}', "[" * 100_000])
def test_metadata_rejects_other_values_than_objects(meta: str) -> None:
    assert rejection(meta=meta).startswith("meta: expected")


def test_metadata_with_too_many_levels_is_rejected_for_that() -> None:
    assert rejection(meta="[" * 101).startswith("meta: expected at most 100 levels of nested lists and objects, got")
    assert rejection(meta="[" * 100).startswith("meta: expected JSON, got")


def test_metadata_larger_than_a_record_is_rejected() -> None:
    assert f"at most {MAX_RECORD_BYTES:,} bytes" in rejection(meta=json.dumps({"user_meta": {"a": "x" * 1_000_000}}))


@pytest.mark.parametrize("top_hash", ["latest", "AB" * 32, 5])
def test_top_hash_rejects_other_values(top_hash: Any) -> None:
    assert rejection(tophash=top_hash).startswith("tophash: expected the 64 hex digits")


def test_parse_row_keeps_number_top_hash_and_bucket() -> None:
    found = parse_row(row(tophash=SHA, bucket="my-bucket"), 7)
    assert (found.number, found.top_hash, found.bucket) == (7, SHA, "my-bucket")
    assert rejection(bucket="a bucket").startswith("bucket: expected")
