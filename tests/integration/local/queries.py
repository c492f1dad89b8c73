"""Athena's operations, as the tests of the local AWS use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack.waiting import until

FINAL = {"SUCCEEDED", "FAILED", "CANCELLED"}
# A million million rows to count: it runs until it is stopped.
_DIGITS = [f"d{number}" for number in range(12)]
SLOW = (
    "WITH d AS (SELECT * FROM (VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9) AS t(x)) SELECT count(*) FROM {} WHERE ({}) % 7 = 3"
).format(", ".join(f"d AS {name}" for name in _DIGITS), " + ".join(f"{name}.x" for name in _DIGITS))


@dataclass(frozen=True)
class Queries:
    """Starts queries whose results go to `location`, an s3:// URL."""

    athena: Any
    location: str

    def start(self, sql: str, **request: Any) -> str:
        """Start a query; returns its ID."""
        request.setdefault("ResultConfiguration", {"OutputLocation": self.location})
        return str(self.athena.start_query_execution(QueryString=sql, **request)["QueryExecutionId"])

    def get(self, query_id: str) -> dict[str, Any]:
        """The QueryExecution structure of a query."""
        execution: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return execution

    def state(self, query_id: str) -> str:
        """The state of a query."""
        return str(self.get(query_id)["Status"]["State"])

    def ended(self, query_id: str) -> dict[str, Any]:
        """Wait until a query has ended; returns its QueryExecution structure."""
        return until(lambda: self.get(query_id), lambda found: found["Status"]["State"] in FINAL)

    def run(self, sql: str, **request: Any) -> dict[str, Any]:
        """Start a query and wait until it has ended."""
        return self.ended(self.start(sql, **request))

    def succeeded(self, sql: str, **request: Any) -> str:
        """Run a query, which must succeed; returns its ID."""
        execution = self.run(sql, **request)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return str(execution["QueryExecutionId"])

    def refused(self, sql: str, **request: Any) -> str:
        """Start a query that must be rejected as an invalid request; returns the message."""
        with pytest.raises(ClientError) as refusal:
            self.start(sql, **request)
        assert refusal.value.response["Error"]["Code"] == "InvalidRequestException"
        return str(refusal.value.response["Error"]["Message"])

    def some_rows(self, count: int) -> str:
        """Run a query whose column `x` has the numbers below `count` in order; returns its ID."""
        numbers = ", ".join(str(number) for number in range(count))
        return self.succeeded(f"SELECT x FROM (VALUES {numbers}) AS t(x) ORDER BY x")

    def count(self, table: str, **request: Any) -> dict[str, Any]:
        """Count a table's rows; returns the QueryExecution structure of the ended query."""
        return self.run(f"SELECT count(*) FROM {table}", **request)

    def values(self, query_id: str, **request: Any) -> tuple[list[list[str | None]], str | None]:
        """One page of a result: its rows, and the token of the next page."""
        page = self.athena.get_query_results(QueryExecutionId=query_id, **request)
        rows = [[datum.get("VarCharValue") for datum in row["Data"]] for row in page["ResultSet"]["Rows"]]
        return rows, page.get("NextToken")
