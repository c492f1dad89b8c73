"""The result of a query: what the answer tells, and all rows, wherever they are."""

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
    """The answer of the query machine, and behind it the rows that it had no room for.

    Iterating gives each row as a dictionary by column, in the order of the query, as often as it is asked for: the
    first rows are here already, the others are streamed. ``columns`` are there even if no row is.
    """

    answer: Mapping[str, Any]
    max_rows: int | None = None
    price_per_tb: float | None = None
    #: All rows from the first on, when the answer doesn't have them; made anew for each iteration.
    fetch: Callable[[], Iterator[Row]] = field(default=lambda: iter(()), repr=False)

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """The columns; a name that the query gives twice is followed by ``_2``, ``_3``."""
        return tuple(ResultColumn(column["Name"], column["Type"]) for column in self.answer.get("Columns", ()))

    @property
    def truncated(self) -> bool:
        """Whether the query has more rows than its answer had room for. Iterating gives those too."""
        return bool(self.answer.get("Truncated"))

    @property
    def row_count(self) -> int | None:
        """How many rows iterating gives; None if that is only known after it, the answer being truncated."""
        held = len(self._first_rows)
        if self.max_rows is not None and self.max_rows <= held:
            return self.max_rows
        return None if self.truncated else held

    @property
    def statistics(self) -> Mapping[str, Any]:
        """Athena's: ``DataScannedInBytes``, ``EngineExecutionTimeInMillis``, ``QueryQueueTimeInMillis`` and others."""
        statistics: Mapping[str, Any] = self.answer.get("Statistics") or {}
        return statistics

    @property
    def attempts(self) -> int:
        """How often the query was started until it succeeded."""
        return int(self.answer.get("Attempts", 1))

    @property
    def query_execution_id(self) -> str:
        """Athena's id of the query."""
        return str(self.answer["QueryExecutionId"])

    @property
    def statement_type(self) -> str | None:
        """Athena's: ``DML`` (queries too), ``DDL`` or ``UTILITY``."""
        return self.answer.get("StatementType")

    @property
    def output_location(self) -> str | None:
        """Where all rows are as a file in S3; None where Athena keeps them itself (managed query results)."""
        return self.answer.get("OutputLocation") or None

    @property
    def estimated_price(self) -> float:
        """What Athena is likely to charge: by ``price_per_tb`` where it was given, else as the stack says.

        See ``quilt_athena.pricing``.
        """
        if self.price_per_tb is None and "EstimatedPriceUSD" in self.statistics:
            return float(self.statistics["EstimatedPriceUSD"])
        price = DEFAULT_PRICE_PER_TB if self.price_per_tb is None else self.price_per_tb
        return estimated_price(self.statistics, self.statement_type, price)

    def __iter__(self) -> Iterator[Row]:
        return islice(self._all_rows(), self.max_rows)

    def to_list(self) -> list[Row]:
        """All rows in memory."""
        return list(self)

    @property
    def _first_rows(self) -> list[Row]:
        rows: list[Row] = self.answer.get("Rows") or []
        return rows

    def _all_rows(self) -> Iterator[Row]:
        yield from self._first_rows
        if self.truncated:
            # The answer says nothing of where it ended but the number of its rows.
            yield from islice(self.fetch(), len(self._first_rows), None)
