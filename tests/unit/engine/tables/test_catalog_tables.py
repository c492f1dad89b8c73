"""``information_schema`` and ``"t$partitions"``."""

from __future__ import annotations

import pytest

from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake


@pytest.fixture(autouse=True)
def _tables(lake: Lake, run: Run) -> None:
    run(
        "CREATE EXTERNAL TABLE t (a string COMMENT 'x', s struct<b:int,c:array<double>>) PARTITIONED BY (p int) "
        "LOCATION 's3://data/t/'"
    )
    run("ALTER TABLE t ADD PARTITION (p = 1) PARTITION (p = 20)")
    run("CREATE VIEW v AS SELECT a FROM t")
    lake.put("data", "x", "")


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT schema_name FROM information_schema.schemata", [("information_schema",), ("quilt_query",)]),
        (
            "SELECT table_name, table_type FROM INFORMATION_SCHEMA.tables WHERE table_schema = 'quilt_query'",
            [("t", "BASE TABLE"), ("v", "VIEW")],
        ),
        ("SELECT table_name, view_definition FROM information_schema.views", [("v", "SELECT a FROM t")]),
        (
            "SELECT ordinal_position, column_name, data_type, comment, extra_info "
            "FROM awsdatacatalog.information_schema.columns WHERE table_name = 't'",
            [
                ("1", "a", "varchar", "x", None),
                ("2", "s", "row(b integer, c array(double))", None, None),
                ("3", "p", "integer", None, "partition key"),
            ],
        ),
        ('SELECT * FROM "t$partitions" WHERE p > 1', [("20",)]),
        ('SELECT max(x.p) FROM quilt_query."t$partitions" AS x, "t$partitions" AS y', [("20",)]),
    ],
)
def test_catalog_is_queried_as_tables(run: Run, sql: str, rows: list[tuple[str | None, ...]]) -> None:
    found = run(sql)
    assert (sorted(found.rows, key=str), found.data_scanned_bytes) == (sorted(rows, key=str), 0)
