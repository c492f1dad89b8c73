"""A run: its id, and the names and the tag of everything that it creates."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

#: The tag of everything that a run creates; its value is the run's id.
TAG = "quilt-athena-verification"
#: The beginning of all names; Glue's have underscores.
PREFIX = "quilt-verify-"
_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class Run:
    """A run. Raises ValueError for an id that none can have."""

    id: str

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is not the id of a run: expected eight hexadecimal digits, e.g. 1f0c9a3e")

    @classmethod
    def new(cls) -> Run:
        """A run with a random id."""
        return cls(secrets.token_hex(4))

    @property
    def name(self) -> str:
        """The stack's name, with which all other names begin."""
        return f"{PREFIX}{self.id}"

    @property
    def database(self) -> str:
        """The stack's database."""
        return self.name.replace("-", "_")

    @property
    def tags(self) -> dict[str, str]:
        """The tag, as a mapping."""
        return {TAG: self.id}

    @property
    def tag_list(self) -> list[dict[str, str]]:
        """The tag, as most services want it."""
        return [{"Key": TAG, "Value": self.id}]

    def bucket(self, name: str) -> str:
        """The full name of a bucket with samples."""
        return f"{self.name}-data-{name}"

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the stack: names of its own, and nothing that reaches other people's data or events."""
        return {
            "DatabaseName": self.database,
            "WorkGroupName": self.name,
            "EventBusName": self.name,
            "CreateEventBus": "true",
            # Quilt's own events come on the default bus, which this leaves alone.
            "EventSources": "quilt-athena",
            # The roles can read and write these buckets only.
            "BucketNamePattern": self.bucket("*"),
            # The smallest that Athena accepts, which bounds the costs.
            "BytesScannedCutoffPerQuery": "10000000",
            "RefreshInterval": "never",
            "ResultsExpirationDays": "1",
            "LogRetentionDays": "1",
        }

    def owns(self, name: str) -> bool:
        """Whether a name is one of this run's."""
        return name.replace("_", "-").startswith(self.name)


def run_of(tags: Mapping[str, str]) -> str | None:
    """The id of the run that a resource with these tags belongs to, if any."""
    value = tags.get(TAG, "")
    return value if _ID.fullmatch(value) else None
