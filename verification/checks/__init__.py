"""All checks, one module for each area, in the order in which they run."""

from __future__ import annotations

from types import ModuleType

from verification.check import Check
from verification.checks import access, account, catalog, clients, events, index, queries, results, storage, views

#: Titles of the areas, and their modules.
AREAS: dict[str, ModuleType] = {
    "Glue's catalog": catalog,
    "Tables and views": views,
    "Results": results,
    "Queries and state machines": queries,
    "Events and schedules": events,
    "The index": index,
    "S3": storage,
    "Permissions": access,
    "Clients": clients,
    "What a run may not change": account,
}


def of(module: ModuleType) -> list[Check]:
    """The checks of an area, in the order of their declarations."""
    return [value for value in vars(module).values() if isinstance(value, Check)]


def all_checks() -> list[Check]:
    """The checks of all areas."""
    return [one for module in AREAS.values() for one in of(module)]
