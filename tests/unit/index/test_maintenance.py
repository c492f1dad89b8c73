"""The tables stay small: few files, snapshots, metadata files and versions; and what is erased is gone."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest

from quilt_athena.index import statements
from quilt_athena.index.tables import MANIFESTS_INDEX, PACKAGES_INDEX
from quilt_athena.registration.index_progress import IndexState
from tests.desired import DATABASE
from tests.unit.index.harness import INDEX_BUCKET, IndexHarness
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
COMMITS = 21
#: After this time the snapshots of today have expired.
DAYS = timedelta(days=3)


@pytest.fixture
def harness(stack: MotoStack) -> IndexHarness:
    """An indexed bucket with a package."""
    return IndexHarness.with_package(stack, BUCKET)


def expire_at_once(harness: IndexHarness) -> None:
    """Let VACUUM delete all snapshots but the current one, and work as if days had passed."""
    for table in (MANIFESTS_INDEX, PACKAGES_INDEX):
        harness.athena.query(f"ALTER TABLE {table} SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '0')")
    maintenance = harness.rounds.work.maintenance
    object.__setattr__(maintenance, "now", lambda: datetime.now(UTC) + DAYS)


def files(harness: IndexHarness, pattern: str) -> list[str]:
    """The keys in the index bucket that a pattern matches."""
    return [key for key in harness.keys(INDEX_BUCKET) if re.search(pattern, key)]


@pytest.mark.exhaustive
def test_many_commits_leave_few_files_snapshots_and_versions(harness: IndexHarness) -> None:
    for number in range(COMMITS):
        key, tophash = f".quilt/named_packages/lab/many/{1800000000 + number}", f"{number:064x}"
        harness.put(BUCKET, key, tophash)
        # One commit, as for a pointer that an event reports.
        etag = hashlib.md5(tophash.encode(), usedforsecurity=False).hexdigest()
        _, _, user, name, timestamp = key.split("/")
        harness.athena.query(
            f"INSERT INTO {PACKAGES_INDEX}"
            f" VALUES ('{BUCKET}', '{user}', '{name}', '{timestamp}', '{tophash}', '{etag}')"
        )
    pointers = harness.rows(f"SELECT * FROM {PACKAGES_INDEX}")
    assert len(files(harness, "packages/.*bucket=")) > COMMITS
    expire_at_once(harness)
    harness.run(request={"Maintain": True})
    assert harness.progress(BUCKET).differences == 0
    assert harness.rows(f"SELECT * FROM {PACKAGES_INDEX}") == pointers
    optimized = [sql for sql in harness.athena.statements if sql.startswith("OPTIMIZE")]
    assert [PACKAGES_INDEX in sql for sql in optimized] == [True]
    assert len(files(harness, "packages/.*bucket=")) == 1
    assert len(harness.rows(f'SELECT * FROM "{PACKAGES_INDEX}$snapshots"')) == 1
    # The current one and ten former ones, of each table.
    assert len(files(harness, r"\.metadata\.json$")) <= 2 * 11
    versions = harness.stack.clients.glue.get_table_versions(DatabaseName=DATABASE, TableName=PACKAGES_INDEX)
    assert len(versions["TableVersions"]) == 10


def test_a_bucket_is_erasing_until_no_object_has_anything_of_it(harness: IndexHarness) -> None:
    harness.disable(BUCKET)
    harness.run()
    expire_at_once(harness)
    harness.deny(INDEX_BUCKET, "/data/", "DELETE")
    harness.run(request={"Maintain": True})
    # VACUUM succeeded, and deleted nothing.
    assert any(sql.startswith("VACUUM") for sql in harness.athena.statements)
    assert files(harness, f"bucket={BUCKET}/")
    assert harness.progress(BUCKET).state is IndexState.ERASING
    harness.allow()
    harness.run(request={"Maintain": True})
    assert files(harness, f"{BUCKET}") == []
    known = harness.stack.registration(BUCKET)
    assert known is not None
    assert known.index is None


def test_what_arrives_during_maintenance_is_indexed_before_its_next_statement(harness: IndexHarness) -> None:
    def arrive(key: str, sql: str) -> None:  # noqa: ARG001 - the interface
        if "$partitions" in sql and not pushed:
            pushed.append(harness.push(BUCKET, "lab/data", ["b.csv"], 1800000000))
            harness.changed(BUCKET, f".quilt/packages/{pushed[0]}", ".quilt/named_packages/lab/data/")

    pushed: list[str] = []
    harness.athena.fault = arrive
    harness.run(request={"Maintain": True})
    statements = ["MEASURE" if "$partitions" in sql else sql.split()[0] for sql in harness.athena.statements]
    assert statements[-7:] == ["MEASURE", "INSERT", "SELECT", "MERGE", "MEASURE", "VACUUM", "VACUUM"]
    assert pushed[0] in {row[2] for row in harness.view_rows(BUCKET)[0]}
    assert harness.writer.take("next").maintenance_due is None  # type: ignore[union-attr]  # nothing is running


@pytest.mark.exhaustive
def test_vacuum_is_repeated_until_it_has_deleted_everything(harness: IndexHarness) -> None:
    left = ["ICEBERG_VACUUM_MORE_RUNS_NEEDED: Removed 20000 files in this round, run VACUUM again"] * 5

    def fault(key: str, sql: str) -> tuple[str, str] | None:  # noqa: ARG001 - the interface
        return ("QueryFailed", left.pop()) if sql.startswith("VACUUM") and left else None

    harness.athena.fault = fault
    harness.run(request={"Maintain": True})
    assert left == []
    assert [sql.split()[0] for sql in harness.athena.statements[-2:]] == ["VACUUM", "VACUUM"]
    assert harness.writer.take("next").maintenance_due is None  # type: ignore[union-attr]  # nothing is running


@pytest.mark.exhaustive
def test_files_that_cannot_be_compacted_are_reported_and_old_snapshots_deleted(
    harness: IndexHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "_MANY_FILES", 1)
    harness.athena.fault = lambda key, sql: (  # noqa: ARG005 - the interface
        ("QueryTimedOut", "30 minutes") if sql.startswith("OPTIMIZE") and "'entry'" in sql else None
    )
    harness.run(request={"Maintain": True})
    assert [sql.split()[0] for sql in harness.athena.statements[-2:]] == ["VACUUM", "VACUUM"]
    (reported,) = harness.pending.read_unreadable(10)
    assert (reported.bucket, reported.reason) == (
        BUCKET,
        "its files of kind entry can't be compacted: QueryTimedOut: 30 minutes",
    )
    assert harness.writer.take("next").maintenance_due is None  # type: ignore[union-attr]  # nothing is running
    harness.athena.fault = lambda key, sql: None  # noqa: ARG005 - the interface
    harness.run(request={"Maintain": True})
    assert harness.pending.read_unreadable(10) == []
