"""Athena's calls on behalf of its caller: it reads the catalog and S3, and writes results, with the caller's rights.

Sources: https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html (the database `default`
too), https://docs.aws.amazon.com/athena/latest/ug/datacatalogs-example-policies.html. Further
calls of its storage layer (multipart uploads of large results) aren't checked.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import error_response_json

from local.aws.glue.catalog import GlueCatalog
from local.aws.iam import requests
from local.aws.iam.callers import AccessDenied, Caller
from local.aws.responses import Response
from local.aws.s3.objects import S3Objects
from local.aws.scope import Scope
from local.engine import ObjectInfo, QueryError

Handler = Callable[[dict[str, Any]], Response]


@dataclass(frozen=True)
class CallersAccess:
    """A caller's rights in an account and region."""

    caller: Caller
    scope: Scope

    def glue(self, operation: str, **request: Any) -> None:
        """Check a call of Glue. Raises QueryError with Athena's reason."""
        for resource in requests.glue_resources(operation, request, self.scope.region, self.scope.account_id):
            self._check(f"glue:{operation}", resource, "Insufficient permissions to execute the query. ")

    def s3(self, action: str, bucket: str, key: str | None = None, **context: str) -> None:
        """Check a call of S3. Raises QueryError with Athena's reason."""
        resource = f"arn:aws:s3:::{bucket}" + (f"/{key}" if key is not None else "")
        self._check(f"s3:{action}", resource, "PERMISSION_DENIED: ", **context)

    def starting(self, results_bucket: str | None) -> None:
        """Check the calls that Athena makes before it queues a query. Raises AccessDenied."""
        catalogs = f"arn:aws:athena:{self.scope.region}:{self.scope.account_id}:datacatalog"
        with self.scope.entered():
            self.caller.check("athena:GetDataCatalog", f"{catalogs}/AwsDataCatalog")
            if results_bucket is not None:
                self.caller.check("s3:GetBucketLocation", f"arn:aws:s3:::{results_bucket}")

    def databases(self, current: str) -> None:
        """Check the calls of the catalog that Athena makes for every query. Raises QueryError."""
        for name in dict.fromkeys(("default", current)):
            self.glue("GetDatabase", Name=name)

    def _check(self, action: str, resource: str, words: str, **context: str) -> None:
        with self.scope.entered():
            try:
                self.caller.check(action, resource, **context)
            except AccessDenied as denied:
                raise QueryError(f"{words}{denied}") from denied


@dataclass(frozen=True)
class CallersCatalog(GlueCatalog):
    """The catalog, with the rights of a caller."""

    access: CallersAccess

    def get_database(self, name: str) -> Mapping[str, Any] | None:
        """The Glue `Database`, or None."""
        self.access.glue("GetDatabase", Name=name)
        return super().get_database(name)

    def database_names(self) -> list[str]:
        """The names of the databases that the caller may see."""
        self.access.glue("GetDatabases")
        return [name for name in super().database_names() if self._may("GetDatabases", DatabaseName=name)]

    def get_table(self, database: str, name: str) -> Mapping[str, Any] | None:
        """The Glue `Table` (a table or a view), or None."""
        self.access.glue("GetTable", DatabaseName=database, Name=name)
        return super().get_table(database, name)

    def tables(self, database: str) -> list[Mapping[str, Any]]:
        """The tables and views of a database that the caller may see."""
        self.access.glue("GetTables", DatabaseName=database)
        return [
            table
            for table in super().tables(database)
            if self._may("GetTables", DatabaseName=database, TableName=table["Name"])
        ]

    def partitions(self, database: str, table: str) -> list[Mapping[str, Any]]:
        """The Glue `Partition`s of a table."""
        self.access.glue("GetPartitions", DatabaseName=database, TableName=table)
        return super().partitions(database, table)

    def create_database(self, database_input: Mapping[str, Any]) -> None:
        """Create a database that doesn't exist."""
        self.access.glue("CreateDatabase", Name=database_input["Name"])
        super().create_database(database_input)

    def delete_database(self, name: str) -> None:
        """Delete a database that exists, with its tables and views."""
        self.access.glue("DeleteDatabase", Name=name)
        super().delete_database(name)

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Create a table or view that doesn't exist."""
        self.access.glue("CreateTable", DatabaseName=database, Name=table_input["Name"])
        super().create_table(database, table_input)

    def update_table(self, database: str, table_input: Mapping[str, Any], version: str | None = None) -> None:
        """Replace a table or view that exists; with `version`, only if that is still its VersionId."""
        self.access.glue("UpdateTable", DatabaseName=database, Name=table_input["Name"])
        super().update_table(database, table_input, version)

    def delete_table(self, database: str, name: str) -> None:
        """Delete a table or view that exists."""
        self.access.glue("DeleteTable", DatabaseName=database, Name=name)
        super().delete_table(database, name)

    def create_partitions(self, database: str, table: str, partition_inputs: Sequence[Mapping[str, Any]]) -> None:
        """Create partitions that don't exist."""
        self.access.glue("BatchCreatePartition", DatabaseName=database, TableName=table)
        super().create_partitions(database, table, partition_inputs)

    def update_partition(
        self, database: str, table: str, values: Sequence[str], partition_input: Mapping[str, Any]
    ) -> None:
        """Replace the partition that has these values."""
        self.access.glue("UpdatePartition", DatabaseName=database, TableName=table)
        GlueCatalog.delete_partition(self, database, table, values)
        GlueCatalog.create_partitions(self, database, table, [partition_input])

    def delete_partition(self, database: str, table: str, values: Sequence[str]) -> None:
        """Delete the partition that has these values."""
        self.access.glue("DeletePartition", DatabaseName=database, TableName=table)
        super().delete_partition(database, table, values)

    def _may(self, operation: str, **request: Any) -> bool:
        try:
            self.access.glue(operation, **request)
        except QueryError:
            return False
        return True


@dataclass(frozen=True)
class CallersObjects(S3Objects):
    """The objects, with the rights of a caller."""

    access: CallersAccess

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key begins with `prefix`."""
        self.access.s3("ListBucket", bucket, **{"s3:prefix": prefix})
        yield from super().list(bucket, prefix)

    def read(self, bucket: str, key: str) -> bytes:
        """The bytes of an object."""
        self.access.s3("GetObject", bucket, key)
        return super().read(bucket, key)

    def info(self, bucket: str, key: str) -> ObjectInfo:
        """What a listing says of an object."""
        self.access.s3("GetObject", bucket, key)
        return super().info(bucket, key)

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Some bytes of an object."""
        self.access.s3("GetObject", bucket, key)
        return super().read_range(bucket, key, start, length)

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object of a table."""
        # PutObject is checked in `write`.
        super().put(bucket, key, body)

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object."""
        self.access.s3("DeleteObject", bucket, key)
        super().delete(bucket, key)

    def has(self, bucket: str, key: str) -> bool:
        """Whether the object exists and the caller may read it, as Athena requires to reuse a result.

        https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html
        """
        try:
            self.access.s3("GetObject", bucket, key)
        except QueryError:
            return False
        return super().has(bucket, key)

    def write(self, bucket: str, key: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Put an object as PutObject does."""
        self.access.s3("PutObject", bucket, key)
        return super().write(bucket, key, body, headers)


def reading_results(location: str) -> None:
    """Check that the caller of GetQueryResults may read them in S3. Raises AccessDenied."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    Caller.current().check("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")


def checking(operation: str) -> Callable[[Handler], Handler]:
    """Wrap an Athena operation on metadata: the caller must be allowed the Glue operation that Athena calls for it."""
    return lambda handler: _checked(handler, operation)


def _checked(handler: Handler, operation: str) -> Handler:
    @functools.wraps(handler)
    def checked(data: dict[str, Any]) -> Response:
        database, table = data.get("DatabaseName", ""), data.get("TableName", "")
        request = {"Name": database} if operation == "GetDatabase" else {"DatabaseName": database, "TableName": table}
        try:
            CallersAccess(Caller.current(), Scope.of_request()).glue(operation, **request)
        except QueryError as error:
            rejected: Response = error_response_json("MetadataException", error.reason, 400)
            return rejected
        return handler(data)

    return checked
