"""What a refresh did: counted whole, and named as far as an event and a state machine's output can carry.

The registry has all that is wrong, bucket by bucket; this names the first of each kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quilt_athena.catalog.plan import Change
from quilt_athena.contracts.limits import Named, shortened

CATALOG_REFRESHED = "catalog-refreshed"

_MAX_CHANGES = 8


@dataclass
class Report:
    """A refresh so far. ``unregistered`` are buckets that tables of ours name and the registry doesn't know."""

    scope: str
    checked: int = 0
    registered: int = 0
    repaired: Named = field(default_factory=Named)
    failed: Named = field(default_factory=Named)
    gone: Named = field(default_factory=Named)
    unregistered: Named = field(default_factory=Named)

    def add_repaired(self, bucket: str, changes: Iterable[Change]) -> None:
        """A bucket whose tables were changed."""
        shown = [{"Name": change.name, "Action": change.action.value} for change in sorted(changes)]
        self.repaired.add(bucket, Changes=shown[:_MAX_CHANGES])

    def add_failed(self, bucket: str, error: str, reason: str) -> None:
        """A bucket that could not be brought to what it should be."""
        self.failed.add(bucket, Error=error, Reason=shortened(reason))

    def as_json(self) -> dict[str, Any]:
        """As the state machine carries it from round to round."""
        return {
            "Scope": self.scope,
            "Checked": self.checked,
            "Registered": self.registered,
            "Repaired": self.repaired.as_json(),
            "Failed": self.failed.as_json(),
            "Gone": self.gone.as_json(),
            "Unregistered": self.unregistered.as_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Report:
        """The inverse of ``as_json``."""
        kinds = {kind: Named.from_json(value[kind.title()]) for kind in ("repaired", "failed", "gone", "unregistered")}
        return cls(value["Scope"], value["Checked"], value["Registered"], **kinds)
