"""A bucket that is indexed: backfilled, then followed."""

from __future__ import annotations

from quilt_athena.registration.index_progress import IndexState
from tests.unit.index.harness import IndexHarness
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
VIEWS = ("my_bucket_quilt_packages_view", "my_bucket_quilt_objects_view")


def test_an_indexed_bucket_has_the_same_rows(stack: MotoStack) -> None:
    harness = IndexHarness.create(stack)
    harness.register(BUCKET)
    for number in range(3):
        harness.push(BUCKET, "lab/data", ["a.csv", f"b{number}.csv"], 1700000000 + number, message=f"revision {number}")
    live = {view: harness.rows(f"SELECT * FROM {view}") for view in VIEWS}
    harness.register(
        BUCKET,
        indexed=True,
        kind=__import__("quilt_athena.registration.bucket_events", fromlist=["x"]).EventKind.UPDATED,
    )
    print(harness.run(), [s[:60] for s in harness.athena.statements])
    known = stack.registration(BUCKET)
    assert known and known.index and known.index.state is IndexState.COMPLETE
    assert known.index.manifests == 3
    indexed = {view: harness.rows(f"SELECT * FROM {view}") for view in VIEWS}
    assert indexed == live
    assert [len(rows) for rows in live.values()] == [4, 8]
