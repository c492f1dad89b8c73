"""The result of a refresh as models, for their JSON Schemas; no function imports them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from quilt_athena.contracts.limits import MAX_NAMED
from quilt_athena.contracts.models import Contract, ContractVersion, OwnEvent
from quilt_athena.custom_views.contracts import CustomViewsResult


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_pascal)


class RepairedTable(_Part):
    """A table, view or partition that was repaired."""

    name: str
    action: Literal["created", "updated", "deleted"]


class RepairedBucket(_Part):
    """A bucket whose tables, views or partitions were repaired."""

    bucket: str
    changes: list[RepairedTable]


class FailedBucket(_Part):
    """A bucket with a problem."""

    bucket: str
    error: str
    reason: str


class MissingBucket(_Part):
    """A registered bucket that does not exist in S3 any more."""

    bucket: str
    removed: Annotated[bool, Field(description="Whether its tables and views were deleted, rather than kept")]


class UnregisteredBucket(_Part):
    """A bucket that has managed tables and is not registered."""

    bucket: str


_COUNT = Field(ge=0, description="All of them, including those that are not listed")


class Repaired(_Part):
    """Buckets that were repaired."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[RepairedBucket], Field(max_length=MAX_NAMED)]


class Failed(_Part):
    """Buckets with a problem."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[FailedBucket], Field(max_length=MAX_NAMED)]


class Missing(_Part):
    """Registered buckets that do not exist in S3 any more."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[MissingBucket], Field(max_length=MAX_NAMED)]


class Unregistered(_Part):
    """Buckets that have managed tables and are not registered."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[UnregisteredBucket], Field(max_length=MAX_NAMED)]


class ViewChecks(_Part):
    """The results of the view checks."""

    checked: Annotated[int, Field(ge=0, description="Buckets whose views were checked with a query")]
    failed: Failed


class OrphanedQueries(_Part):
    """Queries whose executions had ended without stopping them."""

    stopped: Annotated[list[str], Field(description="Ids of the stopped queries")]
    error: Annotated[str | None, Field(description="Why they could not be found or stopped")] = None
    reason: str | None = None


class RolesAttached(_Part):
    """Roles that the access policy was attached to."""

    count: Annotated[int, _COUNT]
    roles: Annotated[list[str], Field(max_length=MAX_NAMED)]


class RoleFailed(_Part):
    """A role that the access policy could not be attached to."""

    role: str
    reason: str


class RolesFailed(_Part):
    """Roles that the access policy could not be attached to."""

    count: Annotated[int, _COUNT]
    roles: Annotated[list[RoleFailed], Field(max_length=MAX_NAMED)]


class AccessPolicy(_Part):
    """The roles that the stack's parameters name for the access policy; none by default."""

    attached: RolesAttached
    failed: RolesFailed


class CustomViewsFailure(_Part):
    """Why the execution for the custom views failed."""

    error: str
    reason: str


class RefreshResult(_Part):
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
