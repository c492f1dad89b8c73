"""How far a bucket is in the index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IndexState(StrEnum):
    """What the index has of a bucket."""

    #: Some of its manifests: its views read the bucket.
    BACKFILLING = "backfilling"
    #: All of them: its views read the index.
    COMPLETE = "complete"
    #: Rows or files that are to be deleted.
    ERASING = "erasing"


@dataclass(frozen=True)
class IndexProgress:
    """The progress of a bucket.

    ``cursor`` is the key of the last pointer that the backfill has read. ``compared_at`` (UTC) is when the index was
    last compared with the bucket; during a backfill, differences older than that are the last work. ``erased_at`` is
    when its rows were deleted. ``manifests`` and ``bytes`` are those in the index. ``differences`` are what the last
    comparison found and repaired: objects that no event had reported, and manifests with other rows.
    """

    state: IndexState
    cursor: str = ""
    manifests: int = 0
    bytes: int = 0
    compared_at: datetime | None = None
    erased_at: datetime | None = None
    differences: int = 0
