"""The `catalog-changed` event as a model, for its JSON Schema; no function imports it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from quilt_athena.contracts.models import Contract, ContractVersion, OwnEvent


class TableChange(Contract):
    """A table or view that was changed."""

    name: str
    action: Literal["created", "updated", "deleted"]


class CatalogChanged(Contract):
    """The ``detail`` of a `catalog-changed` event."""

    version: ContractVersion
    bucket: str
    changes: Annotated[list[TableChange], Field(min_length=1)]


class CatalogChangedEvent(OwnEvent):
    """A `catalog-changed` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["catalog-changed"], Field(alias="detail-type")]
    detail: CatalogChanged
