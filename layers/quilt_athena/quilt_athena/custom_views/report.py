"""The report of an execution of the views state machine: it counts everything, and lists what fits its output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quilt_athena.catalog.declaration_types import ALL_BUCKETS
from quilt_athena.contracts.limits import MAX_NAMED, BoundedList, shortened
from quilt_athena.custom_views.release_0_1 import with_current_keys

#: What an execution for some buckets does not look for: it would have to list the whole database.
NOT_CHECKED = "Views of deleted files, and global views: they wait for an execution for all buckets"


class ListedViews(BoundedList):
    """Views of one kind."""

    KEY = "Views"


class ListedFailures(ListedViews):
    """Failures, of which at least one is listed for as many files as possible."""

    def append(self, item: Any) -> None:
        """Count a failure, and list it: if there is no room, in place of one of the file with the most."""
        if len(self.items) >= MAX_NAMED:
            listed = Counter(failure["File"] for failure in self.items)
            file, count = listed.most_common(1)[0]
            if item["File"] not in listed and count > 1:
                del self.items[max(number for number, failure in enumerate(self.items) if failure["File"] == file)]
        super().append(item)


@dataclass
class ViewsReport:
    """What an execution has done so far."""

    scope: str
    files: int = 0
    unchanged: int = 0
    remaining: int = 0
    created: ListedViews = field(default_factory=ListedViews)
    deleted: ListedViews = field(default_factory=ListedViews)
    failed: ListedFailures = field(default_factory=ListedFailures)

    def add_created(self, view: str, file: str, bucket: str | None) -> None:
        """Add a view that was created; ``bucket`` is None for a global view."""
        self.created.append({"View": view, "File": file, "Bucket": bucket or ALL_BUCKETS})

    def add_deleted(self, views: Iterable[str]) -> None:
        """Add views that were deleted."""
        for view in views:
            self.deleted.append(view)

    def add_failed(self, view: str, file: str, bucket: str | None, error: str, reason: str) -> None:
        """Add a view that could not be created."""
        failure = {"File": file, "View": view, "Bucket": bucket or ALL_BUCKETS}
        self.failed.append({**failure, "Error": error, "Reason": shortened(reason)})

    def add_invalid_file(self, file: str, reason: str) -> None:
        """Add a file from which no view can be created."""
        self.failed.append({"File": file, "Error": "InvalidViewFileError", "Reason": shortened(reason)})

    def continue_from(self, earlier: ViewsReport) -> None:
        """Include what was created under an earlier plan; what failed then fails again, or no longer matters."""
        self.unchanged = max(0, self.unchanged - earlier.created.count)
        self.created = earlier.created

    def as_json(self) -> dict[str, Any]:
        """The output of the state machine, and what it carries from round to round."""
        return {
            "Scope": self.scope,
            "Files": self.files,
            "Created": self.created.as_json(),
            "Deleted": self.deleted.as_json(),
            "Unchanged": self.unchanged,
            "Failed": self.failed.as_json(),
            "Remaining": self.remaining,
            **({"NotChecked": NOT_CHECKED} if self.scope == "some" else {}),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ViewsReport:
        """The inverse of ``as_json``; also reads a report of release 0.1."""
        current = with_current_keys(value)
        return cls(
            scope=current["Scope"],
            files=current["Files"],
            unchanged=current["Unchanged"],
            remaining=current["Remaining"],
            created=ListedViews.from_json(current["Created"]),
            deleted=ListedViews.from_json(current["Deleted"]),
            failed=ListedFailures.from_json(current["Failed"]),
        )
