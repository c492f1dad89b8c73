"""Validate a query request and prepare everything that the query state machine needs to run it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.query.requests import QueryPreparer
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings
from quilt_athena.runtime.validation import reports_invalid_requests

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

    from quilt_athena.query.saved_queries import SavedQueries


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    database_name: str
    workgroup_name: str


@cache
def compose() -> QueryPreparer:
    """The preparer that all events of this execution environment share."""
    settings = Settings.from_environment()
    return QueryPreparer(settings.database_name, settings.workgroup_name, lambda name: _saved_queries().find(name))


@cache
def _saved_queries() -> SavedQueries:
    # Imported at first use: most requests have their SQL.
    from quilt_athena.query.saved_queries import SavedQueries

    settings = Settings.from_environment()
    return SavedQueries(_athena, settings.workgroup_name, settings.database_name)


@cache
def _athena() -> AthenaClient:
    # Imported at first use: only queries that people saved need a client.
    import boto3

    from quilt_athena.aws.clients import CLIENT_CONFIG

    return boto3.client("athena", config=CLIENT_CONFIG)


@logger.inject_lambda_context(clear_state=True)
@reports_invalid_requests("ExecutionId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return what to start in ``WorkGroup`` for ``Request``, ``ExecutionId`` and ``MaxTimeoutSeconds``, or why it is
    invalid."""
    return compose().prepare(
        event["Request"],
        execution_id=event["ExecutionId"],
        # Executions that release 0.1 started name none: theirs is the analysts'.
        workgroup=event.get("WorkGroup"),
        max_timeout_seconds=int(event["MaxTimeoutSeconds"]),
    )
