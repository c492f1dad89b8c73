"""The desired state compared with what the catalog contains: the steps from one to the other.

Pure functions: ``glue.py`` and ``partitions.py`` read what they compare, and apply the steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.catalog.declaration_types import LegacyViewDeclaration, ViewDeclaration, described
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER, DesiredPartition, DesiredState, DesiredTable
from quilt_athena.catalog.ownership import Owner, owner_of
from quilt_athena.catalog.views import is_view
from quilt_athena.errors import UnmanagedTableError

#: Tables, by their names, as Glue's GetTables returns them.
Tables = Mapping[str, Mapping[str, Any]]
#: A bucket's partitions, by their tables' names, as Glue's GetPartition returns them.
Partitions = Mapping[str, Mapping[str, Any]]

# Parameters of a table that change how Athena reads it. Others, which people or crawlers add, are kept.
_READING_PARAMETERS = (
    "skip.", "projection.", "storage.", "serialization.",
    "EXTERNAL", "table_type", "spark.sql.sources.", "transactional",
)  # fmt: skip


@dataclass(frozen=True)
class TableStep:
    """A change of a table or view: the ``table_input`` to write (None: delete it), over ``version_id`` if it exists."""

    change: Change
    table_input: Mapping[str, Any] | None = None
    version_id: str | None = None
    #: Whether Glue archives the version that is replaced.
    archive: bool = False


@dataclass(frozen=True)
class PartitionStep:
    """A change of a partition."""

    action: Action
    partition: DesiredPartition

    @property
    def change(self) -> Change:
        """The change, as it is reported."""
        return Change(self.partition.name, self.action)


def plan_tables(state: DesiredState, found: Tables, *, registered: bool = True) -> tuple[TableStep, ...]:
    """The steps that create or repair the tables and views of a ``registered`` bucket, or delete those of another.

    Raises:
        UnmanagedTableError: an unmanaged table or view has a name that is needed. Nothing is planned for the others
            then: a bucket has all of its tables or none is touched.
    """
    if not registered:
        return _plan_deletion((*state.tables, *state.unwanted), found)
    has_managed = any(
        owner_of(found[desired.name], desired)[0] is Owner.MANAGED for desired in state.tables if desired.name in found
    )
    steps = (
        _plan_table(desired, found.get(desired.name), state.database, has_managed=has_managed)
        for desired in state.tables
    )
    return (*(step for step in steps if step), *_plan_deletion(state.unwanted, found))


def plan_partitions(state: DesiredState, found: Partitions, *, registered: bool = True) -> tuple[PartitionStep, ...]:
    """The steps that create or repair the partitions of a ``registered`` bucket, or delete those of another."""
    steps = []
    for partition in state.partitions:
        existing = found.get(partition.table)
        if not registered:
            action = None if existing is None else Action.DELETED
        elif existing is None:
            action = Action.CREATED
        else:
            action = None if partition_matches(partition, existing) else Action.UPDATED
        if action:
            steps.append(PartitionStep(action, partition))
    return tuple(steps)


def table_is_in_sync(desired: DesiredTable, table: Mapping[str, Any], database: str) -> bool:
    """Whether nothing would be planned for a wanted table or view that exists."""
    try:
        return _plan_table(desired, table, database) is None
    except UnmanagedTableError:
        return False


def partition_matches(desired: DesiredPartition, partition: Mapping[str, Any]) -> bool:
    """Whether Athena reads a partition as declared: its location, SerDe and columns.

    A column of another type than the table's fails every query that reads the partition; a missing column is NULL.
    """
    wanted, found = desired.partition_input["StorageDescriptor"], partition.get("StorageDescriptor", {})
    return bool(
        _columns(wanted) == _columns(found)
        and wanted["Location"] == found.get("Location")
        and wanted["InputFormat"] == found.get("InputFormat")
        and wanted["SerdeInfo"]["SerializationLibrary"] == found.get("SerdeInfo", {}).get("SerializationLibrary")
        and wanted["SerdeInfo"]["Parameters"] == found.get("SerdeInfo", {}).get("Parameters", {})
    )


def _plan_table(
    desired: DesiredTable, table: Mapping[str, Any] | None, database: str, *, has_managed: bool = False
) -> TableStep | None:
    """The step for one table or view, if any; ``has_managed``: others of the same bucket are managed."""
    if table is None:
        return TableStep(Change(desired.name, Action.CREATED), desired.table_input)
    owner, reason = owner_of(table, desired)
    is_replaced = owner is Owner.UNMANAGED and has_managed and _may_have_replaced(table, desired)
    if owner is Owner.UNMANAGED and not is_replaced:
        if isinstance(desired.declaration, LegacyViewDeclaration):
            return None
        raise UnmanagedTableError(
            f"{database}.{desired.name} already exists and isn't managed by quilt-athena, which needs this name for "
            f"{described(desired.bucket)}: {reason}. It was not changed. Rename or drop it, then send the event again"
        )
    if _matches(desired.table_input, table):
        return None
    return TableStep(
        Change(desired.name, Action.UPDATED),
        _with_kept_parameters(desired.table_input, table),
        version_id=table.get("VersionId"),
        # What somebody wrote by hand can be looked up afterwards; the declarations are in version control.
        archive=owner is Owner.ADOPTABLE or is_replaced,
    )


def _may_have_replaced(table: Mapping[str, Any], desired: DesiredTable) -> bool:
    """Whether a table is what CREATE OR REPLACE VIEW leaves in place of a managed view: a view without parameters.

    A bucket has all of its views or none, so a managed view was there if others are managed. All that is lost is SQL,
    which Glue archives. A legacy view may be Quilt's own.
    """
    return (
        isinstance(desired.declaration, ViewDeclaration)
        and not isinstance(desired.declaration, LegacyViewDeclaration)
        and is_view(table)
        and BUCKET_PARAMETER not in table.get("Parameters", {})
    )


def _plan_deletion(desired: tuple[DesiredTable, ...], found: Tables) -> tuple[TableStep, ...]:
    """The steps that delete managed tables and views, those that read others first.

    What the notebook created is deleted too if it is next to something managed: somebody ran the notebook again over
    the stack's tables, and its views would be left behind, broken.
    """
    owners = {table.name: owner_of(found[table.name], table)[0] for table in reversed(desired) if table.name in found}
    deleted = {Owner.MANAGED, Owner.ADOPTABLE} if Owner.MANAGED in owners.values() else set[Owner]()
    return tuple(TableStep(Change(name, Action.DELETED)) for name, owner in owners.items() if owner in deleted)


def _matches(table_input: Mapping[str, Any], table: Mapping[str, Any]) -> bool:
    """Whether Athena and Trino read the table as declared, and people see it described as declared."""
    described = ("TableType", "Description", "ViewOriginalText", "ViewExpandedText")
    wanted, found = table_input["Parameters"], table.get("Parameters", {})
    return (
        all((table.get(key) or "") == table_input.get(key, "") for key in described)
        and _partition_keys(table_input) == _partition_keys(table)
        and _comparable_storage(table_input) == _comparable_storage(table)
        and all(found.get(key) == value for key, value in wanted.items())
        and all(key in wanted for key in found if key.startswith(_READING_PARAMETERS))
    )


def _partition_keys(table: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(key["Name"], key.get("Type")) for key in table.get("PartitionKeys") or []]


def _columns(storage: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(column["Name"], column.get("Type")) for column in storage.get("Columns", [])]


def _comparable_storage(table: Mapping[str, Any]) -> dict[str, Any]:
    storage = table.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo") or {}
    return {
        "columns": _columns(storage),
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
