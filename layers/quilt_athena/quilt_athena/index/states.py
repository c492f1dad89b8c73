"""How far a bucket is in the index, and which tables its views read: completing, erasing and starting again.

Every method may be run again after a crash, with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from quilt_athena.errors import CatalogConflictError, UnmanagedTableError
from quilt_athena.index.jobs import Job, JobKind, Phase
from quilt_athena.index.pending import PendingObject, PendingObjects
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from quilt_athena.registration.registration import Registration
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger

#: Stands for a bucket as a whole, among the objects that cannot be read.
_FOLDER = ".quilt/"
_MAX_TRIES = 10


@dataclass(frozen=True)
class BucketStates:
    """The states of indexed buckets, in the registry and in their views.

    ``switch_views`` makes the views of a bucket, and of all buckets, read what its registration says.
    """

    registry: Registry
    pending: PendingObjects
    switch_views: Callable[[Registration], None]

    def complete(self, known: Registration, progress: IndexProgress) -> None:
        """Let the views read the index, once everything that the comparison found is in it."""
        if self.pending.has(known.bucket):
            return
        self._set(known, replace(progress, state=IndexState.COMPLETE))

    def applied(self, known: Registration) -> Registration:
        """What is known of a bucket after its views were switched, should an execution have died before it did so."""
        if known.is_applied:
            return known
        try:
            self.switch_views(known)
        except UnmanagedTableError as error:
            logger.warning("views can't be switched", bucket=known.bucket, reason=str(error))
        return self.registry.get(known.bucket) or known

    def rebuild(self, buckets: Iterable[str]) -> None:
        """Erase indexed buckets and index them again. Until that is done their views read the buckets themselves.

        Raises:
            CatalogConflictError: events changed the registration of a bucket in each of ten tries.
            ServiceUnavailableError, ServiceRejectedError: an AWS service does not respond as expected.
        """
        for bucket in buckets:
            for _ in range(_MAX_TRIES):
                known = self.registry.get(bucket)
                if not (known and known.indexed and known.index) or self.start_again(known):
                    break
            else:
                raise CatalogConflictError(f"the registration of bucket {bucket} kept changing: rebuild it again")

    def start_again(self, known: Registration) -> bool:
        """Let the views read the bucket itself, and its rows be erased. False if ``known`` is out of date."""
        return self._set(known, IndexProgress(IndexState.ERASING))

    def _set(self, known: Registration, progress: IndexProgress) -> bool:
        if not self.registry.set_index(known, progress, changes_views=True):
            return False
        if newer := self.registry.get(known.bucket):
            self._switch(newer)
        return True

    def _switch(self, known: Registration) -> bool:
        """Whether the views of a bucket, and of all buckets, could be switched; if not, the others have their turn."""
        try:
            self.switch_views(known)
        except UnmanagedTableError as error:
            self.set_aside(known.bucket, f"views can't be switched: {error}")
            return False
        return True

    def erase(self, known: Registration) -> Job | None:
        """The job that deletes the rows of a bucket, if they are to be deleted and no view reads them."""
        progress = known.index
        if progress is None or progress.state is not IndexState.ERASING or progress.erased_at:
            return None
        if not known.is_applied:
            return None  # the views may still read the index
        # All-buckets views that still listed the bucket would lose its rows.
        if not self._switch(known):
            return None
        return Job(JobKind.ERASE, (Phase.ERASE_PACKAGES, Phase.ERASE_MANIFESTS), buckets=(known.bucket,))

    def finish_erasing(self, bucket: str, now: datetime) -> None:
        """Record that the rows of a bucket were deleted at ``now`` (UTC)."""
        self.pending.forget_bucket(bucket)
        known = self.registry.get(bucket)
        if known and known.index and known.index.state is IndexState.ERASING:
            self.registry.set_index(known, replace(known.index, erased_at=now))

    def set_aside(self, bucket: str, reason: str) -> None:
        """Report that something can't be done for a bucket as a whole, until the daily execution tries again."""
        logger.warning("bucket set aside", bucket=bucket, reason=reason)
        self.pending.set_aside([PendingObject(bucket, _FOLDER, reason=reason)])

    def forget_set_aside(self, bucket: str) -> None:
        """Take back ``set_aside``."""
        self.pending.forget_unreadable(PendingObject(bucket, _FOLDER))
