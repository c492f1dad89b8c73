"""A Glue catalog and S3 in memory, with Quilt's formats."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from local.engine import ConcurrentModification, NoSuchBucket, ObjectInfo

OPENX = "org.openx.data.jsonserde.JsonSerDe"
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


class Lake:
    """The engine's Catalog, CatalogWriter and ObjectStore in one; ``reads`` lists the keys that were read."""

    def __init__(self) -> None:
        self.databases: dict[str, dict[str, dict[str, Any]]] = {"quilt_query": {}}
        self.buckets: dict[str, dict[str, bytes]] = {}
        self.reads: list[str] = []
        self.split: dict[str, list[dict[str, Any]]] = {}
        self.described: dict[str, dict[str, Any]] = {}

    def get_database(self, name: str) -> Mapping[str, Any] | None:
        return {"Name": name} if name in self.databases else None

    def database_names(self) -> Iterable[str]:
        return list(self.databases)

    def get_table(self, database: str, name: str) -> Mapping[str, Any] | None:
        return self.databases.get(database, {}).get(name)

    def tables(self, database: str) -> Iterable[Mapping[str, Any]]:
        return list(self.databases[database].values())

    def partitions(self, database: str, table: str) -> Iterable[Mapping[str, Any]]:
        return self.split.get(f"{database}.{table}", [])

    def add_partition(self, table: str, *values: str, location: str) -> None:
        """Add a partition to a table, which is partitioned by ``bucket`` from now on."""
        self.databases["quilt_query"][table]["PartitionKeys"] = [{"Name": "bucket", "Type": "string"}]
        partition = {"Values": list(values), "StorageDescriptor": {"Location": location}}
        self.split.setdefault(f"quilt_query.{table}", []).append(partition)

    def create_database(self, database_input: Mapping[str, Any]) -> None:
        assert database_input["Name"] not in self.databases
        self.databases[database_input["Name"]] = {}
        self.described[database_input["Name"]] = dict(database_input)

    def delete_database(self, name: str) -> None:
        del self.databases[name]

    def create_partitions(self, database: str, table: str, partition_inputs: Sequence[Mapping[str, Any]]) -> None:
        found = self.split.setdefault(f"{database}.{table}", [])
        for one in partition_inputs:
            assert one["Values"] not in [other["Values"] for other in found]
            found.append(dict(one))

    def update_partition(
        self, database: str, table: str, values: Sequence[str], partition_input: Mapping[str, Any]
    ) -> None:
        self.delete_partition(database, table, values)
        self.create_partitions(database, table, [partition_input])

    def delete_partition(self, database: str, table: str, values: Sequence[str]) -> None:
        found = self.split[f"{database}.{table}"]
        found.remove(next(one for one in found if list(one["Values"]) == list(values)))

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        assert table_input["Name"] not in self.databases[database]
        self.databases[database][table_input["Name"]] = dict(table_input)

    def update_table(self, database: str, table_input: Mapping[str, Any], version: str | None = None) -> None:
        current = self.databases[database][table_input["Name"]].get("VersionId", "1")
        if version is not None and version != current:
            raise ConcurrentModification
        self.databases[database][table_input["Name"]] = {**table_input, "VersionId": str(int(current) + 1)}

    def delete_table(self, database: str, name: str) -> None:
        del self.databases[database][name]

    def list(self, bucket: str, prefix: str) -> Iterable[ObjectInfo]:
        return [_info(key, body) for key, body in sorted(self._bucket(bucket).items()) if key.startswith(prefix)]

    def read(self, bucket: str, key: str) -> bytes:
        self.reads.append(key)
        return self._bucket(bucket)[key]

    def info(self, bucket: str, key: str) -> ObjectInfo:
        return _info(key, self._bucket(bucket)[key])

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        self.reads.append(key)
        return self._bucket(bucket)[key][start : start + length]

    def delete(self, bucket: str, key: str) -> None:
        self._bucket(bucket).pop(key, None)

    def _bucket(self, bucket: str) -> dict[str, bytes]:
        if bucket not in self.buckets:
            raise NoSuchBucket(bucket)
        return self.buckets[bucket]

    def put(self, bucket: str, key: str, body: bytes | str) -> None:
        """Put an object, and create its bucket if necessary."""
        self.buckets.setdefault(bucket, {})[key] = body.encode() if isinstance(body, str) else body

    def add_table(
        self,
        name: str,
        columns: Mapping[str, str],
        *,
        location: str = "s3://data/t/",
        serde: str = OPENX,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        """Declare an external table."""
        self.create_table(
            "quilt_query",
            {
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "PartitionKeys": [],
                "StorageDescriptor": {
                    "Columns": [{"Name": column, "Type": kind} for column, kind in columns.items()],
                    "Location": location,
                    "SerdeInfo": {"SerializationLibrary": serde, "Parameters": dict(properties or {})},
                },
            },
        )

    def add_json_table(self, lines: Sequence[str | bytes], columns: Mapping[str, str], **properties: str) -> None:
        """A table ``t`` of one object of JSON lines; ``_`` in a property's name means ``.``."""
        named = {name.replace("_", "."): value for name, value in properties.items()}
        self.add_table("t", columns, properties=named)
        body = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
        self.put("data", "t/lines.json", body)

    def push(
        self,
        bucket: str,
        package: str,
        entries: Sequence[Mapping[str, Any]],
        *,
        header: Mapping[str, Any] | None = None,
        timestamp: int = 1700000000,
    ) -> str:
        """Push a package revision as quilt3 does; returns its top hash."""
        lines = [{"version": "v0", "message": None, **(header or {})}, *entries]
        body = "".join(json.dumps(line) + "\n" for line in lines)
        top_hash = hashlib.sha256(body.encode()).hexdigest()
        self.put(bucket, f".quilt/packages/{top_hash}", body)
        for pointer in (str(timestamp), "latest"):
            self.put(bucket, f".quilt/named_packages/{package}/{pointer}", top_hash)
        return top_hash


def _info(key: str, body: bytes) -> ObjectInfo:
    return ObjectInfo(key, _etag(body), len(body))


@lru_cache(maxsize=2048)
def _etag(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def entry(logical_key: str, **meta: Any) -> dict[str, Any]:
    """A manifest entry with user metadata."""
    return {
        "logical_key": logical_key,
        "physical_keys": [f"s3://my-bucket/{logical_key}?versionId=1"],
        "size": len(logical_key),
        "hash": {"type": "SHA256", "value": "ab" * 32},
        "meta": {"user_meta": meta} if meta else {},
    }
