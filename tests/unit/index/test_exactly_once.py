"""Every manifest is in the index once, however the writer is interrupted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quilt_athena.errors import IndexWriterLostError, IndexWriterStuckError
from quilt_athena.index.jobs import Job
from quilt_athena.index.limits import DEFAULT_LIMITS, IndexLimits
from quilt_athena.index.statements import BatchStatements
from tests.unit.index.harness import INDEX_BUCKET, IndexHarness
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
FAILED = ("QueryFailed", "ICEBERG_COMMIT_ERROR: somebody else committed")


@pytest.fixture
def harness(stack: MotoStack) -> IndexHarness:
    """A bucket in the index, and a new revision that is pending."""
    harness = IndexHarness.with_package(stack, BUCKET)
    tophash = harness.push(BUCKET, "lab/data", ["b.csv", "c.csv"], 1800000000)
    harness.changed(BUCKET, f".quilt/packages/{tophash}", ".quilt/named_packages/lab/data/")
    return harness


def assert_exactly_once(harness: IndexHarness) -> None:
    """All manifests and pointers of the bucket are in the index, each once."""
    indexed = harness.view_rows(BUCKET)
    harness.disable(BUCKET)
    assert harness.view_rows(BUCKET) == indexed
    markers = harness.rows(
        "SELECT tophash, count(*) FROM all_buckets_quilt_manifests_index WHERE etag IS NOT NULL GROUP BY tophash"
    )
    assert [count for _, count in markers] == ["1"] * len(markers)
    assert len(markers) == len([key for key in harness.keys(BUCKET) if key.startswith(".quilt/packages/")])


@pytest.mark.exhaustive
@pytest.mark.parametrize("error", ["QueryFailed", "QueryCancelled", "QueryTimedOut"])
@pytest.mark.parametrize("commits", [False, True])
@pytest.mark.parametrize("statement", ["INSERT", "MERGE", "SELECT"])
def test_a_statement_that_reports_failure_may_have_been_committed(
    harness: IndexHarness, statement: str, commits: bool, error: str
) -> None:
    failures = iter([(error, "reason")])
    harness.athena.fault = lambda key, sql: next(failures, None) if sql.startswith(statement) else None  # noqa: ARG005
    harness.athena.commits_nevertheless = commits
    harness.run()
    assert next(failures, None) is None
    assert_exactly_once(harness)


@pytest.mark.exhaustive
@pytest.mark.parametrize("error", ["Unexpected", "States.Timeout", "QueryNotStarted"])
def test_a_statement_whose_end_is_unknown_is_repeated_with_the_same_key(harness: IndexHarness, error: str) -> None:
    keys: list[str] = []
    lost = {"left": 2}

    def lose(statement: dict[str, Any]) -> dict[str, Any] | None:
        keys.append(statement["Key"])
        if statement["QueryString"].startswith("INSERT") and lost["left"]:
            lost["left"] -= 1
            return {"Key": statement["Key"], "Error": error, "Reason": "nobody knows"}
        return None

    harness.lose = lose
    harness.run()
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert_exactly_once(harness)


@pytest.mark.exhaustive
@pytest.mark.parametrize("statements", range(4))
@pytest.mark.parametrize("taken_in", [False, True])
def test_an_execution_that_ends_anywhere_is_continued(harness: IndexHarness, statements: int, taken_in: bool) -> None:
    """It dies after a number of statements, before or after their last result was taken in."""
    harness.run("dies", dies_after=statements, takes_in_last=taken_in)
    harness.run("continues")
    assert_exactly_once(harness)


@pytest.mark.exhaustive
def test_a_query_of_an_aborted_writer_may_commit_later(harness: IndexHarness) -> None:
    """The next writer repeats the statement with the same key, and gets the same query."""
    harness.run("dies", dies_after=1, takes_in_last=False)
    inserts = [one for one in harness.athena.statements if one.startswith("INSERT")]
    harness.run("continues")
    assert [one for one in harness.athena.statements if one.startswith("INSERT")] == inserts
    assert_exactly_once(harness)


@pytest.mark.exhaustive
def test_an_insert_that_was_committed_twice_is_repaired(harness: IndexHarness) -> None:
    """Should Athena forget a token, the marker query sees both commits."""

    def insert_twice(key: str, sql: str) -> None:  # noqa: ARG001 - the interface
        if sql.startswith("INSERT") and not repeated:
            repeated.append(sql)
            harness.athena.query(_without_check(sql))

    repeated: list[str] = []
    harness.athena.fault = insert_twice
    harness.run()
    assert repeated
    assert_exactly_once(harness)


@pytest.mark.exhaustive
def test_an_execution_whose_history_is_long_is_continued_by_another(harness: IndexHarness) -> None:
    harness.rounds = replace(harness.rounds, limits=IndexLimits(rounds=1))
    before = len(harness.athena.statements)
    assert [harness.run(f"execution-{number}") for number in range(4)] == [1, 1, 1, 0]
    assert [sql.split()[0] for sql in harness.athena.statements[before:]] == ["INSERT", "SELECT", "MERGE"]
    assert_exactly_once(harness)


def test_only_one_execution_writes(harness: IndexHarness) -> None:
    harness.executions.running.add("first")
    assert harness.rounds.run("first", 0, None)["Next"] == "Statement"
    assert harness.rounds.run("second", 0, None) == {"Next": "End"}
    harness.executions.running.discard("first")
    assert harness.rounds.run("second", 0, None)["Next"] == "Statement"


@pytest.mark.exhaustive
def test_an_execution_that_was_replaced_can_record_nothing(harness: IndexHarness) -> None:
    replaced = harness.writer.take("first")
    assert replaced is not None
    assert harness.writer.take("second") is not None
    with pytest.raises(IndexWriterLostError):
        harness.writer.store_job(replaced, None, 1)
    assert not harness.writer.release(replaced)


@pytest.mark.exhaustive
def test_work_that_is_announced_while_an_execution_ends_is_not_lost(harness: IndexHarness) -> None:
    harness.run()
    harness.executions.running.add("execution")
    original = harness.writer.release
    tophash = harness.push(BUCKET, "lab/data", ["late.csv"], 1900000000)

    def release(turn: Any) -> bool:
        if not released:
            released.append(turn)
            harness.changed(BUCKET, f".quilt/packages/{tophash}", ".quilt/named_packages/lab/data/")
        return original(turn)

    released: list[Any] = []
    object.__setattr__(harness.writer, "release", release)
    harness.run()
    assert tophash in {row[2] for row in harness.view_rows(BUCKET)[0]}


@pytest.mark.exhaustive
def test_a_rebuild_that_is_asked_for_while_an_execution_ends_is_not_lost(harness: IndexHarness) -> None:
    harness.run()
    harness.executions.running.add("ending")
    turn = harness.writer.take("ending")
    assert turn is not None
    assert harness.rounds.run("rebuilding", 0, None, {"Rebuild": [BUCKET]}) == {"Next": "End"}
    assert not harness.writer.release(turn)
    harness.run("ending")
    assert harness.reads_index(BUCKET)


@pytest.mark.exhaustive
def test_a_batch_that_takes_too_long_is_divided(harness: IndexHarness) -> None:
    """Nothing is given up: each part is fast enough."""
    for number in range(6):
        tophash = harness.push(BUCKET, "lab/data", [f"{number}.csv"], 1900000000 + number)
        harness.changed(BUCKET, f".quilt/packages/{tophash}", f".quilt/named_packages/lab/data/{1900000000 + number}")
    sizes: list[int] = []

    def time_out(key: str, sql: str) -> tuple[str, str] | None:  # noqa: ARG001 - the interface
        if not sql.startswith("INSERT"):
            return None
        sizes.append(sum(one.split("/")[1] in sql for one in harness.keys(INDEX_BUCKET) if "~" in one))
        return ("QueryTimedOut", "30 minutes") if sizes[-1] > 4 else None

    harness.athena.fault = time_out
    harness.rounds = replace(harness.rounds, work=replace(harness.rounds.work, limits=IndexLimits(objects=14)))
    harness.run()
    assert (sizes[0] > 4, max(sizes[3:]) <= 4) == (True, True)
    assert harness.pending.counts() == ({}, {}, {})
    assert_exactly_once(harness)


@pytest.mark.exhaustive
def test_a_statement_that_always_fails_divides_batches_and_then_reports_the_object(harness: IndexHarness) -> None:
    poison = harness.push(BUCKET, "lab/data", ["poison.csv"], 1900000000)
    harness.changed(BUCKET, f".quilt/packages/{poison}")

    def fail(key: str, sql: str) -> tuple[str, str] | None:  # noqa: ARG001 - the interface
        return (
            ("QueryFailed", "HIVE_CURSOR_ERROR") if sql.startswith("INSERT") and harness.stages(sql, poison) else None
        )

    harness.athena.fault = fail
    harness.run()
    (unreadable,) = harness.pending.read_unreadable(10)
    assert (unreadable.key, "HIVE_CURSOR_ERROR" in unreadable.reason) == (f".quilt/packages/{poison}", True)
    assert "b.csv" in {row[4] for row in harness.view_rows(BUCKET)[1]}


@pytest.mark.exhaustive
def test_a_writer_that_can_write_nothing_fails(harness: IndexHarness) -> None:
    for number in range(10):
        tophash = harness.push(BUCKET, "lab/data", [f"{number}.csv"], 1900000000 + number)
        harness.changed(BUCKET, f".quilt/packages/{tophash}")
    harness.athena.fault = lambda key, sql: FAILED if sql.startswith("INSERT") else None  # noqa: ARG005
    with pytest.raises(IndexWriterStuckError, match="fails whatever it writes"):
        harness.run()
    harness.athena.fault = lambda key, sql: None  # noqa: ARG005
    harness.run(request={"Maintain": True})
    assert_exactly_once(harness)


def test_the_largest_batch_has_short_statements_and_few_partitions() -> None:
    buckets = [f"{number:063}" for number in range(DEFAULT_LIMITS.buckets)]
    batch = BatchStatements("d" * 255, "b" * 63, "0" * 32, buckets)
    for sql in (batch.insert(), batch.verify(), batch.check_rows(), batch.replace(), batch.remove()):
        assert len(sql.encode()) < 262_144 / 10
    assert len(batch.merge_pointers().encode()) < 262_144 / 10
    # Headers and entries: Athena opens at most 100.
    assert 2 * len(buckets) <= 100


def test_a_job_survives_its_record() -> None:
    job = Job.from_json(
        {
            "kind": "write a batch",
            "phases": ["insert", "verify"],
            "id": "abc",
            "step": 2,
            "buckets": ["a", "b"],
            "cursor": None,
            "added by a later release": 1,
        }
    )
    assert (job.key, job.buckets, Job.from_json(job.to_json())) == ("index-abc-2", ("a", "b"), job)


def _without_check(sql: str) -> str:
    """The INSERT without its condition on markers."""
    return sql.replace(
        "WHERE (bucket || '~' || tophash) NOT IN (", "WHERE (bucket || '~' || tophash) IS NOT NULL OR '' IN ("
    )
