"""A bucket that is indexed: backfilled, compared, and then followed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from quilt_athena.index.limits import IndexLimits
from quilt_athena.registration.index_progress import IndexState
from tests.desired import DATABASE
from tests.unit.index.harness import INDEX_BUCKET, IndexHarness
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"


@pytest.fixture
def harness(stack: MotoStack) -> IndexHarness:
    """A registered bucket with three revisions of a package, which is not indexed."""
    harness = IndexHarness.create(stack)
    harness.register(BUCKET)
    for number in range(3):
        harness.push(BUCKET, "lab/data", ["a.csv", f"b{number}.csv"], 1700000000 + number, message=f"revision {number}")
    return harness


def test_an_indexed_bucket_has_the_same_rows(harness: IndexHarness) -> None:
    live = harness.view_rows(BUCKET)
    assert [len(rows) for rows in live] == [4, 8]
    harness.enable(BUCKET)
    assert harness.view_rows(BUCKET) == live
    harness.run()
    progress = harness.progress(BUCKET)
    assert (progress.state, progress.manifests) == (IndexState.COMPLETE, 3)
    assert harness.reads_index(BUCKET)
    assert harness.view_rows(BUCKET) == live
    # Two tables; one slice of INSERT, check and MERGE; the three queries of the comparison.
    assert len(harness.athena.statements) == 8
    assert not [key for key in harness.keys(INDEX_BUCKET) if key.startswith(("staging/", "plans/"))]


@pytest.mark.exhaustive
def test_a_backfill_in_small_slices_is_the_same(stack: MotoStack) -> None:
    harness = IndexHarness.create(stack, IndexLimits(objects=2, bytes=1))
    harness.register(BUCKET)
    for number in range(5):
        harness.push(BUCKET, f"lab/data{number % 2}", [f"{number}.csv"], 1700000000 + number)
    live = harness.view_rows(BUCKET)
    harness.enable(BUCKET)
    harness.run()
    assert harness.reads_index(BUCKET)
    assert harness.view_rows(BUCKET) == live


def test_revisions_of_a_package_are_written_one_after_the_other(stack: MotoStack) -> None:
    harness = IndexHarness.create(stack)
    harness.register(BUCKET)
    names = {
        harness.push(BUCKET, name, ["a.csv"], 1700000000 + number, message=f"{name} {number}"): (name, number)
        for number in range(3)
        for name in ("lab/one", "lab/two")
    }
    staged: list[list[tuple[str, int]]] = []

    def record(statement: dict[str, Any]) -> None:
        if statement["QueryString"].startswith("INSERT"):
            keys = (key for key in harness.keys(INDEX_BUCKET) if key.startswith("staging/"))
            staged.append([names[key[-64:]] for key in keys if key[-64:] in names])

    harness.lose = record
    harness.enable(BUCKET)
    harness.run()
    assert staged == [[("lab/one", 0), ("lab/one", 1), ("lab/one", 2), ("lab/two", 0), ("lab/two", 1), ("lab/two", 2)]]


def test_a_pushed_revision_is_indexed_after_its_event(harness: IndexHarness) -> None:
    harness.enable(BUCKET)
    harness.run()
    tophash = harness.push(BUCKET, "lab/data", ["new.csv"], 1800000000)
    before = len(harness.athena.statements)
    harness.changed(BUCKET, f".quilt/packages/{tophash}", ".quilt/named_packages/lab/data/")
    harness.run()
    assert len(harness.athena.statements) - before == 3
    assert ("lab", "data", tophash, "1800000000") in {row[:4] for row in harness.view_rows(BUCKET)[0]}
    # Once more, with nothing pending.
    assert harness.run() == 0


def test_events_of_buckets_that_are_not_indexed_are_ignored(harness: IndexHarness) -> None:
    harness.changed(BUCKET, ".quilt/packages/" + "0" * 64)
    harness.changed("unknown-bucket", ".quilt/packages/" + "0" * 64)
    assert harness.pending.read(10) == []
    assert harness.run() == 0


@pytest.mark.exhaustive
def test_deleted_and_moved_pointers_and_overwritten_and_deleted_manifests_are_followed(harness: IndexHarness) -> None:
    harness.enable(BUCKET)
    harness.run()
    s3 = harness.stack.clients.s3
    first, *_, last = sorted(key for key in harness.keys(BUCKET) if key.startswith(".quilt/packages/"))
    overwritten = (
        '{"version": "v0", "message": "other"}\n{"logical_key": "x", "physical_keys": ["s3://b/x"], "size": 1}\n'
    )
    harness.put(BUCKET, last, overwritten)
    s3.delete_object(Bucket=BUCKET, Key=first)
    s3.delete_object(Bucket=BUCKET, Key=".quilt/named_packages/lab/data/1700000001")
    harness.put(BUCKET, ".quilt/named_packages/lab/data/latest", last.rpartition("/")[2])
    harness.changed(
        BUCKET, first, last, ".quilt/named_packages/lab/data/1700000001", ".quilt/named_packages/lab/data/latest"
    )
    harness.run()
    indexed = harness.view_rows(BUCKET)
    harness.disable(BUCKET)
    assert not harness.reads_index(BUCKET)
    assert harness.view_rows(BUCKET) == indexed
    assert len(indexed[0]) > 0


@pytest.mark.exhaustive
def test_what_no_event_reported_is_found_by_a_comparison(harness: IndexHarness) -> None:
    harness.enable(BUCKET)
    harness.run()
    tophash = harness.push(BUCKET, "lab/other", ["unreported.csv"], 1800000000)
    harness.stack.clients.s3.delete_object(Bucket=BUCKET, Key=".quilt/named_packages/lab/data/1700000001")
    harness.run(request={"Maintain": True})
    packages, objects = harness.view_rows(BUCKET)
    assert tophash in {row[2] for row in packages}
    assert "unreported.csv" in {row[4] for row in objects}
    assert "1700000001" not in {row[3] for row in packages}


def test_a_disabled_bucket_is_erased_after_its_views_read_the_bucket(harness: IndexHarness) -> None:
    live = harness.view_rows(BUCKET)
    harness.enable(BUCKET)
    harness.run()
    harness.disable(BUCKET)
    assert not harness.reads_index(BUCKET)
    harness.run()
    assert harness.progress(BUCKET).state is IndexState.ERASING
    assert harness.index_rows() == [("0",), ("0",)]
    assert harness.view_rows(BUCKET) == live


@pytest.mark.exhaustive
def test_a_removed_bucket_is_erased(harness: IndexHarness) -> None:
    harness.enable(BUCKET)
    harness.run()
    harness.remove(BUCKET)
    harness.run()
    assert harness.index_rows() == [("0",), ("0",)]


@pytest.mark.exhaustive
def test_a_bucket_is_indexed_again_after_it_was_erased(harness: IndexHarness) -> None:
    live = harness.view_rows(BUCKET)
    harness.enable(BUCKET)
    harness.run()
    harness.disable(BUCKET)
    harness.run()
    harness.enable(BUCKET)
    harness.run()
    assert harness.reads_index(BUCKET)
    assert harness.view_rows(BUCKET) == live


@pytest.mark.exhaustive
def test_a_bucket_that_is_enabled_again_before_it_was_erased_has_what_changed_meanwhile(harness: IndexHarness) -> None:
    """The writer is busy with another bucket, and sees only that the bucket is to be indexed."""
    harness.register("other-bucket")
    for bucket in (BUCKET, "other-bucket"):
        harness.enable(bucket)
    harness.run()
    pushed: list[str] = []

    def disable_and_enable(key: str, sql: str) -> None:  # noqa: ARG001 - the interface
        if sql.startswith("INSERT") and not pushed:
            harness.disable(BUCKET)
            pushed.append(harness.push(BUCKET, "lab/data", ["new.csv"], 1800000000))
            harness.changed(BUCKET, f".quilt/packages/{pushed[0]}", ".quilt/named_packages/lab/data/")
            harness.enable(BUCKET)

    harness.athena.fault = disable_and_enable
    harness.changed("other-bucket", f".quilt/packages/{harness.push('other-bucket', 'lab/data', ['a.csv'])}")
    harness.run()
    assert harness.reads_index(BUCKET)
    assert pushed[0] in {row[2] for row in harness.view_rows(BUCKET)[0]}


@pytest.mark.exhaustive
def test_a_foreign_table_in_the_way_of_a_view_does_not_delay_other_buckets(stack: MotoStack) -> None:
    harness = IndexHarness.create(stack.all_buckets())
    for bucket in (BUCKET, "other-bucket"):
        harness.register(bucket)
        harness.push(bucket, "lab/data", ["a.csv"])
    harness.enable(BUCKET)
    harness.run()
    name, glue = "all_buckets_quilt_packages_view", harness.stack.clients.glue
    view = glue.get_table(DatabaseName=DATABASE, Name=name)["Table"]
    glue.delete_table(DatabaseName=DATABASE, Name=name)
    foreign: Any = {"Name": name, "StorageDescriptor": view["StorageDescriptor"], "TableType": "EXTERNAL_TABLE"}
    glue.create_table(DatabaseName=DATABASE, TableInput=foreign)
    harness.disable(BUCKET)
    harness.enable("other-bucket")
    harness.run()
    assert harness.progress("other-bucket").state is IndexState.COMPLETE
    assert harness.reads_index("other-bucket")
    # The view of all objects may still read the bucket's rows.
    assert harness.progress(BUCKET).erased_at is None
    assert {one.bucket for one in harness.pending.read_unreadable(10)} == {BUCKET, "other-bucket"}
    glue.delete_table(DatabaseName=DATABASE, Name=name)
    harness.run(request={"Maintain": True})
    assert harness.progress(BUCKET).erased_at is not None
    assert harness.pending.read_unreadable(10) == []


@pytest.mark.exhaustive
def test_a_rebuilt_bucket_has_its_rows_all_the_time(harness: IndexHarness) -> None:
    live = harness.view_rows(BUCKET)
    harness.enable(BUCKET)
    harness.run()
    seen: list[bool] = []

    def check(key: str, sql: str) -> None:  # noqa: ARG001 - the interface
        seen.append(harness.view_rows(BUCKET) == live)

    harness.athena.fault = check
    harness.run(request={"Rebuild": [BUCKET]})
    assert seen
    assert all(seen)
    assert harness.reads_index(BUCKET)


@pytest.mark.exhaustive
def test_a_dropped_table_is_created_and_filled_again(harness: IndexHarness) -> None:
    live = harness.view_rows(BUCKET)
    harness.enable(BUCKET)
    harness.run()
    harness.athena.query("DROP TABLE quilt_query.all_buckets_quilt_packages_index")
    harness.writer.wake()
    harness.run()
    assert harness.reads_index(BUCKET)
    assert harness.view_rows(BUCKET) == live


@pytest.mark.exhaustive
def test_an_unreadable_manifest_does_not_delay_the_others(harness: IndexHarness) -> None:
    harness.enable(BUCKET)
    harness.run()
    bad, good = (harness.push(BUCKET, "lab/data", [name], 1800000000 + n) for n, name in enumerate(("bad", "good")))
    harness.deny(BUCKET, f".quilt/packages/{bad}")
    harness.changed(BUCKET, f".quilt/packages/{bad}", f".quilt/packages/{good}", ".quilt/named_packages/lab/data/")
    harness.run()
    assert good in {row[2] for row in harness.view_rows(BUCKET)[0]}
    (unreadable,) = harness.pending.read_unreadable(10)
    assert (unreadable.key, "AccessDenied" in unreadable.reason) == (f".quilt/packages/{bad}", True)
    harness.allow()
    harness.run(request={"Maintain": True})
    assert harness.pending.read_unreadable(10) == []
    assert bad in {row[2] for row in harness.view_rows(BUCKET)[0]}


@pytest.mark.exhaustive
def test_two_buckets_share_a_batch(stack: MotoStack) -> None:
    harness = IndexHarness.create(stack)
    for bucket in ("bucket-a", "bucket-b"):
        harness.register(bucket)
        harness.enable(bucket)
    harness.run()
    tophashes = {bucket: harness.push(bucket, "lab/data", [bucket]) for bucket in ("bucket-a", "bucket-b")}
    before = len(harness.athena.statements)
    for bucket, tophash in tophashes.items():
        harness.changed(bucket, f".quilt/packages/{tophash}", ".quilt/named_packages/lab/data/")
    harness.run()
    assert len(harness.athena.statements) - before == 3
    for bucket, tophash in tophashes.items():
        assert {row[2] for row in harness.view_rows(bucket)[0]} == {tophash}


def test_limits_are_the_documented_ones() -> None:
    limits = IndexLimits()
    assert dataclasses.astuple(limits)[:3] == (4000, 1024**3, 50)


@pytest.mark.exhaustive
def test_packages_that_athena_does_not_read_are_not_indexed(harness: IndexHarness) -> None:
    for package in ("_lab/data", ".lab/data", "lab/_data", "lab/.data"):
        harness.push(BUCKET, package, [f"{package}.csv"])
    live = harness.view_rows(BUCKET)
    harness.enable(BUCKET)
    harness.run()
    assert harness.reads_index(BUCKET)
    assert harness.view_rows(BUCKET) == live
    assert harness.rows("SELECT DISTINCT \"user\" || '/' || name FROM all_buckets_quilt_packages_index") == [
        ("lab/data",)
    ]
