"""Models of the output of queries: functions produce it as plain data, and tests validate that data with these models.

The JSON Schemas in `schemas/` are generated from them; no function imports this module.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from quilt_athena.contracts.models import Contract, ContractVersion, OutputModel, OwnEvent
from quilt_athena.query.events import CorrelationId


class OutputColumn(OutputModel):
    """A column of a query result."""

    name: Annotated[str, Field(description="Unique in the result: a repeated name gets _2, _3")]
    type: Annotated[str, Field(description="Athena's type, e.g. varchar or decimal(10,2)")]


class Statistics(OutputModel):
    """What a query scanned, how long it took, and what it cost."""

    data_scanned_in_bytes: Annotated[int, Field(ge=0)]
    engine_execution_time_in_millis: Annotated[int, Field(ge=0)]
    query_queue_time_in_millis: Annotated[int, Field(ge=0)]
    total_execution_time_in_millis: Annotated[int, Field(ge=0)]
    reused_previous_result: bool
    estimated_price_usd: Annotated[float, Field(ge=0, alias="EstimatedPriceUSD")]


class QueryOutput(OutputModel):
    """The output of the query state machine."""

    model_config = ConfigDict(title="QueryResult")

    query_execution_id: str
    statement_type: str
    columns: list[OutputColumn]
    rows: list[dict[str, Any]]
    row_count: Annotated[int, Field(ge=0, description="Number of rows returned")]
    truncated: Annotated[bool, Field(description="Whether the query has more rows")]
    output_location: Annotated[str | None, Field(description="S3 URL of all rows, as CSV")]
    output_etag: Annotated[
        str | None,
        Field(alias="OutputETag", description="ETag of that file: another one there is not the result"),
    ]
    attempts: Annotated[int, Field(ge=1, description="How often the query was started")]
    statistics: Statistics


class QueryErrorCause(OutputModel):
    """The `Cause` of a failed execution of the query state machine, parsed."""

    message: str
    query_execution_id: str | None = None
    state_change_reason: str | None = None
    athena_error: dict[str, Any] | None = None
    hint: Annotated[str | None, Field(description="What to do about it")] = None


class QuerySucceededDetail(Contract):
    """The ``detail`` of a `query-succeeded` event."""

    version: ContractVersion
    correlation_id: Annotated[CorrelationId, Field(alias="correlationId")]
    inline: Annotated[bool, Field(description="Whether the result includes its rows")]
    result: Annotated[dict[str, Any], Field(description="A query result; without Rows if it is not inline")]


class QueryFailedDetail(Contract):
    """The ``detail`` of a `query-failed` event."""

    version: ContractVersion
    correlation_id: Annotated[CorrelationId, Field(alias="correlationId")]
    error: str
    cause: QueryErrorCause


class QuerySucceededEvent(OwnEvent):
    """A `query-succeeded` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["query-succeeded"], Field(alias="detail-type")]
    detail: QuerySucceededDetail


class QueryFailedEvent(OwnEvent):
    """A `query-failed` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["query-failed"], Field(alias="detail-type")]
    detail: QueryFailedDetail
