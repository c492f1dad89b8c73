"""Rows that somebody else wrote to the index tables, changed or deleted: the daily comparison repairs them."""

from __future__ import annotations

import pytest

from tests.unit.index.harness import INDEX_BUCKET, IndexHarness
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
MANIFESTS, PACKAGES = "all_buckets_quilt_manifests_index", "all_buckets_quilt_packages_index"
LATEST = "WHERE \"timestamp\" = 'latest' AND name = 'data'"
#: Statements that are run together, and how many differences they make.
WRITES: dict[str, tuple[int, tuple[str, ...]]] = {
    "changed": (
        4,
        (
            f"DELETE FROM {MANIFESTS} WHERE logical_key = 'b0.csv'",
            f"INSERT INTO {MANIFESTS} SELECT * FROM {MANIFESTS} WHERE logical_key = 'b1.csv'",
            f"UPDATE {MANIFESTS} SET meta = '{{}}' WHERE logical_key = 'b2.csv'",
            f"UPDATE {MANIFESTS} SET message = 'other' WHERE message = 'revision 3'",
            # Its ETag is right: the pointer is read again without being a difference.
            f"UPDATE {PACKAGES} SET hash = '{'0' * 64}' {LATEST}",
        ),
    ),
    # Each manifest differs from what S3 lists, and so do its rows.
    "markers deleted": (8, (f"DELETE FROM {MANIFESTS} WHERE etag IS NOT NULL",)),
    "all deleted": (5, (f"DELETE FROM {MANIFESTS}", f"DELETE FROM {PACKAGES} {LATEST}")),
    # A package that Athena doesn't read, pointers that don't exist, a pointer twice, and hashes of no manifests.
    "inserted": (
        9,
        (
            f"INSERT INTO {PACKAGES} SELECT bucket, '_lab', '.data', \"timestamp\", hash, etag FROM {PACKAGES}",
            f"INSERT INTO {PACKAGES} SELECT bucket, 'lab', 'more', '1', hash, etag FROM {PACKAGES} {LATEST}",
            f"INSERT INTO {PACKAGES} SELECT * FROM {PACKAGES} {LATEST}",
            f"INSERT INTO {MANIFESTS} (bucket, kind, tophash) VALUES ('{BUCKET}', 'entry', '{'0' * 64}')",
            f"INSERT INTO {MANIFESTS} (bucket, kind, tophash, etag) VALUES ('{BUCKET}', 'header', 'no hash', 'x')",
        ),
    ),
}


@pytest.fixture
def harness(stack: MotoStack) -> IndexHarness:
    """An indexed bucket with four revisions of a package."""
    harness = IndexHarness.create(stack)
    harness.register(BUCKET)
    for number in range(4):
        harness.push(BUCKET, "lab/data", ["a.csv", f"b{number}.csv"], 1700000000 + number, message=f"revision {number}")
    harness.enable(BUCKET)
    harness.run()
    assert harness.progress(BUCKET).differences == 0
    return harness


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", WRITES)
def test_rows_that_somebody_else_wrote_are_found_and_replaced(harness: IndexHarness, kind: str) -> None:
    differences, writes = WRITES[kind]

    def indexed() -> list[list[tuple[str | None, ...]]]:
        rows = f"SELECT kind, tophash, logical_key, meta, message, etag FROM {MANIFESTS}"
        return [*harness.view_rows(BUCKET), harness.rows(rows), harness.rows(f"SELECT * FROM {PACKAGES}")]

    before = indexed()
    for write in writes:
        harness.athena.query(write)
    assert indexed() != before
    harness.run(request={"Maintain": True})
    assert indexed() == before
    assert harness.progress(BUCKET).differences == differences
    assert not [key for key in harness.keys(INDEX_BUCKET) if key.startswith(("staging/", "plans/"))]
    harness.run(request={"Maintain": True})
    assert harness.progress(BUCKET).differences == 0


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "write",
    [
        f"INSERT INTO {PACKAGES} (bucket, name, \"timestamp\", hash) VALUES ('{BUCKET}', 'data', 'latest', 'x')",
        f"INSERT INTO {PACKAGES} SELECT bucket, 'lab/data', 'more', \"timestamp\", hash, etag FROM {PACKAGES}",
        f"INSERT INTO {MANIFESTS} (bucket, kind, etag) VALUES ('{BUCKET}', 'header', 'x')",
    ],
)
def test_an_index_with_rows_that_no_key_finds_is_rebuilt(harness: IndexHarness, write: str) -> None:
    before = [harness.view_rows(BUCKET), harness.index_rows()]
    harness.athena.query(write)
    assert harness.index_rows() != before[1]
    harness.run(request={"Maintain": True})
    assert [harness.view_rows(BUCKET), harness.index_rows()] == before
    assert harness.reads_index(BUCKET)
    harness.run(request={"Maintain": True})
    assert harness.progress(BUCKET).differences == 0
    assert harness.index_rows() == before[1]
