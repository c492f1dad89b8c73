"""What goes out, as models: the functions make it as plain data, and tests hold what they make to these.

JSON Schemas are made from them (`schemas/`); no function imports this.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from quilt_athena.contracts.models import Contract, ContractVersion, OwnEvent
from quilt_athena.query.events import CorrelationId


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_pascal)


class ResultColumn(_Answer):
    """A column of a query result."""

    name: Annotated[str, Field(description="Unique in the result: a name that comes twice gets _2, _3")]
    type: Annotated[str, Field(description="Athena's type")]


class Statistics(_Answer):
    """What a query took."""

    data_scanned_in_bytes: Annotated[int, Field(ge=0)]
    engine_execution_time_in_millis: Annotated[int, Field(ge=0)]
    query_queue_time_in_millis: Annotated[int, Field(ge=0)]
    total_execution_time_in_millis: Annotated[int, Field(ge=0)]
    reused_previous_result: bool
    estimated_price_usd: Annotated[float, Field(ge=0, alias="EstimatedPriceUSD")]


class QueryResult(_Answer):
    """The output of the query state machine."""

    query_execution_id: str
    statement_type: str
    columns: list[ResultColumn]
    rows: list[dict[str, Any]]
    row_count: Annotated[int, Field(ge=0, description="Rows given")]
    truncated: Annotated[bool, Field(description="Whether there are more")]
    output_location: Annotated[str | None, Field(description="Where all rows are, as CSV")]
    attempts: Annotated[int, Field(ge=1)]
    statistics: Statistics


class ErrorCause(BaseModel):
    """The `Cause` of a failed execution of the query state machine, parsed."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_pascal)

    message: str
    query_execution_id: str | None = None
    state_change_reason: str | None = None
    athena_error: dict[str, Any] | None = None
    hint: Annotated[str | None, Field(description="What can be done about it")] = None


class QuerySucceeded(Contract):
    """The ``detail`` of a `query-succeeded` event."""

    version: ContractVersion
    correlation_id: Annotated[CorrelationId, Field(alias="correlationId")]
    inline: Annotated[bool, Field(description="Whether the result has its rows")]
    result: Annotated[dict[str, Any], Field(description="A query result; without Rows where it isn't inline")]


class QueryFailed(Contract):
    """The ``detail`` of a `query-failed` event."""

    version: ContractVersion
    correlation_id: Annotated[CorrelationId, Field(alias="correlationId")]
    error: str
    cause: ErrorCause


class QuerySucceededEvent(OwnEvent):
    """A `query-succeeded` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["query-succeeded"], Field(alias="detail-type")]
    detail: QuerySucceeded


class QueryFailedEvent(OwnEvent):
    """A `query-failed` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["query-failed"], Field(alias="detail-type")]
    detail: QueryFailed
