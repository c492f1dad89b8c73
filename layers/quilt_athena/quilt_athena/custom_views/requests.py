"""What the views state machine takes, and what it gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from quilt_athena.contracts.limits import MAX_BUCKETS, MAX_NAMED
from quilt_athena.contracts.models import BucketName, Contract, parse_as


class ViewsRequest(Contract):
    """The input of the views state machine."""

    buckets: Annotated[
        list[BucketName] | None,
        Field(alias="Buckets", min_length=1, max_length=MAX_BUCKETS, description="Only their views; all, without it"),
    ] = None


def parse_views_request(request: object) -> ViewsRequest:
    """The request, if it keeps its contract.

    Raises:
        InvalidRequest: it doesn't; the message begins with the path of the field.
    """
    return parse_as(ViewsRequest, request)


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_pascal)


_COUNT = Field(ge=0, description="All of them")


class CustomView(_Part):
    """A view of a user's file."""

    view: str
    file: str
    bucket: Annotated[str, Field(description="The bucket that it is of; * for a global view")]


class FailedView(_Part):
    """A view that could not be made, or a file that none can be made of."""

    file: str
    bucket: Annotated[str | None, Field(description="As in Made; not there where the whole file is wrong")] = None
    view: str | None = None
    error: str
    reason: Annotated[str, Field(description="Athena's own, where Athena refused the view")]


class ViewsMade(_Part):
    """Views that were made, or made anew."""

    count: Annotated[int, _COUNT]
    views: Annotated[list[CustomView], Field(max_length=MAX_NAMED)]


class ViewsRemoved(_Part):
    """Views that were removed."""

    count: Annotated[int, _COUNT]
    views: Annotated[list[str], Field(max_length=MAX_NAMED)]


class ViewsFailed(_Part):
    """Views that could not be made, and files that none can be made of."""

    count: Annotated[int, _COUNT]
    views: Annotated[list[FailedView], Field(max_length=MAX_NAMED)]


class ViewsResult(_Part):
    """The output of the views state machine."""

    scope: Annotated[Literal["all", "some"], Field(description="All buckets, or those that the input names")]
    files: Annotated[int, Field(ge=0, description="Files that views can be made of")]
    made: ViewsMade
    removed: ViewsRemoved
    unchanged: Annotated[int, Field(ge=0, description="Views that stood as they should")]
    failed: ViewsFailed
    remaining: Annotated[int, Field(ge=0, description="Views that this execution left to the next")]
