"""Errors of Athena's API."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json, json_response

from local.aws.responses import Response


class RequestError(Exception):
    """A rejected request. `code` is the name of the exception in Athena's API."""

    def __init__(self, message: str, *, code: str = "InvalidRequestException", reason: str | None = None) -> None:
        """`reason` becomes AthenaErrorCode, which InvalidRequestException carries for some errors."""
        super().__init__(message)
        self.code = code
        self.reason = reason


def operation(function: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Callable[[dict[str, Any]], Response]:
    """Turn an operation on plain data into a handler for MiniStack."""

    @functools.wraps(function)
    def handler(data: dict[str, Any]) -> Response:
        try:
            response: Response = json_response(function(data))
        except RequestError as error:
            return rejection(error)
        return response

    return handler


def rejection(error: RequestError) -> Response:
    """The response to a rejected request."""
    extra = {"AthenaErrorCode": error.reason} if error.reason else None
    response: Response = error_response_json(error.code, str(error), 400, extra=extra)
    return response


def check_length(name: str, value: str, *, least: int, most: int) -> None:
    """Reject `value` with AWS's message if it is too short or too long."""
    for broken, bound, limit in ((len(value) < least, "greater", least), (len(value) > most, "less", most)):
        if broken:
            raise RequestError(
                f"1 validation error detected: Value at '{name}' failed to satisfy constraint: "
                f"Member must have length {bound} than or equal to {limit}"
            )


def check_range(name: str, value: int, *, least: int, most: int) -> None:
    """Reject `value` with AWS's message if it is too small or too large."""
    for broken, bound, limit in ((value < least, "greater", least), (value > most, "less", most)):
        if broken:
            raise RequestError(
                f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
                f"Member must have value {bound} than or equal to {limit}"
            )
