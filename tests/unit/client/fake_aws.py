"""AWS as a client sees it, replaced at boto3's edge: botocore validates parameters, and nothing is sent."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.response import StreamingBody

# Reading the services' models is slow: all sessions share them.
_LOADER = botocore.session.Session().get_component("data_loader")

Answer = dict[str, Any] | BaseException | Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Refused:
    """An error that AWS responds with."""

    code: str
    status: int = 400
    message: str = "made to fail"


@dataclass
class FakeAws:
    """Responses by operation, such as ``stepfunctions:StartExecution``; the last one is repeated.

    A response is what boto3 returns, a ``Refused``, an exception, or a function of the parameters that returns one.
    """

    answers: dict[str, list[Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def on(self, operation: str, *answers: Answer | Refused) -> FakeAws:
        """Define the responses of an operation, call by call."""
        self.answers[operation] = list(answers)
        return self

    def called(self, operation: str) -> list[dict[str, Any]]:
        """The parameters of each call of an operation."""
        return [parameters for name, parameters in self.calls if name == operation]

    @property
    def names(self) -> list[str]:
        """The operations that were called, in order."""
        return [name for name, _ in self.calls]

    def session(self) -> boto3.Session:
        """A session whose clients get these responses."""
        core: Any = botocore.session.Session()  # the stubs know no handlers with named parameters
        core.register_component("data_loader", _LOADER)
        core.register("before-parameter-build", self._remember)
        core.register("before-call", self._answer)
        return boto3.Session("testing", "testing", region_name="us-east-1", botocore_session=core)

    def _remember(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["fake_aws_parameters"] = dict(params)

    def _answer(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        service = model.service_model.service_name
        name = f"{service}:{model.name}"
        parameters = context["fake_aws_parameters"]
        self.calls.append((name, parameters))
        queue = self.answers.get(name)
        assert queue, f"no response is defined for {name}"
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if callable(answer):
            answer = answer(parameters)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Refused):
            error = {"Code": answer.code, "Message": answer.message}
            parsed = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": answer.status}}
            return AWSResponse("https://aws.test", answer.status, HTTPHeaders(), None), parsed
        parsed = {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}
        return AWSResponse("https://aws.test", 200, HTTPHeaders(), None), parsed


@dataclass
class FakeObject:
    """An object in S3, for ``s3:GetObject`` with ranges; ``etags`` are those of its versions, read by read."""

    body: bytes
    etag: str = '"one"'

    def __call__(self, parameters: dict[str, Any]) -> dict[str, Any] | Refused:
        first, last = (int(end) for end in parameters["Range"].removeprefix("bytes=").split("-"))
        if parameters.get("IfMatch", self.etag) != self.etag:
            return Refused("PreconditionFailed", 412)
        if first >= len(self.body):
            return Refused("InvalidRange", 416)
        piece = self.body[first : last + 1]
        return {
            "Body": StreamingBody(io.BytesIO(piece), len(piece)),
            "ContentRange": f"bytes {first}-{first + len(piece) - 1}/{len(self.body)}",
            "ETag": self.etag,
        }


@dataclass
class FakeTime:
    """A clock that sleeping advances; after ``interrupt_after`` seconds, Ctrl-C is pressed."""

    now: float = 1000.0
    interrupt_after: float | None = None
    pauses: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.pauses.append(seconds)
        self.now += seconds
        if self.interrupt_after is not None and self.now - 1000.0 >= self.interrupt_after:
            raise KeyboardInterrupt
