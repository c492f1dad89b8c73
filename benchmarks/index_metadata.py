"""The metadata of an index table after thousands of commits, with and without the daily maintenance.

PyIceberg commits to a table with the schema, partitions and properties of the index's: each commit appends the marker
of one manifest. After every ``--a-day`` commits, a day of the simulation, comes the maintenance: the small files become
one, and snapshots of more than two days expire. Without maintenance, fewer commits are enough to show the growth.

    python -m benchmarks.index_metadata [--commits 10000] [--a-day 20] [--without 200] [--json]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from pyiceberg.catalog.memory import InMemoryCatalog
from pyiceberg.table import Table
from pyiceberg.transforms import IdentityTransform
from rich.console import Console
from rich.progress import track
from rich.table import Table as Printed

from quilt_athena.index.tables import HEADER, INDEX_TABLES, SNAPSHOT_AGE

_MANIFESTS = INDEX_TABLES[0]
_ARROW = {
    "string": pa.string(),
    "array<string>": pa.list_(pa.string()),
    "struct<type:string,value:string>": pa.struct([("type", pa.string()), ("value", pa.string())]),
    "timestamp": pa.timestamp("us"),
}
_DAYS_KEPT = SNAPSHOT_AGE.days


@dataclass(frozen=True)
class Figure:
    """What a query reads before it reads data, and how long PyIceberg plans, after a number of commits."""

    commits: int
    maintained: bool
    snapshots: int
    data_files: int
    metadata_bytes: int
    manifest_bytes: int
    plan_seconds: float


def run(commits: int, a_day: int | None, shown: Collection[int]) -> Iterator[Figure]:
    """Commit so often, with maintenance after every ``a_day`` commits (None: never)."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = InMemoryCatalog("benchmark", warehouse=Path(folder).as_uri())
        catalog.create_namespace("index")
        table = _create(catalog)
        ends: list[int] = []
        for number in track(range(1, commits + 1), "commits", console=Console(stderr=True)):
            table.append(_marker(number, table))
            if a_day and number % a_day == 0:
                _optimize(table)
                snapshot = table.current_snapshot()
                ends.append(snapshot.sequence_number if snapshot and snapshot.sequence_number else 0)
                _expire(table, ends)
            if number in shown:
                yield _figure(table, number, maintained=bool(a_day))


def _create(catalog: InMemoryCatalog) -> Table:
    schema = pa.schema([(column.name, _ARROW[column.type]) for column in _MANIFESTS.columns])
    table = catalog.create_table(
        "index.manifests",
        schema,
        properties={
            "write.metadata.previous-versions-max": "10",
            "write.metadata.delete-after-commit.enabled": "true",
            # As Iceberg's Java library does by default.
            "commit.manifest-merge.enabled": "true",
        },
    )
    with table.update_spec() as update:
        for name in _MANIFESTS.partitioned_by:
            update.add_field(name, IdentityTransform(), name)
    return table


def _marker(number: int, table: Table) -> pa.Table:
    row = {
        "bucket": "my-bucket",
        "kind": HEADER,
        "tophash": f"{number:064x}",
        "size": "123456",
        "etag": f"{number:032x}",
        "indexed_at": datetime.now(UTC).replace(tzinfo=None),
    }
    return pa.Table.from_pylist([row], schema=table.schema().as_arrow())


def _optimize(table: Table) -> None:
    """As OPTIMIZE: the files of the partition become one."""
    table.overwrite(table.scan().to_arrow())


def _expire(table: Table, ends: list[int]) -> None:
    """As VACUUM: of all days but the newest, the snapshots expire."""
    if len(ends) <= _DAYS_KEPT:
        return
    oldest = ends[-1 - _DAYS_KEPT]
    expired = [
        snapshot.snapshot_id
        for snapshot in table.metadata.snapshots
        if snapshot.sequence_number is not None and snapshot.sequence_number <= oldest
    ]
    table.maintenance.expire_snapshots().by_ids(expired).commit()


def _figure(table: Table, commits: int, *, maintained: bool) -> Figure:
    snapshot = table.current_snapshot()
    if snapshot is None:
        raise RuntimeError("nothing was committed")
    manifests = snapshot.manifests(table.io)
    lists = len(table.io.new_input(snapshot.manifest_list))
    began = time.perf_counter()
    loaded = table.catalog.load_table("index.manifests")
    files = list(loaded.scan().plan_files())
    return Figure(
        commits,
        maintained,
        len(table.metadata.snapshots),
        len(files),
        len(table.io.new_input(table.metadata_location)),
        lists + sum(manifest.manifest_length for manifest in manifests),
        round(time.perf_counter() - began, 3),
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index_metadata", description=__doc__)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--a-day", type=int, default=20)
    parser.add_argument("--without", type=int, default=200, help="commits without maintenance")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    shown = {10, 100, 1000, arguments.without, arguments.commits}
    figures = [*run(arguments.without, None, shown), *run(arguments.commits, arguments.a_day, shown)]
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in figures]))
        return
    table = Printed("commits", "maintenance", "snapshots", "data files", "metadata", "manifests", "planning")
    for figure in figures:
        table.add_row(
            f"{figure.commits:,}",
            f"every {arguments.a_day:,}" if figure.maintained else "never",
            f"{figure.snapshots:,}",
            f"{figure.data_files:,}",
            f"{figure.metadata_bytes:,}",
            f"{figure.manifest_bytes:,}",
            f"{figure.plan_seconds:.3f} s",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
