"""The rows of a query that succeeded, typed and no more than fit the answer of the state machine."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.results import ResultReader, describe_result
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``{"Query", "MaxRows", "RequestBytes", "Attempts"}`` in, the result of `docs/contracts.md` out."""
    result = describe_result(
        event["Query"],
        max_rows=int(event["MaxRows"]),
        request_bytes=int(event["RequestBytes"]),
        attempts=int(event["Attempts"]),
        read=_read,
        price_per_tb=float(setting("PRICE_PER_TERABYTE_SCANNED")),
    )
    logger.info(
        "fetched",
        query_execution_id=result["QueryExecutionId"],
        rows=result["RowCount"],
        truncated=result["Truncated"],
        statistics=result["Statistics"],
    )
    return result


def _read(query_execution_id: str, statement_type: str, first_page_rows: int) -> ResultReader:
    return ResultReader(_athena(), query_execution_id, statement_type, first_page_rows)


@cache
def _athena() -> AthenaClient:
    return boto3.client("athena", config=CLIENT_CONFIG)
