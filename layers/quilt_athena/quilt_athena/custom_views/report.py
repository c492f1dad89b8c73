"""What an execution of the views state machine did: counted whole, and named as far as its output can carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quilt_athena.catalog.declaration_types import ALL_BUCKETS
from quilt_athena.contracts.limits import MAX_NAMED, shortened


@dataclass
class ViewsReport:
    """An execution so far. Lists hold the first of each kind."""

    scope: str
    files: int = 0
    unchanged: int = 0
    remaining: int = 0
    made_count: int = 0
    removed_count: int = 0
    failed_count: int = 0
    made: list[dict[str, Any]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)

    def add_made(self, view: str, file: str, bucket: str | None) -> None:
        """A view that was made."""
        self.made_count += 1
        if len(self.made) < MAX_NAMED:
            self.made.append({"View": view, "File": file, "Bucket": bucket or ALL_BUCKETS})

    def add_removed(self, views: list[str]) -> None:
        """Views that were removed."""
        self.removed_count += len(views)
        self.removed = [*self.removed, *views][:MAX_NAMED]

    def add_failed(self, view: str, file: str, bucket: str | None, error: str, reason: str) -> None:
        """A view that couldn't be made."""
        said = {"View": view, "Bucket": bucket or ALL_BUCKETS}
        self._fail({"File": file, **said, "Error": error, "Reason": shortened(reason)})

    def add_wrong_file(self, file: str, reason: str) -> None:
        """A file that no view can be made of."""
        self._fail({"File": file, "Error": "InvalidViewFile", "Reason": shortened(reason)})

    def _fail(self, said: dict[str, Any]) -> None:
        self.failed_count += 1
        if len(self.failed) >= MAX_NAMED:
            # Each file that failed is told of, before the last of one that fails everywhere.
            named = Counter(one["File"] for one in self.failed)
            file, count = named.most_common(1)[0]
            if said["File"] in named or count == 1:
                return
            last = max(number for number, one in enumerate(self.failed) if one["File"] == file)
            del self.failed[last]
        self.failed.append(said)

    def go_on_from(self, earlier: ViewsReport) -> None:
        """Count what was made before this was planned anew; what failed then shows now, unless it doesn't any more."""
        self.unchanged = max(0, self.unchanged - earlier.made_count)
        self.made_count, self.made = earlier.made_count, earlier.made

    def as_json(self) -> dict[str, Any]:
        """The output of the state machine, and what it carries from round to round."""
        return {
            "Scope": self.scope,
            "Files": self.files,
            "Made": {"Count": self.made_count, "Views": self.made},
            "Removed": {"Count": self.removed_count, "Views": self.removed},
            "Unchanged": self.unchanged,
            "Failed": {"Count": self.failed_count, "Views": self.failed},
            "Remaining": self.remaining,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ViewsReport:
        """The inverse of ``as_json``."""
        made, removed, failed = value["Made"], value["Removed"], value["Failed"]
        return cls(
            value["Scope"],
            value["Files"],
            value["Unchanged"],
            value["Remaining"],
            made["Count"],
            removed["Count"],
            failed["Count"],
            list(made["Views"]),
            list(removed["Views"]),
            list(failed["Views"]),
        )
