"""The AWS SDK for pandas: data frames are written to tables, and read by each of its approaches."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.values import TEXT, TYPES
from tests.local_aws import LocalAws

_READ = """
import json, os, sys, awswrangler as wr
sql, parameters = json.load(sys.stdin)
frame = wr.athena.read_sql_query(
    sql, database=os.environ["DATABASE"], workgroup=os.environ["WORKGROUP"], ctas_approach=False, params=parameters,
    paramstyle="qmark" if parameters else "named",
)
print(json.dumps([{name: str(kind) for name, kind in frame.dtypes.items()}, [[repr(v) for v in row] for row in
    frame.itertuples(index=False, name=None)]]))
"""
_SCALARS = TYPES.replace("CAST(ROW(1, 'x') AS ROW(p integer, q varchar))", "'a row is no column of a data frame'")


@pytest.mark.main_path
def test_a_data_frame_has_values_types_and_nulls(local_aws: LocalAws) -> None:
    types, rows = json.loads(local_aws.run_python(_READ, stdin=json.dumps([_SCALARS, None])).stdout)
    row = dict(zip(types, rows[0], strict=True))
    assert {name: types[name] for name in ("whole", "large", "number", "flag")} == {
        "whole": "Int32", "large": "Int64", "number": "float64", "flag": "boolean",
    }  # fmt: skip
    assert row["large"] == "np.int64(9007199254740993)"
    assert row["exact"] == "Decimal('12.30')"
    assert row["day"] == "datetime.date(2024, 2, 29)"
    assert row["moment"] == "Timestamp('2024-02-29 12:34:56.789000')"
    assert (row["nothing"], row["no_number"]) == ("<NA>", "<NA>")
    assert row["text"] == repr(TEXT)


def test_parameters_are_bound(local_aws: LocalAws, prefix: str) -> None:
    sql = f"SELECT count(*) AS entries FROM {prefix}_quilt_objects_view WHERE name = ? AND timestamp = ?"
    types, rows = json.loads(local_aws.run_python(_READ, stdin=json.dumps([sql, ["'cells'", "'latest'"]])).stdout)
    assert (types, rows) == ({"entries": "Int64"}, [["np.int64(4)"]])


_ROUND_TRIP = """
import json, os, sys, awswrangler as wr, pandas as pd
bucket, unloaded = sys.argv[1:]
options = {"database": os.environ["DATABASE"], "workgroup": os.environ["WORKGROUP"]}
frame = pd.DataFrame({"id": [1, 2, 3], "name": ["a", None, "c'"], "part": ["x", "y", "y"]}).convert_dtypes()
wr.s3.to_parquet(
    frame, path=f"s3://{bucket}/frames/", dataset=True, partition_cols=["part"], mode="overwrite",
    database=options["database"], table="frames",
)
sql = "SELECT id, name, part FROM frames WHERE part = :part ORDER BY id"
read = {
    "default": wr.athena.read_sql_query(sql, params={"part": "y"}, **options),
    "unload": wr.athena.read_sql_query(
        sql, params={"part": "y"}, ctas_approach=False, unload_approach=True, s3_output=unloaded, **options
    ),
    "rows": wr.athena.read_sql_query(sql, params={"part": "y"}, ctas_approach=False, **options),
    "table": wr.athena.read_sql_table("frames", **options).query("part == 'y'").sort_values("id"),
}
types = {name: [str(kind) for kind in found.dtypes] for name, found in read.items()}
rows = {name: json.loads(found.to_json(orient="values")) for name, found in read.items()}
tables = [table for table in wr.catalog.tables(database=options["database"])["Table"] if table.startswith("temp_table")]
print(json.dumps([types, rows, tables]))
"""


def test_a_table_is_written_and_read_by_each_approach(local_aws: LocalAws, packages: str) -> None:
    # It accepts results of UNLOAD in the results bucket only.
    unloaded = f"s3://{local_aws.outputs['ResultsBucketName']}/{local_aws.new_name(None)}/"
    types, rows, temporary_tables = json.loads(local_aws.run_python(_ROUND_TRIP, packages, unloaded).stdout)
    assert rows == {name: [[2, None, "y"], [3, "c'", "y"]] for name in ("default", "unload", "rows", "table")}
    assert {name: kinds[0] for name, kinds in types.items()} == dict.fromkeys(rows, "Int64")
    assert temporary_tables == []
