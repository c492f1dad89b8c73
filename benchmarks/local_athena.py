"""How long the local Athena takes to query manifests, compared with DuckDB reading the same files directly.

`python -m benchmarks.local_athena [MANIFESTS...]` writes manifests of 1,000 entries to a folder and to an S3 in memory,
and queries them with the engine (first cold, then warm: objects are cached by ETag) and with DuckDB's `read_json`.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from local.engine import Engine
from tests.unit.engine.lake import Lake

ENTRIES = 1000
COLUMNS = {
    "logical_key": "string",
    "physical_keys": "array<string>",
    "size": "string",
    "hash": "struct<type:string,value:string>",
    "meta": "string",
}
_DUCKDB_COLUMNS = (
    "{logical_key: 'VARCHAR', physical_keys: 'VARCHAR[]', size: 'VARCHAR', meta: 'JSON', "
    "hash: 'STRUCT(type VARCHAR, value VARCHAR)'}"
)
QUERIES = {
    "count": "SELECT count(*) FROM t",
    "sizes": "SELECT sum(CAST(size AS bigint)) FROM t",
    "keys": "SELECT count(DISTINCT logical_key), max(hash.value) FROM t WHERE logical_key LIKE 'folder3/%'",
}


def manifest(number: int) -> str:
    """A manifest as quilt3 writes it."""
    lines: list[dict[str, Any]] = [
        {"version": "v0", "message": f"revision {number}", "user_meta": {"number": number}},
        *(
            {
                "logical_key": f"folder{entry % 10}/file{entry}.csv",
                "physical_keys": [f"s3://bucket/folder{entry % 10}/file{entry}.csv?versionId={number:032x}"],
                "size": entry * 7 + number,
                "hash": {"type": "SHA256", "value": hashlib.sha256(f"{number}/{entry}".encode()).hexdigest()},
                "meta": {"user_meta": {"index": entry, "name": f"file {entry}"}},
            }
            for entry in range(ENTRIES)
        ),
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def seconds(run: Callable[[str], Any], sql: str, times: int = 1) -> float:
    """The shortest time of several runs of a query, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run(sql)
        found.append(time.perf_counter() - start)
    return min(found)


def measure(count: int) -> None:
    """Print a line for each query of `count` manifests."""
    lake = Lake()
    lake.add_table("t", COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            body = manifest(number)
            (Path(folder) / f"{number:064x}").write_text(body, encoding="utf-8")
            lake.put("data", f"t/{number:064x}", body)
        connection = duckdb.connect()
        connection.execute(
            f"CREATE VIEW t AS FROM read_json('{folder}/*', format = 'newline_delimited', columns = {_DUCKDB_COLUMNS})"
        )
        engine = Engine(lake, lake)
        for title, sql in QUERIES.items():
            cold = seconds(lambda query: engine.run(query, database="quilt_query"), sql)
            warm = seconds(lambda query: engine.run(query, database="quilt_query"), sql, 3)
            direct = seconds(lambda query: connection.execute(query).fetchall(), sql, 3)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{count:>9} {title:<6} {cold:>7.2f} {warm:>7.2f} {direct:>8.2f} {warm / direct:>11.2f} {memory:>8}")


def main() -> None:
    """Measure the numbers of manifests given as arguments; 10, 100 and 1,000 by default."""
    print("manifests query   cold s  warm s DuckDB s warm/DuckDB  MB peak")
    for count in map(int, sys.argv[1:] or ("10", "100", "1000")):
        measure(count)


if __name__ == "__main__":
    main()
