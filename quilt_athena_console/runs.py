"""A query from its start to the rows that the grid shows."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from quilt_athena.client import Parameter, Progress, QueryResult, QuiltAthena
from quilt_athena.client.queries import Query
from quilt_athena_console.rows import GridColumn, Rows
from quilt_athena_console.text import count, size

#: How many rows the grid shows. Downloads have all rows.
MAX_ROWS = 100_000


@dataclass
class Run:
    """A query that was started from the page. ``finish`` is called in another thread than the rest."""

    athena: QuiltAthena
    sql: str
    parameters: Sequence[Parameter] = ()
    max_rows: int = MAX_ROWS
    _progress: Progress | None = None
    _query: Query | None = None
    _stopped: bool = False
    _started: float = field(default_factory=time.monotonic)

    def finish(self) -> Finished:
        """Start the query, wait for it, and read the rows for the grid.

        Raises: as ``QuiltAthena.run_query``.
        """
        query = self.athena.start_query(self.sql, self.parameters)
        self._query = query
        if self._stopped:
            query.stop()
        result = query.result(self._report)
        names = [column.name for column in result.columns]
        found = [[row[name] for name in names] for row in islice(result.json_rows(), self.max_rows + 1)]
        columns = [GridColumn(column.name, column.type) for column in result.columns]
        return Finished(self, result, Rows(columns, found[: self.max_rows]), complete=len(found) <= self.max_rows)

    def stop(self) -> None:
        """Stop the query, at once or as soon as it is started.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: it could not be stopped.
        """
        self._stopped = True
        if self._query:
            self._query.stop()

    @property
    def stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._stopped

    @property
    def progress(self) -> str:
        """State, time and bytes scanned so far."""
        state = "STOPPING" if self._stopped else self._progress.state if self._progress else "STARTING"
        parts = [state.capitalize(), f"{time.monotonic() - self._started:.0f} s"]
        if self._progress and self._progress.scanned_bytes:
            parts.append(f"{size(self._progress.scanned_bytes)} scanned")
        return " · ".join(parts)

    def _report(self, progress: Progress) -> None:
        self._progress = progress


@dataclass(frozen=True)
class Finished:
    """A query that succeeded. ``rows`` are the first of its rows, all if ``complete``."""

    run: Run
    result: QueryResult
    rows: Rows
    complete: bool

    @property
    def row_text(self) -> str:
        """How many rows the query has."""
        return count(len(self.rows.rows), "row") if self.complete else f"more than {len(self.rows.rows):,} rows"

    @property
    def missing_for_package(self) -> Sequence[str]:
        """The columns that it lacks for a package (``docs/packages.md``)."""
        names = {column.name for column in self.rows.columns}
        missing = [name for name in ("logical_key", "size") if name not in names]
        return missing if names & {"physical_key", "physical_keys"} else [*missing, "physical_key"]

    @property
    def summary(self) -> Sequence[str]:
        """Rows, bytes scanned, time and price."""
        statistics: Mapping[str, int] = self.result.statistics
        found = len(self.rows.rows)
        parts = [count(found, "row") if self.complete else f"first {found:,} rows"]
        parts.append(f"{size(int(statistics.get('DataScannedInBytes') or 0))} scanned")
        milliseconds = statistics.get("TotalExecutionTimeInMillis")
        if milliseconds is not None:
            parts.append(f"{milliseconds / 1000:.1f} s")
        price = self.result.estimated_price
        parts.append(f"about {price:.6f} USD" if price else "no charge")
        if statistics.get("ReusedPreviousResult"):
            parts.append("reused an earlier result")
        return parts
