"""GetQueryResults: a result in pages."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from local.aws.athena.columns import column_info
from local.aws.athena.errors import RequestError
from local.aws.athena.execution import FINAL_STATES, Execution
from local.engine import QueryResult

MAX_ROWS = 1000
_SECRET = secrets.token_bytes(16)


def page(execution: Execution, max_results: int | None, token: str | None) -> Mapping[str, Any]:
    """One page. The first page of a SELECT starts with a row of the column names, which counts as a row.

    Raises RequestError if the query has not succeeded, or the token is from another query.
    """
    if execution.state not in FINAL_STATES:
        raise RequestError(f"Query has not yet finished. Current state: {execution.state}")
    if execution.result is None or execution.state != "SUCCEEDED":
        raise RequestError(f"Query did not finish successfully. Final query state: {execution.state}")
    size = MAX_ROWS if max_results is None else max_results
    if size > MAX_ROWS:
        raise RequestError(f"MaxResults is more than maximum allowed length {MAX_ROWS}.")
    if size < 1:
        raise RequestError("MaxResults is less than minimum allowed length 1.")
    rows = _rows(execution.result)
    start = 0 if token is None else _offset(execution.id, token)
    end = start + size
    response: dict[str, Any] = {
        "UpdateCount": execution.result.update_count or 0,
        "ResultSet": {
            "Rows": [_row(row) for row in rows[start:end]],
            "ResultSetMetadata": {"ColumnInfo": [column_info(column) for column in execution.result.columns]},
        },
    }
    if end < len(rows):
        response["NextToken"] = _token(execution.id, end)
    return response


def _rows(result: QueryResult) -> Sequence[tuple[str | None, ...]]:
    if result.statement_type != "DML" or not result.columns:
        return result.rows
    return [tuple(column.name for column in result.columns), *result.rows]


def _row(values: Sequence[str | None]) -> dict[str, Any]:
    """NULL is a datum without a value."""
    return {"Data": [{} if value is None else {"VarCharValue": value} for value in values]}


def _token(execution_id: str, offset: int) -> str:
    text = str(offset).encode()
    return base64.urlsafe_b64encode(_signature(execution_id, text) + text).decode()


def _offset(execution_id: str, token: str) -> int:
    try:
        decoded = base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error:
        decoded = b""
    signature, text = decoded[:16], decoded[16:]
    if not hmac.compare_digest(signature, _signature(execution_id, text)):
        raise RequestError("Invalid NextToken: this query execution did not return it")
    return int(text)


def _signature(execution_id: str, text: bytes) -> bytes:
    return hmac.new(_SECRET, execution_id.encode() + b":" + text, hashlib.sha256).digest()[:16]
