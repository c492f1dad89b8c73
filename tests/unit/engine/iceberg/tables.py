"""An Iceberg table, and what is stored of it."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.engine.lake import Lake

CREATE = """CREATE TABLE t (bucket string COMMENT 'where', id bigint, name string, at timestamp)
    PARTITIONED BY (bucket, day(at), bucket(4, id), truncate(2, name))
    LOCATION 's3://data/t/'
    TBLPROPERTIES ('table_type' = 'ICEBERG', 'vacuum_max_snapshot_age_seconds' = '86400')"""


def metadata(lake: Lake, name: str) -> dict[str, Any]:
    """The current metadata of a table."""
    location = lake.databases["quilt_query"][name]["Parameters"]["metadata_location"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    found: dict[str, Any] = json.loads(lake.buckets[bucket][key])
    return found


def parquet(lake: Lake, name: str) -> list[str]:
    """The keys of a table's data and delete files, of all versions."""
    return [key for key in sorted(lake.buckets["data"]) if key.startswith(f"{name}/data/")]
