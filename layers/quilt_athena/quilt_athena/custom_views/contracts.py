"""Input and output of the views state machine, as models (``docs/contracts.md``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from quilt_athena.contracts.limits import MAX_BUCKETS, MAX_NAMED
from quilt_athena.contracts.models import BucketName, Contract, OutputModel, parse_as


class CustomViewsRequest(Contract):
    """The input of the views state machine."""

    buckets: Annotated[
        list[BucketName] | None,
        Field(
            alias="Buckets",
            min_length=1,
            max_length=MAX_BUCKETS,
            description="Process the views of these buckets only; without it, all views",
        ),
    ] = None


def parse_custom_views_request(request: object) -> CustomViewsRequest:
    """A valid request.

    Raises:
        InvalidRequest: a field is wrong; the message begins with its path.
    """
    return parse_as(CustomViewsRequest, request)


_COUNT = Field(ge=0, description="Number of all, including those not listed")


class CustomView(OutputModel):
    """A view that was created from a user's file."""

    view: str
    file: str
    bucket: Annotated[str, Field(description="The bucket that the view belongs to; * for a global view")]


class FailedView(OutputModel):
    """A view that could not be created, or a file from which none can be created."""

    file: str
    bucket: Annotated[str | None, Field(description="As in Created; absent if the whole file is invalid")] = None
    view: str | None = None
    error: str
    reason: Annotated[str, Field(description="Athena's own message, if Athena rejected the view")]


class CreatedViews(OutputModel):
    """Views that were created or replaced."""

    count: Annotated[int, _COUNT]
    views: Annotated[list[CustomView], Field(max_length=MAX_NAMED)]


class DeletedViews(OutputModel):
    """Views that were deleted."""

    count: Annotated[int, _COUNT]
    views: Annotated[list[str], Field(max_length=MAX_NAMED)]


class FailedViews(OutputModel):
    """Views that could not be created, and invalid files."""

    count: Annotated[int, _COUNT]
    views: Annotated[list[FailedView], Field(max_length=MAX_NAMED)]


class CustomViewsResult(OutputModel):
    """The output of the views state machine."""

    scope: Annotated[Literal["all", "some"], Field(description="All buckets, or those that the input names")]
    files: Annotated[int, Field(ge=0, description="Number of valid files")]
    created: CreatedViews
    deleted: DeletedViews
    unchanged: Annotated[int, Field(ge=0, description="Views that were already up to date")]
    failed: FailedViews
    remaining: Annotated[int, Field(ge=0, description="Views that this execution left for the next one")]
    not_checked: Annotated[
        str | None, Field(description="What waits for an execution for all buckets; absent in such an execution")
    ] = None
