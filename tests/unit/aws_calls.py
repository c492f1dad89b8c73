"""The edge between boto3 and AWS, for tests: calls are recorded there, and made to go wrong.

botocore emits `before-call` before a request is sent (an answer given there takes its place) and `after-call` when its
answer is in, but not yet given to the caller.
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

Answer = tuple[AWSResponse, dict[str, Any]]


class Fault(Enum):
    """What may happen to a call."""

    REFUSED = "throttled, without effect"
    ANSWER_LOST = "it took effect, and its answer was lost"
    KILLED_BEFORE = "the function was killed before it"
    KILLED_AFTER = "the function was killed after it took effect"


class Killed(BaseException):
    """The function is gone: nothing of it may run on, so no `except Exception` sees this."""


@dataclass
class Interference:
    """One call that something happens to; ``happened`` once it did."""

    happened: str | None = None


@dataclass
class AwsCalls:
    """The calls of some clients, in order, such as ``glue:CreateTable``; a context manager.

    ``table_writes`` are the (table, action) that Glue really made, whether or not the caller got to know.
    """

    clients: Sequence[BaseClient]
    names: list[str] = field(default_factory=list)
    table_writes: list[tuple[str, str]] = field(default_factory=list)
    _before: Callable[[str], Answer | None] | None = None
    _after: Callable[[str], None] | None = None

    def __enter__(self) -> AwsCalls:
        for client in self.clients:
            client.meta.events.register("before-call", self._on_call)  # type: ignore[arg-type]  # it may answer
            client.meta.events.register("after-call", self._on_answer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self.clients:
            client.meta.events.unregister("before-call", self._on_call)  # type: ignore[arg-type]  # as above
            client.meta.events.unregister("after-call", self._on_answer)

    def clear(self) -> None:
        """Forget what was recorded."""
        self.names.clear()
        self.table_writes.clear()

    def count(self, prefix: str) -> int:
        """How many calls began with ``prefix``."""
        return sum(name.startswith(prefix) for name in self.names)

    def _on_call(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Answer | None:
        name = f"{model.service_model.service_name}:{model.name}"
        self.names.append(name)
        if name.startswith("glue:"):
            context["glue_request"] = json.loads(params["body"])
        return self._before(name) if self._before else None

    def _on_answer(
        self, http_response: AWSResponse, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        if http_response.status_code < 300 and model.service_model.service_name == "glue":
            self.table_writes += _written(model.name, context["glue_request"], parsed)
        if self._after:
            self._after(f"{model.service_model.service_name}:{model.name}")

    @contextmanager
    def fault(self, fault: Fault, number: int) -> Iterator[Interference]:
        """While this lasts, ``fault`` happens to the call of that number (from 1)."""
        interference, seen = Interference(), 0

        def before(name: str) -> Answer | None:
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
        """While this lasts, ``others`` run to their end just before the call of that number (from 1)."""
        interference, seen = Interference(), 0

        def before(name: str) -> Answer | None:
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
    def answering(self, name: str, answer: Callable[[], Answer | None]) -> Iterator[None]:
        """While this lasts, ``answer()`` is asked first when ``name`` is called."""
        with self._interfering(lambda called: answer() if called == name else None, None):
            yield

    @contextmanager
    def _interfering(
        self, before: Callable[[str], Answer | None] | None, after: Callable[[str], None] | None
    ) -> Iterator[None]:
        saved = self._before, self._after
        self._before, self._after = before, after
        try:
            yield
        finally:
            self._before, self._after = saved


def refusal(code: str, status: int = 400, message: str = "made to fail") -> Answer:
    """AWS's answer to a call that it refuses."""
    parsed = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return AWSResponse("https://aws.test", status, HTTPHeaders(), None), parsed


def success(**parsed: Any) -> Answer:
    """AWS's answer to a call that it takes."""
    return AWSResponse("https://aws.test", 200, HTTPHeaders(), None), {
        **parsed,
        "ResponseMetadata": {"HTTPStatusCode": 200},
    }


def _written(operation: str, request: dict[str, Any], answer: dict[str, Any]) -> list[tuple[str, str]]:
    if operation == "BatchDeleteTable":
        failed = {error["TableName"] for error in answer.get("Errors", [])}
        return [(name, "deleted") for name in request["TablesToDelete"] if name not in failed]
    actions = {"CreateTable": "created", "UpdateTable": "updated"}
    return [(request["TableInput"]["Name"], actions[operation])] if operation in actions else []
