"""A hook for tests: a response of AWS that arrives late."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

#: A comment in a query. The response to its start is late, so that a test can act in the meantime.
_LATE = "/* local: answer late */"
_LATE_SECONDS = 2.0


def late_where_asked(dispatch: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a task's call of AWS: the response to starting a query with that comment is late."""

    @functools.wraps(dispatch)
    def call(service_info: Any, service: str, action: str, arguments: Any) -> Any:
        response = dispatch(service_info, service, action, arguments)
        if isinstance(arguments, dict) and _LATE in str(arguments.get("QueryString")):
            time.sleep(_LATE_SECONDS)
        return response

    return call
