"""Questions to the deployed stack: `QuiltAthena`, and `run_query` for a single one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Any, Unpack

import boto3

from quilt_athena.client.connections import Connections
from quilt_athena.client.executions import Clock, Execution, Progress
from quilt_athena.client.express import run_express
from quilt_athena.client.packages import PackageExecution, PackageOptions, PackageResult, package_request
from quilt_athena.client.requests import Parameter, QueryOptions, query_request
from quilt_athena.client.result import QueryResult
from quilt_athena.client.stack import OPERATION_OUTPUTS, OUTPUTS, Stack, find_stack, stack_name
from quilt_athena.query.rows import all_rows


class Query:
    """A query that was started. Use as a context manager: it is stopped if it is left before it ended."""

    def __init__(self, execution: Execution, result: Callable[[Mapping[str, Any]], QueryResult]) -> None:
        """Take up a started execution; ``result`` makes the result of its answer."""
        self._execution = execution
        self._result = result

    @property
    def execution_arn(self) -> str:
        """The execution of the query state machine."""
        return self._execution.arn

    def result(self, on_progress: Callable[[Progress], None] | None = None) -> QueryResult:
        """Wait for the result. Whatever interrupts the waiting (Ctrl-C too) stops the query.

        Raises: as ``QuiltAthena.run_query``.
        """
        return self._result(self._execution.wait(on_progress))

    def stop(self) -> None:
        """Stop the query; nothing if it has ended.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: it could not be stopped.
        """
        self._execution.stop()

    def __enter__(self) -> Query:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._execution.__exit__(kind, error, trace)


class QuiltAthena:
    """A deployed stack, to ask questions of. Leaving it as a context manager stops the queries that it started."""

    def __init__(
        self,
        stack: str | None = None,
        *,
        session: boto3.Session | None = None,
        endpoint_url: str | None = None,
        outputs: Mapping[str, str] | None = None,
        price_per_tb: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Nothing is called yet.

        Args:
            stack: the stack's name; else the environment's QUILT_ATHENA_STACK, else ``quilt-athena``.
            session: credentials and region; boto3's default session if None.
            endpoint_url: one endpoint for all services, such as that of the stack on a laptop.
            outputs: the stack's outputs by name (``QueryStateMachineArn`` ...), for who knows them: then neither SSM
                nor CloudFormation is asked.
            price_per_tb: what Athena charges for a terabyte scanned; the stack's own setting by default.
            clock: time, to be replaced in tests.
        """
        self.name = stack_name(stack)
        self.connections = Connections(session, endpoint_url)
        self._outputs = outputs
        self._price_per_tb = price_per_tb
        self._clock = clock or Clock()
        self._executions: list[Execution] = []

    @cached_property
    def stack(self) -> Stack:
        """The stack with its outputs.

        Raises:
            StackNotFoundError: it can't be found where this caller may look.
        """
        return Stack(self.name, self._outputs) if self._outputs is not None else find_stack(self.connections, self.name)

    @cached_property
    def operated_stack(self) -> Stack:
        """The stack with the outputs that operators need too.

        Raises:
            StackNotFoundError: neither SSM nor CloudFormation knows it.
        """
        if self._outputs is not None:
            return Stack(self.name, self._outputs)
        return find_stack(self.connections, self.name, (*OUTPUTS, *OPERATION_OUTPUTS))

    def run_query(
        self,
        sql: str,
        parameters: Sequence[Parameter] | None = None,
        *,
        express: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
        **options: Unpack[QueryOptions],
    ) -> QueryResult:
        """Run a query and wait for its result, which gives all rows. What interrupts the waiting stops the query.

        Args:
            sql: one statement of Athena's, with ``?`` where parameters go; or a ``SavedQuery``.
            parameters: a string, number, boolean or None for each ``?``.
            express: have the answer in one call, for queries of up to four minutes. It can't be stopped: when the
                waiting is interrupted, the query ends at its timeout.
            on_progress: told while waiting (not by Express, which says nothing before its end).
            options: see ``QueryOptions``.

        Raises:
            StackNotFoundError: the stack can't be found.
            InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut: the query gave no result, and why.
            QueryServiceError: the stack failed.
            ServiceUnavailableError, ServiceRejectedError: AWS doesn't do what it is asked for.
        """
        if not express:
            return self.start_query(sql, parameters, **options).result(on_progress)
        request = query_request(sql, parameters, options)
        machine = self.stack.output("QueryExpressStateMachineArn")
        return self._result(run_express(self.connections, machine, request, self._clock), options.get("max_rows"))

    def start_query(
        self, sql: str, parameters: Sequence[Parameter] | None = None, **options: Unpack[QueryOptions]
    ) -> Query:
        """Start a query without waiting for it; arguments and errors as ``run_query``."""
        request = query_request(sql, parameters, options)
        machine = self.stack.output("QueryStateMachineArn")
        execution = Execution.start(self.connections, machine, request, self._clock)
        self._executions = [*(one for one in self._executions if not one.ended), execution]
        return Query(execution, lambda answer: self._result(answer, options.get("max_rows")))

    def create_package(
        self,
        name: str,
        sql: str,
        parameters: Sequence[Parameter] | None = None,
        *,
        bucket: str,
        on_progress: Callable[[Progress], None] | None = None,
        package: PackageOptions | None = None,
        **options: Unpack[QueryOptions],
    ) -> PackageResult:
        """Run a query and make a revision of a package of all its rows. What interrupts the waiting stops it.

        Args:
            name: the package, ``user/name``.
            sql: gives ``logical_key``, ``size``, ``physical_key`` (or ``physical_keys``), and whatever is to be kept of
                ``hash``, ``meta`` and ``tophash`` (``docs/packages.md``).
            parameters: a string, number, boolean or None for each ``?``.
            bucket: whose package it is.
            on_progress: told while waiting; the state is PUSHING when the query is over.
            package: see ``PackageOptions``: message, metadata, workflow, what becomes of wrong rows.
            options: see ``QueryOptions``; ``max_rows`` means nothing here.

        Raises:
            InvalidRow, PackageRejected, PackageTimedOut: no revision was made of the rows, and why.
            StackNotFoundError, InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut, QueryServiceError,
            ServiceUnavailableError, ServiceRejectedError: as ``run_query``.
        """
        request = package_request(name, bucket, sql, parameters, package or {}, options)
        machine = self.stack.output("PackageStateMachineArn")
        execution = PackageExecution.start(self.connections, machine, request, self._clock)
        return PackageResult(execution.wait(on_progress))

    def __enter__(self) -> QuiltAthena:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for execution in self._executions:
            execution.__exit__(kind, error, trace)

    def _result(self, answer: Mapping[str, Any], max_rows: int | None) -> QueryResult:
        return QueryResult(answer, max_rows, self._price_per_tb, fetch=lambda: all_rows(self.connections, answer))


def run_query(
    sql: str,
    parameters: Sequence[Parameter] | None = None,
    *,
    stack: str | None = None,
    session: boto3.Session | None = None,
    express: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    **options: Unpack[QueryOptions],
) -> QueryResult:
    """``QuiltAthena(stack, session=session).run_query(...)``, for a single question."""
    athena = QuiltAthena(stack, session=session)
    return athena.run_query(sql, parameters, express=express, on_progress=on_progress, **options)
