"""Values and limits that contracts share, and lists and texts cut to a limit; free of pydantic, for the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

#: The ``source`` of the stack's own events.
SOURCE = "quilt-athena"

#: Maximum number of buckets that a request names.
MAX_BUCKETS = 1000

#: Contracts are of version 0.x: fields may be added, and readers ignore those that they do not know.
CONTRACT_VERSION = "0.1"

#: Each list in a report has at most this many items: Step Functions and EventBridge carry 256 KiB, and every list of a
#: report may be full.
MAX_NAMED = 50
MAX_REASON_LENGTH = 300

#: Characters of a message that, however escaped, fits the Cause of an execution with the rows that are reported beside
#: it: 32,768 characters.
MAX_MESSAGE_LENGTH = 2000


@dataclass
class BoundedList:
    """Items of one kind: the number of all, and the first ``MAX_NAMED``. ``KEY`` is the list's name in JSON."""

    KEY: ClassVar[str]

    count: int = 0
    items: list[Any] = field(default_factory=list)

    def append(self, item: Any) -> None:
        """Count an item, and list it if there is room."""
        self.count += 1
        if len(self.items) < MAX_NAMED:
            self.items.append(item)

    def as_json(self) -> dict[str, Any]:
        """The count and the list, as reports have them."""
        return {"Count": self.count, self.KEY: self.items}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of ``as_json``."""
        return cls(value["Count"], list(value[cls.KEY]))


class Named(BoundedList):
    """Buckets of one kind, each with its details."""

    KEY = "Buckets"

    @property
    def buckets(self) -> list[dict[str, Any]]:
        """The buckets that are listed."""
        return self.items

    def add(self, bucket: str, **details: Any) -> None:
        """Count a bucket, and list it with its details if there is room."""
        self.append({"Bucket": bucket, **details})


def shortened(reason: str) -> str:
    """A reason with at most ``MAX_REASON_LENGTH`` characters."""
    return reason if len(reason) <= MAX_REASON_LENGTH else reason[: MAX_REASON_LENGTH - 1] + "…"


def without_middle(text: str, length: int = MAX_MESSAGE_LENGTH) -> str:
    """Both ends of a text, ``length`` characters at most: a message that quotes a value states the problem last."""
    cut = " [...] "
    tail = length // 3
    return text if len(text) <= length else text[: length - tail - len(cut)] + cut + text[-tail:]
