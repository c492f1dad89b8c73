"""AWS::Athena::NamedQuery, a resource type that MiniStack's CloudFormation lacks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import athena

Properties = Mapping[str, Any]


def named_query_handlers() -> dict[str, Callable[..., Any]]:
    """The handlers, with MiniStack's interface."""
    return {"create": _create_named_query, "update": _update_named_query, "delete": _delete_named_query}


def _create_named_query(logical_id: str, properties: Properties, _stack: str) -> tuple[str, dict[str, str]]:
    status, _, body = athena._create_named_query({"Name": logical_id, **properties})
    if status >= 400:
        raise ValueError(f"AWS::Athena::NamedQuery {logical_id} could not be created: {body!r}")
    query_id = str(json.loads(body)["NamedQueryId"])
    return query_id, {"NamedQueryId": query_id}


def _update_named_query(
    physical_id: str, _old: Properties, new: Properties, stack: str, logical_id: str | None = None
) -> tuple[str, dict[str, str]]:
    """Replace it: every property of a named query requires replacement."""
    replacement = _create_named_query(logical_id or physical_id, new, stack)
    _delete_named_query(physical_id, new)
    return replacement


def _delete_named_query(physical_id: str, _properties: Properties) -> None:
    athena._delete_named_query({"NamedQueryId": physical_id})
