"""Records what Spark reads of the index tables after each stage of ``tests/unit/index/stages.py``.

    python -m tests.golden.iceberg.record_index DIR

DIR is as for ``record.py``. Each stage's tables keep their files: Spark reads them under names of their own.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ |= {"POWERTOOLS_SERVICE_NAME": "quilt-athena", "POWERTOOLS_METRICS_NAMESPACE": "QuiltAthena"}

from moto import mock_aws

from local.stack.clients import client
from local.stack.server import Server
from quilt_athena.index.tables import MANIFESTS_INDEX, PACKAGES_INDEX
from tests.desired import DATABASE
from tests.golden.iceberg.record import spark_rows, write
from tests.unit.engine.iceberg.rows import row_text, stored_rows
from tests.unit.index.athena import MotoCatalog, MotoObjects
from tests.unit.index.harness import INDEX_BUCKET, IndexHarness
from tests.unit.index.stages import stages
from tests.unit.moto_stack import Clients, MotoStack

_KEPT = ("TableType", "Parameters", "StorageDescriptor", "PartitionKeys")


def main() -> None:
    """Record every stage again. Fails if Spark reads other rows than the engine."""
    tables: dict[str, dict[str, Any]] = {}
    objects: dict[str, bytes] = {}
    engine: dict[str, list[str]] = {}
    reached: list[str] = []
    with mock_aws():
        clients = Clients.make()
        harness = IndexHarness.create(MotoStack.deploy(clients))
        catalog, store = MotoCatalog(clients.glue), MotoObjects(clients.s3)
        for stage in stages(harness):
            reached.append(stage)
            for name in (MANIFESTS_INDEX, PACKAGES_INDEX):
                table = catalog.get_table(DATABASE, name)
                assert table is not None
                tables[f"{stage}_{name}"] = {key: table[key] for key in _KEPT if key in table}
                engine[f"{stage}_{name}"] = stored_rows(catalog, store, name)
            objects |= {one.key: store.read(INDEX_BUCKET, one.key) for one in store.list(INDEX_BUCKET, "")}
    rows = _read(Path(sys.argv[1]), tables, objects)
    for name, expected in engine.items():
        if sorted(map(row_text, rows[name])) != expected:
            sys.exit(f"{name}: Spark reads {len(rows[name])} other rows than the engine, which reads {len(expected)}")
    write(
        "index.json",
        {stage: {name: rows[f"{stage}_{name}"] for name in (MANIFESTS_INDEX, PACKAGES_INDEX)} for stage in reached},
    )


def _read(folder: Path, tables: dict[str, dict[str, Any]], objects: dict[str, bytes]) -> dict[str, list[Any]]:
    """The rows of the tables as Spark reads them from a local AWS."""
    with tempfile.TemporaryDirectory() as scratch, Server(Path(scratch) / "aws") as server:
        s3, glue = client("s3", server.endpoint), client("glue", server.endpoint)
        s3.create_bucket(Bucket=INDEX_BUCKET)
        for key, body in objects.items():
            s3.put_object(Bucket=INDEX_BUCKET, Key=key, Body=body)
        glue.create_database(DatabaseInput={"Name": DATABASE})
        for name, table in tables.items():
            glue.create_table(DatabaseName=DATABASE, TableInput={"Name": name, **table})
        return spark_rows(folder, server.endpoint, [], list(tables))


if __name__ == "__main__":
    main()
