"""Athena for the index's statements: the local engine over moto's Glue and S3, with Athena's tokens."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from local.engine import ConcurrentModification, Engine, NoSuchBucket, ObjectInfo, QueryError, QueryResult
from local.engine.interface import CatalogWriter
from tests.desired import DATABASE

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class MotoCatalog:
    """The engine's Catalog and CatalogWriter."""

    glue: GlueClient

    def get_database(self, name: str) -> Mapping[str, Any] | None:
        return {"Name": name} if name == DATABASE else None

    def database_names(self) -> Iterable[str]:
        return [DATABASE]

    def get_table(self, database: str, name: str) -> Mapping[str, Any] | None:
        try:
            return self.glue.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError:
            return None

    def tables(self, database: str) -> Iterable[Mapping[str, Any]]:
        return self.glue.get_tables(DatabaseName=database)["TableList"]

    def partitions(self, database: str, table: str) -> Iterable[Mapping[str, Any]]:
        return self.glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"]

    def create_database(self, name: str) -> None:
        raise NotImplementedError

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        self.glue.create_table(DatabaseName=database, TableInput=table_input)  # type: ignore[arg-type]

    def update_table(self, database: str, table_input: Mapping[str, Any], version: str | None = None) -> None:
        current = self.glue.get_table(DatabaseName=database, Name=table_input["Name"])["Table"].get("VersionId")
        if version is not None and current != version:
            raise ConcurrentModification
        self.glue.update_table(DatabaseName=database, TableInput=table_input)  # type: ignore[arg-type]

    def delete_table(self, database: str, name: str) -> None:
        self.glue.delete_table(DatabaseName=database, Name=name)


@dataclass(frozen=True)
class MotoObjects:
    """The engine's ObjectStore."""

    s3: S3Client

    def list(self, bucket: str, prefix: str) -> Iterable[ObjectInfo]:
        try:
            pages = list(self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix))
        except self.s3.exceptions.NoSuchBucket:
            raise NoSuchBucket(bucket) from None
        return [
            ObjectInfo(found["Key"], found["ETag"].strip('"'), found["Size"], found["LastModified"])
            for page in pages
            for found in page.get("Contents", [])
        ]

    def read(self, bucket: str, key: str) -> bytes:
        try:
            return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except self.s3.exceptions.NoSuchKey:
            raise KeyError(key) from None

    def info(self, bucket: str, key: str) -> ObjectInfo:
        # Not a listing, for which moto looks at each key of the bucket: tables have hundreds of files.
        try:
            found = self.s3.head_object(Bucket=bucket, Key=key)
        except ClientError:
            raise KeyError(key) from None
        return ObjectInfo(key, found["ETag"].strip('"'), found["ContentLength"], found["LastModified"])

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        return self.read(bucket, key)[start : start + length]

    def put(self, bucket: str, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def delete(self, bucket: str, key: str) -> None:
        try:
            self.s3.delete_object(Bucket=bucket, Key=key)
        except ClientError as error:
            raise QueryError(f"PERMISSION_DENIED: {error}") from error


@dataclass
class Athena:
    """Runs each statement once for each idempotency key, and returns its outcome again after that.

    ``statements`` are those that were run, in order. ``fault`` is called before each statement with its key and text;
    an error that it returns is the outcome. With ``commits_nevertheless`` the statement is run all the same.
    """

    glue: GlueClient
    s3: S3Client
    results_bucket: str
    fault: Callable[[str, str], tuple[str, str] | None] = lambda key, sql: None  # noqa: ARG005 - the interface
    commits_nevertheless: bool = False
    statements: list[str] = field(default_factory=list)
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, statement: Mapping[str, Any]) -> dict[str, Any]:
        """What the query state machine returns for a statement, as the index state machine passes it on."""
        key, sql = statement["Key"], statement["QueryString"]
        if key not in self.outcomes:
            self.outcomes[key] = self._start(key, sql, statement["MaxRows"])
        return {"Key": key, **self.outcomes[key]}

    def query(self, sql: str) -> QueryResult:
        """The result of a query outside the index's writer."""
        catalog = MotoCatalog(self.glue)
        return Engine(catalog, MotoObjects(self.s3), cast(CatalogWriter, catalog)).run(sql, database=DATABASE)

    def _start(self, key: str, sql: str, max_rows: int) -> dict[str, Any]:
        failure = self.fault(key, sql)
        if failure is None or self.commits_nevertheless:
            self.statements.append(sql)
            try:
                result = self.query(sql)
            except QueryError as error:
                return {"Error": "QueryFailed", "Reason": str(error)}
        if failure is not None:
            return {"Error": failure[0], "Reason": failure[1]}
        location = self._write(key, result)
        names = [column.name for column in result.columns]
        rows = [dict(zip(names, row, strict=True)) for row in result.rows[:max_rows]]
        return {"Result": {"Rows": rows, "RowCount": len(rows), "OutputLocation": location}}

    def _write(self, key: str, result: QueryResult) -> str:
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([column.name for column in result.columns])
        for row in result.rows:
            writer.writerow(row)
        self.s3.put_object(Bucket=self.results_bucket, Key=f"{key}.csv", Body=text.getvalue().encode())
        return f"s3://{self.results_bucket}/{key}.csv"
