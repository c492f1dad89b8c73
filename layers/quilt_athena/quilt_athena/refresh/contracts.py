"""What a refresh gives, as models: `answers.py` says what they are for."""

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
    """A table or view that was put right."""

    name: str
    action: Literal["created", "updated", "deleted"]


class RepairedBucket(_Part):
    """A bucket whose tables were put right."""

    bucket: str
    changes: list[RepairedTable]


class FailedBucket(_Part):
    """A bucket that something is wrong with."""

    bucket: str
    error: str
    reason: str


class GoneBucket(_Part):
    """A registered bucket that S3 no longer has."""

    bucket: str
    removed: Annotated[bool, Field(description="Whether its tables were removed; else they were left")]


class UnregisteredBucket(_Part):
    """A bucket that tables of ours name, and that nobody has registered."""

    bucket: str


_COUNT = Field(ge=0, description="All of them")


class Repaired(_Part):
    """Those that were put right."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[RepairedBucket], Field(max_length=MAX_NAMED)]


class Failed(_Part):
    """Those that something is wrong with."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[FailedBucket], Field(max_length=MAX_NAMED)]


class Gone(_Part):
    """Those that S3 no longer has."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[GoneBucket], Field(max_length=MAX_NAMED)]


class Unregistered(_Part):
    """Those that nobody has registered."""

    count: Annotated[int, _COUNT]
    buckets: Annotated[list[UnregisteredBucket], Field(max_length=MAX_NAMED)]


class Views(_Part):
    """What asking the views came to."""

    asked: Annotated[int, Field(ge=0, description="Buckets whose views were asked a question")]
    failed: Failed


class OrphanedQueries(_Part):
    """Queries that nobody waited for any more."""

    stopped: Annotated[list[str], Field(description="Ids of the queries that were stopped")]
    error: Annotated[str | None, Field(description="Why they could not be looked for")] = None
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
    """What became of the access policy: nothing, unless the stack's parameters name roles."""

    attached: RolesAttached
    failed: RolesFailed


class CustomViewsFailure(_Part):
    """Why custom views could not be looked at."""

    error: str
    reason: str


class RefreshResult(_Part):
    """The output of the refresh state machine."""

    scope: Annotated[Literal["all", "some"], Field(description="All buckets, or those that the input names")]
    checked: Annotated[int, Field(ge=0, description="Buckets of the registry that were looked at")]
    registered: Annotated[
        int, Field(ge=0, description="Those of them that are registered; 0 unless all were looked at")
    ]
    repaired: Repaired
    failed: Failed
    gone: Gone
    unregistered: Unregistered
    views: Views
    orphaned_queries: OrphanedQueries
    access_policy: AccessPolicy
    custom_views: Annotated[
        CustomViewsResult | CustomViewsFailure, Field(description="Custom views: as the views state machine gives it")
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
