"""The client of a deployed stack: `QuiltAthena`, and `run_query` for a single query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Self, Unpack

import boto3

from quilt_athena.client.buckets import Buckets
from quilt_athena.client.catalog import Catalog
from quilt_athena.client.clock import Clock
from quilt_athena.client.connections import Connections
from quilt_athena.client.custom_views import CustomViews
from quilt_athena.client.dead_letters import DeadLetters
from quilt_athena.client.executions import OnProgress
from quilt_athena.client.history import History
from quilt_athena.client.index import Index
from quilt_athena.client.operations import Operations
from quilt_athena.client.packages import PackageOptions, PackageResult, Packages
from quilt_athena.client.queries import Queries, Query
from quilt_athena.client.requests import Parameter, QueryOptions
from quilt_athena.client.results import QueryResult
from quilt_athena.client.saved_queries import SavedQueryList
from quilt_athena.client.schedules import Schedules
from quilt_athena.client.stack import Stack, stack_name


class QuiltAthena:
    """A deployed stack. As a context manager it stops, at the end of the block, the queries that it started.

    What it can do is grouped by what it is about: ``queries``, ``history``, ``saved_queries``, ``packages``,
    ``buckets``, ``index``, ``catalog``, ``schedules``, ``custom_views``, ``operations`` and ``dead_letters``.
    ``run_query``, ``start_query`` and ``create_package`` are shortcuts.
    """

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
        """Create the client; no call is made yet.

        Args:
            stack: the stack's name; by default the environment's QUILT_ATHENA_STACK, else ``quilt-athena``.
            session: credentials and region; by default boto3's default session.
            endpoint_url: one endpoint for all services, such as that of the local AWS.
            outputs: the stack's outputs by name (``QueryStateMachineArn`` ...), for callers that know them; then
                neither SSM nor CloudFormation is called.
            price_per_tb: Athena's price for a terabyte scanned; by default the stack's setting.
            clock: replaces time in tests.
        """
        self.stack = Stack(Connections(session, endpoint_url), stack_name(stack), outputs)
        self._price_per_tb = price_per_tb
        self._clock = clock or Clock()

    @property
    def connections(self) -> Connections:
        """The boto3 clients."""
        return self.stack.connections

    @cached_property
    def queries(self) -> Queries:
        """Running queries."""
        return Queries(self.stack, self._clock, self._price_per_tb)

    @cached_property
    def history(self) -> History:
        """Past queries and their results."""
        return History(self.stack, self._price_per_tb)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """The messages that could not be processed."""
        return DeadLetters(self.stack)

    @cached_property
    def saved_queries(self) -> SavedQueryList:
        """The queries that can be run by name."""
        return SavedQueryList(self.stack)

    @cached_property
    def packages(self) -> Packages:
        """Creating packages from query results."""
        return Packages(self.stack, self._clock)

    @cached_property
    def buckets(self) -> Buckets:
        """Registering and removing buckets."""
        return Buckets(self.stack, self._clock)

    @cached_property
    def index(self) -> Index:
        """The index of buckets."""
        return Index(self.stack, self.buckets, self._price_per_tb)

    @cached_property
    def catalog(self) -> Catalog:
        """The tables and views of buckets."""
        return Catalog(self.stack)

    @cached_property
    def schedules(self) -> Schedules:
        """Scheduled queries and their runs."""
        return Schedules(self.stack, self._clock)

    @cached_property
    def custom_views(self) -> CustomViews:
        """View files and the views created from them."""
        return CustomViews(self.stack, self._clock)

    @cached_property
    def operations(self) -> Operations:
        """The stack's health, and its dead letters."""
        return Operations(self.stack, self.buckets)

    def run_query(
        self,
        sql: str,
        parameters: Sequence[Parameter] | None = None,
        *,
        express: bool = False,
        on_progress: OnProgress | None = None,
        **options: Unpack[QueryOptions],
    ) -> QueryResult:
        """Run a query and wait for its result, which has all rows. An interruption stops the query.

        Args:
            sql: one Athena statement, with ``?`` for parameters; or a ``SavedQuery``.
            parameters: a string, number, boolean or None for each ``?``.
            express: get the result in one call, for queries of up to four minutes. Such a query can't be stopped: if
                the call is interrupted, the query ends at its timeout.
            on_progress: called while waiting (not with ``express``, which reports nothing before the end).
            options: see ``QueryOptions``.

        Raises:
            StackNotFoundError: the stack can't be found.
            InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut: there is no result, for that reason.
            QueryServiceError: the state machine failed.
            ServiceUnavailableError, ServiceRejectedError: a call to AWS failed.
        """
        return self.queries.run(sql, parameters, express=express, on_progress=on_progress, **options)

    def start_query(
        self, sql: str, parameters: Sequence[Parameter] | None = None, **options: Unpack[QueryOptions]
    ) -> Query:
        """Start a query without waiting for it; arguments and errors as for ``run_query``."""
        return self.queries.start(sql, parameters, **options)

    def create_package(
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
        """Run a query and create a package revision from all its rows. An interruption stops it.

        Args:
            name: the package, ``user/name``.
            sql: returns ``logical_key``, ``size``, ``physical_key`` (or ``physical_keys``), and optionally ``hash``,
                ``meta`` and ``tophash`` (``docs/packages.md``).
            parameters: a string, number, boolean or None for each ``?``.
            bucket: the bucket of the package.
            on_progress: called while waiting; the state is PUSHING after the query.
            package: message, metadata, workflow and handling of invalid rows; see ``PackageOptions``.
            options: see ``QueryOptions``; ``max_rows`` has no effect.

        Raises:
            InvalidRow, PackageRejected, PackageTimedOut: no revision was created, for that reason.
            StackNotFoundError, InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut, QueryServiceError,
            ServiceUnavailableError, ServiceRejectedError: as for ``run_query``.
        """
        return self.packages.create(
            name, sql, parameters, bucket=bucket, on_progress=on_progress, package=package, **options
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.queries.stop_all()


def run_query(
    sql: str,
    parameters: Sequence[Parameter] | None = None,
    *,
    stack: str | None = None,
    session: boto3.Session | None = None,
    express: bool = False,
    on_progress: OnProgress | None = None,
    **options: Unpack[QueryOptions],
) -> QueryResult:
    """``QuiltAthena(stack, session=session).run_query(...)``, for a single query."""
    athena = QuiltAthena(stack, session=session)
    return athena.run_query(sql, parameters, express=express, on_progress=on_progress, **options)
