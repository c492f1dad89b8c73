"""The desired tables against those that a catalog has: what differs, as steps that make it the same.

A pure function of the two; ``catalog.py`` applies its steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from quilt_athena.catalog.legacy import is_legacy_name
from quilt_athena.catalog.ownership import Owner, owner_of
from quilt_athena.errors import UnmanagedTableError

# Parameters of a table that change how Athena reads it. Others that people or crawlers add are left as they are.
_READING_PARAMETERS = (
    "skip.", "projection.", "storage.", "serialization.",
    "EXTERNAL", "table_type", "spark.sql.sources.", "transactional",
)  # fmt: skip


class Action(StrEnum):
    """What happened to a table or view, in the words of the `catalog-changed` event."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, order=True)
class Change:
    """One table or view that was, or is to be, changed; or a partition of one, ``table/key=value``."""

    name: str
    action: Action

    @property
    def is_of_partition(self) -> bool:
        """Whether it is a partition."""
        return "/" in self.name


@dataclass(frozen=True)
class Step:
    """A change, with what it takes to make it."""

    change: Change
    table_input: Mapping[str, Any] | None = None
    version_id: str | None = None
    keep_archive: bool = False


def plan(bucket: str, desired: Sequence[Mapping[str, Any]], found: Mapping[str, Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps from the tables found (by name, as Glue's GetTables gives them) to the desired ones (Glue's
    TableInput).

    Raises:
        UnmanagedTableError: a table that isn't ours has one of our names. Nothing is planned then: no half a catalog.
    """
    steps = []
    for table_input in desired:
        name = table_input["Name"]
        table = found.get(name)
        if table is None:
            steps.append(Step(Change(name, Action.CREATED), table_input))
            continue
        owner, reason = owner_of(table, bucket, table_input)
        if owner is Owner.UNMANAGED and is_legacy_name(name):
            continue  # Quilt's own perhaps: whoever asks for it is answered
        if owner is Owner.UNMANAGED:
            raise UnmanagedTableError(
                f"{table.get('DatabaseName', 'database')}.{name} stands where a table of bucket {bucket} belongs, "
                f"and isn't ours: "
                f"{reason}. It was left as it is. Rename or drop it, then send the event again"
            )
        if _differs(table_input, table):
            step = Step(
                Change(name, Action.UPDATED),
                _with_kept_parameters(table_input, table),
                version_id=table.get("VersionId"),
                # What somebody made by hand can be looked up afterwards; our own definitions needn't be.
                keep_archive=owner is Owner.ADOPTABLE,
            )
            steps.append(step)
    return tuple(steps)


def plan_removal(
    bucket: str, desired: Sequence[Mapping[str, Any]], found: Mapping[str, Mapping[str, Any]]
) -> tuple[Step, ...]:
    """The steps that take away what is ours, views before the tables that they read, and nothing else.

    Beside something of ours, what the notebook made counts as ours: somebody ran it over our tables, and its views
    would stay behind, broken.
    """
    owners = {
        table_input["Name"]: owner_of(found[table_input["Name"]], bucket, table_input)[0]
        for table_input in reversed(desired)
        if table_input["Name"] in found
    }
    taken = {Owner.MANAGED, Owner.ADOPTABLE} if Owner.MANAGED in owners.values() else set[Owner]()
    return tuple(Step(Change(name, Action.DELETED)) for name, owner in owners.items() if owner in taken)


def _differs(table_input: Mapping[str, Any], table: Mapping[str, Any]) -> bool:
    """Whether Athena would read the table otherwise than declared, or people see it otherwise described."""
    if any(
        table.get(key, "") != table_input.get(key, "")
        for key in ("TableType", "Description", "ViewOriginalText", "ViewExpandedText")
    ):
        return True
    if _partition_keys(table_input) != _partition_keys(table):
        return True
    if _comparable_storage(table_input) != _comparable_storage(table):
        return True
    wanted, given = table_input["Parameters"], table.get("Parameters", {})
    return any(given.get(key) != value for key, value in wanted.items()) or any(
        key not in wanted for key in given if key.startswith(_READING_PARAMETERS)
    )


def _partition_keys(table: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(key["Name"], key.get("Type")) for key in table.get("PartitionKeys") or []]


def _comparable_storage(table: Mapping[str, Any]) -> dict[str, Any]:
    storage = table.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo") or {}
    return {
        "columns": [(column["Name"], column.get("Type")) for column in storage.get("Columns", [])],
        "location": storage.get("Location") or "",
        "formats": (storage.get("InputFormat") or "", storage.get("OutputFormat") or ""),
        "serde": (serde.get("SerializationLibrary") or "", serde.get("Parameters") or {}),
        "layout": (
            bool(storage.get("Compressed")),
            storage.get("BucketColumns") or [],
            storage.get("SortColumns") or [],
        ),
    }


def _with_kept_parameters(table_input: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in table.get("Parameters", {}).items() if not key.startswith(_READING_PARAMETERS)}
    return {**table_input, "Parameters": {**kept, **table_input["Parameters"]}}
