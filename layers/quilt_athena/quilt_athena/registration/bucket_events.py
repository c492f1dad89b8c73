"""What an event reports about a bucket, whatever contract it arrived by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What an event says of a bucket."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    #: A package was pushed to it: it is in use, whoever registered it or not.
    SEEN = "seen"


@dataclass(frozen=True)
class BucketEvent:
    """What an event says of a bucket, whichever contract it came by. ``time`` is UTC."""

    bucket: str
    kind: EventKind
    time: datetime
    id: str
