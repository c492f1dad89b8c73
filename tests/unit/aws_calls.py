"""Calls between boto3 and AWS, for tests: recorded, and made to fail.

botocore emits `before-call` before it sends a request (a response returned there replaces the call) and `after-call`
when it has the response, before the caller has it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError

Response = tuple[AWSResponse, dict[str, Any]]


class Fault(Enum):
    """What can happen to a call."""

    REFUSED = "throttled, without effect"
    ANSWER_LOST = "it took effect, and the response was lost"
    KILLED_BEFORE = "the function was killed before it"
    KILLED_AFTER = "the function was killed after it took effect"


class Killed(BaseException):
    """The function was killed. No `except Exception` catches this, since no code of the function runs afterwards."""


@dataclass
class Interference:
    """An interference with one call; ``happened`` is the call's name once it happened."""

    happened: str | None = None


@contextmanager
def on_parameters(client: BaseClient, operation: str, handler: Callable[[dict[str, Any]], object]) -> Iterator[None]:
    """Inside the block, ``handler`` gets the parameters of each call of ``operation``, and may change them.

    Tests share clients: what they register themselves would also be called in other tests.
    """

    def called(params: dict[str, Any], **_: Any) -> None:
        handler(params)

    event = f"provide-client-params.{client.meta.service_model.service_name}.{operation}"
    client.meta.events.register(event, called)
    try:
        yield
    finally:
        client.meta.events.unregister(event, called)


@dataclass
class AwsCalls:
    """The calls of some clients, in order, such as ``glue:CreateTable``; a context manager.

    ``table_writes`` are the (table, action) of what Glue changed, whether or not the caller got the response.
    """

    clients: Sequence[BaseClient]
    names: list[str] = field(default_factory=list)
    table_writes: list[tuple[str, str]] = field(default_factory=list)
    _before: Callable[[str], Response | None] | None = None
    _after: Callable[[str], None] | None = None

    def __enter__(self) -> AwsCalls:
        for client in self.clients:
            client.meta.events.register("before-call", self._on_call)  # type: ignore[arg-type]  # it may return a response
            client.meta.events.register("after-call", self._on_response)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self.clients:
            client.meta.events.unregister("before-call", self._on_call)  # type: ignore[arg-type]  # as above
            client.meta.events.unregister("after-call", self._on_response)

    def clear(self) -> None:
        """Forget the calls so far."""
        self.names.clear()
        self.table_writes.clear()

    def count(self, prefix: str) -> int:
        """The number of calls whose name begins with ``prefix``."""
        return sum(name.startswith(prefix) for name in self.names)

    def _on_call(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Response | None:
        name = f"{model.service_model.service_name}:{model.name}"
        self.names.append(name)
        if name.startswith("glue:"):
            context["glue_request"] = json.loads(params["body"])
        return self._before(name) if self._before else None

    def _on_response(
        self, http_response: AWSResponse, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        if http_response.status_code < 300 and model.service_model.service_name == "glue":
            self.table_writes += _written(model.name, context["glue_request"], parsed)
        if self._after:
            self._after(f"{model.service_model.service_name}:{model.name}")

    @contextmanager
    def fault(self, fault: Fault, number: int) -> Iterator[Interference]:
        """Inside the block, ``fault`` happens to the call of that number (from 1)."""
        interference, seen = Interference(), 0

        def before(name: str) -> Response | None:
            nonlocal seen
            seen += 1
            if seen == number:
                interference.happened = name
                if fault is Fault.KILLED_BEFORE:
                    raise Killed(name)
                if fault is Fault.REFUSED:
                    return refusal("ThrottlingException")
            return None

        def after(name: str) -> None:
            if seen == number and interference.happened == name:
                if fault is Fault.KILLED_AFTER:
                    raise Killed(name)
                if fault is Fault.ANSWER_LOST:
                    raise ReadTimeoutError(endpoint_url=name)

        with self._interfering(before, after):
            yield interference

    @contextmanager
    def meanwhile(
        self, number: int, others: Callable[[], object], *, then_kill: bool = False
    ) -> Iterator[Interference]:
        """Inside the block, ``others`` runs completely just before the call of that number (from 1)."""
        interference, seen = Interference(), 0

        def before(name: str) -> Response | None:
            nonlocal seen
            seen += 1
            if seen == number:
                interference.happened = name
                with self._interfering(None, None):
                    others()
                if then_kill:
                    raise Killed(name)
            return None

        with self._interfering(before, None):
            yield interference

    @contextmanager
    def answering(self, name: str, respond: Callable[[], Response | None]) -> Iterator[None]:
        """Inside the block, ``respond()`` returns the response when ``name`` is called, or None to call moto."""
        with self._interfering(lambda called: respond() if called == name else None, None):
            yield

    @contextmanager
    def _interfering(
        self, before: Callable[[str], Response | None] | None, after: Callable[[str], None] | None
    ) -> Iterator[None]:
        saved = self._before, self._after
        self._before, self._after = before, after
        try:
            yield
        finally:
            self._before, self._after = saved


def refusal(code: str, status: int = 400, message: str = "made to fail") -> Response:
    """A response with an error."""
    parsed = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return AWSResponse("https://aws.test", status, HTTPHeaders(), None), parsed


def success(**parsed: Any) -> Response:
    """A response without an error."""
    return AWSResponse("https://aws.test", 200, HTTPHeaders(), None), {
        **parsed,
        "ResponseMetadata": {"HTTPStatusCode": 200},
    }


def _written(operation: str, request: dict[str, Any], response: dict[str, Any]) -> list[tuple[str, str]]:
    if operation == "BatchDeleteTable":
        failed = {error["TableName"] for error in response.get("Errors", [])}
        return [(name, "deleted") for name in request["TablesToDelete"] if name not in failed]
    actions = {"CreateTable": "created", "UpdateTable": "updated"}
    return [(request["TableInput"]["Name"], actions[operation])] if operation in actions else []
