"""What the commands show: one `Output`, for people (`console`) or for machines (`machine`).

A command passes what the client returned to one method of the output, and doesn't know which output it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import click

    from quilt_athena.cli.commands.buckets import SentRegistration
    from quilt_athena.client import PackageResult, QueryResult
    from quilt_athena.client.buckets import Discovered
    from quilt_athena.client.catalog import CatalogTable
    from quilt_athena.client.custom_views import StoredViewFile
    from quilt_athena.client.dead_letters import DeadLetter
    from quilt_athena.client.history import PastQuery
    from quilt_athena.client.index import EventSources, IndexEstimate, IndexStatus
    from quilt_athena.client.operations import Status
    from quilt_athena.client.saved_queries import SavedQueryInfo
    from quilt_athena.client.schedules import Run, Schedule
    from quilt_athena.client.view_files import LocalViewFile
    from quilt_athena.registration.registration import Registration


class Output(ABC):
    """Shows results on standard output, and errors and hints on standard error.

    Methods that take an iterable may show each item as it arrives.
    """

    @abstractmethod
    def error(self, error: Exception, hint: str) -> None:
        """An error that ended the command, and what to do about it, if anything."""

    @abstractmethod
    def usage_error(self, error: click.ClickException) -> None:
        """Arguments that are invalid, so that the command didn't begin."""

    @abstractmethod
    def registrations(self, sent: Iterable[SentRegistration]) -> Sequence[SentRegistration]:
        """What happened to each bucket that was registered or removed; returns them all."""

    @abstractmethod
    def buckets(self, buckets: Sequence[Registration]) -> None:
        """The registry."""

    @abstractmethod
    def index_estimates(self, estimates: Sequence[IndexEstimate]) -> None:
        """What indexing buckets takes."""

    @abstractmethod
    def index_sources(self, sources: Sequence[EventSources]) -> None:
        """What reports the changes of buckets that are about to be indexed; the result of that follows."""

    @abstractmethod
    def index_rebuilt(self, buckets: Sequence[str], execution: str) -> None:
        """Buckets that are being indexed again, by an execution (its ARN)."""

    @abstractmethod
    def index_status(self, statuses: Sequence[IndexStatus]) -> None:
        """How far buckets are in the index."""

    @abstractmethod
    def tables(self, bucket: str, tables: Sequence[CatalogTable]) -> None:
        """The tables and views of a bucket."""

    @abstractmethod
    def statements(self, statements: Sequence[str]) -> None:
        """SQL statements."""

    @abstractmethod
    def query_result(self, result: QueryResult, stream: TextIO, *, wide: bool = False) -> int | None:
        """A query result in the default format, to a stream, not fitted to a terminal if it is ``wide``.

        Returns the number of rows, None if the reader left the pager before the last one.
        """

    @abstractmethod
    def history(self, queries: Sequence[PastQuery]) -> None:
        """Past queries."""

    @abstractmethod
    def saved_queries(self, queries: Sequence[SavedQueryInfo]) -> None:
        """Saved queries."""

    @abstractmethod
    def saved_query(self, query: SavedQueryInfo) -> None:
        """A saved query with its SQL."""

    @abstractmethod
    def outputs(self, outputs: Mapping[str, str]) -> None:
        """The stack's outputs."""

    @abstractmethod
    def package(self, package: str, result: PackageResult) -> None:
        """A package that was created, or whose newest revision already had these contents."""

    @abstractmethod
    def schedule_put(self, schedule: Schedule, *, is_new: bool) -> None:
        """A schedule that was created or updated."""

    @abstractmethod
    def schedules(self, schedules: Sequence[Schedule], last_runs: Mapping[str, Run]) -> None:
        """All schedules, and the last run of each that has one, by name."""

    @abstractmethod
    def schedule(self, schedule: Schedule) -> None:
        """A schedule with its query."""

    @abstractmethod
    def schedule_removed(self, name: str) -> None:
        """A schedule that was removed."""

    @abstractmethod
    def run(self, run: Run) -> None:
        """A run of a scheduled query that was just started."""

    @abstractmethod
    def runs(self, runs: Sequence[Run]) -> None:
        """Runs of scheduled queries."""

    @abstractmethod
    def view_files_uploaded(self, files: Iterable[tuple[LocalViewFile, bool]], *, creates_views: bool) -> None:
        """View files, each with whether it changed; the result of creating their views may follow."""

    @abstractmethod
    def view_files_removed(self, names: Sequence[str], *, creates_views: bool) -> None:
        """View files that were removed; the result of creating views may follow."""

    @abstractmethod
    def views_created(self, result: Mapping[str, Any]) -> None:
        """The result of creating custom views, as the contract has it."""

    @abstractmethod
    def view_files(self, files: Sequence[StoredViewFile]) -> None:
        """The view files in the stack's bucket."""

    @abstractmethod
    def view_file(self, name: str, content: bytes) -> None:
        """The content of a view file."""

    @abstractmethod
    def status(self, status: Status) -> None:
        """The stack's health."""

    @abstractmethod
    def discovered(self, found: Discovered, *, listed: bool) -> None:
        """Buckets with packages that aren't registered; not ``listed`` where they are registered at once."""

    @abstractmethod
    def dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        """Messages that could not be processed, with their reasons."""

    @abstractmethod
    def dead_letter(self, letter: DeadLetter) -> None:
        """One of them, with its event."""

    @abstractmethod
    def discarded(self, letters: Sequence[DeadLetter]) -> None:
        """Those that were deleted."""

    @abstractmethod
    def redriven(self, counts: Iterable[tuple[str, int]]) -> None:
        """Queues with the number of their dead letters that are being moved."""

    @abstractmethod
    def console_ready(self, address: str) -> None:
        """The address of the console, which can be opened from now on."""
