"""Physical keys are read and written as by quilt3, and what it would misread is rejected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.packages.physical_keys import PhysicalKey, parse_physical_key

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda key: not key.endswith("/"))
VERSIONS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(key=KEYS, version=VERSIONS)
def test_physical_key_round_trips_as_in_quilt3(key: str, version: str | None) -> None:
    from quilt3.util import PhysicalKey as QuiltPhysicalKey

    physical_key = PhysicalKey("a-bucket", key, version)
    assert parse_physical_key(str(physical_key)) == physical_key
    assert str(QuiltPhysicalKey("a-bucket", key, version)) == str(physical_key)
    quilt = QuiltPhysicalKey.from_url(str(physical_key))
    assert (quilt.bucket, quilt.path, quilt.version_id) == tuple(physical_key)


@given(text=st.text() | st.text().map(lambda text: f"s3://a-bucket/{text}"))
def test_parse_physical_key_agrees_with_quilt3(text: str) -> None:
    from quilt3.util import PhysicalKey as QuiltPhysicalKey

    try:
        physical_key = parse_physical_key(text)
    except ValueError:
        return  # No other error is raised.
    quilt = QuiltPhysicalKey.from_url(text)
    assert (quilt.bucket, quilt.path, quilt.version_id) == tuple(physical_key)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("raw/a.tiff", "got a path without a bucket"),
        ("/raw/a.tiff", "got a path without a bucket"),
        ("file:///raw/a.tiff", "got a file:// URL"),
        ("https://a-bucket/key", "got https://"),
        ("s" * 20 + "://a-bucket/key", "got " + "s" * 20 + "://"),
        ("s" * 21 + "://a-bucket/key", "got " + "s" * 20 + "://"),
        ("s3:///key", "expected"),
        ("s3://a-bucket", "that of a bucket or folder"),
        ("s3://a-bucket/folder/", "that of a bucket or folder"),
        ("s3://a-bucket/a#1.tiff", "# to be quoted as %23"),
        ("s3://a-bucket/what?.tiff", "%3F"),
        ("s3://a-bucket/key?versionId=", "versionId"),
        ("s3://a-bucket/key?versionId=1&x=2", "versionId"),
        ("s3://a-bucket/key?versionId=1&x=", "versionId"),
        ("s3://a-bucket/key?versionId=1&versionId=2", "versionId"),
        ("s3://a-bucket/key?&", "versionId"),
        ("s3://a-bucket/\x1f", "control characters"),
        ("FILE:///raw/a.tiff", "got a file:// URL"),
        ("s3://a bucket/key", "expected"),
        ("s3://a-bucket/a\nb", "control characters"),
        ("s3://a-bucket/%ff", "UTF-8"),
    ],
)
def test_parse_physical_key_rejects_other_texts(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        parse_physical_key(text)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("S3://a-bucket/a b", "a b"),
        ("s3://a-bucket/%EF%BF%BD", "\ufffd"),
        ("s3://a-bucket/%ef%bf%bd", "\ufffd"),
        ("s3://a-bucket/\ufffd", "\ufffd"),
        ("s3://a-bucket/a?versionId=v", "a"),
    ],
)
def test_parse_physical_key_accepts_what_refers_to_an_object(text: str, key: str) -> None:
    assert parse_physical_key(text).key == key
