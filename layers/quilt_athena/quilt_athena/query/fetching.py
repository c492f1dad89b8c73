"""The result of a query that succeeded, as the query state machine returns it, with as many rows as fit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from quilt_athena.query.pricing import DEFAULT_PRICE_PER_TB, estimated_price
from quilt_athena.query.result_files import current_etag
from quilt_athena.query.results import ResultReader
from quilt_athena.runtime.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_s3 import S3Client

#: Maximum size of the rows as JSON, in bytes.
MAX_ROW_BYTES = 180 * 1024
#: What Step Functions passes from state to state, in bytes, and the part that is neither rows nor request.
STATE_BYTES = 256 * 1024
RESERVED_BYTES = 16 * 1024


@dataclass(frozen=True)
class ResultFetcher:
    """Fetches results."""

    athena: AthenaClient
    s3: S3Client
    price_per_tb: float = DEFAULT_PRICE_PER_TB

    def fetch(self, query: Mapping[str, Any], *, max_rows: int, request_bytes: int, attempts: int) -> dict[str, Any]:
        """The query result for ``query``, a succeeded query as GetQueryExecution describes it.

        Args:
            query: its fields that the state machine keeps.
            max_rows: maximum number of rows.
            request_bytes: size of the request, which a parent state machine holds together with the result.
            attempts: how often the query was started.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Athena did not return the rows, or S3 the ETag of their file.
        """
        # Before the rows: if the file is replaced now, later readers notice.
        location = query.get("OutputLocation")
        etag = current_etag(self.s3, location) if location else None
        # The header, and one row more than requested, which shows whether the query has more rows.
        reader = ResultReader(self.athena, query["QueryExecutionId"], _statement_type(query), max_rows + 2)
        result = query_result(
            query,
            reader,
            max_rows=max_rows,
            request_bytes=request_bytes,
            attempts=attempts,
            output_etag=etag,
            price_per_tb=self.price_per_tb,
        )
        logger.info(
            "result fetched",
            query_execution_id=result["QueryExecutionId"],
            rows=result["RowCount"],
            truncated=result["Truncated"],
            statistics=result["Statistics"],
        )
        return result


def query_result(
    query: Mapping[str, Any],
    reader: ResultReader,
    *,
    max_rows: int,
    request_bytes: int,
    attempts: int,
    output_etag: str | None = None,
    price_per_tb: float = DEFAULT_PRICE_PER_TB,
) -> dict[str, Any]:
    """The query result, with rows from ``reader``; see ``ResultFetcher.fetch``.

    ``output_etag`` identifies the file at the query's OutputLocation. ``price_per_tb`` is the price of a terabyte
    scanned in the stack's region, in US dollars.
    """
    columns = [{"Name": column.name, "Type": column.type} for column in reader.columns]
    budget = byte_budget(request_bytes) - len(json.dumps(columns))
    rows, truncated = rows_within(reader.rows(), max_rows, budget)
    statistics = _statistics(query.get("Statistics", {}))
    price = estimated_price(statistics, _statement_type(query), price_per_tb)
    return {
        "QueryExecutionId": query["QueryExecutionId"],
        "StatementType": _statement_type(query),
        "Columns": columns,
        "Rows": rows,
        "RowCount": len(rows),
        "Truncated": truncated,
        "OutputLocation": query.get("OutputLocation"),
        "OutputETag": output_etag,
        "Attempts": attempts,
        "Statistics": {**statistics, "EstimatedPriceUSD": round(price, 9)},
    }


def byte_budget(request_bytes: int) -> int:
    """How many bytes the rows may have, so that a parent's `startExecution.sync:2` can hold request and result."""
    return max(0, min(MAX_ROW_BYTES, STATE_BYTES - RESERVED_BYTES - request_bytes))


def rows_within(rows: Iterator[dict[str, Any]], max_rows: int, max_bytes: int) -> tuple[list[dict[str, Any]], bool]:
    """The first rows, up to both limits, and whether there are more."""
    kept: list[dict[str, Any]] = []
    for row in islice(rows, max_rows):
        # As JSON in ASCII, the largest form in which any service holds it, and a comma.
        max_bytes -= len(json.dumps(row, separators=(",", ":"), ensure_ascii=True)) + 1
        if max_bytes < 0:
            return kept, True
        kept.append(row)
    return kept, next(rows, None) is not None


def _statement_type(query: Mapping[str, Any]) -> str:
    return str(query.get("StatementType", "DML"))


def _statistics(query: Mapping[str, Any]) -> dict[str, Any]:
    """The statistics in a query result; Athena omits those of phases that did not happen."""
    reuse = query.get("ResultReuseInformation", {})
    return {
        "DataScannedInBytes": query.get("DataScannedInBytes", 0),
        "EngineExecutionTimeInMillis": query.get("EngineExecutionTimeInMillis", 0),
        "QueryQueueTimeInMillis": query.get("QueryQueueTimeInMillis", 0),
        "TotalExecutionTimeInMillis": query.get("TotalExecutionTimeInMillis", 0),
        "ReusedPreviousResult": bool(reuse.get("ReusedPreviousResult", False)),
    }
