"""What Iceberg's Java library, in Spark, read of the tables that the writer wrote: ``tests/golden/iceberg``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from quilt_athena.index.tables import MANIFESTS_INDEX, PACKAGES_INDEX
from tests.unit.engine.iceberg.rows import row_text, stored_rows
from tests.unit.index.athena import MotoCatalog, MotoObjects
from tests.unit.index.harness import IndexHarness
from tests.unit.index.stages import stages
from tests.unit.moto_stack import MotoStack

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "golden" / "iceberg" / "index.json").read_text(encoding="utf-8")
)


def without_time(row: str) -> str:
    """A row with only whether it has a time: that is another one in each run."""
    values = json.loads(row)
    return row_text(values | {"indexed_at": values.get("indexed_at") is not None})


@pytest.mark.exhaustive
def test_spark_read_the_rows_that_the_writer_writes(stack: MotoStack) -> None:
    harness = IndexHarness.create(stack)
    clients = stack.clients
    reached = []
    for stage in stages(harness):
        reached.append(stage)
        for table in (MANIFESTS_INDEX, PACKAGES_INDEX):
            recorded = sorted(without_time(row_text(row)) for row in RECORDED[stage][table])
            assert recorded
            found = stored_rows(MotoCatalog(clients.glue), MotoObjects(clients.s3), table)
            assert sorted(map(without_time, found)) == recorded, (stage, table)
    assert reached == list(RECORDED)
