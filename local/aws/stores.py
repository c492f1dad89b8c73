"""MiniStack's Glue and S3, as the engine asks for them: read in process, as one account in one region sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import glue, s3

from local.engine import NoSuchBucket, ObjectInfo

Response = tuple[int, Mapping[str, str], bytes]


@dataclass(frozen=True)
class Scope:
    """Whose resources are meant. MiniStack keeps that in context variables, which threads don't inherit."""

    account_id: str
    region: str

    @classmethod
    def of_request(cls) -> Scope:
        """The scope of the request that is being answered."""
        return cls(get_account_id(), get_region())

    def entered(self) -> AbstractContextManager[None]:
        """A context in which MiniStack's stores show this scope's resources."""
        scope: AbstractContextManager[None] = request_scope(self.account_id, self.region)
        return scope


@dataclass(frozen=True)
class GlueCatalog:
    """The Glue catalog of a scope: the engine's Catalog and CatalogWriter."""

    scope: Scope

    def get_database(self, name: str) -> Mapping[str, Any] | None:
        """The Glue `Database`, or None."""
        with self.scope.entered():
            database: Mapping[str, Any] | None = glue._databases.get(name)
        return database

    def database_names(self) -> list[str]:
        """The names of all databases."""
        with self.scope.entered():
            return list(glue._databases)

    def get_table(self, database: str, name: str) -> Mapping[str, Any] | None:
        """The Glue `Table` (a table or a view), or None."""
        with self.scope.entered():
            table: Mapping[str, Any] | None = glue._tables.get(f"{database}/{name}")
        return table

    def tables(self, database: str) -> list[Mapping[str, Any]]:
        """All tables and views of a database."""
        with self.scope.entered():
            return [table for key, table in glue._tables.items() if key.startswith(f"{database}/")]

    def partitions(self, database: str, table: str) -> list[Mapping[str, Any]]:
        """The Glue `Partition`s of a table."""
        with self.scope.entered():
            return list(glue._partitions.get(f"{database}/{table}", []))

    def create_database(self, name: str) -> None:
        """Create a database that doesn't exist."""
        self._call(glue._create_database, {"DatabaseInput": {"Name": name}})

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Create a table or view that doesn't exist."""
        self._call(glue._create_table, {"DatabaseName": database, "TableInput": dict(table_input)})

    def update_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Replace a table or view that exists."""
        self._call(glue._update_table, {"DatabaseName": database, "TableInput": dict(table_input)})

    def delete_table(self, database: str, name: str) -> None:
        """Delete a table or view that exists."""
        self._call(glue._delete_table, {"DatabaseName": database, "Name": name})

    def _call(self, function: Any, data: dict[str, Any]) -> None:
        with self.scope.entered():
            status, _, body = function(data)
        if status >= 400:
            raise RuntimeError(f"Glue refused {data}: {body!r}")


@dataclass(frozen=True)
class S3Objects:
    """The objects of a scope: the engine's ObjectStore, and where results are written."""

    scope: Scope

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key begins with `prefix`. Raises NoSuchBucket."""
        with self.scope.entered():
            found = s3._buckets.get(bucket)
        if found is None:
            raise NoSuchBucket(bucket)
        # A copy: requests change the dictionary meanwhile.
        for key, record in sorted(dict(found["objects"]).items()):
            if key.startswith(prefix):
                yield ObjectInfo(key=key, etag=record["etag"].strip('"'), size=record["size"])

    def read(self, bucket: str, key: str) -> bytes:
        """The bytes of an object; KeyError if it is gone."""
        with self.scope.entered():
            body: bytes | None = s3._get_object_data(bucket, key)
        if body is None:
            raise KeyError(f"s3://{bucket}/{key}")
        return body

    def has_bucket(self, bucket: str) -> bool:
        """Whether the bucket exists."""
        with self.scope.entered():
            return bucket in s3._buckets

    def has(self, bucket: str, key: str) -> bool:
        """Whether the object exists."""
        with self.scope.entered():
            found = s3._buckets.get(bucket)
        return found is not None and key in found["objects"]

    def write(self, bucket: str, key: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Put an object as PutObject does; `headers` in lower case. Gives S3's answer, which may be an error."""
        with self.scope.entered():
            answer: Response = s3._put_object(bucket, key, body, dict(headers))
        return answer
