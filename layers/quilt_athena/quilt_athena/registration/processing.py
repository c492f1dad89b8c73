"""The processing of one bucket event: parsed, applied to registry and catalog, and logged."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.registration.events import parse_event
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.runtime.observability import logger

#: The keys that ``process`` appends to the logger.
LOG_KEYS = ("bucket", "event_id", "kind")


@dataclass(frozen=True)
class BucketEventProcessor:
    """Applies bucket events from the sources that the stack accepts.

    ``wake_index`` lets the index follow what is registered; it is not called for buckets that have never been indexed.
    """

    registrar: BucketRegistrar
    event_sources: Collection[str]
    wake_index: Callable[[], None]

    def process(self, body: str) -> None:
        """Apply the bucket event in ``body`` (JSON).

        Raises:
            PermanentError: the event breaks its contract, or can never be applied.
            RetryableError: the same event may be applied later.
        """
        event = parse_event(body, self.event_sources)
        logger.append_keys(bucket=event.bucket, event_id=event.id, kind=event.kind.value)
        changes = self.registrar.process(event)
        if event.indexed is not None or (event.kind is EventKind.REMOVED and self._is_in_index(event.bucket)):
            self.wake_index()
        logger.info("bucket event processed", changes=[f"{change.action.value} {change.name}" for change in changes])

    def _is_in_index(self, bucket: str) -> bool:
        known = self.registrar.registry.get(bucket)
        return known is not None and known.index is not None
