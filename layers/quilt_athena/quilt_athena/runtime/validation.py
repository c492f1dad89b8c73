"""Functions that validate a request for a state machine: an invalid request is a result, not an error of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from quilt_athena.contracts.limits import without_middle
from quilt_athena.errors import InvalidRequest
from quilt_athena.runtime.observability import logger

Handler = Callable[[Any, Any], dict[str, Any]]


def reports_invalid_requests(*execution_fields: str) -> Callable[[Handler], Handler]:
    """Decorate a handler, so that its result has ``Valid``: true beside what the handler returns, or false beside the
    ``Cause`` with which the state machine rejects the request.

    ``execution_fields`` are the fields of which the event has one, which names the execution for the log.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def with_validity(event: Any, context: Any) -> dict[str, Any]:
            try:
                return {"Valid": True, **handler(event, context)}
            except InvalidRequest as error:
                # The message names fields, never their values.
                message = without_middle(str(error))
                logger.info("request rejected", reason=message, execution=_first(event, execution_fields))
                return {"Valid": False, "Cause": {"Message": message}}

        return with_validity

    return decorate


def _first(event: Mapping[str, Any], fields: Iterable[str]) -> Any:
    return next((event[field] for field in fields if field in event), None)
