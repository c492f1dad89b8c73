"""A query request in the contract's words (``docs/contracts.md``). The stack validates; this only minds JSON."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from typing import Any, TypedDict

from quilt_athena.errors import InvalidRequest

#: What fills a ``?``: the stack makes a SQL literal of it.
Parameter = str | int | float | bool | None

#: More rows than that are no answer but a file: they are streamed.
ANSWER_MAX_ROWS = 1000


class QueryOptions(TypedDict, total=False):
    """How a query is run; what isn't given, or is None, is left to the stack."""

    #: SQL literals for the ``?``, as Athena takes them (a string brings its own quotes), instead of parameters.
    execution_parameters: Sequence[str] | None
    #: Where unqualified names are looked up; the stack's database by default.
    database: str | None
    #: Queued and running; the query is stopped then. 1,800 by default, and at most 240 by Express.
    timeout_seconds: int | None
    #: At most so many rows are given; all by default.
    max_rows: int | None
    #: Take a result of the same query that isn't older.
    result_reuse_max_age_minutes: int | None
    #: Asking again with the same key and the same request gives the query and result of the first time.
    idempotency_key: str | None


class SavedQuery(str):
    """The name of a query that is saved in the stack's workgroup, in the place of SQL."""

    __slots__ = ()


def query_request(sql: str, parameters: Sequence[Parameter] | None, options: QueryOptions) -> dict[str, Any]:
    """The input of the query state machine; ``sql`` is SQL, or a ``SavedQuery``.

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
        "MaxRows": None if max_rows is None else min(max_rows, ANSWER_MAX_ROWS),
        "ResultReuseMaxAgeInMinutes": options.get("result_reuse_max_age_minutes"),
        "IdempotencyKey": options.get("idempotency_key"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def execution_name(request: dict[str, Any]) -> str:
    """The name that executions of this request, with its IdempotencyKey, share: starting twice starts once."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return "idempotent-" + hashlib.sha256(text.encode()).hexdigest()


def _check_parameter(position: int, value: object) -> None:
    if value is not None and not isinstance(value, (str, int, float, bool)):
        raise InvalidRequest(
            f"parameter {position}: expected a string, number, boolean or None, got {type(value).__name__}. "
            "Give a date or decimal as a string, and write CAST(? AS date) or CAST(? AS decimal(p, s))"
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidRequest(f"parameter {position}: JSON has no number for {value}")
