"""Registrations as items of the registry's DynamoDB table.

Needs nothing but the standard library, so the client reads items with it too. Releases share the table: attribute names
keep their spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from quilt_athena.registration.registration import BucketState, Registration


def registration_from_item(item: Mapping[str, Any]) -> Registration:
    """The registration in an item, as DynamoDB's GetItem and Scan return it.

    Raises:
        KeyError, ValueError: the item was not written by the registry.
    """

    def text(name: str) -> str | None:
        value: str | None = item.get(name, {}).get("S")
        return value

    def time(name: str) -> datetime | None:
        value = text(name)
        return datetime.fromisoformat(value) if value else None

    return Registration(
        bucket=item["bucket"]["S"],
        state=BucketState(item["state"]["S"]),
        revision=int(item["revision"]["N"]),
        event_time=time("event_time"),
        event_ids=frozenset(item.get("event_ids", {}).get("SS", [])),
        synced_revision=int(item.get("converged_revision", {}).get("N", "0")),
        fingerprint=text("fingerprint"),
        pending=frozenset(map(_change, item.get("pending", {}).get("SS", []))),
        problem=text("problem"),
        view_problem=text("view_problem"),
        updated_at=time("updated_at"),
        never_registered="expires_at" in item,
        indexed=item.get("index_wanted", {}).get("BOOL", False),
        index=_index_progress(item["index_progress"]["M"]) if "index_progress" in item else None,
    )


def registration_key(bucket: str) -> dict[str, Any]:
    """The key of a bucket's item."""
    return {"bucket": {"S": bucket}}


def time_attribute(time: datetime) -> dict[str, Any]:
    """A time, as ISO 8601 in UTC."""
    return {"S": time.astimezone(UTC).isoformat(timespec="microseconds")}


def changes_attribute(changes: Iterable[Change]) -> dict[str, Any]:
    """A set of changes, each as ``created table_name``; DynamoDB has no empty sets."""
    return {"SS": sorted(f"{change.action.value} {change.name}" for change in changes)}


def index_progress_attribute(progress: IndexProgress) -> dict[str, Any]:
    """The progress of a bucket in the index."""
    attributes: dict[str, Any] = {
        "state": {"S": progress.state.value},
        "cursor": {"S": progress.cursor},
        "manifests": {"N": str(progress.manifests)},
        "bytes": {"N": str(progress.bytes)},
        "differences": {"N": str(progress.differences)},
    }
    for name in ("compared_at", "erased_at"):
        if time := getattr(progress, name):
            attributes[name] = time_attribute(time)
    return {"M": attributes}


def _index_progress(attributes: Mapping[str, Any]) -> IndexProgress:
    def time(name: str) -> datetime | None:
        return datetime.fromisoformat(attributes[name]["S"]) if name in attributes else None

    return IndexProgress(
        IndexState(attributes["state"]["S"]),
        attributes["cursor"]["S"],
        int(attributes["manifests"]["N"]),
        int(attributes["bytes"]["N"]),
        time("compared_at"),
        time("erased_at"),
        int(attributes.get("differences", {"N": "0"})["N"]),
    )


def _change(text: str) -> Change:
    action, name = text.split(" ", 1)
    return Change(name, Action(action))
