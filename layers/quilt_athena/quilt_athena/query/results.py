"""From pages of Athena's results to typed rows that fit an answer.

Athena gives every value as text, NULL as none at all, and a header only before the rows of a SELECT:
https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.query.pricing import DEFAULT_PRICE_PER_TB, estimated_price

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import GetQueryResultsOutputTypeDef

#: Rows of an answer, as bytes of JSON.
MAX_ROW_BYTES = 180 * 1024
#: What Step Functions carries from state to state; and what is kept of it for all that isn't rows or request.
STATE_BYTES = 256 * 1024
RESERVED_BYTES = 16 * 1024

_PAGE_ROWS = 1000
_INTEGERS = frozenset({"tinyint", "smallint", "integer", "int", "bigint"})
_FLOATS = frozenset({"double", "float", "real"})


@dataclass(frozen=True)
class Column:
    """A column of a result: its name, unique in the result, and Athena's type."""

    name: str
    type: str


def byte_budget(request_bytes: int) -> int:
    """How many bytes rows may take, so that the answer fits beside its request too (in `startExecution.sync:2`)."""
    return max(0, min(MAX_ROW_BYTES, STATE_BYTES - RESERVED_BYTES - request_bytes))


def convert(text: str | None, kind: str) -> Any:
    """The JSON value of a datum of an Athena type.

    Whole numbers and booleans are JSON's; double and real are numbers, but for "NaN", "Infinity" and "-Infinity", which
    JSON doesn't have; ``json`` is parsed, but for what Python can't hold (numbers beyond a double or of thousands of
    digits, values nested a thousand deep); that and everything else is Athena's text. NULL is None, never an empty
    string.
    """
    if text is None:
        return None
    if kind in _INTEGERS:
        return int(text)
    if kind == "boolean":
        return text == "true"
    if kind in _FLOATS:
        return text if text.lstrip("-") in ("NaN", "Infinity") else float(text)
    if kind == "json":
        return _parsed(text)
    return text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=str, parse_float=_finite)
    except (ValueError, RecursionError):
        return text


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("beyond a double, and JSON has no Infinity")
    return number


def unique_names(names: Sequence[str]) -> list[str]:
    """The names, the second of two equal ones with `_2`, the third with `_3`; never a name that another column has."""
    taken, result = set(names), list[str]()
    seen: dict[str, int] = {}
    for name in names:
        unique = name
        while name in seen and unique in taken:
            seen[name] += 1
            unique = f"{name}_{seen[name]}"
        seen.setdefault(name, 1)
        taken.add(unique)
        result.append(unique)
    return result


class ResultReader:
    """The columns of a finished query, and its rows page by page; memory holds one page."""

    def __init__(
        self, athena: AthenaClient, query_execution_id: str, statement_type: str, first_page_rows: int
    ) -> None:
        """Read the first page. ``statement_type`` is Athena's (DML, DDL, UTILITY).

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Athena didn't give the page.
        """
        self._athena = athena
        self._id = query_execution_id
        self._page = self._read(min(first_page_rows, _PAGE_ROWS))
        rows = self._page["ResultSet"].get("Rows", [])
        info = self._page["ResultSet"].get("ResultSetMetadata", {}).get("ColumnInfo", [])
        described = [(column["Name"], column["Type"]) for column in info]
        if not described and rows:
            # What MSCK REPAIR TABLE says comes without columns.
            described = [(f"_col{position}", "string") for position in range(len(_values(rows[0])))]
        names = [name for name, _ in described]
        kinds = [kind for _, kind in described]
        self.columns = [Column(name, kind) for name, kind in zip(unique_names(names), kinds, strict=True)]
        if statement_type == "DML" and rows and _values(rows[0]) == names:
            del rows[0]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows, typed, by column name. To be read once."""
        page = self._page
        while True:
            for row in page["ResultSet"].get("Rows", []):
                values = zip(self.columns, _fitted(_values(row), len(self.columns)), strict=True)
                yield {column.name: convert(text, column.type) for column, text in values}
            token = page.get("NextToken")
            if not token:
                return
            page = self._read(_PAGE_ROWS, token)

    def _read(self, rows: int, token: str | None = None) -> GetQueryResultsOutputTypeDef:
        with calling("athena:GetQueryResults", self._id):
            if token is None:
                return self._athena.get_query_results(QueryExecutionId=self._id, MaxResults=rows)
            return self._athena.get_query_results(QueryExecutionId=self._id, MaxResults=rows, NextToken=token)


def rows_within(rows: Iterator[dict[str, Any]], max_rows: int, max_bytes: int) -> tuple[list[dict[str, Any]], bool]:
    """The first rows, as many as are allowed and fit; and whether there are more."""
    taken: list[dict[str, Any]] = []
    for row in islice(rows, max_rows):
        # Escaped as widely as any JSON writer on the way might, with its comma.
        max_bytes -= len(json.dumps(row, separators=(",", ":"), ensure_ascii=True)) + 1
        if max_bytes < 0:
            return taken, True
        taken.append(row)
    return taken, next(rows, None) is not None


def describe_result(
    query: Mapping[str, Any],
    *,
    max_rows: int,
    request_bytes: int,
    attempts: int,
    read: Callable[[str, str, int], ResultReader],
    price_per_tb: float = DEFAULT_PRICE_PER_TB,
) -> dict[str, Any]:
    """The answer of the query state machine for ``query``, what it kept of GetQueryExecution when the query succeeded.

    ``read`` makes the reader of a query's id, statement type and number of rows to begin with; ``price_per_tb`` is
    what the region's Athena charges for a terabyte scanned, in US dollars.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: Athena didn't give the results.
    """
    statement_type = query.get("StatementType", "DML")
    # One more than asked for, to know whether there are more, and the header.
    reader = read(query["QueryExecutionId"], statement_type, max_rows + 2)
    columns = [{"Name": column.name, "Type": column.type} for column in reader.columns]
    budget = byte_budget(request_bytes) - len(json.dumps(columns))
    rows, truncated = rows_within(reader.rows(), max_rows, budget)
    statistics = _statistics(query.get("Statistics", {}))
    price = estimated_price(statistics, statement_type, price_per_tb)
    return {
        "QueryExecutionId": query["QueryExecutionId"],
        "StatementType": statement_type,
        "Columns": columns,
        "Rows": rows,
        "RowCount": len(rows),
        "Truncated": truncated,
        "OutputLocation": query.get("OutputLocation"),
        "Attempts": attempts,
        "Statistics": {**statistics, "EstimatedPriceUSD": round(price, 9)},
    }


def _statistics(query: Mapping[str, Any]) -> dict[str, Any]:
    """Those of Athena's statistics that a caller is told; of what didn't happen there are none, which is nothing."""
    reuse = query.get("ResultReuseInformation", {})
    return {
        "DataScannedInBytes": query.get("DataScannedInBytes", 0),
        "EngineExecutionTimeInMillis": query.get("EngineExecutionTimeInMillis", 0),
        "QueryQueueTimeInMillis": query.get("QueryQueueTimeInMillis", 0),
        "TotalExecutionTimeInMillis": query.get("TotalExecutionTimeInMillis", 0),
        "ReusedPreviousResult": bool(reuse.get("ReusedPreviousResult", False)),
    }


def _fitted(values: list[str | None], count: int) -> list[str | None]:
    """A value for each column. DESCRIBE gives one text for three columns, with tabs and padding between them."""
    if len(values) != count and len(values) == 1 and values[0] is not None:
        values = [part.strip() for part in values[0].split("\t")]
    return values[:count] + [None] * (count - len(values))


def _values(row: Mapping[str, Any]) -> list[str | None]:
    return [datum.get("VarCharValue") for datum in row.get("Data", [])]
