"""Queries through the stack's query state machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, Unpack

from quilt_athena.client.clock import Clock
from quilt_athena.client.executions import Execution, OnProgress
from quilt_athena.client.express import run_express
from quilt_athena.client.requests import Parameter, QueryOptions, query_request
from quilt_athena.client.results import QueryResult
from quilt_athena.client.stack import Stack
from quilt_athena.query.rows import all_rows


class Query:
    """A started query. As a context manager it stops the query if the block is left before the query ended."""

    def __init__(self, execution: Execution, to_result: Callable[[Mapping[str, Any]], QueryResult]) -> None:
        """Refer to a started execution; ``to_result`` turns its output into a result."""
        self.execution = execution
        self._to_result = to_result

    @property
    def execution_arn(self) -> str:
        """The execution of the query state machine."""
        return self.execution.arn

    @property
    def ended(self) -> bool:
        """Whether it is known to have ended."""
        return self.execution.ended

    def result(self, on_progress: OnProgress | None = None) -> QueryResult:
        """Wait for the result. An interruption, Ctrl-C included, stops the query.

        Raises: as ``QuiltAthena.run_query``.
        """
        self.execution.wait(on_progress)
        return self.ended_result()

    def ended_result(self) -> QueryResult:
        """The result of a query that has ended.

        Raises: as ``QuiltAthena.run_query``.
        """
        return self._to_result(self.execution.output())

    def stop(self) -> None:
        """Stop the query; does nothing if it has ended.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: it could not be stopped.
        """
        self.execution.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.execution.__exit__(kind, error, trace)


class Queries:
    """Runs queries, and keeps track of those that it started."""

    def __init__(self, stack: Stack, clock: Clock, price_per_tb: float | None = None) -> None:
        """See ``QuiltAthena``."""
        self._stack = stack
        self._clock = clock
        self._price_per_tb = price_per_tb
        self._started: list[Query] = []

    def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] | None = None,
        *,
        express: bool = False,
        on_progress: OnProgress | None = None,
        **options: Unpack[QueryOptions],
    ) -> QueryResult:
        """As ``QuiltAthena.run_query``."""
        if not express:
            return self.start(sql, parameters, **options).result(on_progress)
        request = query_request(sql, parameters, options)
        machine = self._stack.output("QueryExpressStateMachineArn")
        output = run_express(self._stack.connections, machine, request, self._clock)
        return self._to_result(output, options.get("max_rows"))

    def start(self, sql: str, parameters: Sequence[Parameter] | None = None, **options: Unpack[QueryOptions]) -> Query:
        """As ``QuiltAthena.start_query``."""
        request = query_request(sql, parameters, options)
        machine = self._stack.output("QueryStateMachineArn")
        execution = Execution.start(self._stack.connections, machine, request, self._clock)
        query = Query(execution, lambda output: self._to_result(output, options.get("max_rows")))
        self._started = [*(one for one in self._started if not one.ended), query]
        return query

    def stop_all(self) -> None:
        """Stop the started queries that have not ended; a failure to stop one is logged."""
        for query in self._started:
            query.__exit__(None, None, None)

    def _to_result(self, output: Mapping[str, Any], max_rows: int | None) -> QueryResult:
        connections = self._stack.connections
        return QueryResult(output, max_rows, self._price_per_tb, fetch=lambda: all_rows(connections, output))
