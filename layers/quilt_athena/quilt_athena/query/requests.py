"""A query request: validated, its parameters made into literals, its tokens derived.

The names are those of Athena's StartQueryExecution; `docs/contracts.md` has each field with an example. Unknown fields
are ignored, wrong ones refused by name, and no message repeats a parameter's value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from quilt_athena.errors import InvalidRequest, UnsupportedValueError
from quilt_athena.query.literals import MAX_LITERAL_LENGTH, sql_literal

if TYPE_CHECKING:
    from quilt_athena.query.saved_queries import SavedQuery

DEFAULT_TIMEOUT_SECONDS = 1800
DEFAULT_MAX_ROWS = 1000
#: More rows than that never fit an answer of 180 KiB.
MAX_MAX_ROWS = 100_000

#: How often a query is started at most: what failed for a passing reason is started again.
MAX_ATTEMPTS = 3

#: A request as JSON, in bytes. Step Functions carries 256 KiB a state, and Athena's own answers repeat the query beside
#: other things: with this much, every step of the machine fits, and an answer that is echoed together with its request
#: still has 48 KiB for rows. Athena itself takes queries of 262,144 bytes.
MAX_REQUEST_BYTES = 192 * 1024

#: A message names so many wrong fields at most: it has to fit the cause of an execution, 32,768 characters.
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
            default=None, min_length=1, max_length=128, description="A saved query of the workgroup, in place of SQL"
        ),
    ]
    parameters: Annotated[
        list[Any], Field(default_factory=list, description="JSON scalars for the `?`, made into SQL literals")
    ]
    execution_parameters: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=MAX_LITERAL_LENGTH)]],
        Field(default_factory=list, description="SQL literals for the `?`, as Athena takes them"),
    ]
    database: Annotated[
        str | None,
        Field(default=None, min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$", description="Default database"),
    ]
    timeout_seconds: Annotated[int | None, Field(default=None, ge=1, description="Time to queue and to run")]
    max_rows: Annotated[
        int, Field(default=DEFAULT_MAX_ROWS, ge=0, le=MAX_MAX_ROWS, description="Rows in the answer, at most")
    ]
    result_reuse_max_age_in_minutes: Annotated[
        int | None, Field(default=None, ge=0, le=10080, description="Take a result of the same query so old")
    ]
    idempotency_key: Annotated[
        str | None, Field(default=None, min_length=1, max_length=1024, description="What makes two requests one")
    ]


def parse_request(data: object) -> QueryRequest:
    """The request in ``data`` (parsed JSON).

    Raises:
        InvalidRequest: a field is missing or wrong; the message names each.
    """
    if not isinstance(data, Mapping):
        raise InvalidRequest(f"request: expected a JSON object with QueryString, got {type(data).__name__}")
    check_size("request", data)
    try:
        request = QueryRequest.model_validate(data)
    except ValidationError as error:
        raise InvalidRequest(problems_of(error)) from None
    if (request.query_string is None) == (request.named_query is None):
        given = "neither" if request.query_string is None else "both"
        raise InvalidRequest(f"QueryString: expected either this or NamedQuery, got {given}")
    if request.parameters and request.execution_parameters:
        raise InvalidRequest("ExecutionParameters: expected either these or Parameters, got both")
    return request


def literals(request: QueryRequest) -> list[str]:
    """The SQL literals for the ``?`` of the query.

    Raises:
        InvalidRequest: a parameter has none; the message names its position, counted from 0.
    """
    result = []
    for position, value in enumerate(request.parameters):
        try:
            result.append(sql_literal(value))
        except UnsupportedValueError as error:
            raise InvalidRequest(f"Parameters[{position}]: {error}") from None
    return result or request.execution_parameters


def timeout_seconds(request: QueryRequest, most: int) -> int:
    """How long the query may queue and run; ``most`` is what its state machine allows.

    Raises:
        InvalidRequest: more was asked for than that.
    """
    if request.timeout_seconds is None:
        return min(DEFAULT_TIMEOUT_SECONDS, most)
    if request.timeout_seconds > most:
        raise InvalidRequest(
            f"TimeoutSeconds: expected at most {most} in this state machine, got {request.timeout_seconds}"
        )
    return request.timeout_seconds


def client_request_token(key: str, start: Mapping[str, Any], attempt: int) -> str:
    """Athena's ClientRequestToken: 64 hex digits that only the same key, arguments and attempt give again."""
    text = json.dumps([key, start, attempt], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def request_bytes(data: object) -> int:
    """The size of a request as JSON, escaped as widely as any of those who carry it might."""
    return len(json.dumps(data, separators=(",", ":"), ensure_ascii=True))


def prepare(
    data: object,
    *,
    execution_id: str,
    max_timeout_seconds: int,
    database: str,
    workgroup: str,
    find_saved: Callable[[str], SavedQuery] | None = None,
) -> dict[str, Any]:
    """What the query state machine needs to run the request ``data``: all that is decided before the first start.

    ``Start`` are the arguments of StartQueryExecution but for the token; ``Tokens`` are those of its attempts.
    ``find_saved`` is asked for a query that the request names; without it, its SQL is left empty: the request is only
    to be checked.

    Raises:
        InvalidRequest: the request doesn't keep its contract.
        ServiceUnavailableError, ServiceRejectedError: a query that it names can't be looked up.
    """
    request = parse_request(data)
    sql, own_database = request.query_string, database
    if request.named_query is not None:
        saved = find_saved(request.named_query) if find_saved else None
        sql, own_database = (saved.sql, saved.database) if saved else ("", database)
    start: dict[str, Any] = {
        "QueryString": sql,
        "QueryExecutionContext": {"Database": request.database or own_database},
        "WorkGroup": workgroup,
    }
    parameters = literals(request)
    if request.named_query is not None:
        # A saved query's SQL comes on top of its name.
        check_size("NamedQuery", {"QueryString": sql})
    if parameters:
        # Literals can take twice the bytes of their values.
        check_size("Parameters", {"QueryString": sql, "Parameters": parameters})
    if parameters:
        start["ExecutionParameters"] = parameters
    if request.result_reuse_max_age_in_minutes is not None:
        reuse = {"Enabled": True, "MaxAgeInMinutes": request.result_reuse_max_age_in_minutes}
        start["ResultReuseConfiguration"] = {"ResultReuseByAgeConfiguration": reuse}
    # A caller's key and an execution's id are told apart: no key can be made to equal somebody's execution.
    key = f"key:{request.idempotency_key}" if request.idempotency_key else f"execution:{execution_id}"
    return {
        "Start": start,
        "Tokens": [client_request_token(key, start, attempt) for attempt in range(MAX_ATTEMPTS)],
        "TimeoutSeconds": timeout_seconds(request, max_timeout_seconds),
        "MaxRows": request.max_rows,
        "RequestBytes": request_bytes(data),
    }


def check_size(name: str, data: object) -> None:
    """Refuse what Step Functions couldn't carry; ``name`` is the field that the message begins with.

    Raises:
        InvalidRequest: it is too large.
    """
    if (size := request_bytes(data)) > MAX_REQUEST_BYTES:
        raise InvalidRequest(
            f"{name}: expected at most {MAX_REQUEST_BYTES:,} bytes of JSON (what Step Functions carries beside an "
            f"answer), got {size:,}. Put long lists of values into a table and join it"
        )


def problems_of(error: ValidationError) -> str:
    """What is wrong with a request, each with the path of its field, and never with its value."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    named = [f"{_path(p['loc'])}: {p['msg'].removeprefix('Value error, ')}" for p in problems[:MAX_PROBLEMS]]
    if len(problems) > MAX_PROBLEMS:
        named.append(f"and {len(problems) - MAX_PROBLEMS:,} more")
    return "; ".join(named)


def _path(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "request"
