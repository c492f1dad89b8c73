"""The client for asyncio: calls of AWS run in threads, and waiting blocks none.

Cancelling a task stops its query, as Ctrl-C does in other programs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar, Unpack

from quilt_athena.client.executions import Execution, OnProgress, Progress
from quilt_athena.client.packages import PackageOptions, PackageResult
from quilt_athena.client.queries import Query
from quilt_athena.client.quilt_athena import QuiltAthena
from quilt_athena.client.requests import Parameter, QueryOptions
from quilt_athena.client.results import QueryResult

_Started = TypeVar("_Started")


class AsyncQuery:
    """A started query. As an asynchronous context manager it stops the query if the block is left before its end."""

    def __init__(self, query: Query) -> None:
        """Refer to a started query."""
        self.query = query

    async def result(self, on_progress: OnProgress | None = None) -> QueryResult:
        """Wait for the result. Cancelling the task stops the query.

        Raises: as ``QuiltAthena.run_query``.
        """
        await _wait(self.query.execution, on_progress)
        return self.query.ended_result()

    async def stop(self) -> None:
        """Stop the query; does nothing if it has ended.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: it could not be stopped.
        """
        await asyncio.to_thread(self.query.stop)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await _stop(self.query.execution)


class AsyncQuiltAthena:
    """Runs queries and creates packages without blocking the event loop.

    It uses the settings of a ``QuiltAthena``, whose other methods can be called with ``asyncio.to_thread``.
    """

    def __init__(self, athena: QuiltAthena | None = None) -> None:
        """Use ``athena``; by default ``QuiltAthena()``."""
        self.athena = athena or QuiltAthena()

    async def run_query(
        self,
        sql: str,
        parameters: Sequence[Parameter] | None = None,
        *,
        express: bool = False,
        on_progress: OnProgress | None = None,
        **options: Unpack[QueryOptions],
    ) -> QueryResult:
        """As ``QuiltAthena.run_query``. Cancelling the task stops the query, except with ``express``.

        With ``express``, a thread of the event loop's executor is busy until the query ends.
        """
        if express:
            return await asyncio.to_thread(self.athena.run_query, sql, parameters, express=True, **options)
        query = await self.start_query(sql, parameters, **options)
        return await query.result(on_progress)

    async def start_query(
        self, sql: str, parameters: Sequence[Parameter] | None = None, **options: Unpack[QueryOptions]
    ) -> AsyncQuery:
        """As ``QuiltAthena.start_query``."""
        query = await _start(lambda: self.athena.start_query(sql, parameters, **options), lambda query: query.execution)
        return AsyncQuery(query)

    async def create_package(
        self,
        name: str,
        sql: str,
        parameters: Sequence[Parameter] | None = None,
        *,
        bucket: str,
        on_progress: OnProgress | None = None,
        package: PackageOptions | None = None,
        **options: Unpack[QueryOptions],
    ) -> PackageResult:
        """As ``QuiltAthena.create_package``. Cancelling the task stops it, unless the push has begun."""
        execution = await _start(
            lambda: self.athena.packages.start(name, sql, parameters, bucket=bucket, package=package, **options),
            lambda execution: execution,
        )
        await _wait(execution, on_progress)
        return PackageResult(execution.output())


async def _start(start: Callable[[], _Started], execution_of: Callable[[_Started], Execution]) -> _Started:
    """Start something in a thread. If the task is cancelled meanwhile, it is stopped once it has started."""
    starting = asyncio.ensure_future(asyncio.to_thread(start))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _stop(execution_of(await starting))
        raise


async def _wait(execution: Execution, on_progress: OnProgress | None) -> None:
    """Wait for an execution's end. ``on_progress`` is called in the event loop."""
    loop = asyncio.get_running_loop()

    def report(progress: Progress) -> None:
        if on_progress:
            loop.call_soon_threadsafe(on_progress, progress)

    polls = execution.polls(report if on_progress else None)
    try:
        while (pause := await asyncio.to_thread(next, polls, None)) is not None:
            await asyncio.sleep(pause)
    except BaseException:
        await _stop(execution)
        raise


async def _stop(execution: Execution) -> None:
    await asyncio.shield(asyncio.to_thread(execution.stop_or_warn))
