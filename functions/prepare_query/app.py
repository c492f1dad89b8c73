"""A query request, validated and made ready to start; an invalid one is an answer, not an error of this function."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.errors import InvalidRequestError
from quilt_athena.observability import logger
from quilt_athena.requests import prepare
from quilt_athena.settings import setting


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
        )
    except InvalidRequestError as error:
        # The message names fields, never what they hold.
        logger.info("refused", reason=str(error), execution=event["ExecutionId"])
        return {"Valid": False, "Cause": {"Message": str(error)}}
    return {"Valid": True, **prepared}
