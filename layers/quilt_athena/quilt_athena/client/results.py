"""The result of a query: the rows that the stack returned, and all others from S3 or Athena."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quilt_athena.client.arrow import ArrowBatches
from quilt_athena.client.extras import extra
from quilt_athena.client.html import result_table
from quilt_athena.client.values import converter
from quilt_athena.query.pricing import DEFAULT_PRICE_PER_TB, estimated_price

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Row = dict[str, Any]

#: Rows that asynchronous iteration reads at a time.
_ASYNC_ROWS = 1000


@dataclass(frozen=True)
class ResultColumn:
    """A column of a result, with Athena's name of its type."""

    name: str
    type: str


@dataclass(frozen=True)
class QueryResult:
    """A query's result. Iterating yields **all** rows as dictionaries by column, as often as you iterate.

    The values are Python objects: ``quilt_athena.client.values.converter`` lists the types. The first rows are in
    ``output``, the state machine's output (``docs/contracts.md``); if it had no room for all, the others are streamed.
    ``columns`` are known even if there are no rows. ``async for`` reads them without blocking the event loop.
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
        found = ((column.name, converter(column.name, column.type)) for column in self.columns)
        converters = [(name, convert) for name, convert in found if convert]
        for row in self.json_rows():
            converted = {name: convert(row[name]) for name, convert in converters if row[name] is not None}
            yield {**row, **converted} if converted else row

    async def __aiter__(self) -> AsyncIterator[Row]:
        rows = iter(self)
        while batch := await asyncio.to_thread(lambda: list(islice(rows, _ASYNC_ROWS))):
            for row in batch:
                yield row

    def json_rows(self) -> Iterator[Row]:
        """All rows with the JSON values of the contract, in which a decimal or a date is Athena's text."""
        return islice(self._all_rows(), self.max_rows)

    def to_list(self) -> list[Row]:
        """All rows, in memory."""
        return list(self)

    def to_arrow(self) -> pa.Table:
        """All rows as an Arrow table, with the types in ``docs/python.md``.

        Raises:
            MissingExtraError: pyarrow isn't installed.
        """
        return ArrowBatches(self.columns, self.json_rows(), "to_arrow()").table()

    def to_parquet(self, path: str | Path) -> int:
        """Write all rows to a Parquet file with Arrow's types, and return their number; memory holds 10,000 rows.

        Raises:
            MissingExtraError: pyarrow isn't installed.
        """
        return ArrowBatches(self.columns, self.json_rows(), "to_parquet()").write_parquet(path)

    def to_pandas(self) -> pd.DataFrame:
        """All rows as a pandas DataFrame.

        Integers and booleans have pandas' nullable types, because a NULL would turn others into floats and objects.
        For other choices: ``to_arrow().to_pandas(...)``.

        Raises:
            MissingExtraError: pandas or pyarrow isn't installed.
        """
        pandas = extra("pandas", "to_pandas()")
        table = ArrowBatches(self.columns, self.json_rows(), "to_pandas()").table()
        nullable = {"int8": "Int8", "int16": "Int16", "int32": "Int32", "int64": "Int64", "bool": "boolean"}
        return table.to_pandas(
            types_mapper=lambda kind: (
                pandas.api.types.pandas_dtype(nullable[str(kind)]) if str(kind) in nullable else None
            )
        )

    def to_polars(self) -> pl.DataFrame:
        """All rows as a Polars DataFrame.

        Raises:
            MissingExtraError: Polars or pyarrow isn't installed.
        """
        polars = extra("polars", "to_polars()")
        frame: pl.DataFrame = polars.from_arrow(ArrowBatches(self.columns, self.json_rows(), "to_polars()").table())
        return frame

    def _repr_html_(self) -> str:
        """For notebooks: the first of the returned rows; no call is made."""
        columns = [(column.name, column.type) for column in self.columns]
        returned = self._returned_rows[: self.max_rows]
        scanned = int(self.statistics.get("DataScannedInBytes") or 0)
        return result_table(columns, returned, self.row_count, scanned, self.estimated_price)

    @property
    def _returned_rows(self) -> list[Row]:
        rows: list[Row] = self.output.get("Rows") or []
        return rows

    def _all_rows(self) -> Iterator[Row]:
        yield from self._returned_rows
        if self.truncated:
            # Only the number of returned rows tells where they ended.
            yield from islice(self.fetch(), len(self._returned_rows), None)
