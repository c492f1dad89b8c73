"""A row is an entry, or says why not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.errors import InvalidRow
from quilt_athena.packages.rows import MAX_RECORD_BYTES, check_columns, row_of
from quilt_athena.query.results import unique_names
from tests.unit.packages.bucket import SHA, row

CHUNKED = "sha2-256-chunked"
BASE64 = "A" * 43 + "="
JSON_OBJECTS = st.dictionaries(
    st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner))
)


def refused(**values: Any) -> str:
    """The reason for which a row is refused."""
    with pytest.raises(ValueError, match="expected") as error:
        row_of(row(**values), 1)
    return str(error.value)


def test_a_row_of_the_view_is_an_entry() -> None:
    entry = row_of(row(), 1).entry
    assert (entry.logical_key, str(entry.physical_key)) == ("a.tiff", "s3://packages/raw/a.tiff?versionId=v1")
    assert (entry.size, entry.hash) == (5, {"type": "SHA256", "value": SHA})
    assert entry.meta == {"user_meta": {"cellindex": ["5"]}}


@pytest.mark.parametrize(
    "columns", [["logical_key", "size", "physical_key"], ["physical_keys", "size", "logical_key", "x"]]
)
def test_these_columns_are_enough(columns: list[str]) -> None:
    check_columns(columns)


def test_a_missing_column_is_named_with_those_that_there_are() -> None:
    with pytest.raises(InvalidRow, match=r"no column size and no column physical_key \(or physical_keys\)") as error:
        check_columns(["logical_key", "sise"])
    assert "it has logical_key, sise" in str(error.value)


@pytest.mark.parametrize(
    "name", ["logical_key", "physical_key", "physical_keys", "size", "hash", "tophash", "meta", "user_meta", "bucket"]
)
def test_a_column_that_comes_twice_is_named(name: str) -> None:
    columns = unique_names(["logical_key", "size", "physical_key", name, "timestamp", name, "timestamp"])
    with pytest.raises(InvalidRow, match=f"the result has the column {name} twice"):
        check_columns(columns)


def test_other_columns_may_come_twice() -> None:
    check_columns(unique_names(["logical_key", "size", "physical_key", "timestamp", "timestamp"]))


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (None, "got NULL"),
        ("", 'got ""'),
        (5, "got 5"),
        ("/etc/passwd", "got the absolute"),
        ("a/../b", "without '.', '..' and empty parts"),
        ("..", "without '.', '..' and empty parts"),
        ("./a", "without '.', '..' and empty parts"),
        ("a//b", "without '.', '..' and empty parts"),
        ("folder/", "got the folder"),
        ("a\x00b", "NUL"),
    ],
)
def test_a_path_that_is_none_is_refused(key: Any, problem: str) -> None:
    reason = refused(logical_key=key)
    assert reason.startswith("logical_key: expected")
    assert problem in reason


@given(key=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_path_is_taken_if_quilt3_takes_it(key: str) -> None:
    from quilt3.util import QuiltException, validate_key

    try:
        taken = row_of(row(logical_key=key), 1).entry.logical_key
    except ValueError:
        return
    assert taken == key
    try:
        validate_key(key)
    except QuiltException:
        pytest.fail(f"quilt3 refuses {key!r}")


@pytest.mark.parametrize("size", [None, "", "5.0", "1e3", "-1", " 5", "5 bytes", 5.0, True, -1, "9" * 20, "\u0665"])
def test_a_size_that_is_no_number_of_bytes_is_refused(size: Any) -> None:
    assert refused(size=size).startswith("size: expected a whole number of bytes")


@pytest.mark.parametrize(("size", "taken"), [("0", 0), ("5", 5), (7, 7), ("5368709120000", 5368709120000)])
def test_a_size_is_text_or_a_number(size: Any, taken: int) -> None:
    assert row_of(row(size=size), 1).entry.size == taken


@pytest.mark.parametrize("keys", ["[s3://a-bucket/one]", '["s3://a-bucket/one"]', ["s3://a-bucket/one"]])
def test_an_array_of_one_is_a_physical_key(keys: Any) -> None:
    values = row(physical_keys=keys)
    del values["physical_key"]
    assert str(row_of(values, 1).entry.physical_key) == "s3://a-bucket/one"


@pytest.mark.parametrize(
    "keys",
    ["[s3://a-bucket/one, s3://a-bucket/two]", "[s3://a-bucket/one,s3://a-bucket/two]", ["s3://a/b", "s3://c/d"]],
)
@pytest.mark.parametrize("physical_key", [None, "s3://a-bucket/one"])
def test_an_array_of_several_is_refused(keys: Any, physical_key: str | None) -> None:
    reason = refused(physical_keys=keys, physical_key=physical_key)
    assert reason.startswith("physical_keys: expected one object, got 2")


@pytest.mark.parametrize("keys", ["[s3://a-bucket/two]", ["s3://a-bucket/one?versionId=1"]])
def test_two_columns_that_name_two_objects_are_refused(keys: Any) -> None:
    reason = refused(physical_keys=keys, physical_key="s3://a-bucket/one")
    assert reason.startswith("physical_key: expected the object of physical_keys")
    assert "s3://a-bucket/two" in reason or "versionId=1" in reason


@pytest.mark.parametrize("keys", ["[s3://a-bucket/%6Fne]", "[s3://a-bucket/one]", "[]", None])
def test_two_columns_may_name_one_object(keys: Any) -> None:
    entry = row_of(row(physical_keys=keys, physical_key="s3://a-bucket/one"), 1).entry
    assert str(entry.physical_key) == "s3://a-bucket/one"


@pytest.mark.parametrize("keys", ["[]", None, "s3://a-bucket/one", '["', "[1]", 5])
def test_an_array_without_an_object_is_refused(keys: Any) -> None:
    assert "expected" in refused(physical_keys=keys, physical_key=None)


@pytest.mark.parametrize("key", ["file:///a", "raw/a.tiff", "", "s3://a-bucket/folder/"])
def test_a_physical_key_that_names_no_object_is_refused_with_its_column(key: str) -> None:
    assert refused(physical_key=key).startswith("physical_key: expected")


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        (None, None),
        ("{type=null, value=null}", None),
        (f"{{type={CHUNKED}, value={BASE64}}}", {"type": CHUNKED, "value": BASE64}),
        ("{type=CRC64NVME, value=AAAAAAAAAAA=}", {"type": "CRC64NVME", "value": "AAAAAAAAAAA="}),
        (json.dumps({"type": "SHA256", "value": SHA}), {"type": "SHA256", "value": SHA}),
        ({"type": "SHA256", "value": SHA}, {"type": "SHA256", "value": SHA}),
    ],
)
def test_a_hash_is_kept_in_every_form_that_athena_gives(value: Any, taken: Any) -> None:
    assert row_of(row(hash=value), 1).entry.hash == taken


@pytest.mark.parametrize("value", [SHA, "{type=MD5, value=00}", "{type=SHA256, value=xy}", "{", [1], 5, "{}"])
def test_a_hash_that_is_none_is_refused_and_not_dropped(value: Any) -> None:
    assert refused(hash=value).startswith("hash: expected")


@pytest.mark.parametrize(
    ("values", "taken"),
    [
        ({"meta": None}, {}),
        ({"meta": "null"}, {}),
        ({"meta": {"user_meta": {"a": 1}, "system": 2}}, {"user_meta": {"a": 1}, "system": 2}),
        ({"meta": None, "user_meta": '{"a":1}'}, {"user_meta": {"a": 1}}),
        ({"meta": '{"user_meta":{"a":1},"b":2}', "user_meta": {"c": 3}}, {"user_meta": {"c": 3}, "b": 2}),
    ],
)
def test_metadata_is_the_manifests_or_the_users(values: dict[str, Any], taken: Any) -> None:
    assert row_of(row(**values), 1).entry.meta == taken


@given(meta=JSON_OBJECTS)
def test_metadata_comes_through_as_it_is(meta: dict[str, Any]) -> None:
    values = row(meta=None, user_meta=json.dumps(meta))
    if any("\ud800" <= character <= "\udfff" for character in str(json.dumps(meta, ensure_ascii=False))):
        with pytest.raises(ValueError, match="surrogate"):
            row_of(values, 1)
    else:
        assert row_of(values, 1).entry.meta == {"user_meta": meta}


@pytest.mark.parametrize("meta", ["{", "[1]", "5", '{"a": NaN}', '{"a": 1e999}', '{"user_meta": 5}', "[" * 100_000])
def test_metadata_that_is_no_object_is_refused(meta: str) -> None:
    assert refused(meta=meta).startswith("meta: expected")


def test_metadata_that_no_manifest_can_hold_is_refused() -> None:
    assert f"at most {MAX_RECORD_BYTES:,} bytes" in refused(meta=json.dumps({"user_meta": {"a": "x" * 1_000_000}}))


@pytest.mark.parametrize("top_hash", ["latest", "AB" * 32, 5])
def test_a_top_hash_that_is_none_is_refused(top_hash: Any) -> None:
    assert refused(tophash=top_hash).startswith("tophash: expected the 64 hex digits")


def test_a_row_tells_where_it_is_from() -> None:
    taken = row_of(row(tophash=SHA, bucket="my-bucket"), 7)
    assert (taken.number, taken.top_hash, taken.bucket) == (7, SHA, "my-bucket")
    assert refused(bucket="a bucket").startswith("bucket: expected")
