"""Making the Glue catalog match a desired state: read, plan, apply, and again if others changed the same tables."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quilt_athena.catalog.changes import Change
from quilt_athena.catalog.declaration_types import ALL_BUCKETS, TableDeclaration, described, identifier
from quilt_athena.catalog.desired_state import CatalogSettings, DesiredState, all_buckets_tables, desired_state
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.ownership import Owner, owner_of
from quilt_athena.catalog.partitions import GluePartitions
from quilt_athena.catalog.plan import Tables, plan_partitions, plan_tables
from quilt_athena.errors import CatalogConflictError, PermanentError, TableMissingError

_log = logging.getLogger(__name__)

#: How often a plan is made because somebody else changed a table since the last one.
MAX_ROUNDS = 5


class TrustCache:
    """Remembers for a while that the all-buckets tables are managed: otherwise every new bucket would cost a call for
    each of them. One object for each execution environment; threads may share it.
    """

    def __init__(self, seconds: float = 60, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is trusted yet."""
        self._seconds, self._clock = seconds, clock
        self._until: float | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the tables need not be looked at."""
        return self._until is not None and self._clock() < self._until

    def expire(self) -> None:
        """Trust the tables no longer."""
        self._until = None

    def renew(self) -> None:
        """Trust the tables from now on, for ``seconds``."""
        self._until = self._clock() + self._seconds


@dataclass(frozen=True)
class Reconciler:
    """Makes the tables, views and partitions of ``catalog`` match the desired state that ``settings`` ask for."""

    catalog: GlueCatalog
    settings: CatalogSettings
    #: That the all-buckets tables are managed.
    trust: TrustCache

    def desired_state(self, bucket: str, indexed: Collection[str] = ()) -> DesiredState:
        """The desired state of a bucket, or of ``ALL_BUCKETS``; of the buckets in ``indexed``, views read the index.

        Raises:
            InvalidBucketNameError: S3 does not allow such a bucket name.
        """
        return desired_state(bucket, self.settings, indexed)

    def reconcile(
        self, state: DesiredState, *, registered: bool, before_apply: Callable[[Sequence[Change]], None] | None = None
    ) -> tuple[Change, ...]:
        """Create or repair the tables and views of a ``registered`` bucket, or delete those of a removed one.

        ``before_apply`` is called with each plan that changes tables or views, before it is applied.
        Returns what was changed; nothing is written if nothing differs.

        Raises:
            UnmanagedTableError: an unmanaged table or view has a name that the bucket needs.
            CatalogConflictError: others changed the same tables in each of five rounds.
            ServiceUnavailableError: Glue throttled a call or failed.
        """
        if registered:
            found = self.catalog.read(state.names, prefix=f"{identifier(state.bucket)}_quilt_")
        else:
            # By their names: a table that a listing omits would be left for good.
            found = self.catalog.read_exactly(state.names)
        is_new = not found
        changes = self._reconcile_tables(state, found, registered=registered, before_apply=before_apply)
        return (*changes, *self._reconcile_partitions(state, registered=registered, is_new=is_new))

    def reconcile_all_buckets(self, indexed: Collection[str]) -> tuple[Change, ...]:
        """Create or repair the all-buckets tables and views, which read ``indexed`` buckets from the index.

        Returns what was changed.

        Raises: as ``reconcile``.
        """
        state = self.desired_state(ALL_BUCKETS, indexed)
        return tuple(self._reconcile_tables(state, self.catalog.read_exactly(state.names), registered=True))

    def manages_all_buckets(self) -> bool:
        """Whether the catalog has all-buckets tables, and none of them is somebody else's (whose partitions are theirs
        too). Tables that are managed, or missing, are trusted for a while.
        """
        if not self.settings.all_buckets_location:
            return False
        if self.trust.is_valid:
            return True
        tables = {
            table.name: table
            for table in self.desired_state(ALL_BUCKETS).tables
            if isinstance(table.declaration, TableDeclaration)
        }
        found = self.catalog.read_exactly(tables)
        if any(owner_of(table, tables[name])[0] is Owner.UNMANAGED for name, table in found.items()):
            return False
        self.trust.renew()
        return True

    def delete_partitions(self, state: DesiredState) -> None:
        """Leave a bucket out of all-buckets queries, until it is reconciled again.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Glue throttled or rejected a call, or failed.
        """
        if self.manages_all_buckets():
            self._apply_partitions(state, registered=False, is_new=False)

    def walk_partitions(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """All partitions of the all-buckets tables, each with its table's name."""
        return self._partitions.walk(all_buckets_tables(self.settings))

    @property
    def _partitions(self) -> GluePartitions:
        return GluePartitions(self.catalog.glue, self.catalog.database)

    def _reconcile_tables(
        self,
        state: DesiredState,
        found: Tables,
        *,
        registered: bool,
        before_apply: Callable[[Sequence[Change]], None] | None = None,
    ) -> list[Change]:
        changes: list[Change] = []
        for _ in range(MAX_ROUNDS):
            steps = plan_tables(state, found, registered=registered)
            if steps and before_apply:
                before_apply([step.change for step in steps])
            applied, has_conflict = self.catalog.apply(steps)
            changes += applied
            if not has_conflict:
                return changes
            found = self.catalog.read_exactly(state.names)
        raise _conflict(f"the tables of {described(state.bucket)}")

    def _reconcile_partitions(self, state: DesiredState, *, registered: bool, is_new: bool) -> list[Change]:
        """Partitions never keep a bucket from having its own tables: only what may succeed later is an error.

        Raises:
            ServiceUnavailableError, CatalogConflictError: it may succeed later.
        """
        if not self.manages_all_buckets():
            return []
        try:
            try:
                return self._apply_partitions(state, registered=registered, is_new=is_new)
            except TableMissingError:
                # Without the index the rows are the same; the refresh knows which buckets are indexed.
                self.reconcile_all_buckets(indexed=())
                return self._apply_partitions(state, registered=registered, is_new=True)
        except (TableMissingError, PermanentError) as error:
            # An unmanaged table has the name of an all-buckets table: the refresh reports it.
            _log.warning("no partitions of the all-buckets tables for bucket %s: %s", state.bucket, error)
            return []

    def _apply_partitions(self, state: DesiredState, *, registered: bool, is_new: bool) -> list[Change]:
        changes: list[Change] = []
        # A new bucket has none: looking first would be a call in vain.
        found = {} if registered and is_new else self._partitions.read(state.partitions)
        for _ in range(MAX_ROUNDS):
            applied, has_conflict = self._partitions.apply(plan_partitions(state, found, registered=registered))
            changes += applied
            if not has_conflict:
                return changes
            found = self._partitions.read(state.partitions)
        raise _conflict(f"the partitions of {described(state.bucket)}")


def _conflict(what: str) -> CatalogConflictError:
    return CatalogConflictError(f"{what} were changed by others {MAX_ROUNDS} times while being reconciled")
