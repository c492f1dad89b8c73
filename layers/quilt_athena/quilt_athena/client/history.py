"""Past queries: the executions of the query state machine, with their results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quilt_athena.client.executions import describe_execution, list_executions
from quilt_athena.client.failures import query_error
from quilt_athena.client.results import QueryResult
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidRequest
from quilt_athena.query.pricing import DEFAULT_PRICE_PER_TB, estimated_price
from quilt_athena.query.rows import all_rows

#: How many executions are searched for one of them.
MAX_SEARCHED = 1000


@dataclass(frozen=True)
class PastQuery:
    """An execution of the query state machine. ``output`` is its query result, None unless it succeeded.

    ``id`` is the name of the execution; ``status`` is RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED, and ``reason``
    why it didn't succeed; ``query`` is its SQL, or the name of its saved query; ``price`` is an estimate in USD.
    """

    id: str
    status: str
    started: datetime
    query: str
    scanned_bytes: int | None
    price: float | None
    reason: str | None
    output: Mapping[str, Any] | None

    @property
    def rows(self) -> int | None:
        """The number of returned rows; None unless it succeeded."""
        return None if self.output is None else int(self.output.get("RowCount", 0))


@dataclass(frozen=True)
class History:
    """The queries that the stack has run for anyone. Express executions aren't recorded."""

    stack: Stack
    price_per_tb: float | None = None

    def list(self) -> Iterator[PastQuery]:
        """Past queries, newest first; each is read when it is reached.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: a call failed.
        """
        machine = self.stack.output("QueryStateMachineArn")
        for execution_arn in list_executions(self.stack.connections, machine):
            yield self._describe(execution_arn)

    def result(self, query_id: str) -> QueryResult:
        """The result of a past query, which runs nothing again; the beginning of its id is enough.

        Raises:
            InvalidRequest: there is none, or several begin like that.
            QueryFailed and others: it ended without a result, or runs.
            ServiceUnavailableError, ServiceRejectedError: a call failed.
        """
        connections = self.stack.connections
        found = describe_execution(connections, self._find(query_id))
        if found["status"] == "RUNNING":
            raise InvalidRequest(f"query {query_id} is still running")
        if found["status"] != "SUCCEEDED":
            raise query_error(found["status"], found.get("error"), found.get("cause"), found["executionArn"])
        output = json.loads(found["output"])
        return QueryResult(output, None, self.price_per_tb, fetch=lambda: all_rows(connections, output))

    def _find(self, query_id: str) -> str:
        machine = self.stack.output("QueryStateMachineArn")
        found = []
        for number, arn in enumerate(list_executions(self.stack.connections, machine)):
            if number >= MAX_SEARCHED:
                break
            if arn.rpartition(":")[2].startswith(query_id):
                found.append(arn)
        if len(found) != 1:
            problem = f"{len(found)} queries have" if found else f"none of the last {MAX_SEARCHED:,} queries has"
            raise InvalidRequest(f"{problem} an id that begins with {query_id}: see quilt-athena history")
        return found[0]

    def _describe(self, execution_arn: str) -> PastQuery:
        found = describe_execution(self.stack.connections, execution_arn)
        request = _fields(found.get("input"))
        output = _fields(found.get("output")) if found["status"] == "SUCCEEDED" else None
        reason: str | None = None
        cause: Mapping[str, Any] = {}
        if found["status"] not in ("RUNNING", "SUCCEEDED"):
            error = query_error(found["status"], found.get("error"), found.get("cause"))
            cause, reason = error.cause, f"{type(error).__name__}: {error}"
        statistics = (cause if output is None else output).get("Statistics") or {}
        return PastQuery(
            id=execution_arn.rpartition(":")[2],
            status=found["status"],
            started=found["startDate"],
            query=str(request.get("QueryString") or request.get("NamedQuery") or ""),
            scanned_bytes=statistics.get("DataScannedInBytes"),
            price=self._price(statistics, (output or {}).get("StatementType")) if statistics else None,
            reason=reason,
            output=output,
        )

    def _price(self, statistics: Mapping[str, Any], statement_type: str | None) -> float:
        if self.price_per_tb is None and "EstimatedPriceUSD" in statistics:
            return float(statistics["EstimatedPriceUSD"])
        return estimated_price(statistics, statement_type, self.price_per_tb or DEFAULT_PRICE_PER_TB)


def _fields(text: str | None) -> dict[str, Any]:
    try:
        fields = json.loads(text or "{}")
    except (ValueError, RecursionError):
        # The input of a rejected execution can be any JSON.
        return {}
    return fields if isinstance(fields, dict) else {}
