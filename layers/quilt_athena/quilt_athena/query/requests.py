"""Query requests: validation, SQL literals for the parameters, and idempotency tokens.

Fields are named as in Athena's StartQueryExecution; `docs/contracts.md` describes them with examples. Unknown fields
are ignored, invalid ones are rejected by name, and no message repeats the value of a parameter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from quilt_athena.contracts.nesting import check_nesting
from quilt_athena.errors import InvalidRequest, UnsupportedValueError
from quilt_athena.query.literals import MAX_LITERAL_LENGTH, sql_literal

if TYPE_CHECKING:
    from quilt_athena.query.saved_queries import NamedQuery

DEFAULT_TIMEOUT_SECONDS = 1800
DEFAULT_MAX_ROWS = 1000
#: More rows than this never fit into a result of 180 KiB.
MAX_MAX_ROWS = 100_000

#: Maximum number of times that a query is started: queries that failed for a transient reason are started again.
MAX_ATTEMPTS = 3

#: Maximum size of a request as JSON, in bytes. A Step Functions state holds 256 KiB, and Athena's responses repeat the
#: query: with this limit every step of the state machine fits, and a result that a parent holds together with its
#: request still has 48 KiB for rows. Athena itself accepts queries of 262,144 bytes.
MAX_REQUEST_BYTES = 192 * 1024

#: Maximum number of invalid fields in a message, which has to fit the Cause of an execution: 32,768 characters.
MAX_PROBLEMS = 10


class QueryRequest(BaseModel):
    """The input of the query state machine."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="ignore",
        alias_generator=to_pascal,
        json_schema_extra={"oneOf": [{"required": ["QueryString"]}, {"required": ["NamedQuery"]}]},
    )

    query_string: Annotated[
        str | None, Field(default=None, min_length=1, pattern=r"\S", description="SQL, with `?` for parameters")
    ]
    named_query: Annotated[
        str | None,
        Field(
            default=None,
            min_length=1,
            max_length=128,
            description="Name of a saved query of the stack, or id of one in the workgroup, instead of SQL",
        ),
    ]
    parameters: Annotated[
        list[Any], Field(default_factory=list, description="JSON scalars for the `?`, which become SQL literals")
    ]
    execution_parameters: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=MAX_LITERAL_LENGTH)]],
        Field(default_factory=list, description="SQL literals for the `?`, as Athena accepts them"),
    ]
    database: Annotated[
        str | None,
        Field(default=None, min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$", description="Default database"),
    ]
    timeout_seconds: Annotated[int | None, Field(default=None, ge=1, description="Maximum time to queue and run")]
    max_rows: Annotated[
        int, Field(default=DEFAULT_MAX_ROWS, ge=0, le=MAX_MAX_ROWS, description="Maximum number of rows in the result")
    ]
    result_reuse_max_age_in_minutes: Annotated[
        int | None, Field(default=None, ge=0, le=10080, description="Maximum age of a result to reuse, where allowed")
    ]
    idempotency_key: Annotated[
        str | None,
        Field(default=None, min_length=1, max_length=1024, description="Requests with the same key are run once"),
    ]


def parse_query_request(data: object) -> QueryRequest:
    """The request in ``data`` (parsed JSON).

    Raises:
        InvalidRequest: a field is missing or invalid; the message names each.
    """
    if not isinstance(data, Mapping):
        raise InvalidRequest(f"request: expected a JSON object with QueryString, got {type(data).__name__}")
    check_nesting(data)
    check_request_size("request", data)
    try:
        request = QueryRequest.model_validate(data)
    except ValidationError as error:
        raise InvalidRequest(problems_of(error)) from None
    if (request.query_string is None) == (request.named_query is None):
        given = "neither" if request.query_string is None else "both"
        raise InvalidRequest(f"QueryString: expected either QueryString or NamedQuery, got {given}")
    if request.parameters and request.execution_parameters:
        raise InvalidRequest("ExecutionParameters: expected either ExecutionParameters or Parameters, got both")
    return request


def literals(request: QueryRequest) -> list[str]:
    """The SQL literals for the ``?`` of the query.

    Raises:
        InvalidRequest: a parameter has no literal; the message has its position, counted from 0.
    """
    result = []
    for position, value in enumerate(request.parameters):
        try:
            result.append(sql_literal(value))
        except UnsupportedValueError as error:
            raise InvalidRequest(f"Parameters[{position}]: {error}") from None
    return result or request.execution_parameters


def timeout_seconds(request: QueryRequest, maximum: int) -> int:
    """How long the query may queue and run; ``maximum`` is the limit of its state machine.

    Raises:
        InvalidRequest: the request exceeds the limit.
    """
    if request.timeout_seconds is None:
        return min(DEFAULT_TIMEOUT_SECONDS, maximum)
    if request.timeout_seconds > maximum:
        raise InvalidRequest(
            f"TimeoutSeconds: expected at most {maximum} in this state machine, got {request.timeout_seconds}"
        )
    return request.timeout_seconds


def client_request_token(key: str, start: Mapping[str, Any], attempt: int) -> str:
    """Athena's ClientRequestToken: 64 hex digits, the same only for the same key, arguments and attempt."""
    text = json.dumps([key, start, attempt], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def request_bytes(data: object) -> int:
    """The size of a request as JSON in ASCII, the largest form in which any service holds it."""
    return len(json.dumps(data, separators=(",", ":"), ensure_ascii=True))


def prepare(
    data: object,
    *,
    execution_id: str,
    max_timeout_seconds: int,
    database: str,
    workgroup: str,
    find_saved: Callable[[str], NamedQuery] | None = None,
) -> dict[str, Any]:
    """Everything that the query state machine needs to run the request ``data``.

    ``Start`` has the arguments of StartQueryExecution except the token, ``Tokens`` the tokens of the attempts.
    ``find_saved`` looks up a saved query; without it the request is only validated, and the SQL of a saved query is
    left empty.

    Raises:
        InvalidRequest: the request breaks its contract.
        ServiceUnavailableError, ServiceRejectedError: the saved query cannot be looked up.
    """
    request = parse_query_request(data)
    sql, default_database = request.query_string, database
    if request.named_query is not None:
        saved = find_saved(request.named_query) if find_saved else None
        sql, default_database = (saved.sql, saved.database) if saved else ("", database)
    start: dict[str, Any] = {
        "QueryString": sql,
        "QueryExecutionContext": {"Database": request.database or default_database},
        "WorkGroup": workgroup,
    }
    parameters = literals(request)
    if request.named_query is not None:
        # The SQL of a saved query was not part of the request.
        check_request_size("NamedQuery", {"QueryString": sql})
    if parameters:
        # Literals can be twice as long as their values.
        check_request_size("Parameters", {"QueryString": sql, "Parameters": parameters})
    if parameters:
        start["ExecutionParameters"] = parameters
    if request.result_reuse_max_age_in_minutes is not None:
        reuse = {"Enabled": True, "MaxAgeInMinutes": request.result_reuse_max_age_in_minutes}
        start["ResultReuseConfiguration"] = {"ResultReuseByAgeConfiguration": reuse}
    # The prefixes keep a caller's key from equalling the id of another execution.
    key = f"key:{request.idempotency_key}" if request.idempotency_key else f"execution:{execution_id}"
    return {
        "Start": start,
        "Tokens": [client_request_token(key, start, attempt) for attempt in range(MAX_ATTEMPTS)],
        "TimeoutSeconds": timeout_seconds(request, max_timeout_seconds),
        "MaxRows": request.max_rows,
        "RequestBytes": request_bytes(data),
    }


@dataclass(frozen=True)
class QueryPreparer:
    """Prepares requests in one database, and in ``workgroup`` unless the state machine has another."""

    database: str
    workgroup: str
    find_saved: Callable[[str], NamedQuery]

    def prepare(
        self, data: object, *, execution_id: str, max_timeout_seconds: int, workgroup: str | None = None
    ) -> dict[str, Any]:
        """See the function ``prepare``."""
        return prepare(
            data,
            execution_id=execution_id,
            max_timeout_seconds=max_timeout_seconds,
            database=self.database,
            workgroup=workgroup or self.workgroup,
            find_saved=self.find_saved,
        )


def check_request_size(name: str, data: object) -> None:
    """Check that Step Functions can hold ``data``; ``name`` is the field with which the message begins.

    Raises:
        InvalidRequest: ``data`` is too large.
    """
    if (size := request_bytes(data)) > MAX_REQUEST_BYTES:
        raise InvalidRequest(
            f"{name}: expected at most {MAX_REQUEST_BYTES:,} bytes of JSON (what Step Functions can hold beside a "
            f"result), got {size:,}. Put long lists of values into a table and join it"
        )


def problems_of(error: ValidationError) -> str:
    """The problems of a request, each with the path of the field and never with its value."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    named = [f"{_path(p['loc'])}: {p['msg'].removeprefix('Value error, ')}" for p in problems[:MAX_PROBLEMS]]
    if len(problems) > MAX_PROBLEMS:
        named.append(f"and {len(problems) - MAX_PROBLEMS:,} more")
    return "; ".join(named)


def _path(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "request"
