"""Data files of the index that others deleted: their buckets are indexed again, and the others go on."""

from __future__ import annotations

import pytest

from quilt_athena.errors import IndexWriterStuckError
from quilt_athena.index import statements
from quilt_athena.index.lost_files import bucket_of_lost_file
from quilt_athena.index.tables import MANIFESTS_INDEX as MANIFESTS
from quilt_athena.registration.index_progress import IndexState
from tests.unit.index.harness import INDEX_BUCKET, IndexHarness
from tests.unit.moto_stack import MotoStack

LOST, OTHER = "lost-bucket", "other-bucket"
#: How Athena begins.
OPENING = "ICEBERG_CANNOT_OPEN_SPLIT: Error opening Iceberg split"


@pytest.fixture
def harness(stack: MotoStack) -> IndexHarness:
    """Two indexed buckets with a package each."""
    harness = IndexHarness.create(stack)
    for bucket in (LOST, OTHER):
        harness.register(bucket)
        harness.push(bucket, "lab/data", ["a.csv"])
        harness.enable(bucket)
    harness.run()
    return harness


def lose(harness: IndexHarness, folder: str) -> None:
    """Delete the data files of a bucket in a folder of the index bucket."""
    lost = [key for key in harness.keys(INDEX_BUCKET) if key.startswith(folder) and f"bucket={LOST}/" in key]
    assert lost
    for key in lost:
        harness.stack.clients.s3.delete_object(Bucket=INDEX_BUCKET, Key=key)


@pytest.mark.parametrize("folder", ["packages/", pytest.param("manifests/", marks=pytest.mark.exhaustive)])
def test_the_daily_comparison_finds_a_lost_file(harness: IndexHarness, folder: str) -> None:
    before = [harness.view_rows(bucket) for bucket in (LOST, OTHER)]
    compared = harness.progress(OTHER).compared_at
    lose(harness, folder)
    harness.run(request={"Maintain": True})
    assert [harness.view_rows(bucket) for bucket in (LOST, OTHER)] == before
    assert harness.reads_index(LOST)
    assert harness.progress(OTHER).compared_at != compared
    assert harness.pending.counts() == ({}, {}, {})


@pytest.mark.exhaustive
@pytest.mark.parametrize("folder", ["packages/", "manifests/"])
def test_what_arrives_finds_a_lost_file(harness: IndexHarness, folder: str) -> None:
    lose(harness, folder)
    for bucket in (LOST, OTHER):
        tophash = harness.push(bucket, "lab/more", ["b.csv"])
        harness.changed(bucket, f".quilt/packages/{tophash}", ".quilt/named_packages/lab/more/")
    harness.run()
    for bucket in (LOST, OTHER):
        assert {row[4] for row in harness.view_rows(bucket)[1]} == {"a.csv", "b.csv"}
        assert harness.progress(bucket).state is IndexState.COMPLETE
        assert harness.reads_index(bucket)
    assert harness.pending.counts() == ({}, {}, {})
    assert not [key for key in harness.keys(INDEX_BUCKET) if key.startswith(("staging/", "plans/"))]


@pytest.mark.exhaustive
def test_compaction_finds_a_lost_file(harness: IndexHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_after_comparison(key: str, sql: str) -> None:  # noqa: ARG001 - the interface
        if "$partitions" in sql and MANIFESTS in sql:
            lose(harness, "manifests/")

    for number in range(4):  # fewer than five files are not compacted
        tophash = harness.push(LOST, "lab/data", [f"b{number}.csv"], 1800000000 + number)
        harness.changed(LOST, f".quilt/packages/{tophash}", ".quilt/named_packages/lab/data/")
        harness.run()
    before = harness.view_rows(LOST)
    monkeypatch.setattr(statements, "_MANY_FILES", 1)
    harness.athena.fault = lose_after_comparison
    harness.run(request={"Maintain": True})
    assert [sql.startswith("VACUUM") for sql in harness.athena.statements].count(True) == 2
    assert harness.reads_index(LOST)
    assert harness.view_rows(LOST) == before
    assert harness.pending.counts() == ({}, {}, {})


@pytest.mark.exhaustive
def test_a_bucket_that_cannot_be_compared_does_not_delay_the_others(harness: IndexHarness) -> None:
    def fault(key: str, sql: str) -> tuple[str, str] | None:  # noqa: ARG001 - the interface
        # The file that is named exists.
        existing = next(one for one in harness.keys(INDEX_BUCKET) if f"bucket={LOST}/" in one)
        of_list = sql.startswith("SELECT") and f"bucket = '{LOST}'" in sql
        return ("QueryFailed", f"{OPENING} s3://{INDEX_BUCKET}/{existing} (offset=4): Bad page") if of_list else None

    compared = harness.progress(OTHER).compared_at
    harness.athena.fault = fault
    harness.run(request={"Maintain": True})
    (left,) = harness.pending.read_unreadable(10)
    assert (left.bucket, left.reason.split(": ")[:3]) == (
        LOST, ["its rows can't be compared", "QueryFailed", "ICEBERG_CANNOT_OPEN_SPLIT"],
    )  # fmt: skip
    assert harness.reads_index(LOST)
    assert harness.progress(OTHER).compared_at != compared
    # Until the next day.
    count = len(harness.athena.outcomes)
    harness.writer.wake()
    harness.run()
    assert len(harness.athena.outcomes) == count
    harness.athena.fault = lambda key, sql: None  # noqa: ARG005 - the interface
    harness.run(request={"Maintain": True})
    assert harness.pending.counts() == ({}, {}, {})


@pytest.mark.exhaustive
def test_views_do_not_read_an_index_that_could_not_be_compared(stack: MotoStack) -> None:
    harness = IndexHarness.create(stack)
    harness.register(OTHER)
    harness.push(OTHER, "lab/data", ["a.csv"])
    harness.enable(OTHER)
    failed = ("QueryFailed", "GENERIC_INTERNAL_ERROR")
    harness.athena.fault = lambda key, sql: failed if f"bucket = '{OTHER}'" in sql else None  # noqa: ARG005
    with pytest.raises(IndexWriterStuckError, match="GENERIC_INTERNAL_ERROR"):
        harness.run()
    assert harness.progress(OTHER).state is IndexState.BACKFILLING
    assert not harness.reads_index(OTHER)


def test_a_lost_file_is_one_that_does_not_exist(stack: MotoStack) -> None:
    s3 = stack.clients.s3
    s3.create_bucket(Bucket=INDEX_BUCKET)
    folder = f"manifests/data/0110/bucket={LOST}/kind=entry"
    s3.put_object(Bucket=INDEX_BUCKET, Key=f"{folder}/there.parquet", Body=b"x")
    s3.put_object(Bucket=INDEX_BUCKET, Key=f"{folder}/longer.parquet.bak", Body=b"x")
    reasons = {
        f"{OPENING} s3://{INDEX_BUCKET}/{folder}/gone.parquet (offset=4, length=19777): The specified key": LOST,
        f"{OPENING} s3://{INDEX_BUCKET}/{folder}/gone.parquet": LOST,
        f"{OPENING} s3://{INDEX_BUCKET}/{folder}/longer.parquet (offset=4, length=19777)": LOST,
        f"{OPENING} s3://{INDEX_BUCKET}/{folder}/there.parquet (offset=4, length=1): Access Denied": None,
        f"{OPENING} s3://another-bucket/{folder}/gone.parquet (offset=4, length=19777)": None,
        f"{OPENING} s3://{INDEX_BUCKET}/manifests/data/gone.parquet (offset=4, length=19777)": None,
        "QUERY_TIMEOUT: Query timeout": None,
    }
    assert {reason: bucket_of_lost_file(s3, INDEX_BUCKET, reason) for reason in reasons} == reasons
