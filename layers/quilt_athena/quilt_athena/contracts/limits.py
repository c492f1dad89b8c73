"""Limits and values that contracts share, and lists that are cut to a limit; free of pydantic, for the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SOURCE = "quilt-athena"

#: So many buckets a request names at most.
MAX_BUCKETS = 1000

#: The contracts are of version 0.x: what is added to one keeps the old readers working.
CONTRACT_VERSION = "0.1"

#: Of each kind so many are named: Step Functions and EventBridge carry 256 KiB, and all kinds may be full.
MAX_NAMED = 50
_MAX_REASON_LENGTH = 300


@dataclass
class Named:
    """Buckets of one kind: how many, and the first of them with what is to be said of each."""

    count: int = 0
    buckets: list[dict[str, Any]] = field(default_factory=list)

    def add(self, bucket: str, **said: Any) -> None:
        """Count one more, and name it if there is room."""
        self.count += 1
        if len(self.buckets) < MAX_NAMED:
            self.buckets.append({"Bucket": bucket, **said})

    def as_json(self) -> dict[str, Any]:
        """As it stands in the report."""
        return {"Count": self.count, "Buckets": self.buckets}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Named:
        """The inverse of ``as_json``."""
        return cls(value["Count"], list(value["Buckets"]))


def shortened(reason: str) -> str:
    """A reason as long as there is room for."""
    return reason if len(reason) <= _MAX_REASON_LENGTH else reason[: _MAX_REASON_LENGTH - 1] + "…"
