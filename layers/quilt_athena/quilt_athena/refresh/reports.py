"""What a refresh did: complete counts, and as many names as an event and a state machine's output can carry.

The registry has every problem, bucket by bucket; a report names the first buckets of each kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quilt_athena.catalog.changes import Change
from quilt_athena.contracts.limits import Named, shortened

#: Changes that are named for each repaired bucket: it has eight tables, views and partitions.
_MAX_CHANGES = 8


@dataclass
class Report:
    """A refresh so far; ``scope`` is "all" or "some".

    ``missing`` are registered buckets that do not exist in S3, ``unregistered`` those that managed tables name and the
    registry does not know.
    """

    scope: str
    checked: int = 0
    registered: int = 0
    repaired: Named = field(default_factory=Named)
    failed: Named = field(default_factory=Named)
    missing: Named = field(default_factory=Named)
    unregistered: Named = field(default_factory=Named)

    def add_repaired(self, bucket: str, changes: Iterable[Change]) -> None:
        """A bucket whose tables, views or partitions were changed."""
        shown = [{"Name": change.name, "Action": change.action.value} for change in sorted(changes)]
        self.repaired.add(bucket, Changes=shown[:_MAX_CHANGES])

    def add_failed(self, bucket: str, error: str, reason: str) -> None:
        """A bucket that could not be synchronized."""
        self.failed.add(bucket, Error=error, Reason=shortened(reason))

    def as_json(self) -> dict[str, Any]:
        """The form in which the state machine carries it from round to round."""
        return {
            "Scope": self.scope,
            "Checked": self.checked,
            "Registered": self.registered,
            "Repaired": self.repaired.as_json(),
            "Failed": self.failed.as_json(),
            "Missing": self.missing.as_json(),
            "Unregistered": self.unregistered.as_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Report:
        """The inverse of ``as_json``."""
        kinds = {
            kind: Named.from_json(value[kind.title()]) for kind in ("repaired", "failed", "missing", "unregistered")
        }
        return cls(value["Scope"], value["Checked"], value["Registered"], **kinds)
