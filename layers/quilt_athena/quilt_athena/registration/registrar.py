"""A bucket's event, from the registry to the catalog, which ends as the newest event requires.

Every step may fail, or be the last one before the function is killed: the event is delivered again, and finds done what
was done. Events of one bucket may be processed at the same time: after applying one, the registry is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling
from quilt_athena.catalog.changes import Change
from quilt_athena.catalog.desired_state import DesiredState
from quilt_athena.catalog.reconciler import Reconciler
from quilt_athena.errors import (
    BucketAccessDeniedError,
    BucketNotFoundError,
    CatalogConflictError,
    PermanentError,
)
from quilt_athena.names import validate_bucket_name
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.events import CATALOG_CHANGED, catalog_changed
from quilt_athena.registration.registration import Registration, decide
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.bus import publish

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client

#: How often a registration is applied because another event changed it since the last time.
MAX_ROUNDS = 5


@dataclass(frozen=True)
class BucketRegistrar:
    """Records bucket events, and keeps the catalog as the registry requires."""

    reconciler: Reconciler
    registry: Registry
    s3: S3Client
    events: EventBridgeClient
    event_bus: str

    def process(self, event: BucketEvent) -> tuple[Change, ...]:
        """Record an event and synchronize the catalog. Returns what was changed in the catalog.

        Raises:
            BucketNotFoundError, BucketAccessDeniedError: the bucket does not exist, or this role may not list it.
            UnmanagedTableError: an unmanaged table or view has a name that the bucket needs.
            ServiceUnavailableError, CatalogConflictError: it may succeed later.
        """
        validate_bucket_name(event.bucket)
        known = self.registry.get(event.bucket)
        if (
            known
            and event.kind is EventKind.SEEN
            and (known.problem or known.is_in_sync(self._state(known).fingerprint))
        ):
            # The usual case for a pushed package: one read. A problem was reported when it was found, and needs
            # somebody to solve it; the next package does not report it again.
            return ()
        try:
            if event.kind is not EventKind.REMOVED and decide(known, event):
                self.check_bucket(event.bucket)
            return self.synchronize(self.registry.record(event, known))
        except PermanentError as error:
            self.registry.note_problem(event.bucket, f"{type(error).__name__}: {error}")
            raise

    def synchronize(self, known: Registration) -> tuple[Change, ...]:
        """Make the catalog what the registration requires, or any newer one that is recorded in the meantime.

        Returns what was changed.

        Raises: as ``process``.
        """
        bucket, published = known.bucket, set[Change]()
        for _ in range(MAX_ROUNDS):
            state = self._state(known)
            # Changes that may have been made by a function that was killed before it published them.
            pending = set(known.pending)

            def record_pending(changes: Sequence[Change], pending: set[Change] = pending) -> None:
                pending.update(changes)
                self.registry.add_pending(bucket, changes)

            unpublished = pending - published
            changed = unpublished.union(
                self.reconciler.reconcile(state, registered=known.registered, before_apply=record_pending)
            )
            self._publish(bucket, changed)
            published |= changed
            fingerprint = state.fingerprint if known.registered else None
            if self.registry.mark_in_sync(known, fingerprint, published=pending):
                return tuple(sorted(published))
            newer = self.registry.get(bucket)
            if newer is None:
                raise CatalogConflictError(
                    f"the registration of bucket {bucket} was deleted while it was being applied"
                )
            known = newer
        raise CatalogConflictError(
            f"the registration of bucket {bucket} changed {MAX_ROUNDS} times while it was being applied"
        )

    def _state(self, known: Registration) -> DesiredState:
        return self.reconciler.desired_state(known.bucket, [known.bucket] if known.reads_index else [])

    def check_bucket(self, bucket: str) -> None:
        """Make sure that the bucket exists and that this role may list it.

        Raises:
            BucketNotFoundError: there is no such bucket.
            BucketAccessDeniedError: it exists, but its policy or this role does not allow listing it.
            ServiceUnavailableError: S3 throttled the call or failed.
        """
        with calling("s3:HeadBucket", bucket, expected=["404", "NoSuchBucket", "403", "AccessDenied"]) as call:
            self.s3.head_bucket(Bucket=bucket)
        if call.code in ("404", "NoSuchBucket"):
            raise BucketNotFoundError(
                f"bucket {bucket} doesn't exist (404): correct the name, or create it and send the event again"
            )
        if call.code:
            raise BucketAccessDeniedError(
                f"bucket {bucket} exists, but can't be read (403): allow s3:ListBucket to the role of this function "
                "(in the bucket's policy too, if it belongs to another account), and send the event again"
            )

    def _publish(self, bucket: str, changes: Iterable[Change]) -> None:
        """Partitions are no concern of subscribers: their tables and views are the same as before."""
        of_tables = {change for change in changes if not change.is_partition}
        if of_tables:
            bucket_arn = f"arn:{self.s3.meta.partition}:s3:::{bucket}"
            publish(self.events, self.event_bus, CATALOG_CHANGED, catalog_changed(bucket, of_tables), [bucket_arn])
