"""What was changed in the catalog; the words are those of the `catalog-changed` event and of the registry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What happened to a table, view or partition."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, order=True)
class Change:
    """A change of the table or view ``name``, or of a partition, whose name is ``table/key=value``."""

    name: str
    action: Action

    @property
    def is_partition(self) -> bool:
        """Whether a partition was changed, rather than a table or view."""
        return "/" in self.name
