"""The events of queries: `query-requested` comes in, `query-succeeded` or `query-failed` goes out.

`docs/contracts.md` shows a sample of each. The request inside is a query request, which the query state machine
validates: an invalid one is reported by `query-failed` with the caller's correlation id. An event without a correlation
id, which nothing can be reported to, becomes a dead letter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from quilt_athena.contracts.limits import CONTRACT_VERSION
from quilt_athena.contracts.models import Contract, ContractVersion, Envelope, parse_json_event

QUERY_SUCCEEDED = "query-succeeded"
QUERY_FAILED = "query-failed"

#: Maximum size of a detail that includes its rows, in bytes: EventBridge bills every 64 KiB of an event as one event,
#: and accepts 256 KiB.
MAX_INLINE_BYTES = 60 * 1024

CorrelationId = Annotated[
    str, Field(min_length=1, max_length=256, description="The caller's name for this query, repeated in its outcome")
]


class QueryRequestedDetail(Contract):
    """The ``detail`` of a `query-requested` event."""

    version: ContractVersion
    correlation_id: Annotated[CorrelationId, Field(alias="correlationId")]
    request: Annotated[dict[str, Any], Field(description="A query request: the input of the query state machine")]


class QueryRequestedEvent(Envelope):
    """A `query-requested` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["query-requested"], Field(alias="detail-type")]
    detail: QueryRequestedDetail


@dataclass(frozen=True)
class RequestedQuery:
    """A query that an event requests."""

    source: str
    correlation_id: str
    request: Mapping[str, Any]

    @property
    def execution_name(self) -> str:
        """The same for the same request of the same caller, so that an event delivered twice runs once (in 90 days)."""
        identity = json.dumps([self.source, self.correlation_id, self.request], sort_keys=True)
        return f"event-{hashlib.sha256(identity.encode()).hexdigest()}"

    @property
    def execution_input(self) -> str:
        """The input of the state machine `requested_query`."""
        return json.dumps({"CorrelationId": self.correlation_id, "Request": self.request}, ensure_ascii=False)


def parse_query_requested(body: str, sources: Collection[str]) -> RequestedQuery:
    """The query that the `query-requested` event in ``body`` (JSON) requests; ``sources`` are the accepted senders.

    Raises:
        InvalidEventError: the event breaks its contract; the error's ``field`` is the first invalid one.
    """
    event = parse_json_event(QueryRequestedEvent, body)
    event.check_source(sources)
    return RequestedQuery(event.source, event.detail.correlation_id, event.detail.request)


@dataclass(frozen=True)
class Outcome:
    """An event that reports how a query ended."""

    detail_type: str
    detail: Mapping[str, Any]


def succeeded(correlation_id: str, result: Mapping[str, Any]) -> Outcome:
    """`query-succeeded` with the query result, without its rows if it is large."""
    kept = dict(result)
    detail = {"version": CONTRACT_VERSION, "correlationId": correlation_id, "inline": True, "result": kept}
    if _size(detail) > MAX_INLINE_BYTES:
        del kept["Rows"]
        detail["inline"] = False
    if _size(detail) > MAX_INLINE_BYTES:  # thousands of columns
        del kept["Columns"]
    return Outcome(QUERY_SUCCEEDED, detail)


def failed(correlation_id: str, error: str | None, cause: str | None) -> Outcome:
    """`query-failed` with the error of the query state machine's execution, and its cause as an object."""
    detail = {
        "version": CONTRACT_VERSION,
        "correlationId": correlation_id,
        "error": error or "Unexpected",
        "cause": _parsed_cause(cause),
    }
    return Outcome(QUERY_FAILED, detail)


def _parsed_cause(text: str | None) -> dict[str, Any]:
    """The cause as the object that the query state machine writes; any other text becomes its Message."""
    try:
        parsed = json.loads(text or "")
    except (ValueError, RecursionError):
        parsed = None
    return parsed if isinstance(parsed, dict) else {"Message": text or "No cause was given", "QueryExecutionId": None}


def _size(value: object) -> int:
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
