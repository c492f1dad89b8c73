"""An entry has at most the size that quilt3 writes as one record."""

from __future__ import annotations

from typing import Any

import pytest

from quilt_athena.packages.entries import Entry, record_bytes, validated
from quilt_athena.packages.physical_keys import PhysicalKey


def entry(size: int = 0, **meta: Any) -> Entry:
    """An entry with a path of 3 bytes, a physical key of 14, and metadata of ``size`` bytes (at least 9)."""
    return Entry("é1", PhysicalKey("a-bucket", "k"), 1, None, meta or {"a": "x" * (size - 9)})


def test_record_counts_path_object_and_metadata() -> None:
    assert record_bytes(entry(size=1000)) == 3 + len("s3://a-bucket/k") + 250 + 1000
    assert record_bytes(entry(a="é")) == 3 + 15 + 250 + 11


def test_record_has_at_most_a_million_bytes() -> None:
    rest = 3 + 15 + 250
    assert record_bytes(entry(size=1_000_000 - rest)) == 1_000_000
    with pytest.raises(ValueError, match="at most 1,000,000 bytes for an entry, got about 1,000,001"):
        record_bytes(entry(size=1_000_001 - rest))
    with pytest.raises(ValueError, match="got about 1,000,001"):
        validated(entry(size=1_000_001 - rest))


def test_metadata_with_too_many_levels_is_rejected() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="meta: expected less nesting"):
        record_bytes(entry(a=deep))
