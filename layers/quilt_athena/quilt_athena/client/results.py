"""The result of a query: the rows that the stack returned, and all others from S3 or Athena."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from quilt_athena.query.pricing import DEFAULT_PRICE_PER_TB, estimated_price

Row = dict[str, Any]


@dataclass(frozen=True)
class ResultColumn:
    """A column of a result, with Athena's name of its type."""

    name: str
    type: str


@dataclass(frozen=True)
class QueryResult:
    """A query's result. Iterating yields **all** rows as dictionaries by column, as often as you iterate.

    The first rows are in ``output``, the state machine's output (``docs/contracts.md``); if it had no room for all,
    the others are streamed. ``columns`` are known even if there are no rows.
    """

    output: Mapping[str, Any]
    max_rows: int | None = None
    price_per_tb: float | None = None
    #: All rows from the first one on, if ``output`` doesn't have them; called for each iteration.
    fetch: Callable[[], Iterator[Row]] = field(default=lambda: iter(()), repr=False)

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """The columns, in the query's order; a repeated name gets ``_2``, ``_3``."""
        return tuple(ResultColumn(column["Name"], column["Type"]) for column in self.output.get("Columns", ()))

    @property
    def truncated(self) -> bool:
        """Whether the query has more rows than the stack returned. Iterating yields them too."""
        return bool(self.output.get("Truncated"))

    @property
    def row_count(self) -> int | None:
        """The number of rows that iterating yields; None if only iterating can tell, because of ``truncated``."""
        returned = len(self._returned_rows)
        if self.max_rows is not None and self.max_rows <= returned:
            return self.max_rows
        return None if self.truncated else returned

    @property
    def statistics(self) -> Mapping[str, Any]:
        """Athena's: ``DataScannedInBytes``, ``EngineExecutionTimeInMillis``, ``QueryQueueTimeInMillis`` and others."""
        statistics: Mapping[str, Any] = self.output.get("Statistics") or {}
        return statistics

    @property
    def attempts(self) -> int:
        """How many times the query was started."""
        return int(self.output.get("Attempts", 1))

    @property
    def query_execution_id(self) -> str:
        """Athena's id of the query."""
        return str(self.output["QueryExecutionId"])

    @property
    def statement_type(self) -> str | None:
        """Athena's: ``DML`` (which includes SELECT), ``DDL`` or ``UTILITY``."""
        return self.output.get("StatementType")

    @property
    def output_location(self) -> str | None:
        """The S3 URI of the file with all rows; None if Athena keeps them itself (managed query results)."""
        return self.output.get("OutputLocation") or None

    @property
    def output_etag(self) -> str | None:
        """The ETag of that file. Iterating checks it: a file with another ETag is not the result."""
        return self.output.get("OutputETag") or None

    @property
    def estimated_price(self) -> float:
        """What Athena is likely to charge, by ``price_per_tb`` if given, else by the stack's estimate.

        See ``quilt_athena.query.pricing``.
        """
        if self.price_per_tb is None and "EstimatedPriceUSD" in self.statistics:
            return float(self.statistics["EstimatedPriceUSD"])
        price = DEFAULT_PRICE_PER_TB if self.price_per_tb is None else self.price_per_tb
        return estimated_price(self.statistics, self.statement_type, price)

    def __iter__(self) -> Iterator[Row]:
        return islice(self._all_rows(), self.max_rows)

    def to_list(self) -> list[Row]:
        """All rows, in memory."""
        return list(self)

    @property
    def _returned_rows(self) -> list[Row]:
        rows: list[Row] = self.output.get("Rows") or []
        return rows

    def _all_rows(self) -> Iterator[Row]:
        yield from self._returned_rows
        if self.truncated:
            # Only the number of returned rows tells where they ended.
            yield from islice(self.fetch(), len(self._returned_rows), None)
