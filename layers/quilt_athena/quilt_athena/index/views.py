"""The views of indexed buckets."""

from __future__ import annotations

from dataclasses import dataclass

from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registration import Registration


@dataclass(frozen=True)
class IndexedViews:
    """The views of the buckets that ``registrar`` keeps in sync."""

    registrar: BucketRegistrar

    def switch(self, known: Registration) -> None:
        """Make the views of a bucket, and those of all buckets, read the index or the bucket, as is registered.

        Raises:
            UnmanagedTableError: an unmanaged table has the name of a view.
            ServiceUnavailableError, CatalogConflictError: it may succeed later.
        """
        self.registrar.synchronize(known)
        reconciler = self.registrar.reconciler
        if reconciler.manages_all_buckets():
            indexed = [one.bucket for one in self.registrar.registry.walk() if one.reads_index]
            reconciler.reconcile_all_buckets(indexed)
