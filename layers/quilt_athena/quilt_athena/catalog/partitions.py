"""The partitions of the all-buckets tables in the Glue catalog: reading them, and applying the steps of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling, error_code
from quilt_athena.catalog.changes import Action, Change
from quilt_athena.catalog.desired_state import DesiredPartition
from quilt_athena.catalog.plan import PartitionStep
from quilt_athena.errors import TableMissingError

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

#: Glue's limit for a page of GetPartitions.
_PAGE_PARTITIONS = 1000
_MISSING = "EntityNotFoundException"


@dataclass(frozen=True)
class GluePartitions:
    """The partitions of the tables of ``database``. All methods raise ``ServiceUnavailableError`` if Glue throttles a
    call or fails, and ``ServiceRejectedError`` if it rejects one.
    """

    glue: GlueClient
    database: str

    def walk(self, tables: Iterable[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """All partitions of the tables, each with its table's name: one call for each thousand of a table."""
        for table in tables:
            token: dict[str, Any] = {}
            while True:
                with calling("glue:GetPartitions", f"{self.database}.{table}", expected=[_MISSING]) as call:
                    page = self.glue.get_partitions(
                        DatabaseName=self.database, TableName=table, MaxResults=_PAGE_PARTITIONS, **token
                    )
                if call.code:
                    break
                for partition in page["Partitions"]:
                    yield table, partition
                if not page.get("NextToken"):
                    break
                token = {"NextToken": page["NextToken"]}

    def read(self, partitions: Iterable[DesiredPartition]) -> dict[str, Mapping[str, Any]]:
        """Those of a bucket's partitions that exist, by their tables' names: one call for each."""
        found: dict[str, Mapping[str, Any]] = {}
        for one in partitions:
            with calling("glue:GetPartition", one.name, expected=[_MISSING]) as call:
                response = self.glue.get_partition(
                    DatabaseName=self.database, TableName=one.table, PartitionValues=[one.bucket]
                )
            if call.code is None:
                found[one.table] = response["Partition"]
        return found

    def apply(self, steps: Sequence[PartitionStep]) -> tuple[list[Change], bool]:
        """Apply steps. Returns what was changed, and whether a conflict with others ended it early.

        Raises:
            TableMissingError: the table of a partition does not exist.
        """
        changed: list[Change] = []
        for step in steps:
            if step.action is Action.CREATED and not self._create(step.partition):
                return changed, True
            if step.action is Action.UPDATED and not self._update(step.partition):
                return changed, True
            if step.action is Action.DELETED and not self._delete(step.partition):
                continue  # somebody else deleted it
            changed.append(step.change)
        return changed, False

    def _create(self, partition: DesiredPartition) -> bool:
        with calling("glue:CreatePartition", partition.name, expected=["AlreadyExistsException", _MISSING]) as call:
            self.glue.create_partition(
                DatabaseName=self.database,
                TableName=partition.table,
                PartitionInput=partition.partition_input,  # type: ignore[arg-type]  # plain data here
            )
        if call.code == _MISSING:
            raise TableMissingError(f"table {self.database}.{partition.table} does not exist")
        return call.code is None

    def _update(self, partition: DesiredPartition) -> bool:
        with calling("glue:BatchUpdatePartition", partition.name):
            response = self.glue.batch_update_partition(
                DatabaseName=self.database,
                TableName=partition.table,
                Entries=[
                    {
                        "PartitionValueList": [partition.bucket],
                        "PartitionInput": partition.partition_input,  # type: ignore[typeddict-item]  # plain data here
                    }
                ],
            )
        for error in response.get("Errors", []):
            detail = error["ErrorDetail"]
            if detail["ErrorCode"] == _MISSING:
                return False
            message = detail.get("ErrorMessage", "")
            raise error_code(detail["ErrorCode"], "glue:BatchUpdatePartition", partition.name, message)
        return True

    def _delete(self, partition: DesiredPartition) -> bool:
        with calling("glue:DeletePartition", partition.name, expected=[_MISSING]) as call:
            self.glue.delete_partition(
                DatabaseName=self.database, TableName=partition.table, PartitionValues=[partition.bucket]
            )
        return call.code is None
