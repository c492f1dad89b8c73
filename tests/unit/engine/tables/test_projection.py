"""Partition projection."""

from __future__ import annotations

import pytest

from local.engine import QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake

CREATE = """
CREATE EXTERNAL TABLE t (a string) PARTITIONED BY ({keys}) LOCATION 's3://data/t/'
TBLPROPERTIES ('projection.enabled' = 'true', {properties})
"""


@pytest.mark.parametrize(
    ("keys", "properties", "where", "folders"),
    [
        ("k string", "'projection.k.type'='enum', 'projection.k.values'='a, b,c'", "k <> 'a'", ["k=b", "k=c"]),
        ("k int", "'projection.k.type'='integer', 'projection.k.range'='1,9', 'projection.k.interval'='4', "
         "'projection.k.digits'='2'", "k > 1", ["k=05", "k=09"]),
        ("k string", "'projection.k.type'='date', 'projection.k.range'='2020/01/30,2020/02/02', "
         "'projection.k.format'='yyyy/MM/dd', 'storage.location.template'='s3://data/t/${k}'",
         "k >= '2020/02/01'", ["2020/02/01", "2020/02/02"]),
        ("k date", "'projection.k.type'='date', 'projection.k.range'='2019-12-01,2020-02-01', "
         "'projection.k.format'='yyyy-MM-dd', 'projection.k.interval'='1', 'projection.k.interval.unit'='MONTHS'",
         "k < DATE '2020-02-01'", ["k=2019-12-01", "k=2020-01-01"]),
        ("k string", "'projection.k.type'='injected'", "k IN ('x', 'y')", ["k=x", "k=y"]),
    ],
)  # fmt: skip
def test_projected_partitions_that_the_query_needs_are_read(
    lake: Lake, run: Run, keys: str, properties: str, where: str, folders: list[str]
) -> None:
    run(CREATE.format(keys=keys, properties=properties))
    for folder in folders:
        lake.put("data", f"t/{folder}/object", '"x"\n')
    lake.put("data", "t/k=a/object", "y")
    found = run(f"SELECT a FROM t WHERE {where}")
    assert len(found.rows) == len(folders)
    assert set(lake.reads) == {f"t/{folder}/object" for folder in folders}


def test_projection_to_now_ends_today(lake: Lake, run: Run) -> None:
    properties = (
        "'projection.k.type'='date', 'projection.k.range'='NOW-2DAYS,NOW', 'projection.k.format'='yyyy-MM-dd', "
        "'storage.location.template'='s3://data/${k}/'"
    )
    run(CREATE.format(keys="k date", properties=properties))
    lake.put("data", "x", "")
    assert run("SELECT count(*) FROM t WHERE k > current_date").rows == [("0",)]


@pytest.mark.parametrize(
    ("properties", "sql", "reason"),
    [
        ("'projection.k.type'='injected'", "SELECT a FROM t", "CONSTRAINT_VIOLATION: For the injected .* column k"),
        ("'projection.k.type'='enum'", "SELECT a FROM t", "INVALID_TABLE_PROPERTY: projection.k.values is missing"),
        (
            "'projection.k.type'='hash'",
            "SELECT a FROM t",
            "INVALID_TABLE_PROPERTY: projection.k.type has a wrong value",
        ),
        ("'projection.k.type'='integer', 'projection.k.range'='1'", "SELECT a FROM t", "projection.k.range"),
        ("'x'='y'", "SELECT a FROM t", "projection.k.type is missing"),
    ],
)
def test_wrong_projection_fails_the_query(run: Run, properties: str, sql: str, reason: str) -> None:
    run(CREATE.format(keys="k string", properties=properties))
    with pytest.raises(QueryError, match=reason):
        run(sql)
