"""Pending objects: which of them the next batch has."""

from __future__ import annotations

from collections import Counter

import pytest

from quilt_athena.index.object_keys import POINTERS_PREFIX, manifest_key
from quilt_athena.index.pending import PendingObject, PendingObjects
from tests.unit.moto_stack import INDEX_TABLE, MotoStack


@pytest.fixture
def pending(stack: MotoStack) -> PendingObjects:
    """Two buckets with a backlog, and three, whose names begin alike, with a few objects."""
    pending = PendingObjects(stack.clients.dynamodb, INDEX_TABLE)
    counts = {"aaa": 60, "bbb": 60, "bbb-x": 2, "bbb.x": 1, "bbb0": 3}
    pending.add(PendingObject(bucket, f"{number:02}") for bucket, count in counts.items() for number in range(count))
    return pending


@pytest.mark.parametrize(
    ("limit", "max_buckets", "expected"),
    [
        (1, 50, {"aaa": 1}),
        (5, 50, {"aaa": 1, "bbb": 1, "bbb-x": 1, "bbb.x": 1, "bbb0": 1}),
        (26, 50, {"aaa": 10, "bbb": 10, "bbb-x": 2, "bbb.x": 1, "bbb0": 3}),
        (1000, 50, {"aaa": 60, "bbb": 60, "bbb-x": 2, "bbb.x": 1, "bbb0": 3}),
        (10, 2, {"aaa": 8, "bbb-x": 2}),
    ],
)
def test_a_backlog_of_one_bucket_leaves_room_for_the_others(
    pending: PendingObjects, limit: int, max_buckets: int, expected: dict[str, int]
) -> None:
    read = pending.read(limit, max_buckets)
    assert Counter(one.bucket for one in read) == expected
    assert len(set(read)) == len(read)
    # Of each bucket those that are last: manifests, whose keys are after those of pointers.
    assert manifest_key("0" * 64) > f"{POINTERS_PREFIX}{chr(0x10FFFF)}"
    counts = {"aaa": 60, "bbb": 60, "bbb-x": 2, "bbb.x": 1, "bbb0": 3}
    for bucket, count in expected.items():
        assert [one.key for one in read if one.bucket == bucket] == [
            f"{counts[bucket] - 1 - number:02}" for number in range(count)
        ]
