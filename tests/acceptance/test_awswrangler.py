"""The AWS SDK for pandas, reading by `ctas_approach=False`."""

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
