"""The base models of all contracts, and the messages for input that breaks one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from quilt_athena.contracts.nesting import NESTING_PROBLEM, check_nesting, deep_field_of_text
from quilt_athena.errors import InvalidEventError, InvalidRequest
from quilt_athena.names import LEGAL_PATTERN, validate_bucket_name


def _to_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:  # pydantic does not turn this into a ValidationError
        raise ValueError("expected a time in the years 1 to 9999 of UTC, it is out of range") from None


UtcTime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
BucketName = Annotated[
    str,
    AfterValidator(validate_bucket_name),
    # The validator's messages are better than those of a pattern, which readers of the schema get.
    Field(description="Name of an S3 bucket", json_schema_extra={"pattern": f"^{LEGAL_PATTERN}$"}),
]
ContractVersion = Annotated[str, Field(pattern=r"^0\.\d+$", description="Version of the contract: 0.x")]


class Contract(BaseModel):
    """Base of every model of input: known fields are validated strictly, unknown fields are ignored."""

    # Models are built at first use: a function that receives one kind of event does not wait for the others.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", defer_build=True)


class OutputModel(BaseModel):
    """Base of every model of output, whose fields are in PascalCase: functions write these fields and no others."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_pascal, defer_build=True)


class Envelope(Contract):
    """The fields that EventBridge adds to the detail of any event."""

    id: Annotated[str, Field(min_length=1, max_length=256)]
    source: str
    time: UtcTime
    resources: tuple[str, ...] = ()

    def check_source(self, sources: Collection[str]) -> None:
        """Check the sender. Rules check it too, but messages that are sent to the queue directly pass no rule.

        Raises:
            InvalidEventError: it is not one of ``sources``.
        """
        if self.source not in sources:
            expected = f"one of {', '.join(sorted(sources))}" if sources else "none, since no source is accepted"
            raise InvalidEventError("source", f"expected {expected}, got {self.source[:80]!r}")


class OwnEvent(Contract):
    """The fields that EventBridge adds to the detail of an event that the stack publishes."""

    id: str
    source: Literal["quilt-athena"]
    time: datetime
    resources: list[str]


Request = TypeVar("Request", bound=Contract)


def parse_json_event(contract: type[Request], body: str) -> Request:
    """The event in ``body`` (JSON) as a model of its contract.

    Raises:
        InvalidEventError: it breaks the contract; the error's ``field`` is the first that is wrong.
    """
    if (field := deep_field_of_text(body)) is not None:
        raise InvalidEventError(field or "event", NESTING_PROBLEM)
    try:
        return contract.model_validate_json(body)
    except ValidationError as error:
        raise invalid_event(error) from None


def parse_as(contract: type[Request], request: object) -> Request:
    """The request as a model of its contract.

    Raises:
        InvalidRequest: the request breaks the contract; the message begins with the path of the field.
    """
    check_nesting(request)
    try:
        return contract.model_validate(request)
    except ValidationError as error:
        raise InvalidRequest(str(invalid_event(error))) from None


def invalid_event(error: ValidationError) -> InvalidEventError:
    """All problems in one sentence: the path of each field, and what was expected of it."""
    problems = [
        (".".join(map(str, problem["loc"])) or "event", problem["msg"].removeprefix("Value error, "), problem)
        for problem in error.errors(include_url=False, include_context=False)
    ]
    texts = []
    for field, message, problem in problems:
        got = problem.get("input")
        shown = (
            f", got {got[:80]!r}"
            if isinstance(got, str) and problem["type"] in ("literal_error", "string_pattern_mismatch")
            else ""
        )
        texts.append((field, message + shown))
    first, problem_text = texts[0]
    more = "".join(f"; {field}: {text}" for field, text in texts[1:])
    return InvalidEventError(first, problem_text + more)
