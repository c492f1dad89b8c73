"""Ibis, with PyAthena's PolarsCursor: its default, ArrowCursor, reads results from AWS whatever the endpoint is."""

from __future__ import annotations

import json

import pytest

from tests.local_aws import LocalAws

_QUERY = """
import json, os, sys, ibis
from pyathena.polars.cursor import PolarsCursor
bucket, prefix = sys.argv[1:]
connection = ibis.athena.connect(
    s3_staging_dir=f"s3://{bucket}/ibis/", region_name="us-east-1", cursor_class=PolarsCursor,
    schema_name=os.environ["DATABASE"], work_group=os.environ["WORKGROUP"], poll_interval=0.2,
)
entries = connection.table(f"{prefix}_quilt_objects_view")
latest = entries.filter(entries.timestamp == "latest")
counted = latest.group_by("name").agg(entries=latest.count(), bytes=latest.size.cast("int64").sum()).order_by("name")
frame = counted.execute()
print(json.dumps([connection.current_database, entries.columns[:3], frame.to_dict("records")], default=str))
"""


@pytest.mark.main_path
def test_an_expression_runs_as_sql(local_aws: LocalAws, packages: str, prefix: str) -> None:
    database, columns, rows = json.loads(local_aws.run_python(_QUERY, packages, prefix).stdout)
    assert (database, columns) == (local_aws.outputs["DatabaseName"], ["user", "name", "timestamp"])
    assert rows == [{"name": "cells", "entries": 4, "bytes": 24}, {"name": "notes", "entries": 1, "bytes": 13}]
