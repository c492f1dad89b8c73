"""A bucket's event, from the registry to the catalog: the catalog ends as the newest event says.

Every step may fail, or be the last one before the function is killed: the event comes again, and what was done already
is found done. Events of one bucket may be processed at the same time: whoever finishes looks whether the registry
moved meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.plan import Change
from quilt_athena.errors import (
    BucketAccessDeniedError,
    BucketNotFoundError,
    CatalogConflictError,
    PermanentError,
)
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.events import CATALOG_CHANGED, catalog_changed
from quilt_athena.registration.registry import Registration, Registry, decide
from quilt_athena.runtime.bus import publish

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client

MAX_ROUNDS = 5


@dataclass(frozen=True)
class BucketRegistrar:
    """What registers buckets, and keeps their tables and views as the registry says."""

    catalog: GlueCatalog
    registry: Registry
    s3: S3Client
    events: EventBridgeClient
    event_bus: str

    def process(self, event: BucketEvent) -> tuple[Change, ...]:
        """Take in an event and make the catalog agree with what is known then; what was changed in it.

        Raises:
            BucketNotFoundError, BucketAccessDeniedError: S3 doesn't know the bucket, or doesn't let us list it.
            UnmanagedTableError: a table that isn't ours has one of the bucket's names.
            ServiceUnavailableError, CatalogConflictError: it may work later.
        """
        known = self.registry.get(event.bucket)
        if (
            known
            and event.kind is EventKind.SEEN
            and (known.problem or known.is_in_sync(self._fingerprint(known.bucket)))
        ):
            # What nearly every pushed package meets: nothing to do, after one read. A problem was reported when it was
            # found, and waits for somebody to solve it: not for the next package.
            return ()
        try:
            if event.kind is not EventKind.REMOVED and decide(known, event):
                self.check_bucket(event.bucket)
            return self.synchronize(self.registry.record(event, known))
        except PermanentError as error:
            self.registry.note_problem(event.bucket, f"{type(error).__name__}: {error}")
            raise

    def synchronize(self, known: Registration) -> tuple[Change, ...]:
        """Make the catalog agree with the registration, and with any newer one that comes meanwhile; what was changed.

        Raises: as ``process``.
        """
        bucket, published = known.bucket, set[Change]()
        for _ in range(MAX_ROUNDS):
            # What somebody was about to change, and may have died before telling.
            pending = set(known.pending)

            def announce(changes: Sequence[Change], pending: set[Change] = pending) -> None:
                pending.update(changes)
                self.registry.add_pending(bucket, changes)

            left = pending - published
            changed = left.union(self.catalog.reconcile(bucket, registered=known.registered, announce=announce))
            if told := {change for change in changed if not change.is_of_partition}:
                self._publish(bucket, told)
            published |= changed
            wanted = self._fingerprint(bucket) if known.registered else None
            if self.registry.mark_in_sync(known, wanted, announced=pending):
                return tuple(sorted(published))
            moved = self.registry.get(bucket)
            if moved is None:
                raise CatalogConflictError(
                    f"the registration of bucket {bucket} was deleted while it was being applied"
                )
            known = moved
        raise CatalogConflictError(
            f"the registration of bucket {bucket} changed {MAX_ROUNDS} times while being applied"
        )

    def check_bucket(self, bucket: str) -> None:
        """Make sure that the bucket exists and that we may list it.

        Raises:
            BucketNotFoundError: there is no such bucket.
            BucketAccessDeniedError: there is, and its policy or this function's role doesn't allow it.
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

    def _fingerprint(self, bucket: str) -> str:
        return self.catalog.fingerprint(bucket)

    def _publish(self, bucket: str, changes: set[Change]) -> None:
        bucket_arn = f"arn:{self.s3.meta.partition}:s3:::{bucket}"
        publish(self.events, self.event_bus, CATALOG_CHANGED, catalog_changed(bucket, changes), [bucket_arn])
