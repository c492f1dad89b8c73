"""MSCK REPAIR TABLE: adds the partitions whose folders exist.

https://docs.aws.amazon.com/athena/latest/ug/msck-repair-table.html: it adds partitions and removes none, and skips
folders that aren't named after the keys in their order.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from local.engine.errors import NoSuchBucket, QueryError
from local.engine.interface import Catalog, CatalogWriter, Column, GlueTable, ObjectStore, QueryResult
from local.engine.statements.names import existing_table, failed_task, target
from local.engine.statements.tokens import Cursor
from local.engine.tables.partition_values import folder, unescape
from local.engine.tables.source import location_of


def repair_table(
    catalog: Catalog, objects: ObjectStore, writer: CatalogWriter, cursor: Cursor, default_database: str
) -> QueryResult:
    """Run ``MSCK REPAIR TABLE name``. The rows are Hive's messages about what it added. Raises QueryError."""
    cursor.expect("MSCK", "REPAIR", "TABLE")
    database, name = target(cursor.names(), default_database)
    cursor.finish()
    table = existing_table(catalog, database, name)
    keys = [key["Name"].lower() for key in table.get("PartitionKeys") or ()]
    if not keys:
        raise failed_task(f"Table {database}.{name} is not partitioned")
    bucket, prefix = location_of(table)
    known = {tuple(one["Values"]) for one in catalog.partitions(database, name)}
    try:
        folders = {
            values: place
            for info in objects.list(bucket, prefix)
            for values, place in _partition_of(info.key[len(prefix) :], keys)
        }
    except NoSuchBucket as error:
        raise QueryError(f"FAILED: Execution Error: the bucket {bucket} of {database}.{name} does not exist") from error
    new = sorted(set(folders) - known)
    located = [(list(values), f"s3://{bucket}/{prefix}{folders[values]}") for values in new]
    writer.create_partitions(database, name, [_partition(table, values, location) for values, location in located])
    rows: list[tuple[str | None, ...]] = []
    if new:
        listed = "\t".join(f"{name}:{folder(keys, values)}" for values in new)
        rows.append((f"Partitions not in metastore:\t{listed}",))
        rows += [(f"Repair: Added partition to metastore {name}:{folder(keys, values)}",) for values in new]
    return QueryResult((Column("result", "string", "string", 0, 0),), rows, "DDL", "MSCK_REPAIR_TABLE")


def _partition_of(relative: str, keys: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The values of the keys in the folders of an object, and these folders; nothing if they aren't a partition's."""
    parts = relative.split("/")[:-1][: len(keys)]
    pairs = [part.partition("=") for part in parts]
    if [unescape(name).lower() for name, equals, _ in pairs if equals] == keys:
        yield tuple(unescape(value) for _, _, value in pairs), "/".join(parts)


def _partition(table: GlueTable, values: list[str], location: str) -> dict[str, Any]:
    storage = {**copy.deepcopy(dict(table.get("StorageDescriptor") or {})), "Location": location}
    return {"Values": values, "StorageDescriptor": storage, "Parameters": {}}
