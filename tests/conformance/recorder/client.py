"""Runs statements in Trino through its REST protocol.

https://trino.io/docs/current/develop/client-protocol.html
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Sequence
from typing import Any

from tests.conformance.cases import Result
from tests.conformance.sample_lake import DATABASE

#: Without this capability, Trino reports times and timestamps without their precision.
_HEADERS = {
    "X-Trino-User": "test", "X-Trino-Catalog": "awsdatacatalog", "X-Trino-Schema": DATABASE, "X-Trino-Time-Zone": "UTC",
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
}  # fmt: skip


def run(address: str, statement: str, parameters: Sequence[str] = ()) -> Result:
    """The result of one statement; ``parameters`` are SQL expressions for its ``?``."""
    headers = _HEADERS
    if parameters:
        headers = {**_HEADERS, "X-Trino-Prepared-Statement": f"prepared={urllib.parse.quote_plus(statement)}"}
        statement = f"EXECUTE prepared USING {', '.join(parameters)}"
    page = _page(urllib.request.Request(f"{address}/v1/statement", statement.encode(), headers))  # noqa: S310 - loopback
    columns: list[Any] = []
    rows: list[Any] = []
    while True:
        columns = page.get("columns", columns)
        rows += page.get("data", [])
        if "error" in page:
            return Result(error=page["error"]["errorName"], message=page["error"]["message"])
        if "nextUri" not in page:
            named = tuple((column["name"], column["type"]) for column in columns)
            return Result(named, tuple(tuple(row) for row in rows))
        page = _page(urllib.request.Request(page["nextUri"], headers=headers))  # noqa: S310 - loopback


def _page(request: urllib.request.Request) -> dict[str, Any]:
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - loopback
        page: dict[str, Any] = json.load(answer)
    return page
