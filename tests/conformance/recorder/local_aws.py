"""S3 and Glue for Trino: a plain MiniStack with the sample tables."""

from __future__ import annotations

import contextlib
import copy
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3

from tests.conformance.recorder.waiting import serving, wait_for
from tests.unit.engine.lake import Lake

#: Not the port of a local stack, whose buckets it would replace.
PORT = 4790
#: What Glue always returns and MiniStack only keeps: Trino fails without it.
_ALWAYS: Mapping[str, Any] = {
    "NumberOfBuckets": 0, "Compressed": False, "StoredAsSubDirectories": False, "SortColumns": [], "BucketColumns": [],
    "Parameters": {},
}  # fmt: skip


@contextlib.contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """The address of a MiniStack: one that serves already, or a new one until the block ends."""
    address = f"http://127.0.0.1:{PORT}"
    if serving(f"{address}/_ministack/health"):
        yield address
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, (folder / "ministack.log").open("w") as log:
        environment = {
            **os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(PORT), "IOT_MTLS_ENABLED": "0",
            "S3_DATA_DIR": data,
        }  # fmt: skip
        server = subprocess.Popen([sys.executable, "-m", "ministack"], env=environment, stdout=log, stderr=log)
        try:
            wait_for(lambda: serving(f"{address}/_ministack/health"), server)
            yield address
        finally:
            server.kill()
            server.wait()


def upload(lake: Lake, address: str) -> None:
    """Replace all databases and buckets by those of the lake."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    s3: Any = session.client("s3", endpoint_url=address)
    glue: Any = session.client("glue", endpoint_url=address)
    for bucket, objects in lake.buckets.items():
        s3.create_bucket(Bucket=bucket)
        for stored in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=stored["Key"])
        for key, body in objects.items():
            s3.put_object(Bucket=bucket, Key=key, Body=body)
    for database, tables in lake.databases.items():
        if any(one["Name"] == database for one in glue.get_databases()["DatabaseList"]):
            glue.delete_database(Name=database)
        glue.create_database(DatabaseInput={"Name": database})
        for table in tables.values():
            glue.create_table(DatabaseName=database, TableInput=_complete(table))
    for name, partitions in lake.split.items():
        database, _, partitioned = name.partition(".")
        for partition in partitions:
            glue.create_partition(DatabaseName=database, TableName=partitioned, PartitionInput=_complete(partition))


def _complete(definition: Mapping[str, Any]) -> dict[str, Any]:
    completed = copy.deepcopy(dict(definition))
    if completed.get("TableType") == "VIRTUAL_VIEW":
        # MiniStack returns an empty Description if there is none, and Trino puts it in the place of this comment.
        completed["Description"] = completed["Parameters"]["comment"]
    completed["StorageDescriptor"] = {**_ALWAYS, **completed["StorageDescriptor"]}
    return completed
