"""The index against the live views: bytes and seconds of queries, and what it takes to keep the index up to date.

The deployed code writes the index (``IndexRounds`` with its statements); the local engine runs its SQL on moto's S3 and
Glue, and counts bytes as Athena does: compressed, and of Parquet only the columns that are read. Bytes and statements
carry over to Athena. Seconds are those of the local engine on this machine, not Athena's.

Packages have ``--entries`` entries, of which each of ``--revisions`` revisions changes 5 %. What is compared:

    live        the views of a bucket that is not indexed
    fresh       indexed revision by revision, as they arrive
    compacted   the same after the daily maintenance
    backfilled  indexed after all of them existed

One MERGE per event, as Quilt's platform (1.70 and later) maintains its four tables for each bucket, is measured on the
same revisions: each revision is four statements, for its manifest, its entries, and both pointers.

    python -m benchmarks.index [--packages 20] [--revisions 20] [--entries 1000] [--large 400000] [--merged 40]
                               [--burst 1000] [--write docs/images] [--json]
    python -m benchmarks.index --packages 3 --revisions 4 --entries 200 --large 5000 --merged 8 --burst 30   # 2 min
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from moto import mock_aws
from rich.console import Console
from rich.progress import track

from benchmarks.index_costs import PLOTTED, QUERIES, Cost, MeteredAthena, Written
from benchmarks.index_report import growth_plot, history_plot, print_costs, print_queries
from benchmarks.index_sample import LATEST, Package
from quilt_athena.runtime.observability import metrics
from tests.desired import DATABASE
from tests.unit.index.harness import INDEX_BUCKET, IndexHarness
from tests.unit.moto_stack import Clients, MotoStack

_LIVE, _BURST, _LARGE = "lab-data", "lab-burst", "lab-large"
_FRESH = "lab-fresh"


@dataclass
class Bench:
    """A stack with the index, and what was measured."""

    harness: IndexHarness
    athena: MeteredAthena
    written: Written

    @classmethod
    def create(cls) -> Bench:
        """An empty stack."""
        harness = IndexHarness.create(MotoStack.deploy(Clients.make()))
        athena = MeteredAthena(harness.athena.glue, harness.athena.s3, harness.athena.results_bucket)
        harness.athena = athena
        written = Written()
        harness.stack.clients.s3.meta.events.register("provide-client-params.s3.PutObject", written.count)
        return cls(harness, athena, written)

    def push(self, bucket: str, package: Package, revision: int) -> str:
        """Push a revision of a package; its top hash."""
        tophash, body = package.manifest(revision)
        self.harness.put(bucket, f".quilt/packages/{tophash}", body)
        for pointer in (package.timestamp(revision), LATEST):
            self.harness.put(bucket, f".quilt/named_packages/lab/{package.name}/{pointer}", tophash)
        return tophash

    def index(self, bucket: str) -> Cost:
        """Index what the bucket has."""
        self.harness.enable(bucket)
        return self.cost(self.harness.run)

    def take_in(self, bucket: str, pushed: list[tuple[str, Package]]) -> Cost:
        """Index revisions whose events arrived together."""
        keys = [f".quilt/packages/{tophash}" for tophash, _ in pushed]
        packages = dict.fromkeys(f".quilt/named_packages/lab/{package.name}/" for _, package in pushed)
        self.harness.changed(bucket, *keys, *packages)
        return self.cost(self.harness.run)

    def cost(self, run: Callable[[], Any]) -> Cost:
        """What `run` takes."""
        athena, written = self.athena, self.written.bytes
        before = (athena.bytes_read, athena.billed, athena.seconds, len(athena.statements))
        run()
        return Cost(
            len(athena.statements) - before[3],
            athena.bytes_read - before[0],
            self.written.bytes - written,
            athena.billed - before[1],
            athena.seconds - before[2],
        )

    def measure(self, bucket: str, queries: Collection[str] = tuple(QUERIES)) -> dict[str, dict[str, float]]:
        """Bytes, seconds and rows of each query."""
        view = bucket.replace("-", "_") + "_quilt_objects_view"
        measured = {}
        for name in queries:
            began = time.perf_counter()
            result = self.athena.query(QUERIES[name].replace("{view}", view))
            seconds = time.perf_counter() - began
            measured[name] = {
                "bytes": result.data_scanned_bytes,
                "seconds": round(seconds, 2),
                "rows": len(result.rows),
            }
        return measured


def layouts(bench: Bench, arguments: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    """The queries on each layout, and what indexing a revision takes as the history grows."""
    packages = [Package(f"p{number}", arguments.entries) for number in range(arguments.packages)]
    arrivals = [(package, revision) for revision in range(arguments.revisions) for package in packages]
    for bucket in (_LIVE, _FRESH):
        bench.harness.register(bucket)
    bench.index(_FRESH)
    growth: list[Cost] = []
    history: list[dict[str, float]] = []
    for package, revision in track(arrivals, "revisions indexed", console=Console(stderr=True)):
        bench.push(_LIVE, package, revision)
        growth.append(bench.take_in(_FRESH, [(bench.push(_FRESH, package, revision), package)]))
        if package == packages[-1]:
            indexed = bench.measure(_FRESH, PLOTTED)
            # The live views read every manifest, whatever the query.
            (read,) = [found["bytes"] for found in bench.measure(_LIVE, list(PLOTTED)[:1]).values()]
            history.append(
                {"revisions": len(growth), "live": read, **{name: indexed[name]["bytes"] for name in PLOTTED}}
            )
    yield "growth", growth
    yield "history", history
    fresh = bench.measure(_FRESH)
    live = bench.measure(_LIVE)
    yield "backfill", bench.index(_LIVE)
    backfilled = bench.measure(_LIVE)
    yield "maintenance", bench.cost(lambda: bench.harness.run(request={"Maintain": True}))
    compacted = bench.measure(_FRESH)
    another = Package("another", arguments.entries)
    yield "maintained", bench.take_in(_FRESH, [(bench.push(_FRESH, another, 0), another)])
    measured = {"live": live, "fresh": fresh, "compacted": compacted, "backfilled": backfilled}
    for name in QUERIES:
        if len({layout[name]["rows"] for layout in measured.values()}) > 1:
            raise RuntimeError(f"{name}: the layouts have different rows")
    yield "layouts", measured
    if arguments.merged:
        yield "merges", list(merges(bench, arrivals[: arguments.merged]))


def merges(bench: Bench, arrivals: list[tuple[Package, int]]) -> Iterator[Cost]:
    """What a MERGE for each event of a revision takes, on the revisions of the bucket with the live views."""
    prefix = f"s3://{INDEX_BUCKET}/merged"
    tables = {
        "revision": "pkg_name string, `timestamp` timestamp, top_hash string",
        "tag": "pkg_name string, tag_name string, top_hash string",
        "manifest": "top_hash string, message string, metadata string",
        "entry": "top_hash string, logical_key string, physical_key string, hash_type string, hash_value string,"
        " `size` string, metadata string",
    }
    for name, columns in tables.items():
        bench.athena.query(
            f"CREATE TABLE `{DATABASE}`.`merged_{name}` ({columns}) LOCATION '{prefix}/{name}/'"
            " TBLPROPERTIES ('table_type'='ICEBERG', 'write_compression'='zstd')"
        )
    for package, revision in track(arrivals, "revisions merged", console=Console(stderr=True)):
        tophash, _ = package.manifest(revision)
        yield bench.cost(partial(_run, bench.athena, _merges_of(package, revision, tophash)))


def _run(athena: MeteredAthena, statements: list[str]) -> None:
    for sql in statements:
        athena.statements.append(sql)
        athena.query(sql)


def _merges_of(package: Package, revision: int, tophash: str) -> list[str]:
    """The statements for the events of a revision: its manifest, and both pointers."""
    manifest = f"\"$path\" = 's3://{_LIVE}/.quilt/packages/{tophash}'"
    name = f"'lab/{package.name}' AS pkg_name"
    table = f"{_LIVE.replace('-', '_')}_quilt_manifests"
    revision_time = f"CAST(from_unixtime({package.timestamp(revision)}) AS timestamp(6))"
    return [
        _merge("manifest", ["top_hash"], {"message": "message", "metadata": "user_meta"},
               f"FROM {table} WHERE logical_key IS NULL AND {manifest}", f"'{tophash}' AS top_hash"),
        _merge("entry", ["top_hash", "logical_key"],
               {"physical_key": "element_at(physical_keys, 1)", "hash_type": "hash.type", "hash_value": "hash.value",
                '"size"': '"size"', "metadata": "meta"},
               f"FROM {table} WHERE logical_key IS NOT NULL AND {manifest}", f"'{tophash}' AS top_hash, logical_key"),
        _merge("revision", ["pkg_name", '"timestamp"'], {"top_hash": f"'{tophash}'"}, "",
               f'{name}, {revision_time} AS "timestamp"'),
        _merge("tag", ["pkg_name", "tag_name"], {"top_hash": f"'{tophash}'"}, "", f"{name}, 'latest' AS tag_name"),
    ]  # fmt: skip


def _merge(table: str, keys: list[str], values: dict[str, str], source: str, selected: str) -> str:
    columns = [*keys, *values]
    computed = ", ".join(f"{sql} AS {name}" for name, sql in values.items())
    return (
        f"MERGE INTO merged_{table} AS t USING (SELECT {selected}, {computed} {source}) AS s"  # noqa: S608 - no input
        f" ON {' AND '.join(f't.{name} = s.{name}' for name in keys)}"
        f" WHEN MATCHED THEN UPDATE SET {', '.join(f'{name} = s.{name}' for name in values)}"
        f" WHEN NOT MATCHED THEN INSERT ({', '.join(columns)}) VALUES ({', '.join(f's.{name}' for name in columns)})"
    )


def burst(bench: Bench, revisions: int) -> Cost:
    """The cost of indexing a number of revisions that arrive together."""
    bench.harness.register(_BURST)
    bench.index(_BURST)
    packages = [Package(f"b{number}", 1) for number in range(revisions)]
    return bench.take_in(_BURST, [(bench.push(_BURST, package, 0), package) for package in packages])


def large(bench: Bench, entries: int) -> dict[str, Any]:
    """The queries of a bucket with one package of one revision."""
    bench.harness.register(_LARGE)
    bench.push(_LARGE, Package("p0", entries), 0)
    live = bench.measure(_LARGE)
    bench.index(_LARGE)
    return {"live": live, "backfilled": bench.measure(_LARGE)}


def main() -> None:
    """Measure, and print or write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index", description=__doc__)
    parser.add_argument("--packages", type=int, default=20)
    parser.add_argument("--revisions", type=int, default=20, help="of each package")
    parser.add_argument("--entries", type=int, default=1000, help="of each revision")
    parser.add_argument("--large", type=int, default=400_000, help="entries of the one large package; 0: none")
    parser.add_argument("--merged", type=int, default=40, help="revisions for the MERGE statements; 0: none")
    parser.add_argument("--burst", type=int, default=1000, help="revisions that arrive together; 0: none")
    parser.add_argument("--write", type=Path, help="write the plots to this folder")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    # The function's logs and metrics are no result.
    logging.disable(logging.CRITICAL)
    with mock_aws(), patch.object(metrics, "flush_metrics", metrics.clear_metrics):
        bench = Bench.create()
        found = dict(layouts(bench, arguments))
        if arguments.burst:
            found["burst"] = burst(bench, arguments.burst)
        if arguments.large:
            found["large"] = large(bench, arguments.large)
    if arguments.write:
        growth, history = growth_plot(found["growth"], found.get("merges", [])), history_plot(found["history"])
        (arguments.write / "index-growth.svg").write_text(growth, encoding="utf-8")
        (arguments.write / "index-history.svg").write_text(history, encoding="utf-8")
    if arguments.json:
        print(json.dumps(found, default=lambda cost: {**vars(cost), "usd": cost.usd}))
        return
    console = Console(width=120)
    print_queries(console, "queries of the bucket", found["layouts"])
    if "large" in found:
        print_queries(console, f"queries of one package with {arguments.large:,} entries", found["large"])
    print_costs(console, found, arguments)


if __name__ == "__main__":
    main()
