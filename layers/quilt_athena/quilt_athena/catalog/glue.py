"""The tables of the Glue catalog: read, compared with the desired ones, and made the same.

That is safe to repeat, and safe against others who do the same at the same time: a table is created only where none
stands, updated only in the version that was compared (Glue's optimistic lock), and deleted only when it was seen to be
ours.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling, error_code
from quilt_athena.catalog.all_buckets import ALL_BUCKETS, Partition, all_buckets_definitions, all_buckets_names
from quilt_athena.catalog.legacy import LegacyViews, legacy_definitions, legacy_names
from quilt_athena.catalog.ownership import Owner, owner_of
from quilt_athena.catalog.partitions import Partitions
from quilt_athena.catalog.plan import Action, Change, Step, plan, plan_removal
from quilt_athena.catalog.tables import definition_names, definitions, fingerprint
from quilt_athena.catalog.views import is_view
from quilt_athena.errors import CatalogConflictError, PermanentError, TableMissingError
from quilt_athena.names import bucket_id

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

_log = logging.getLogger(__name__)

#: How often a plan is made anew because somebody else changed a table in between.
MAX_ROUNDS = 5

#: What Glue gives at most in one answer.
_PAGE_TABLES = 100
#: So long all-buckets tables that were seen to be ours are taken for ours: each new bucket would look else.
_BELIEVED_SECONDS = 60
#: What of a table, as Glue gives it, Glue takes back.
_TABLE_INPUT = frozenset(
    {
        "Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "ViewOriginalText",
        "ViewExpandedText", "TableType", "Parameters",
    }
)  # fmt: skip


@dataclass(frozen=True)
class GlueCatalog:
    """One database of the Glue catalog. ``all_buckets_location`` is the location of the all-buckets tables (see
    ``all_buckets_definitions``); "" for a catalog without them. ``legacy`` says what happens to the views of older
    Quilt stacks.
    """

    glue: GlueClient
    database: str
    all_buckets_location: str = ""
    legacy: LegacyViews = LegacyViews.NONE
    #: When the all-buckets tables were last seen to be nobody else's, in seconds.
    _seen: list[float] = field(default_factory=list, init=False, repr=False, compare=False)

    def definitions(self, bucket: str) -> tuple[dict[str, Any], ...]:
        """The Glue ``TableInput`` of all that a registered bucket has, in the order in which it is made."""
        legacy = legacy_definitions(bucket, self.database) if self.legacy is LegacyViews.CREATE else ()
        return (*definitions(bucket, self.database), *legacy)

    def legacy_names(self, bucket: str) -> tuple[str, ...]:
        """The names of views that are made, or taken away, besides those that every catalog has."""
        return () if self.legacy is LegacyViews.NONE else legacy_names(bucket)

    def reconcile(
        self, bucket: str, *, registered: bool, announce: Callable[[Sequence[Change]], None] | None = None
    ) -> tuple[Change, ...]:
        """Make the tables and views of ``bucket`` what they should be: as declared, or gone.

        ``announce`` is called with each plan that changes something, before it is applied.
        Returns what was changed; nothing is written when nothing differs.

        Raises:
            UnmanagedTableError: a table that isn't ours has one of our names.
            CatalogConflictError: others changed the same tables in each of five rounds.
            ServiceUnavailableError: Glue throttled a call or failed.
        """
        # To remove, each is asked for by its name: what a listing left out would stay for good.
        found = self.read(bucket) if registered else self.read_exactly(definition_names(bucket))
        found |= self.read_exactly(self.legacy_names(bucket))
        is_new = not found
        done: list[Change] = []
        for _ in range(MAX_ROUNDS):
            steps = self._plan(bucket, found, registered=registered)
            if steps and announce:
                announce([step.change for step in steps])
            changed, conflicted = self._apply(steps)
            done += changed
            if not conflicted:
                return (*done, *self._reconcile_partitions(bucket, registered=registered, is_new=is_new))
            found = self.read_exactly((*definition_names(bucket), *self.legacy_names(bucket)))
        raise CatalogConflictError(
            f"the tables of bucket {bucket} were changed by others {MAX_ROUNDS} times while being reconciled"
        )

    def reconcile_all_buckets(self) -> tuple[Change, ...]:
        """Make the tables and all-buckets views what they should be, their partitions apart; what was changed.

        Raises: as ``reconcile``.
        """
        desired = all_buckets_definitions(self.database, self.all_buckets_location)
        done: list[Change] = []
        for _ in range(MAX_ROUNDS):
            steps = plan(ALL_BUCKETS, desired, self.read_exactly(all_buckets_names()))
            changed, conflicted = self._apply(steps)
            done += changed
            if not conflicted:
                return tuple(done)
        raise CatalogConflictError(
            f"the all-buckets tables were changed by others {MAX_ROUNDS} times while being reconciled"
        )

    def all_buckets_is_unmanaged(self) -> bool:
        """Whether something that isn't ours stands in the place of a all-buckets table: its partitions aren't ours
        either. What is ours, or missing, is believed to be so for a minute.
        """
        if self._seen and time.monotonic() < self._seen[-1] + _BELIEVED_SECONDS:
            return False
        desired = {
            one["Name"]: one
            for one in all_buckets_definitions(self.database, self.all_buckets_location)
            if not is_view(one)
        }
        found = self.read_exactly(desired)
        if any(owner_of(found[name], ALL_BUCKETS, desired[name])[0] is Owner.UNMANAGED for name in found):
            return True
        self._seen[:] = [time.monotonic()]
        return False

    def drop_partitions(self, bucket: str) -> None:
        """Have questions about all buckets leave this one out; it gets its partitions back when it is reconciled.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Glue doesn't take a call, or not now.
        """
        if self.all_buckets_location and not self.all_buckets_is_unmanaged():
            Partitions(self.glue, self.database).drop(bucket)

    def walk_partitions(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """All partitions of the all-buckets tables, each with its table's name: a call for a thousand."""
        return Partitions(self.glue, self.database).walk()

    def fingerprint(self, bucket: str) -> str:
        """What tells one set of a bucket's tables, views and partitions from another."""
        own = fingerprint(bucket, self.database, all_buckets=bool(self.all_buckets_location))
        if self.legacy is LegacyViews.NONE:
            return own
        text = json.dumps([own, self.legacy, legacy_definitions(bucket, self.database)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _plan(self, bucket: str, found: Mapping[str, Mapping[str, Any]], *, registered: bool) -> tuple[Step, ...]:
        legacy = legacy_definitions(bucket, self.database)
        if not registered:
            return plan_removal(bucket, (*definitions(bucket, self.database), *legacy), found)
        unwanted = legacy if self.legacy is LegacyViews.REMOVE else ()
        return (*plan(bucket, self.definitions(bucket), found), *plan_removal(bucket, unwanted, found))

    def _reconcile_partitions(self, bucket: str, *, registered: bool, is_new: bool) -> list[Change]:
        """A bucket's own tables stand whatever becomes of its partitions: only what may pass by itself is an error.

        Raises:
            ServiceUnavailableError, CatalogConflictError: it may work later.
        """
        if not self.all_buckets_location or self.all_buckets_is_unmanaged():
            return []
        all_buckets = Partitions(self.glue, self.database)
        try:
            if not registered:
                return _changes(all_buckets.drop(bucket))
            try:
                return _changes(all_buckets.ensure(bucket, new=is_new))
            except TableMissingError:
                self.reconcile_all_buckets()
                return _changes(all_buckets.ensure(bucket, new=True))
        except (TableMissingError, PermanentError) as error:
            # Somebody else's table has the name, or took it meanwhile: the refresh reports it.
            _log.warning("no partition of all buckets' tables for bucket %s: %s", bucket, error)
            return []

    def walk(self) -> Iterator[Sequence[Mapping[str, Any]]]:
        """All tables of the database, a page of at most a hundred at a time: a call each."""
        token: dict[str, Any] = {}
        while True:
            with calling("glue:GetTables", self.database):
                page = self.glue.get_tables(DatabaseName=self.database, MaxResults=_PAGE_TABLES, **token)
            yield page["TableList"]
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def read(self, bucket: str) -> dict[str, Mapping[str, Any]]:
        """The tables that bear the names of the bucket's tables, in one call or five."""
        wanted = definition_names(bucket)
        # Glue documents a regular expression and takes `*` for any characters, as its users know it. What it lists
        # beyond the names is dropped here, and what it should fail to list is met when it is created, and read by its
        # name then.
        with calling("glue:GetTables", self.database):
            page = self.glue.get_tables(DatabaseName=self.database, Expression=f"{bucket_id(bucket)}_quilt_*")
        found: dict[str, Mapping[str, Any]] = {
            table["Name"]: table for table in page["TableList"] if table["Name"] in wanted
        }
        if page.get("NextToken"):
            # Glue cuts the database into pages first and matches names then: the next pages are as many as the database
            # has hundreds of tables, most of them empty. A call for each table that is left is less.
            found |= self.read_exactly(name for name in wanted if name not in found)
        return found

    def read_exactly(self, table_names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """The tables of these names, a call each."""
        found: dict[str, Mapping[str, Any]] = {}
        for name in table_names:
            with calling("glue:GetTable", f"{self.database}.{name}", expected=["EntityNotFoundException"]) as call:
                found[name] = self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]
            if call.code:
                found.pop(name, None)
        return found

    def delete(self, table_names: Sequence[str]) -> list[str]:
        """Delete tables of these names, a call for a hundred; those that were there.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Glue doesn't take a call, or not now.
        """
        deleted: list[str] = []
        for start in range(0, len(table_names), _PAGE_TABLES):
            page = [Change(name, Action.DELETED) for name in table_names[start : start + _PAGE_TABLES]]
            deleted += [change.name for change in self._delete(page)]
        return deleted

    def add_parameters(self, table: Mapping[str, Any], parameters: Mapping[str, str]) -> bool:
        """Add to the parameters of a ``table`` as it was read; False if somebody changed it since.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Glue doesn't take it, or not now.
        """
        # What is empty is given as "", and not taken back so.
        kept = {key: value for key, value in table.items() if key in _TABLE_INPUT and value not in ("", None)}
        step = Step(
            Change(table["Name"], Action.UPDATED),
            {**kept, "Parameters": {**table.get("Parameters", {}), **parameters}},
            version_id=table.get("VersionId"),
        )
        return self._write(step)

    def _apply(self, steps: Sequence[Step]) -> tuple[list[Change], bool]:
        """What was changed, and whether somebody else was there first."""
        deletions = [step.change for step in steps if step.change.action is Action.DELETED]
        changed = self._delete(deletions) if deletions else []
        for step in steps:
            if step.change.action is Action.DELETED:
                continue
            if not self._write(step):
                return changed, True
            changed.append(step.change)
        return changed, False

    def _write(self, step: Step) -> bool:
        """Whether the table could be created, or updated in the version that was compared."""
        where = {"DatabaseName": self.database, "TableInput": step.table_input}
        conflicts = ["AlreadyExistsException", "ConcurrentModificationException", "EntityNotFoundException"]
        action = "Create" if step.change.action is Action.CREATED else "Update"
        if action == "Create":
            conflicts.remove("EntityNotFoundException")  # here it is the database that is missing
        with calling(f"glue:{action}Table", f"{self.database}.{step.change.name}", expected=conflicts) as call:
            if action == "Create":
                self.glue.create_table(**where)  # type: ignore[arg-type]  # TableInput is plain data here
            else:
                version = {"VersionId": step.version_id} if step.version_id else {}
                self.glue.update_table(**where, SkipArchive=not step.keep_archive, **version)  # type: ignore[arg-type]
                # as above
        return call.code is None

    def _delete(self, changes: Sequence[Change]) -> list[Change]:
        """Those that were there to be deleted."""
        with calling("glue:BatchDeleteTable", self.database):
            answer = self.glue.batch_delete_table(
                DatabaseName=self.database, TablesToDelete=[change.name for change in changes]
            )
        gone = set()
        for error in answer.get("Errors", []):
            code = error["ErrorDetail"]["ErrorCode"]
            if code != "EntityNotFoundException":
                raise error_code(
                    code,
                    "glue:BatchDeleteTable",
                    f"{self.database}.{error['TableName']}",
                    error["ErrorDetail"].get("ErrorMessage", ""),
                )
            gone.add(error["TableName"])
        return [change for change in changes if change.name not in gone]


def _changes(done: Iterable[tuple[Partition, str]]) -> list[Change]:
    return [Change(partition.name, Action(action)) for partition, action in done]
