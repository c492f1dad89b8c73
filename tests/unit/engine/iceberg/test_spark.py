"""What Iceberg's Java library, in Spark, reads of the engine's tables and writes for it: ``tests/golden/iceberg``."""

from __future__ import annotations

import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.engine import CancelToken
from local.engine.iceberg import IcebergCatalog, ObjectFiles, at_version
from local.engine.tables.objects import ObjectCache
from local.engine.tables.plan import Reading
from tests.unit.engine.conftest import Run
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
    """The rows of a table as the engine reads them, as sorted JSON with the names of columns in lower case."""
    files = ObjectFiles(ObjectCache(lake))
    table = IcebergCatalog(lake, None, files).load_table(("quilt_query", name))
    source = at_version(table, "", None, lambda _: pytest.fail("it has no version"))
    found = source.read([Reading(None, ())], 1, None, CancelToken(), lambda _: None)
    columns = [column for column in found.column_names if column not in source.hidden]
    return sorted(map(text, found.select(columns).to_pylist(maps_as_pydicts="strict")))


def text(row: Any) -> str:
    """A row as JSON: values that JSON lacks are text, as in the recording."""
    return json.dumps(plain(row), sort_keys=True, ensure_ascii=False)


def plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(key).lower(): plain(one) for key, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case bytes():
            return value.hex()
        case Decimal():
            return str(value)
        case None | bool() | int() | float() | str():
            return value
    if hasattr(value, "hour"):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
    return value.isoformat()


def test_spark_reads_what_the_engine_wrote(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    for statement in OWN["statements"]:
        run(statement)
    assert set(OWN["rows"]) == set(lake.databases["quilt_query"])
    for name, recorded in OWN["rows"].items():
        assert recorded
        assert rows(lake, name) == sorted(map(text, recorded)), name


@pytest.mark.parametrize("name", THEIRS["tables"])
def test_engine_reads_what_spark_wrote(spark_lake: Lake, name: str) -> None:
    assert THEIRS["rows"][name]
    assert rows(spark_lake, name) == sorted(map(text, THEIRS["rows"][name]))


def test_engine_changes_what_spark_wrote(spark_lake: Lake, run: Run) -> None:
    before = run("SELECT count(*) FROM mor").rows[0][0]
    assert (
        run("MERGE INTO mor USING (VALUES 0, 100) AS s(id) ON mor.id = s.id WHEN MATCHED THEN DELETE").update_count == 2
    )
    run("OPTIMIZE mor REWRITE DATA USING BIN_PACK")
    assert run("SELECT count(*) FROM mor").rows == [(str(int(str(before)) - 2),)]
    assert len(rows(spark_lake, "mor")) == int(str(before)) - 2
