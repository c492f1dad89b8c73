"""The views of an indexed bucket have the rows of the live views, whatever the bucket has."""

from __future__ import annotations

import pytest

from tests.unit.index.harness import IndexHarness
from tests.unit.index.oddities import objects
from tests.unit.moto_stack import MotoStack

ODD, PLAIN = "odd-bucket", "plain-bucket"
VIEWS = ("packages_view", "objects_view")


def all_rows(harness: IndexHarness) -> dict[str, list[tuple[str | None, ...]]]:
    """The rows of the views of the bucket and of all buckets."""
    names = [f"{prefix}_quilt_{view}" for prefix in ("odd_bucket", "all_buckets") for view in VIEWS]
    return {name: harness.rows(f"SELECT * FROM {name}") for name in names}


@pytest.mark.exhaustive
def test_all_four_views_have_the_same_rows_live_and_indexed(stack: MotoStack) -> None:
    stack = stack.all_buckets()
    stack.registrar.reconciler.reconcile_all_buckets([])
    harness = IndexHarness.create(stack)
    for bucket, packages in ((ODD, 250), (PLAIN, 5)):
        harness.register(bucket)
        for key, body in objects(packages):
            harness.put(bucket, key, body)
    live = all_rows(harness)
    packages, entries = (len(live[f"odd_bucket_quilt_{view}"]) for view in VIEWS)
    assert (packages > 500, entries > 1000) == (True, True)
    harness.enable(ODD)
    harness.run()
    assert harness.reads_index(ODD)
    assert not harness.reads_index(PLAIN)
    indexed = all_rows(harness)
    for name, rows in live.items():
        assert indexed[name] == rows, name
    # Nor did the check of rows find a difference.
    assert harness.progress(ODD).differences == 0
    harness.run(request={"Maintain": True})
    assert harness.progress(ODD).differences == 0
