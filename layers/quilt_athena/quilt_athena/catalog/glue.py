"""The tables of one database of the Glue catalog: reading them, and applying the steps of a plan.

Applying a step is safe to repeat and safe against others who do the same at the same time: a table is created only
where none exists, and updated only in the version that was compared (Glue's optimistic lock).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling, error_code
from quilt_athena.catalog.changes import Action, Change
from quilt_athena.catalog.plan import TableStep

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

#: Glue's limits: tables in a page of GetTables, and in one BatchDeleteTable.
_PAGE_TABLES = 100
#: The keys of a table that Glue returns and accepts as TableInput.
_TABLE_INPUT_KEYS = frozenset(
    {
        "Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "ViewOriginalText",
        "ViewExpandedText", "TableType", "Parameters",
    }
)  # fmt: skip


@dataclass(frozen=True)
class GlueCatalog:
    """The tables of ``database``. All methods raise ``ServiceUnavailableError`` if Glue throttles a call or fails, and
    ``ServiceRejectedError`` if it rejects one.
    """

    glue: GlueClient
    database: str

    def walk(self) -> Iterator[Sequence[Mapping[str, Any]]]:
        """All tables of the database, in pages of at most a hundred: one call each."""
        token: dict[str, Any] = {}
        while True:
            with calling("glue:GetTables", self.database):
                page = self.glue.get_tables(DatabaseName=self.database, MaxResults=_PAGE_TABLES, **token)
            yield page["TableList"]
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def read(self, names: Sequence[str], prefix: str) -> dict[str, Mapping[str, Any]]:
        """Those of the tables ``names`` that exist: one call for all that begin with ``prefix``, one for each other.

        A table that the listing omits by mistake is found to exist when it is created, and then read by its name.
        """
        # Glue documents Expression as a regular expression, and `*` in it matches any characters. What it returns
        # beyond the names is dropped here.
        with calling("glue:GetTables", self.database):
            page = self.glue.get_tables(DatabaseName=self.database, Expression=f"{prefix}*")
        found: dict[str, Mapping[str, Any]] = {
            table["Name"]: table for table in page["TableList"] if table["Name"] in names
        }
        # Glue divides the database into pages before it matches names: there are as many further pages as the database
        # has hundreds of tables, most of them empty. One call for each missing table is less.
        is_complete = not page.get("NextToken")
        return found | self.read_exactly(
            name for name in names if name not in found and not (is_complete and name.startswith(prefix))
        )

    def read_exactly(self, table_names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Those of the tables that exist: one call for each name."""
        found: dict[str, Mapping[str, Any]] = {}
        for name in table_names:
            with calling("glue:GetTable", f"{self.database}.{name}", expected=["EntityNotFoundException"]) as call:
                found[name] = self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]
            if call.code:
                found.pop(name, None)
        return found

    def apply(self, steps: Sequence[TableStep]) -> tuple[list[Change], bool]:
        """Apply steps, deletions first. Returns what was changed, and whether a conflict with others ended it early."""
        deletions = [step.change for step in steps if step.change.action is Action.DELETED]
        changed = self._delete(deletions) if deletions else []
        for step in steps:
            if step.change.action is Action.DELETED:
                continue
            if not self._write(step):
                return changed, True
            changed.append(step.change)
        return changed, False

    def delete(self, table_names: Sequence[str]) -> list[str]:
        """Delete tables: one call for a hundred. Returns the names of those that existed."""
        deleted: list[str] = []
        for start in range(0, len(table_names), _PAGE_TABLES):
            page = [Change(name, Action.DELETED) for name in table_names[start : start + _PAGE_TABLES]]
            deleted += [change.name for change in self._delete(page)]
        return deleted

    def add_parameters(self, table: Mapping[str, Any], parameters: Mapping[str, str]) -> bool:
        """Add parameters to a ``table`` as it was read. Returns False if somebody changed it since."""
        # Glue returns "" for what is empty, and rejects it in a TableInput.
        kept = {key: value for key, value in table.items() if key in _TABLE_INPUT_KEYS and value not in ("", None)}
        step = TableStep(
            Change(table["Name"], Action.UPDATED),
            {**kept, "Parameters": {**table.get("Parameters", {}), **parameters}},
            version_id=table.get("VersionId"),
        )
        return self._write(step)

    def _write(self, step: TableStep) -> bool:
        """Create the table, or update it in the version that was compared. Returns False if others were faster."""
        target = {"DatabaseName": self.database, "TableInput": step.table_input}
        resource = f"{self.database}.{step.change.name}"
        if step.change.action is Action.CREATED:
            # EntityNotFoundException would mean that the database is missing.
            with calling("glue:CreateTable", resource, expected=["AlreadyExistsException", _CHANGED]) as call:
                self.glue.create_table(**target)  # type: ignore[arg-type]  # TableInput is plain data here
            return call.code is None
        version = {"VersionId": step.version_id} if step.version_id else {}
        conflicts = ["AlreadyExistsException", "EntityNotFoundException", _CHANGED]
        with calling("glue:UpdateTable", resource, expected=conflicts) as call:
            self.glue.update_table(**target, SkipArchive=not step.archive, **version)  # type: ignore[arg-type]  # as above
        return call.code is None

    def _delete(self, changes: Sequence[Change]) -> list[Change]:
        """Delete tables in one call. Returns the changes of those that existed."""
        with calling("glue:BatchDeleteTable", self.database):
            response = self.glue.batch_delete_table(
                DatabaseName=self.database, TablesToDelete=[change.name for change in changes]
            )
        missing = set()
        for error in response.get("Errors", []):
            code = error["ErrorDetail"]["ErrorCode"]
            if code != "EntityNotFoundException":
                raise error_code(
                    code,
                    "glue:BatchDeleteTable",
                    f"{self.database}.{error['TableName']}",
                    error["ErrorDetail"].get("ErrorMessage", ""),
                )
            missing.add(error["TableName"])
        return [change for change in changes if change.name not in missing]


_CHANGED = "ConcurrentModificationException"
