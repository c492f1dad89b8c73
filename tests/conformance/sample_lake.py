"""The tables that the cases query: the same for the local engine, in memory, and for Trino, on a local S3 and Glue.

README.md lists them. Case files declare more tables, over literal lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from quilt_athena.catalog.desired_state import CatalogSettings, LegacyViews, desired_state
from tests.conformance.cases import CaseFile, LinesTable
from tests.conformance.sample_packages import push_packages
from tests.desired import all_buckets_inputs, partitions
from tests.unit.engine.lake import LAZY, OPENX, Lake

DATABASE = "quilt_query"
BUCKETS = ("cell-images", "lab-assays")
LINES_BUCKET = "lines"

#: The SerDes by the short names that case files use.
SERDES = {"openx": OPENX, "text": LAZY}

_PEOPLE = (
    (1, "Ada", "london", 36, 1200.5, "1815-12-10", True),
    (2, "Grace", "new york", 85, 3100.0, "1906-12-09", True),
    (3, "Alan", "london", 41, None, "1912-06-23", False),
    (4, "Edsger", None, 72, 2500.25, "1930-05-11", None),
    (5, "Barbara", "los angeles", None, 2500.25, None, True),
    (6, "grace", "london", 41, 0.0, "1912-06-23", False),
)
_ORDERS = (
    (100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"),
    (101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"),
    (102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"),
    (103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"),
    (104, 9, "ink", 2, 12.0, None),
    (105, None, "pen", None, 1.5, "2024-12-31 12:30:00.000"),
)


def sample_lake(files: Iterable[CaseFile]) -> Lake:
    """All tables, views and objects, with the tables that the case files declare."""
    lake = Lake()
    _add_rows(
        lake, "people", "id int, name string, city string, age int, score double, born string, active boolean", _PEOPLE
    )
    _add_rows(
        lake, "orders", "id int, person_id int, item string, quantity int, price double, ordered timestamp", _ORDERS
    )
    settings = CatalogSettings(DATABASE, legacy_views=LegacyViews.CREATE)
    for bucket in BUCKETS:
        for declared in desired_state(bucket, settings).tables:
            lake.create_table(DATABASE, dict(declared.table_input))
    for definition in all_buckets_inputs():
        lake.create_table(DATABASE, definition)
    for bucket in BUCKETS:
        for partition in partitions(bucket):
            lake.split.setdefault(f"{DATABASE}.{partition.table}", []).append(dict(partition.partition_input))
    push_packages(lake)
    for file in files:
        for table in file.tables:
            _add_lines(lake, table)
    return lake


def _add_rows(lake: Lake, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    pairs = [tuple(column.strip().split(" ")) for column in columns.split(",")]
    names = [one for one, _ in pairs]
    lines = tuple(json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    _add_lines(lake, LinesTable(name, tuple((one, kind) for one, kind in pairs), "openx", (), lines))


def _add_lines(lake: Lake, table: LinesTable) -> None:
    location = f"s3://{LINES_BUCKET}/{table.name}/"
    lake.add_table(
        table.name, dict(table.columns), location=location, serde=SERDES[table.serde], properties=dict(table.properties)
    )
    storage = lake.databases[DATABASE][table.name]["StorageDescriptor"]
    storage["InputFormat"] = "org.apache.hadoop.mapred.TextInputFormat"
    storage["OutputFormat"] = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    lake.put(LINES_BUCKET, f"{table.name}/lines", "".join(f"{line}\n" for line in table.lines))
