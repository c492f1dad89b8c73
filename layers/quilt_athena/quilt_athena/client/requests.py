"""Query requests in the contract's terms (``docs/contracts.md``). The stack validates them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from quilt_athena.contracts.json_numbers import number_problem
from quilt_athena.errors import InvalidRequest

#: A value for a ``?`` in the SQL, which the stack turns into a literal.
Parameter = str | int | float | bool | None

#: The contract's limit; rows beyond it are streamed from the result file.
MAX_RETURNED_ROWS = 1000


class QueryOptions(TypedDict, total=False):
    """How a query is run. The stack's defaults apply to what is missing or None."""

    #: SQL literals for the ``?``, as Athena accepts them (strings quoted), instead of parameters.
    execution_parameters: Sequence[str] | None
    #: The database of unqualified names; the stack's by default.
    database: str | None
    #: Time in the queue and running, after which the query is stopped: 1,800 by default, at most 240 with Express.
    timeout_seconds: int | None
    #: Maximum number of rows; all by default.
    max_rows: int | None
    #: Reuse a result of the same query that is at most this old.
    result_reuse_max_age_minutes: int | None
    #: A request with the same key and the same content returns the first one's query and result.
    idempotency_key: str | None


class SavedQuery(str):
    """The name of one of the stack's saved queries, or the id of one in the workgroup, given in place of SQL."""

    __slots__ = ()


def query_request(sql: str, parameters: Sequence[Parameter] | None, options: QueryOptions) -> dict[str, Any]:
    """The input of the query state machine; ``sql`` is SQL or a ``SavedQuery``.

    Raises:
        InvalidRequest: a parameter isn't a JSON scalar.
    """
    for position, value in enumerate(parameters or (), start=1):
        _check_parameter(position, value)
    literals, max_rows = options.get("execution_parameters"), options.get("max_rows")
    fields = {
        **({"NamedQuery": str(sql)} if isinstance(sql, SavedQuery) else {"QueryString": sql}),
        "Parameters": list(parameters) if parameters else None,
        "ExecutionParameters": list(literals) if literals else None,
        "Database": options.get("database"),
        "TimeoutSeconds": options.get("timeout_seconds"),
        "MaxRows": None if max_rows is None else min(max_rows, MAX_RETURNED_ROWS),
        "ResultReuseMaxAgeInMinutes": options.get("result_reuse_max_age_minutes"),
        "IdempotencyKey": options.get("idempotency_key"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def execution_name(request: Mapping[str, Any]) -> str:
    """The name shared by executions of this request and its IdempotencyKey: starting it twice starts it once."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return "idempotent-" + hashlib.sha256(text.encode()).hexdigest()


def _check_parameter(position: int, value: object) -> None:
    if value is not None and not isinstance(value, (str, int, float, bool)):
        raise InvalidRequest(
            f"parameter {position}: expected a string, number, boolean or None, got {type(value).__name__}. "
            "Pass a date or decimal as a string, and write CAST(? AS date) or CAST(? AS decimal(p, s))"
        )
    if problem := number_problem(value):
        raise InvalidRequest(f"parameter {position}: {problem}")
