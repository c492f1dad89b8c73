"""A query request, validated and made ready to start; an invalid one is an answer, not an error of this function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.errors import InvalidRequest
from quilt_athena.query.requests import prepare
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting

if TYPE_CHECKING:
    from quilt_athena.query.saved_queries import SavedQuery


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``Request``, ``ExecutionId``, ``MaxTimeoutSeconds`` in; ``Valid`` and what to start, or a ``Cause``, out."""
    try:
        prepared = prepare(
            event["Request"],
            execution_id=event["ExecutionId"],
            max_timeout_seconds=int(event["MaxTimeoutSeconds"]),
            database=setting("DATABASE_NAME"),
            workgroup=setting("WORKGROUP_NAME"),
            find_saved=_find_saved,
        )
    except InvalidRequest as error:
        # The message names fields, never what they hold.
        logger.info("refused", reason=str(error), execution=event["ExecutionId"])
        return {"Valid": False, "Cause": {"Message": str(error)}}
    return {"Valid": True, **prepared}


def _find_saved(name: str) -> SavedQuery:
    # Imported where it is needed: most requests bring their SQL, and none of AWS is asked for them.
    import boto3

    from quilt_athena.aws.clients import CLIENT_CONFIG
    from quilt_athena.query.saved_queries import SavedQueries

    athena = boto3.client("athena", config=CLIENT_CONFIG)
    return SavedQueries(athena, setting("WORKGROUP_NAME"), setting("DATABASE_NAME")).find(name)
