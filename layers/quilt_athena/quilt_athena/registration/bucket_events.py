"""What an event reports about a bucket, whichever contract it arrived under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What happened to a bucket."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    #: A package was pushed to it: it is in use, whether or not it was registered.
    SEEN = "seen"


@dataclass(frozen=True)
class BucketEvent:
    """What happened to a bucket, and when (``time`` is UTC); duplicates are recognised by their ``id``.

    ``indexed``: whether the bucket is to be indexed; None leaves that as it is.
    """

    bucket: str
    kind: EventKind
    time: datetime
    id: str
    indexed: bool | None = None
