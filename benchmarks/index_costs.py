"""Queries of an objects view, and what statements cost: bytes as Athena counts them, at its price."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from local.engine import QueryResult
from tests.unit.index.athena import Athena
from tests.unit.index.harness import INDEX_BUCKET

#: USD.
PRICE_PER_BYTE = 5 / 1e12
#: What Athena charges a statement at least.
MIN_BYTES = 10_000_000

#: By name: a query of the objects view of a bucket, `{view}`.
QUERIES = {
    "the notebook's query": (
        "SELECT tophash, logical_key, json_extract_scalar(meta, '$.user_meta.well') AS well FROM {view}"
        " WHERE substr(logical_key, -5) = '.tiff'"
        " AND json_extract_scalar(meta, '$.user_meta.nucmembsegmentationalgorithmversion') LIKE '1.3%'"
        " AND json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '5')"
    ),
    "SELECT * of a latest package": (
        "SELECT * FROM {view} WHERE \"user\" = 'lab' AND name = 'p0' AND \"timestamp\" = 'latest'"
    ),
    "aggregate of the bucket": (
        'SELECT name, "timestamp", count(*) AS files, sum(try_cast("size" AS bigint)) AS bytes FROM {view}'
        ' GROUP BY name, "timestamp"'
    ),
}
#: The queries whose bytes are plotted against the number of revisions, with the names of their lines.
PLOTTED = {"the notebook's query": "notebook's query", "SELECT * of a latest package": "SELECT * of a package"}


@dataclass
class MeteredAthena(Athena):
    """Athena that adds up what its statements read, and how long they take."""

    bytes_read: int = 0
    billed: int = 0
    seconds: float = 0.0

    def query(self, sql: str) -> QueryResult:
        """The result of a query."""
        began = time.perf_counter()
        result = super().query(sql)
        self.seconds += time.perf_counter() - began
        self.bytes_read += result.data_scanned_bytes
        self.billed += max(MIN_BYTES, result.data_scanned_bytes)
        return result


@dataclass
class Written:
    """The bytes of the objects that are written to the tables of the index or of the alternative."""

    bytes: int = 0

    def count(self, params: dict[str, Any], **_: Any) -> None:
        """Take in a PutObject."""
        if params["Bucket"] == INDEX_BUCKET and not params["Key"].startswith(("staging/", "plans/")):
            self.bytes += len(params["Body"])


@dataclass(frozen=True)
class Cost:
    """What statements took."""

    statements: int
    bytes_read: int
    bytes_written: int
    billed: int
    seconds: float

    @property
    def usd(self) -> float:
        """At 5 USD a terabyte, and at least 10 MB a statement."""
        return self.billed * PRICE_PER_BYTE
