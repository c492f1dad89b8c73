"""The partitions of the all-buckets tables, in the Glue catalog: added, put right, dropped, walked.

Each call may come twice, or at the same time as another's: a partition that stands already is compared, one that is
gone already is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling, error_code
from quilt_athena.catalog.all_buckets import TABLES, Partition, all_buckets_name, partitions
from quilt_athena.errors import TableMissingError

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

#: What Glue gives at most in one answer.
_PAGE_PARTITIONS = 1000


@dataclass(frozen=True)
class Partitions:
    """The partitions of one database's all-buckets tables."""

    glue: GlueClient
    database: str

    def ensure(self, bucket: str, *, new: bool) -> list[tuple[Partition, str]]:
        """Have the bucket's partitions stand as they should; those that were ``created`` or ``updated``.

        ``new``: they are likely not to be there, so that looking first would be a call for nothing.

        Raises:
            TableMissingError: their table isn't there.
            ServiceUnavailableError, ServiceRejectedError: Glue doesn't take a call, or not now.
        """
        done = []
        for partition in partitions(bucket):
            if new and self._create(partition):
                done.append((partition, "created"))
                continue
            found = self._get(partition)
            if found is None and self._create(partition):
                done.append((partition, "created"))
            elif found is not None and not is_as_desired(partition, found):
                self._update(partition)
                done.append((partition, "updated"))
        return done

    def drop(self, bucket: str) -> list[tuple[Partition, str]]:
        """Have the bucket's partitions gone; those that were ``deleted``.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Glue doesn't take a call, or not now.
        """
        done = []
        for partition in partitions(bucket):
            if self._get(partition) is None:
                continue
            with calling("glue:DeletePartition", partition.name, expected=["EntityNotFoundException"]) as call:
                self.glue.delete_partition(
                    DatabaseName=self.database, TableName=partition.table, PartitionValues=[bucket]
                )
            if call.code is None:
                done.append((partition, "deleted"))
        return done

    def walk(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """All partitions, each with its table's name: a call for each thousand of a table.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Glue doesn't take a call, or not now.
        """
        for table in TABLES:
            name, token = all_buckets_name(table.kind), dict[str, Any]()
            while True:
                with calling("glue:GetPartitions", f"{self.database}.{name}", ["EntityNotFoundException"]) as call:
                    page = self.glue.get_partitions(
                        DatabaseName=self.database, TableName=name, MaxResults=_PAGE_PARTITIONS, **token
                    )
                if call.code:
                    break
                for partition in page["Partitions"]:
                    yield name, partition
                if not page.get("NextToken"):
                    break
                token = {"NextToken": page["NextToken"]}

    def _get(self, partition: Partition) -> Mapping[str, Any] | None:
        with calling("glue:GetPartition", partition.name, expected=["EntityNotFoundException"]) as call:
            answer = self.glue.get_partition(
                DatabaseName=self.database, TableName=partition.table, PartitionValues=[partition.bucket]
            )
        return None if call.code else answer["Partition"]

    def _create(self, partition: Partition) -> bool:
        """Whether it could be created; it couldn't where it stands already."""
        expected = ["AlreadyExistsException", "EntityNotFoundException"]
        with calling("glue:CreatePartition", partition.name, expected=expected) as call:
            self.glue.create_partition(
                DatabaseName=self.database,
                TableName=partition.table,
                PartitionInput=partition.table_input,  # type: ignore[arg-type]  # plain data here
            )
        if call.code == "EntityNotFoundException":
            raise TableMissingError(partition.table)
        return call.code is None

    def _update(self, partition: Partition) -> None:
        with calling("glue:BatchUpdatePartition", partition.name):
            answer = self.glue.batch_update_partition(
                DatabaseName=self.database,
                TableName=partition.table,
                Entries=[
                    {
                        "PartitionValueList": [partition.bucket],
                        "PartitionInput": partition.table_input,  # type: ignore[typeddict-item]  # plain data here
                    }
                ],
            )
        for error in answer.get("Errors", []):
            detail = error["ErrorDetail"]
            message = detail.get("ErrorMessage", "")
            raise error_code(detail["ErrorCode"], "glue:BatchUpdatePartition", partition.name, message)


def _columns(storage: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(column["Name"], column.get("Type")) for column in storage.get("Columns", [])]


def is_as_desired(partition: Partition, found: Mapping[str, Any]) -> bool:
    """Whether Athena reads the partition as declared: where it lies, by which SerDe, and as which columns.

    A column of another type than the table's fails each question that reads the partition, one that is missing is NULL.
    """
    wanted, given = partition.table_input["StorageDescriptor"], found.get("StorageDescriptor", {})
    return bool(
        _columns(wanted) == _columns(given)
        and wanted["Location"] == given.get("Location")
        and wanted["InputFormat"] == given.get("InputFormat")
        and wanted["SerdeInfo"]["SerializationLibrary"] == given.get("SerdeInfo", {}).get("SerializationLibrary")
        and wanted["SerdeInfo"]["Parameters"] == given.get("SerdeInfo", {}).get("Parameters", {})
    )
