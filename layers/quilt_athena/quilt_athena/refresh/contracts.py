"""The result of a refresh as models, for their JSON Schemas; no function imports them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from quilt_athena.contracts.limits import MAX_NAMED
from quilt_athena.contracts.models import Contract, ContractVersion, OutputModel, OwnEvent
from quilt_athena.custom_views.contracts import CustomViewsResult


class RepairedTable(OutputModel):
    """A table, view or partition that was repaired."""

    name: str
    action: Literal["created", "updated", "deleted"]


class RepairedBucket(OutputModel):
    """A bucket whose tables, views or partitions were repaired."""

    bucket: str
    changes: list[RepairedTable]


class FailedBucket(OutputModel):
    """A bucket with a problem."""

    bucket: str
    error: str
    reason: str


class MissingBucket(OutputModel):
    """A registered bucket that does not exist in S3 any more."""

    bucket: str
    removed: Annotated[bool, Field(description="Whether its tables and views were deleted, rather than kept")]


class UnregisteredBucket(OutputModel):
    """A bucket that has managed tables and is not registered."""

    bucket: str


_COUNT = Field(ge=0, description="All of them, including those that are not listed")


class Repaired(OutputModel):
    """Buckets that were repaired."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[RepairedBucket], Field(max_length=MAX_NAMED)]


class Failed(OutputModel):
    """Buckets with a problem."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[FailedBucket], Field(max_length=MAX_NAMED)]


class Missing(OutputModel):
    """Registered buckets that do not exist in S3 any more."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[MissingBucket], Field(max_length=MAX_NAMED)]


class Unregistered(OutputModel):
    """Buckets that have managed tables and are not registered."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[UnregisteredBucket], Field(max_length=MAX_NAMED)]


class ViewChecks(OutputModel):
    """The results of the view checks."""

    checked: Annotated[int, Field(ge=0, description="Buckets whose views were checked with a query")]
    failed: Failed


class OrphanedQueries(OutputModel):
    """Queries whose executions had ended without stopping them."""

    stopped: Annotated[list[str], Field(description="Ids of the stopped queries")]
    error: Annotated[str | None, Field(description="Why they could not be found or stopped")] = None
    reason: str | None = None


class RolesAttached(OutputModel):
    """Roles that the access policy was attached to."""

    count: Annotated[int, _COUNT]
    roles: Annotated[list[str], Field(max_length=MAX_NAMED)]


class RoleFailed(OutputModel):
    """A role that the access policy could not be attached to."""

    role: str
    reason: str


class RolesFailed(OutputModel):
    """Roles that the access policy could not be attached to."""

    count: Annotated[int, _COUNT]
    roles: Annotated[list[RoleFailed], Field(max_length=MAX_NAMED)]


class AccessPolicy(OutputModel):
    """The roles that the stack's parameters name for the access policy; none by default."""

    attached: RolesAttached
    failed: RolesFailed


class CustomViewsFailure(OutputModel):
    """Why the execution for the custom views failed."""

    error: str
    reason: str


class RefreshResult(OutputModel):
    """The output of the refresh state machine."""

    scope: Annotated[Literal["all", "some"], Field(description="All registered buckets, or those that the input names")]
    checked: Annotated[int, Field(ge=0, description="Buckets of the registry that were checked")]
    registered: Annotated[int, Field(ge=0, description="Those of them that are registered; 0 if the scope is some")]
    repaired: Repaired
    failed: Failed
    missing: Missing
    unregistered: Unregistered
    view_checks: ViewChecks
    orphaned_queries: OrphanedQueries
    access_policy: AccessPolicy
    custom_views: Annotated[
        CustomViewsResult | CustomViewsFailure, Field(description="The output of the custom views state machine")
    ]


class CatalogRefreshed(Contract):
    """The ``detail`` of a `catalog-refreshed` event."""

    version: ContractVersion
    execution: Annotated[str, Field(description="ARN of the execution of the refresh state machine")]
    result: RefreshResult


class CatalogRefreshedEvent(OwnEvent):
    """A `catalog-refreshed` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["catalog-refreshed"], Field(alias="detail-type")]
    detail: CatalogRefreshed
