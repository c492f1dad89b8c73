"""Values and limits that contracts share, and lists and texts cut to a limit; free of pydantic, for the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: The ``source`` of the stack's own events.
SOURCE = "quilt-athena"

#: Maximum number of buckets that a request names.
MAX_BUCKETS = 1000

#: Contracts are of version 0.x: fields may be added, and readers ignore those that they do not know.
CONTRACT_VERSION = "0.1"

#: Maximum number of buckets listed of each kind: Step Functions and EventBridge carry 256 KiB, and every list may be
#: full.
MAX_NAMED = 50
_MAX_REASON_LENGTH = 300


@dataclass
class Named:
    """Buckets of one kind: how many, and the first of them with their details."""

    count: int = 0
    buckets: list[dict[str, Any]] = field(default_factory=list)

    def add(self, bucket: str, **details: Any) -> None:
        """Count one more bucket, and list it with its details if there is room."""
        self.count += 1
        if len(self.buckets) < MAX_NAMED:
            self.buckets.append({"Bucket": bucket, **details})

    def as_json(self) -> dict[str, Any]:
        """The form in which reports carry it."""
        return {"Count": self.count, "Buckets": self.buckets}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Named:
        """The inverse of ``as_json``."""
        return cls(value["Count"], list(value["Buckets"]))


def shortened(reason: str) -> str:
    """The beginning of a reason, as much of it as a report has room for."""
    return reason if len(reason) <= _MAX_REASON_LENGTH else reason[: _MAX_REASON_LENGTH - 1] + "…"


def without_middle(text: str, length: int) -> str:
    """Both ends of a text, ``length`` characters at most: a message that quotes a value states the problem last."""
    cut = " [...] "
    tail = length // 3
    return text if len(text) <= length else text[: length - tail - len(cut)] + cut + text[-tail:]
