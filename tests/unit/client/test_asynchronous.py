"""The client for asyncio: it waits without blocking, and stops what nobody waits for any more."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from quilt_athena.client import AsyncQuiltAthena, InvalidRequest, Progress, QueryFailed, QuiltAthena
from tests.unit.client.deployed import RUNNING, answer, failed, history, package, started, succeeded
from tests.unit.client.fake_aws import FakeAws

START, DESCRIBE, STOP = "stepfunctions:StartExecution", "stepfunctions:DescribeExecution", "stepfunctions:StopExecution"


@pytest.fixture
def asynchronous(aws: FakeAws, athena: QuiltAthena, monkeypatch: pytest.MonkeyPatch) -> AsyncQuiltAthena:
    """A client whose queries run until `DESCRIBE` has another response."""
    monkeypatch.setattr("quilt_athena.client.executions._pause", lambda _elapsed: 0.001)
    aws.on(START, started).on(DESCRIBE, RUNNING).on(STOP, {"stopDate": "2026-11-20T12:00:00Z"})
    aws.on("stepfunctions:GetExecutionHistory", history())
    return AsyncQuiltAthena(athena)


def test_result_is_the_one_of_the_client(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    aws.on(DESCRIBE, RUNNING, RUNNING, succeeded())
    result = asyncio.run(asynchronous.run_query("SELECT ?", [1], max_rows=7))
    assert result.to_list() == answer()["Rows"]
    assert aws.called(START)[0]["input"] == '{"QueryString": "SELECT ?", "Parameters": [1], "MaxRows": 7}'
    assert len(aws.called(DESCRIBE)) == 3
    assert STOP not in aws.names


def test_express_query_is_one_call(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    aws.on("stepfunctions:StartSyncExecution", succeeded())
    assert asyncio.run(asynchronous.run_query("SELECT 1", express=True)).row_count == 2
    assert aws.names == ["stepfunctions:StartSyncExecution"]


def test_queries_wait_at_the_same_time(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    polled = threading.Event()
    described: dict[str, int] = {}

    def describe(parameters: dict[str, Any]) -> Any:
        described[parameters["executionArn"]] = described.get(parameters["executionArn"], 0) + 1
        if len(described) == 3:
            polled.set()  # no query ends before all three have been polled
        return succeeded() if polled.is_set() else RUNNING

    aws.on(DESCRIBE, describe)

    async def run_all() -> list[int | None]:
        results = await asyncio.gather(*(asynchronous.run_query("SELECT 1") for _ in range(3)))
        return [result.row_count for result in results]

    assert asyncio.run(run_all()) == [2, 2, 2]


def test_failure_is_raised(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    aws.on(DESCRIBE, failed("QueryFailed", '{"Message": "no such column"}'))
    with pytest.raises(QueryFailed, match="no such column"):
        asyncio.run(asynchronous.run_query("SELECT nme"))
    with pytest.raises(InvalidRequest, match="parameter 1"):
        asyncio.run(asynchronous.run_query("SELECT ?", [object()]))  # type: ignore[list-item]  # to be rejected


def test_progress_is_reported_in_the_event_loop(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    aws.on(DESCRIBE, RUNNING, RUNNING, succeeded())
    reports: list[tuple[Progress, threading.Thread]] = []

    async def run() -> None:
        await asynchronous.run_query(
            "SELECT 1", on_progress=lambda progress: reports.append((progress, threading.current_thread()))
        )

    asyncio.run(run())
    assert [(progress.state, thread) for progress, thread in reports] == [("STARTING", threading.main_thread())] * 2


async def _cancelled(work: Any) -> None:
    """Start work in a task, and cancel it once it waits for a query that has started."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_cancelling_stops_the_query(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    asyncio.run(_cancelled(asynchronous.run_query("SELECT 1")))
    (stop,) = aws.called(STOP)
    assert stop["executionArn"] == aws.called(DESCRIBE)[0]["executionArn"]


def test_cancelling_while_the_query_starts_stops_it(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    starting, may_start = threading.Event(), threading.Event()

    def slowly(parameters: dict[str, Any]) -> Any:
        starting.set()
        assert may_start.wait(30)
        return started(parameters)

    aws.on(START, slowly)

    async def cancel_while_starting() -> None:
        task = asyncio.ensure_future(asynchronous.run_query("SELECT 1"))
        assert await asyncio.to_thread(starting.wait, 30)
        task.cancel()
        await asyncio.sleep(0)
        may_start.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_while_starting())
    assert len(aws.called(STOP)) == 1
    assert DESCRIBE not in aws.names


def test_leaving_the_block_stops_the_query(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    async def leave() -> None:
        async with await asynchronous.start_query("SELECT 1"):
            pass

    asyncio.run(leave())
    assert len(aws.called(STOP)) == 1


def test_stop_does_nothing_after_the_end(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    aws.on(DESCRIBE, succeeded())

    async def run() -> None:
        query = await asynchronous.start_query("SELECT 1")
        assert (await query.result()).row_count == 2
        await query.stop()

    asyncio.run(run())
    assert STOP not in aws.names


def test_package_is_created_and_cancelled(aws: FakeAws, asynchronous: AsyncQuiltAthena) -> None:
    arguments = {"bucket": "my-bucket", "package": {"message": "All"}}
    aws.on(DESCRIBE, succeeded(package()))
    created = asyncio.run(asynchronous.create_package("lab/images", "SELECT 1", **arguments))  # type: ignore[arg-type]  # options
    assert created.top_hash == "ab" * 32
    aws.on(DESCRIBE, RUNNING)
    asyncio.run(_cancelled(asynchronous.create_package("lab/images", "SELECT 1", **arguments)))  # type: ignore[arg-type]  # options
    assert len(aws.called(STOP)) == 1
