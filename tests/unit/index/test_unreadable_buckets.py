"""Buckets that cannot be listed: the others go on, the reason is reported, and they catch up when they can be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from quilt_athena.registration.index_progress import IndexState
from tests.unit.index.harness import IndexHarness
from tests.unit.moto_stack import MotoStack

DENIED, OTHER = "denied-bucket", "other-bucket"


@pytest.fixture
def harness(stack: MotoStack) -> Iterator[IndexHarness]:
    """Two buckets with a package each."""
    harness = IndexHarness.create(stack)
    for bucket in (DENIED, OTHER):
        harness.register(bucket)
        harness.push(bucket, "lab/data", ["a.csv"])
    yield harness
    harness.allow()


def reasons(harness: IndexHarness) -> dict[str, str]:
    """Why objects cannot be read, by bucket."""
    return {one.bucket: one.reason for one in harness.pending.read_unreadable(10)}


@pytest.mark.exhaustive
def test_a_bucket_that_cannot_be_listed_is_indexed_when_it_can_be(harness: IndexHarness) -> None:
    harness.deny(DENIED, "", "GET")
    for bucket in (DENIED, OTHER):
        harness.enable(bucket)
    harness.run()
    assert harness.progress(OTHER).state is IndexState.COMPLETE
    assert harness.progress(DENIED).state is IndexState.BACKFILLING
    assert reasons(harness) == {
        DENIED: "s3://denied-bucket/.quilt/named_packages/ can't be listed (AccessDenied):"
        " allow s3:ListBucket to the index's writer"
    }
    harness.run(request={"Maintain": True})
    assert list(reasons(harness)) == [DENIED]
    harness.allow()
    harness.writer.wake()
    harness.run()
    assert harness.progress(DENIED).state is IndexState.COMPLETE
    assert reasons(harness) == {}


@pytest.mark.exhaustive
@pytest.mark.parametrize("when", ["before", "during"])
def test_a_comparison_of_a_bucket_that_cannot_be_listed_waits(harness: IndexHarness, when: str) -> None:
    for bucket in (DENIED, OTHER):
        harness.enable(bucket)
    harness.run()
    compared = harness.progress(DENIED).compared_at
    unreported = {bucket: harness.push(bucket, "lab/more", ["b.csv"]) for bucket in (DENIED, OTHER)}

    def deny(key: str, sql: str) -> None:  # noqa: ARG001 - the interface
        if DENIED in sql and harness.denied is None:
            harness.deny(DENIED, "", "GET")

    if when == "before":
        harness.deny(DENIED, "", "GET")
    else:
        harness.athena.fault = deny
    harness.run(request={"Maintain": True})
    assert list(reasons(harness)) == [DENIED]
    assert harness.progress(DENIED).compared_at == compared
    assert harness.reads_index(DENIED)
    assert unreported[OTHER] in {row[2] for row in harness.view_rows(OTHER)[0]}
    assert any(sql.startswith("VACUUM") for sql in harness.athena.statements)
    harness.athena.fault = lambda key, sql: None  # noqa: ARG005 - the interface
    harness.allow()
    harness.run(request={"Maintain": True})
    assert reasons(harness) == {}
    assert unreported[DENIED] in {row[2] for row in harness.view_rows(DENIED)[0]}


@pytest.mark.exhaustive
def test_a_bucket_that_was_deleted_is_reported(harness: IndexHarness) -> None:
    harness.enable(DENIED)
    s3 = harness.stack.clients.s3
    for key in harness.keys(DENIED):
        s3.delete_object(Bucket=DENIED, Key=key)
    s3.delete_bucket(Bucket=DENIED)
    harness.run()
    assert reasons(harness) == {DENIED: "bucket denied-bucket doesn't exist (NoSuchBucket)"}
