"""Athena's GetQueryResults over the rows of a test: pages, tokens, and the header that counts as a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from quilt_athena.query.results import ResultReader
from tests.unit.aws_calls import Response, success

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

PAGE_ROWS = 1000
Row = Sequence[str | None]


@dataclass
class Pages:
    """The result of one query: columns with their types, e.g. ``decimal(10,2)``; ``requests`` has each call."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    header: bool = True
    requests: list[dict[str, Any]] = field(default_factory=list)

    def reader(self, statement_type: str = "DML", page_rows: int = PAGE_ROWS) -> ResultReader:
        """A reader of these pages. Only the pages of the newest reader can be read."""
        responder = _responder()
        responder.pages = self
        return ResultReader(responder.athena, "query-1", statement_type, page_rows)

    def respond(self, request: dict[str, Any]) -> Response:
        """One page, as Athena returns it."""
        assert request["QueryExecutionId"] == "query-1"
        assert 1 <= request["MaxResults"] <= PAGE_ROWS
        self.requests.append(request)
        every: list[list[str | None]] = [[name for name, _ in self.columns]] if self.header else []
        every += [list(row) for row in self.rows]
        start = int(request.get("NextToken", 0))
        end = start + request["MaxResults"]
        info = [{"Name": name, **_type(kind)} for name, kind in self.columns]
        page: dict[str, Any] = {
            "ResultSet": {
                "Rows": [{"Data": [_datum(text) for text in row]} for row in every[start:end]],
                "ResultSetMetadata": {"ColumnInfo": info},
            },
            "UpdateCount": 0,
        }
        return success(**page, **({"NextToken": str(end)} if end < len(every) else {}))


@dataclass
class _Responder:
    """A client of Athena, created once for all tests, that returns the pages of the current one."""

    athena: AthenaClient
    pages: Pages | None = None
    request: dict[str, Any] = field(default_factory=dict)

    def record(self, params: dict[str, Any], **_: Any) -> None:
        self.request = params

    def respond(self, **_: Any) -> Response:
        assert self.pages is not None
        return self.pages.respond(self.request)


@cache
def _responder() -> _Responder:
    athena = boto3.client("athena", region_name="us-east-1")
    responder = _Responder(athena)
    athena.meta.events.register("provide-client-params", responder.record)
    athena.meta.events.register("before-call", responder.respond)  # type: ignore[arg-type]  # returns a response
    return responder


def _type(kind: str) -> dict[str, Any]:
    """Athena reports the arguments of a decimal in other fields, which other types have as well."""
    name, _, arguments = kind.partition("(")
    if not arguments:
        return {"Type": kind, "Precision": 19, "Scale": 0}
    precision, _, scale = arguments.rstrip(")").partition(",")
    return {"Type": name, "Precision": int(precision)} | ({"Scale": int(scale)} if scale else {})


def _datum(text: str | None) -> dict[str, str]:
    return {} if text is None else {"VarCharValue": text}
