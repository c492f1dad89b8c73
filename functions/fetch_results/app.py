"""Fetch the rows of a query that succeeded, typed, as many as fit the result of the query state machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.fetching import ResultFetcher
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    price_per_terabyte_scanned: float


@cache
def compose() -> ResultFetcher:
    """The fetcher that all events of this execution environment share."""
    settings = Settings.from_environment()
    return ResultFetcher(
        boto3.client("athena", config=CLIENT_CONFIG),
        boto3.client("s3", config=CLIENT_CONFIG),
        settings.price_per_terabyte_scanned,
    )


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the query result (`docs/contracts.md`) for ``Query``, ``MaxRows``, ``RequestBytes`` and ``Attempts``."""
    return compose().fetch(
        event["Query"],
        max_rows=int(event["MaxRows"]),
        request_bytes=int(event["RequestBytes"]),
        attempts=int(event["Attempts"]),
    )
