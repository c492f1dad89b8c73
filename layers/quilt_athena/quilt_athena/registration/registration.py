"""What the registry knows about a bucket, and how an event changes it.

An older event changes nothing, in whatever order events arrive. Of events of the same second (EventBridge's ``time`` is
no finer) the later arrival applies, and a second delivery of an event changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from quilt_athena.catalog.changes import Change
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.index_progress import IndexProgress, IndexState

#: How many events of one second are distinguished from their duplicates: more than a bucket ever gets.
_MAX_EVENT_IDS = 50


class BucketState(StrEnum):
    """Whether a bucket should have tables."""

    REGISTERED = "registered"
    REMOVED = "removed"


@dataclass(frozen=True)
class Registration:
    """What the registry knows about a bucket.

    ``revision`` counts the events that changed something, ``synced_revision`` is the one that was last applied to the
    catalog, with the definitions of ``fingerprint``. ``event_time`` is that of the newest explicit event, None if only
    packages were pushed; ``event_ids`` are those of its second. ``pending`` are changes of the catalog that may not
    have been published yet. ``problem`` is why the catalog is not in sync, ``view_problem`` why the last view check
    failed. ``updated_at`` is the time of the last write, except for problems. ``never_registered``: the bucket was
    removed without having been registered, and the registry forgets it after a while. ``indexed``: its views read the
    index once that is complete; ``index`` is how far that is, None if the index has nothing of it.
    """

    bucket: str
    state: BucketState
    revision: int
    event_time: datetime | None = None
    event_ids: frozenset[str] = frozenset()
    synced_revision: int = 0
    fingerprint: str | None = None
    pending: frozenset[Change] = frozenset()
    problem: str | None = None
    view_problem: str | None = None
    updated_at: datetime | None = field(default=None, compare=False)
    never_registered: bool = False
    indexed: bool = False
    index: IndexProgress | None = None

    @property
    def reads_index(self) -> bool:
        """Whether the views of the bucket read the index."""
        is_complete = self.index is not None and self.index.state is IndexState.COMPLETE
        return self.registered and self.indexed and is_complete

    @property
    def registered(self) -> bool:
        """Whether the bucket's tables should exist."""
        return self.state is BucketState.REGISTERED

    @property
    def is_applied(self) -> bool:
        """Whether the newest event was applied to the catalog, and every change of it published."""
        return self.synced_revision == self.revision and not self.pending

    def is_in_sync(self, fingerprint: str) -> bool:
        """Whether the catalog has these definitions, and no problem is known."""
        return self.was_in_sync(fingerprint) and not self.problem

    def was_in_sync(self, fingerprint: str) -> bool:
        """Whether the catalog had these definitions after the newest event, whatever problem was found since."""
        return self.is_applied and (not self.registered or self.fingerprint == fingerprint)


def decide(known: Registration | None, event: BucketEvent) -> Registration | None:
    """What is known about the bucket after ``event``; None if the event changes nothing.

    A pushed package registers a bucket about which nothing is known, and changes nothing else: explicit events,
    earlier or later, always win.
    """
    if event.kind is EventKind.SEEN:
        return None if known else Registration(event.bucket, BucketState.REGISTERED, revision=1)
    state = BucketState.REMOVED if event.kind is EventKind.REMOVED else BucketState.REGISTERED
    if known is None:
        is_removed = state is BucketState.REMOVED
        return Registration(
            event.bucket,
            state,
            1,
            event.time,
            frozenset({event.id}),
            never_registered=is_removed,
            indexed=bool(event.indexed) and not is_removed,
        )
    event_ids = frozenset({event.id})
    if known.event_time is not None:
        if event.time < known.event_time or event.id in known.event_ids:
            return None
        if event.time == known.event_time and len(known.event_ids) < _MAX_EVENT_IDS:
            event_ids |= known.event_ids
    indexed = state is BucketState.REGISTERED and (known.indexed if event.indexed is None else event.indexed)
    return replace(
        known,
        state=state,
        revision=known.revision + 1,
        event_time=event.time,
        event_ids=event_ids,
        never_registered=known.never_registered and state is BucketState.REMOVED,
        indexed=indexed,
        index=known.index if indexed else _erasing(known.index),
    )


def _erasing(progress: IndexProgress | None) -> IndexProgress | None:
    """The progress of a bucket that is not indexed any more: from now on its changes are not recorded.

    So what the index has of it must not be used again, even if the bucket is to be indexed again before it was erased.
    """
    if progress is None or progress.state is IndexState.ERASING:
        return progress
    return IndexProgress(IndexState.ERASING)
