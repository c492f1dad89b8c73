"""Athena's GetQueryResults over rows that a test has: pages, tokens, and the header that counts as a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from quilt_athena.query.results import ResultReader

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

PAGE_ROWS = 1000
Row = Sequence[str | None]


@dataclass
class Pages:
    """The result of one query. ``asked`` are the (MaxResults, NextToken) of each call."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    header: bool = True
    asked: list[tuple[int, str | None]] = field(default_factory=list)

    def get_query_results(self, *, QueryExecutionId: str, MaxResults: int, NextToken: str | None = None) -> Any:  # noqa: N803 - names of AWS
        """One page, as Athena gives it."""
        assert QueryExecutionId == "query-1"
        assert 1 <= MaxResults <= PAGE_ROWS, MaxResults
        self.asked.append((MaxResults, NextToken))
        every: list[list[str | None]] = [[name for name, _ in self.columns]] if self.header else []
        every += [list(row) for row in self.rows]
        start = int(NextToken or 0)
        end = start + MaxResults
        info = [{"Name": name, "Type": kind} for name, kind in self.columns]
        answer: dict[str, Any] = {
            "ResultSet": {
                "Rows": [{"Data": [_datum(text) for text in row]} for row in every[start:end]],
                "ResultSetMetadata": {"ColumnInfo": info},
            },
            "UpdateCount": 0,
        }
        return answer | ({"NextToken": str(end)} if end < len(every) else {})

    def read(self, query_execution_id: str, statement_type: str, first_page_rows: int) -> ResultReader:
        """A reader of these pages."""
        return ResultReader(cast("AthenaClient", self), query_execution_id, statement_type, first_page_rows)


def _datum(text: str | None) -> dict[str, str]:
    return {} if text is None else {"VarCharValue": text}
