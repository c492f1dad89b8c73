"""What Iceberg's Java library, in Spark, reads of the engine's tables and writes for it: ``tests/golden/iceberg``."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine.conftest import Run
from tests.unit.engine.iceberg.rows import row_text, stored_rows
from tests.unit.engine.lake import Lake

GOLDEN = Path(__file__).parents[3] / "golden" / "iceberg"
OWN: dict[str, Any] = json.loads((GOLDEN / "statements.json").read_text(encoding="utf-8"))
THEIRS: dict[str, Any] = json.loads((GOLDEN / "spark.json").read_text(encoding="utf-8"))


@pytest.fixture
def spark_lake(lake: Lake) -> Lake:
    """The lake with the tables that Spark wrote."""
    with zipfile.ZipFile(GOLDEN / "spark.zip") as archive:
        lake.buckets["data"] = {name: archive.read(name) for name in archive.namelist()}
    lake.databases["quilt_query"] |= THEIRS["tables"]
    return lake


def rows(lake: Lake, name: str) -> list[str]:
    """The rows of a table as the engine reads them."""
    return stored_rows(lake, lake, name)


def test_spark_reads_what_the_engine_wrote(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    for statement in OWN["statements"]:
        run(statement)
    assert set(OWN["rows"]) == set(lake.databases["quilt_query"])
    for name, recorded in OWN["rows"].items():
        assert recorded
        assert rows(lake, name) == sorted(map(row_text, recorded)), name


@pytest.mark.parametrize("name", THEIRS["tables"])
def test_engine_reads_what_spark_wrote(spark_lake: Lake, name: str) -> None:
    assert THEIRS["rows"][name]
    assert rows(spark_lake, name) == sorted(map(row_text, THEIRS["rows"][name]))


def test_engine_changes_what_spark_wrote(spark_lake: Lake, run: Run) -> None:
    before = run("SELECT count(*) FROM mor").rows[0][0]
    assert (
        run("MERGE INTO mor USING (VALUES 0, 100) AS s(id) ON mor.id = s.id WHEN MATCHED THEN DELETE").update_count == 2
    )
    run("OPTIMIZE mor REWRITE DATA USING BIN_PACK")
    assert run("SELECT count(*) FROM mor").rows == [(str(int(str(before)) - 2),)]
    assert len(rows(spark_lake, "mor")) == int(str(before)) - 2
