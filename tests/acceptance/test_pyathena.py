"""PyAthena and its cursors, except ArrowCursor, which reads results from AWS whatever the endpoint is."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.values import TEXT, TYPES
from tests.local_aws import LocalAws

_CURSOR = """
import json, os, sys, pyathena
sql, parameters = json.load(sys.stdin)
connection = pyathena.connect(
    work_group=os.environ["WORKGROUP"], schema_name=os.environ["DATABASE"], poll_interval=0.2
)
cursor = connection.cursor()
cursor.execute(sql, parameters, paramstyle="qmark") if parameters else cursor.execute(sql)
print(json.dumps([[column[0] for column in cursor.description], [[repr(value) for value in row] for row in cursor]]))
"""

_PANDAS = """
import json, os, sys, pyathena
from pyathena.pandas.cursor import PandasCursor
connection = pyathena.connect(
    work_group=os.environ["WORKGROUP"], schema_name=os.environ["DATABASE"], cursor_class=PandasCursor
)
frame = connection.cursor().execute(sys.stdin.read()).as_pandas()
types = {name: str(kind) for name, kind in frame.dtypes.items()}
print(json.dumps([types, json.loads(frame.to_json(orient="records"))]))
"""


@pytest.mark.main_path
def test_a_cursor_gives_python_values(local_aws: LocalAws) -> None:
    names, rows = json.loads(local_aws.run_python(_CURSOR, stdin=json.dumps([TYPES, None])).stdout)
    row = dict(zip(names, rows[0], strict=True))
    assert row["whole"] == "1"
    assert row["large"] == "9007199254740993"
    assert row["number"] == "1.5"
    assert row["exact"] == "Decimal('12.30')"
    assert row["flag"] == "True"
    assert row["day"] == "datetime.date(2024, 2, 29)"
    assert row["moment"] == "datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)"
    assert (row["nothing"], row["empty"], row["no_number"]) == ("None", "''", "None")
    assert row["text"] == repr(TEXT)
    assert row["list"] == "[1, 2]"
    assert row["json"] == "{'k': [1, None]}"
    assert row["bytes"] == "b'he'"


def test_parameters_are_bound(local_aws: LocalAws, prefix: str) -> None:
    sql = f"SELECT DISTINCT name, message FROM {prefix}_quilt_packages_view WHERE message = ?"
    names, rows = json.loads(local_aws.run_python(_CURSOR, stdin=json.dumps([sql, ["'O''Neill''s cells'"]])).stdout)
    assert (names, rows) == (["name", "message"], [["'cells'", "\"O'Neill's cells\""]])


def test_a_data_frame_has_types_and_nulls(local_aws: LocalAws, prefix: str) -> None:
    sql = f"""SELECT logical_key, CAST(size AS bigint) AS size, CAST(NULL AS bigint) AS nothing
        FROM {prefix}_quilt_objects_view WHERE name = 'cells' AND timestamp = 'latest' ORDER BY logical_key"""
    types, rows = json.loads(local_aws.run_python(_PANDAS, stdin=sql).stdout)
    assert types["size"] == types["nothing"] == "Int64"
    assert rows == [{"logical_key": f"cell-{number}.tiff", "size": 6, "nothing": None} for number in range(4)]


_CURSORS = """
import asyncio, json, os, sys, pyathena
from pyathena.async_cursor import AsyncDictCursor
from pyathena.cursor import DictCursor
from pyathena.polars.cursor import PolarsCursor
sql = sys.stdin.read()
options = {
    "work_group": os.environ["WORKGROUP"], "schema_name": os.environ["DATABASE"], "poll_interval": 0.2,
    "s3_staging_dir": f"s3://{sys.argv[1]}/results/",
}
connection = pyathena.connect(**options)
_, future = connection.cursor(AsyncDictCursor).execute(sql)

async def awaited():
    async with await pyathena.aio_connect(**options) as connection:
        cursor = await connection.cursor().execute(sql)
        return await cursor.fetchall()

print(json.dumps({
    "dict": connection.cursor(DictCursor).execute(sql).fetchall(),
    "async": future.result().fetchall(),
    "awaited": asyncio.run(awaited()),
    "polars": connection.cursor(PolarsCursor).execute(sql).as_polars().to_dicts(),
    "unloaded": connection.cursor(PolarsCursor, unload=True).execute(sql).as_polars().to_dicts(),
}))
"""


def test_every_cursor_gives_the_same_rows(local_aws: LocalAws, packages: str, prefix: str) -> None:
    sql = f"""SELECT logical_key, CAST(size AS bigint) AS size FROM {prefix}_quilt_objects_view
        WHERE name = 'notes' AND timestamp = 'latest'"""
    found = json.loads(local_aws.run_python(_CURSORS, packages, stdin=sql).stdout)
    row = {"logical_key": "readme.md", "size": 13}
    assert found == {
        "dict": [row], "async": [row], "awaited": [list(row.values())], "polars": [row], "unloaded": [row],
    }  # fmt: skip
