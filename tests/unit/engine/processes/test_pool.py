"""Engine processes: they return what the engine returns, and their death fails one query only."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.engine import (
    BytesLimitExceeded,
    CancelToken,
    EnginePool,
    ObjectInfo,
    QueryCancelled,
    QueryError,
    QueryResult,
)
from local.engine.processes import process as process_module
from local.engine.processes import worker
from tests.unit.engine.lake import Lake
from tests.unit.engine.test_engine import SLOW

Run = Callable[..., QueryResult]

# It backtracks for longer than anybody waits, and keeps Python from running anything else.
_STUCK = "SELECT regexp_like(rpad('', 40, 'a') || 'b', '(a+)+$')"


@pytest.fixture(scope="module")
def pool() -> Iterator[EnginePool]:
    """At most two processes."""
    pool = EnginePool(2)
    yield pool
    pool.close()


@pytest.fixture
def run(pool: EnginePool, lake: Lake) -> Run:
    """Run a statement in the lake."""

    def run_statement(sql: str, *, owner: str = "me", **options: Any) -> QueryResult:
        return pool.run(sql, owner=owner, catalog=lake, objects=lake, writer=lake, database="quilt_query", **options)

    return run_statement


def test_query_reads_the_servers_catalog_and_objects(run: Run, lake: Lake) -> None:
    lake.add_json_table(['{"a": "x"}', '{"a": null}'], {"a": "string"})
    result = run("SELECT a, ? FROM t ORDER BY 1", parameters=["1"])
    assert result.rows == [("x", "1"), (None, "1")]
    assert [column.type for column in result.columns] == ["varchar", "integer"]
    assert result.data_scanned_bytes == len('{"a": "x"}\n{"a": null}')


def test_ddl_writes_the_servers_catalog(run: Run, lake: Lake) -> None:
    run("CREATE VIEW v AS SELECT 1 AS one")
    assert lake.databases["quilt_query"]["v"]["TableType"] == "VIRTUAL_VIEW"


def test_pool_without_a_writer_rejects_ddl(pool: EnginePool, lake: Lake) -> None:
    with pytest.raises(QueryError):
        pool.run("CREATE VIEW v AS SELECT 1 AS one", owner="me", catalog=lake, objects=lake, database="quilt_query")
    assert lake.databases["quilt_query"] == {}


def test_errors_arrive_as_they_were_raised(run: Run, lake: Lake) -> None:
    with pytest.raises(QueryError) as caught:
        run("SELECT * FROM missing")
    assert caught.value.reason.startswith("TABLE_NOT_FOUND: line 1:15")
    lake.add_table("t", {"a": "string"}, location="s3://no-such-bucket/t/")
    with pytest.raises(QueryError, match="NoSuchBucket"):
        run("SELECT * FROM t")
    lake.add_table("u", {"a": "string"}, location="s3://data/u/")
    lake.put("data", "u/1", '{"a": "x"}')
    with pytest.raises(BytesLimitExceeded) as exceeded:
        run("SELECT * FROM u", bytes_limit=5)
    assert exceeded.value.data_scanned_bytes == 10


def test_catalogs_error_fails_the_query_with_its_reason(run: Run, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_database: str, _name: str) -> None:
        raise QueryError("Insufficient permissions to execute the query.")

    monkeypatch.setattr(lake, "get_table", denied)
    with pytest.raises(QueryError, match="Insufficient permissions"):
        run("SELECT * FROM t")


def test_objects_are_cached_per_owner(run: Run, lake: Lake) -> None:
    lake.add_json_table(['{"a": "cached per owner"}'], {"a": "string"})
    for owner in ("one", "one", "two"):
        run("SELECT a FROM t", owner=owner)
    assert lake.reads == ["t/lines.json"] * 2


def test_process_is_reused(run: Run, pool: EnginePool) -> None:
    run("SELECT 1")
    before = pool.pids
    for _ in range(10):
        assert run("SELECT 1").rows == [("1",)]
    assert sorted(pool.pids) == sorted(before)


def _kill_while_running(pool: EnginePool, lake: Lake) -> None:
    def kill() -> None:
        time.sleep(0.5)
        os.kill(next(iter(pool._running)).pid, signal.SIGKILL)

    threading.Thread(target=kill).start()
    pool.run(SLOW, owner="me", catalog=lake, objects=lake, database="quilt_query")


def test_death_of_a_process_fails_only_its_query(run: Run, pool: EnginePool, lake: Lake) -> None:
    run("SELECT 1")
    with pytest.raises(QueryError) as caught:
        _kill_while_running(pool, lake)
    assert caught.value.reason.startswith("GENERIC_INTERNAL_ERROR: The process that ran the query ended unexpectedly")
    assert "signal 9" in caught.value.reason
    assert caught.value.category == 1
    assert run("SELECT 2").rows == [("2",)]


@pytest.mark.exhaustive
def test_idle_process_that_died_is_replaced(run: Run, pool: EnginePool) -> None:
    run("SELECT 1")
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while any(process.usable for process in pool._idle) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert run("SELECT 3").rows == [("3",)]


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT array_agg(rpad('', 900000, 'x')) FROM UNNEST(sequence(1, 10000)) AS t(n)",
        "SELECT rpad('', 900000, 'x') FROM UNNEST(sequence(1, 10000)) AS t(n)",
    ],
    ids=["in the database", "in the rows"],
)
def test_query_that_takes_all_memory_fails_alone(run: Run, sql: str) -> None:
    with pytest.raises(QueryError, match=r"EXCEEDED_LOCAL_MEMORY_LIMIT|ended unexpectedly"):
        run(sql)
    assert run("SELECT 4").rows == [("4",)]


@pytest.mark.exhaustive
def test_result_that_is_too_large_is_rejected(run: Run) -> None:
    rows = worker.RESULT_BYTES // 900_000 + 1
    with pytest.raises(QueryError, match="a query whose result has more than 256 MB"):
        run(f"SELECT rpad(cast(n as varchar), 900000, 'x') FROM UNNEST(sequence(1, {rows})) AS t(n)")


@pytest.mark.parametrize("sql", [SLOW, _STUCK], ids=["in the database", "in Python"])
def test_cancel_stops_a_running_query(run: Run, sql: str) -> None:
    run("SELECT 1")
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    with pytest.raises(QueryCancelled):
        run(sql, cancel=token)
    assert run("SELECT 5").rows == [("5",)]


def test_cancelled_query_keeps_its_process(run: Run, pool: EnginePool, monkeypatch: pytest.MonkeyPatch) -> None:
    # However busy the machine is.
    monkeypatch.setattr(process_module, "GRACE_SECONDS", 60)
    run("SELECT 1")
    before = pool.pids
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    with pytest.raises(QueryCancelled):
        run(SLOW, cancel=token)
    assert sorted(pool.pids) == sorted(before)


def test_cancelled_token_starts_nothing(run: Run, lake: Lake) -> None:
    lake.add_json_table(['{"a": "x"}'], {"a": "string"})
    token = CancelToken()
    token.cancel()
    with pytest.raises(QueryCancelled):
        run("SELECT * FROM t", cancel=token)
    assert lake.reads == []


def test_listing_may_be_a_generator(pool: EnginePool, lake: Lake) -> None:
    class Generating(Lake):
        def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
            yield from lake.list(bucket, prefix)

    lake.add_json_table(['{"a": "generated"}'], {"a": "string"})
    objects = Generating()
    objects.buckets = lake.buckets
    result = pool.run("SELECT a FROM t", owner="other", catalog=lake, objects=objects, database="quilt_query")
    assert result.rows == [("generated",)]


def test_more_queries_than_processes_wait(run: Run, pool: EnginePool) -> None:
    results: list[str | None] = []
    threads = [threading.Thread(target=lambda n=n: results.append(run(f"SELECT {n}").rows[0][0])) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(str(result) for result in results) == [str(n) for n in range(8)]
    assert len(pool.pids) <= 2


def test_closed_pool_leaves_no_process(lake: Lake) -> None:
    pool = EnginePool(2)
    pool.warm_up()
    pool.run("SELECT 1", owner="me", catalog=lake, objects=lake, database="quilt_query")
    pids = pool.pids
    assert pids
    pool.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
