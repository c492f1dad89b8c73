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


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("code", "key", "method"),
    [
        ("KMS.InvalidKeyUsageException", "/.quilt/packages/", "HEAD"),
        # What a person's event names can be longer than a key.
        ("KeyTooLongError", "/.quilt/named_packages/", "GET"),
        # The account that owns the bucket was closed.
        ("NotSignedUp", "", "GET"),
    ],
)
def test_whatever_reason_s3_has_the_other_buckets_go_on(
    harness: IndexHarness, code: str, key: str, method: str
) -> None:
    for bucket in (DENIED, OTHER):
        harness.enable(bucket)
    harness.run()
    tophashes = {bucket: harness.push(bucket, "lab/data", ["b.csv"], 1800000000) for bucket in (DENIED, OTHER)}
    harness.deny(DENIED, key, method, code)
    for bucket, tophash in tophashes.items():
        harness.changed(bucket, f".quilt/packages/{tophash}", ".quilt/named_packages/lab/data/")
    harness.run(request={"Maintain": True})
    assert list(reasons(harness)) == [DENIED]
    assert tophashes[OTHER] in {row[2] for row in harness.view_rows(OTHER)[0]}
    harness.allow()
    harness.run(request={"Maintain": True})
    assert reasons(harness) == {}
    assert tophashes[DENIED] in {row[2] for row in harness.view_rows(DENIED)[0]}


@pytest.mark.exhaustive
def test_a_bucket_whose_rows_cannot_be_compared_does_not_delay_the_others(harness: IndexHarness) -> None:
    for bucket in (DENIED, OTHER):
        harness.enable(bucket)
    harness.run()
    unreported = {bucket: harness.push(bucket, "lab/more", ["b.csv"]) for bucket in (DENIED, OTHER)}
    harness.athena.fault = lambda key, sql: (  # noqa: ARG005 - the interface
        ("QueryFailed", "HIVE_CURSOR_ERROR") if "checksum" in sql and DENIED in sql else None
    )
    harness.run(request={"Maintain": True})
    assert reasons(harness) == {DENIED: "its rows can't be compared: QueryFailed: HIVE_CURSOR_ERROR"}
    for bucket, tophash in unreported.items():
        assert tophash in {row[2] for row in harness.view_rows(bucket)[0]}
    assert any(sql.startswith("VACUUM") for sql in harness.athena.statements)
    harness.athena.fault = lambda key, sql: None  # noqa: ARG005 - the interface
    harness.run(request={"Maintain": True})
    assert reasons(harness) == {}
