"""Faults that calls to the local AWS meet (local/aws/faults/faults.py)."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Fault = Mapping[str, Any]


def _faults(endpoint: str, *replacing: Fault, method: str = "GET") -> list[dict[str, Any]]:
    body = json.dumps(replacing).encode() if method == "PUT" else None
    request = urllib.request.Request(f"{endpoint}/_local/faults", data=body, method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        found: list[dict[str, Any]] = json.loads(answer.read())
    return found


@contextmanager
def faults(endpoint: str, *wanted: Fault) -> Iterator[None]:
    """Inside the block, calls meet these faults. Afterwards, each must have happened."""
    _faults(endpoint, *wanted, method="PUT")
    try:
        yield
        assert all(fault["Met"] for fault in _faults(endpoint)), _faults(endpoint)
    finally:
        _faults(endpoint, method="PUT")


def throttled(action: str, times: int = 1, **more: Any) -> Fault:
    """The service throttles the call."""
    return {"Action": action, "Error": "ThrottlingException", "Message": "Rate exceeded", "Times": times, **more}


def failed(action: str, times: int = 1, **more: Any) -> Fault:
    """The service fails, and does nothing."""
    return {"Action": action, "Error": "InternalServerException", "Status": 500, "Times": times, **more}


def lost(action: str, times: int = 1, **more: Any) -> Fault:
    """The service does it, and its response is lost."""
    return failed(action, times, Performed=True, **more)


def denied(action: str, times: int = 1, **more: Any) -> Fault:
    """The caller's permission is missing."""
    return {"Action": action, "Error": "AccessDeniedException", "Message": "not authorized", "Times": times, **more}


def late(action: str, seconds: float, times: int = 1, **more: Any) -> Fault:
    """The response arrives late."""
    return {"Action": action, "DelaySeconds": seconds, "Performed": True, "Times": times, **more}


def unanswered_start(text: str) -> Fault:
    """The query machine starts the query that contains a text, and gets no response, however often it asks."""
    return late("athena:StartQueryExecution", 60, 100, Role="QueryStateMachine", Contains=text)


def killed(action: str, times: int = 1, **more: Any) -> Fault:
    """The function that makes the call dies."""
    return {"Action": action, "KillsFunction": True, "Times": times, **more}
