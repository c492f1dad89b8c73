"""Identifiers are injective for every legal bucket name, and the notebook's for plain ones; quoting is safe."""

from __future__ import annotations

import re
import string

import pytest
import sqlglot
from hypothesis import example, given
from hypothesis import strategies as st
from sqlglot import exp

from quilt_athena import names
from quilt_athena.errors import InvalidBucketNameError
from quilt_athena.names import bucket_id, sql_identifier, sql_string, table_name, validate_bucket_name
from tests.desired import table_names

SUFFIXES = ("quilt_manifests", "quilt_packages", "quilt_packages_view", "quilt_objects_view")


def is_legal(bucket: str) -> bool:
    """S3's rules, written independently of the code."""
    ends = bucket[:1] + bucket[-1:]
    return (
        3 <= len(bucket) <= 255
        and set(bucket) <= set(string.ascii_letters + string.digits + ".-_")
        and all(end.isalnum() for end in ends)
        and ".." not in bucket
        and not re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", bucket)
    )


plain_names = st.from_regex(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", fullmatch=True)
# Names of few letters, so that two of them often differ only in case and punctuation, which an identifier loses.
alike_names = st.text("aAb1-_.", min_size=3, max_size=6).filter(is_legal)
long_names = st.builds(
    lambda start, middle, end: start + "a" * 180 + middle + end,
    st.sampled_from("ab"),
    st.text("ab-_.", max_size=73),
    st.sampled_from("ab"),
).filter(is_legal)
legal_names = st.one_of(
    plain_names,
    alike_names,
    long_names,
    st.sampled_from(["all-buckets", "all.buckets", "all_buckets", "All-Buckets", "all-buckets0"]),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]", fullmatch=True).filter(is_legal),
)


def resembling(bucket: str) -> list[str]:
    """Legal names that might get the same identifier as ``bucket``, or look like its identifier."""
    identifier = bucket_id(bucket)
    candidates = [
        identifier.strip("_").replace("_", character) for character in "-_."
    ] + [
        bucket.replace("-", "_"), bucket.replace("_", "-"), bucket.replace(".", "-"), bucket.replace("-", "."),
        bucket.lower(), bucket.upper(), bucket.swapcase(), identifier, identifier.strip("_"), bucket + "0",
    ]  # fmt: skip
    return [candidate for candidate in candidates if is_legal(candidate) and candidate != bucket]


@given(legal_names, legal_names)
@example("my-data", "my_data")
@example("my.data", "my-data")
def test_bucket_id_is_unique(one: str, other: str) -> None:
    assert (bucket_id(one) == bucket_id(other)) == (one == other)


@given(legal_names)
def test_bucket_id_differs_from_those_of_similar_names(bucket: str) -> None:
    assert bucket_id(bucket) not in {bucket_id(other) for other in resembling(bucket)}


@given(legal_names, legal_names)
@example("a", "a-quilt-manifests")
def test_table_names_are_unique(one: str, other: str) -> None:
    if one != other and is_legal(one) and is_legal(other):
        assert not set(table_names(one)) & set(table_names(other))


@given(plain_names.filter(lambda name: name != "all-buckets"))
def test_plain_bucket_names_have_the_notebooks_table_names(bucket: str) -> None:
    notebook = bucket.replace("-", "_")
    assert bucket_id(bucket) == notebook
    assert table_names(bucket) == tuple(f"{notebook}_{suffix}" for suffix in SUFFIXES)


@given(legal_names)
def test_table_names_need_no_quotes_and_fit_glue(bucket: str) -> None:
    assert re.fullmatch(r"[a-z0-9_]+", bucket_id(bucket))
    for suffix in SUFFIXES:
        assert len(table_name(bucket, suffix)) <= 255


@pytest.mark.parametrize("bucket", ["all-buckets", "all_buckets", "all.buckets", "ALL-BUCKETS"])
def test_bucket_id_is_never_a_reserved_one(bucket: str) -> None:
    assert bucket_id(bucket) not in names.RESERVED_IDS
    assert bucket_id(bucket).startswith("all_buckets_")


@given(st.one_of(legal_names, st.text(max_size=10), st.text("aA0.-_/", max_size=8)))
def test_validate_bucket_name_accepts_exactly_the_legal_names(bucket: str) -> None:
    if is_legal(bucket):
        assert validate_bucket_name(bucket) == bucket
    else:
        with pytest.raises(InvalidBucketNameError, match="legal S3 bucket name"):
            bucket_id(bucket)


@pytest.mark.parametrize(
    "bucket",
    [
        "", "ab", "a" * 256, "-abc", "abc-", ".abc", "abc.", "_ab", "ab_", "a..b", "192.168.5.4", "a/b", "a b", "a'b",
        'a"b', "abc\n", "bücket", "a\x00b", "s3://bucket", "arn:aws:s3:::bucket",
    ],
)  # fmt: skip
def test_validate_bucket_name_rejects_illegal_names(bucket: str) -> None:
    with pytest.raises(InvalidBucketNameError, match="is not a legal S3 bucket name: expected"):
        validate_bucket_name(bucket)


def test_validate_bucket_name_shows_the_beginning_of_a_long_name() -> None:
    with pytest.raises(InvalidBucketNameError, match=f"^'{'x' * 80}' is not"):
        validate_bucket_name("x" * 300)


@pytest.mark.parametrize("bucket", [None, 5, ["bucket"], b"bucket"])
def test_validate_bucket_name_rejects_other_types(bucket: object) -> None:
    with pytest.raises(InvalidBucketNameError, match="expected a bucket name, got"):
        validate_bucket_name(bucket)


# Athena rejects NUL in SQL, and sqlglot's tokenizer stops there.
sql_text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


def selected(sql: str) -> exp.Expr:
    """An expression as sqlglot parses it."""
    statement = sqlglot.parse_one(f"SELECT {sql}", dialect="athena")
    assert isinstance(statement, exp.Select)
    return statement.selects[0]


@given(sql_text)
@example("it's")
@example("\\'; DROP TABLE x; --")
@example("a\nb")
def test_sql_string_round_trips(value: str) -> None:
    literal = selected(sql_string(value))
    assert isinstance(literal, exp.Literal)
    assert literal.is_string
    assert literal.this == value


@given(sql_text.filter(bool))
@example('a"b')
@example('x" FROM secrets --')
def test_sql_identifier_round_trips(name: str) -> None:
    column = selected(sql_identifier(name))
    assert isinstance(column, exp.Column)
    assert column.name == name
    assert column.this.quoted
