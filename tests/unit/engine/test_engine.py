"""Cancelling queries at any point, and several queries at once."""

from __future__ import annotations

import threading

import pytest

from local.engine import CancelToken, Engine, QueryCancelled
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake

#: A hundred billion rows, which would take minutes.
SLOW = """
SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS t(x) CROSS JOIN UNNEST(sequence(1, 10000)) AS u(y)
CROSS JOIN UNNEST(sequence(1, 1000)) AS v(z) WHERE sqrt(x * y * z) % 7 = 3
"""


def test_cancel_stops_a_running_query(run: Run) -> None:
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    with pytest.raises(QueryCancelled):
        run(SLOW, cancel=token)
    assert run("SELECT 1").rows == [("1",)]


def test_cancelled_token_starts_nothing(lake: Lake, run: Run) -> None:
    lake.add_json_table(['{"a": "x"}'], {"a": "string"})
    token = CancelToken()
    token.cancel()
    with pytest.raises(QueryCancelled):
        run("SELECT * FROM t", cancel=token)
    assert lake.reads == []


def test_cancel_between_objects_reports_scanned_bytes(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "string"})
    for key in ("1", "2", "3"):
        lake.put("data", f"t/{key}", '{"a": "x"}')
    token = CancelToken()
    with pytest.raises(QueryCancelled) as caught:
        run("SELECT * FROM t", cancel=token, on_progress=lambda scanned: token.cancel() if scanned > 10 else None)
    assert lake.reads == ["t/1", "t/2"]
    assert caught.value.data_scanned_bytes == 20


def test_cancel_within_an_object_stops_reading(lake: Lake, run: Run) -> None:
    lake.add_json_table(['{"a": "x"}'] * 20_000, {"a": "string"})
    token = CancelToken()
    with pytest.raises(QueryCancelled):
        run("SELECT * FROM t", cancel=token, on_progress=lambda _: token.cancel())


def test_cancel_of_a_finished_query_does_nothing(run: Run) -> None:
    token = CancelToken()
    run("SELECT 1", cancel=token)
    token.cancel()
    assert run("SELECT 2").rows == [("2",)]


def test_cancel_of_one_query_leaves_others_running(engine: Engine) -> None:
    token = CancelToken()
    results: list[str] = []

    def slow() -> None:
        try:
            engine.run(SLOW, database="quilt_query", cancel=token)
        except QueryCancelled:
            results.append("cancelled")

    thread = threading.Thread(target=slow)
    thread.start()
    assert engine.run("SELECT 1", database="quilt_query").rows == [("1",)]
    token.cancel()
    thread.join(timeout=5)
    assert results == ["cancelled"]


def test_queries_in_threads_see_only_their_own_tables(lake: Lake, engine: Engine) -> None:
    for number in range(4):
        lake.add_table(f"t{number}", {"a": "string"}, location=f"s3://data/t{number}/")
        lake.put("data", f"t{number}/x", f'{{"a": "{number}"}}')
    found: dict[int, list[object]] = {}

    def ask(number: int) -> None:
        rows = [engine.run(f"SELECT a FROM t{number}", database="quilt_query").rows for _ in range(10)]
        found[number] = list(rows)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert found == {number: [[(str(number),)]] * 10 for number in range(4)}
