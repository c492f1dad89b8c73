"""The cost of comparing custom views when nothing has changed, for 1 to 10,000 buckets: calls, time and memory.

The deployed function's code runs on the three files of views/ against simulated responses with AWS's page sizes. These
calls take no time, so the seconds are those of the function's own work. For comparison: the queries that would create
every view again, which is what running SQL files usually does. Athena runs twenty of them at once.

    python -m benchmarks.custom_views [--buckets 10000] [--json]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks.refresh import DATABASE, Aws, tables_of
from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.views import Column, View, encode_view
from quilt_athena.custom_views.contracts import CustomViewsRequest
from quilt_athena.custom_views.files import ViewFile, parse_view_file
from quilt_athena.custom_views.rounds import ViewRounds
from quilt_athena.custom_views.statements import CHECKSUM_PARAMETER, checksum_of, create_statement
from quilt_athena.custom_views.store import FILES_PREFIX, ViewStore
from quilt_athena.registration.registry import Registry

FILES = sorted((Path(__file__).parents[1] / "views").glob("*.sql"))
#: A bucket has four tables and views of the stack and those of the files: fourteen buckets fill a page of a hundred.
_BUCKETS_A_PAGE = 14


@dataclass(frozen=True)
class Figure:
    """For one number of buckets: views, the calls that compared them, seconds of work and peak memory."""

    buckets: int
    views: int
    glue_reads: int
    s3_calls: int
    registry_reads: int
    queries: int
    queries_to_create_all_again: int
    seconds: float
    megabytes: float


class Fleet(Aws):
    """Buckets that have the views of all files, up to date."""

    @cached_property
    def files(self) -> list[ViewFile]:
        """The view files."""
        return [parse_view_file(path.name, path.read_bytes()) for path in FILES]

    def views(self, bucket: str | None) -> list[dict[str, Any]]:
        """A bucket's custom views as Glue returns them; the global ones for None."""
        views = [self._view(file, bucket) for file in self.files if file.is_global == (bucket is None)]
        return [{**view, "Parameters": {**view["Parameters"], CHECKSUM_PARAMETER: checksum_of(view)}} for view in views]

    def _view(self, file: ViewFile, bucket: str | None) -> dict[str, Any]:
        sql = create_statement(file, bucket, DATABASE).partition(" AS ")[2]
        return encode_view(file.view_name(bucket), View(sql, (Column("x", "varchar"),), DATABASE))

    def _GetTables(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        start = int(self._request.get("NextToken", "0"))
        page = self.names[start : start + _BUCKETS_A_PAGE]
        tables = [table for bucket in page for table in (*tables_of(bucket), *self.views(bucket))]
        end = start + len(page)
        if end == len(self.names):
            return {"TableList": [*tables, *self.views(None)]}
        return {"TableList": tables, "NextToken": str(end)}

    def _ListObjectsV2(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        sizes = {path.name: path.stat().st_size for path in FILES}
        return {"Contents": [{"Key": FILES_PREFIX + name, "Size": sizes[name], "ETag": name} for name in sizes]}

    def _GetObject(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        name = str(self._request["Key"]).removeprefix(FILES_PREFIX)
        return {"Body": io.BytesIO(next(path for path in FILES if path.name == name).read_bytes())}


def measure(buckets: int) -> Figure:
    """Run one execution that compares all of them."""
    aws = Fleet(buckets)
    s3, dynamodb, glue = (
        aws.listen(boto3.client(name, config=PATIENT_CLIENT_CONFIG)) for name in ("s3", "dynamodb", "glue")
    )
    rounds = ViewRounds(ViewStore(s3, "files"), Registry(dynamodb, "registry"), GlueCatalog(glue, DATABASE))
    started = time.perf_counter()
    result = rounds.run(CustomViewsRequest(), {}, [], "benchmark")["Result"]
    seconds = time.perf_counter() - started
    views = buckets * len(aws.views("any-bucket")) + len(aws.views(None))
    if (result["Unchanged"], result["Created"]["Count"], result["Failed"]["Count"]) != (views, 0, 0):
        raise RuntimeError(f"expected all views to be unchanged, got {result}")
    return Figure(
        buckets,
        views,
        glue_reads=aws.calls["glue:GetTables"],
        s3_calls=aws.calls["s3:ListObjectsV2"] + aws.calls["s3:GetObject"],
        registry_reads=aws.calls["dynamodb:Scan"],
        queries=0,
        queries_to_create_all_again=views,
        seconds=seconds,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--buckets", type=int, default=10_000, help="largest number of buckets (default: 10000)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    counts = sorted({count for count in (1, 10, 100, 1000) if count < arguments.buckets} | {arguments.buckets})
    environment = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "us-east-1"}
    with mock.patch.dict(os.environ, environment), Console(stderr=True).status("Measuring"):
        figures = [measure(count) for count in counts]
    if arguments.json:
        json.dump([asdict(figure) for figure in figures], sys.stdout, indent=2)
        print()
        return
    headers = (
        "buckets",
        "views",
        "Glue reads",
        "S3",
        "registry reads",
        "queries",
        "queries to create all again",
        "s",
        "MB",
    )
    table = Table(*headers, header_style="bold")
    for one in figures:
        numbers = (one.views, one.glue_reads, one.s3_calls, one.registry_reads, one.queries)
        table.add_row(
            f"{one.buckets:,}",
            *(f"{number:,}" for number in (*numbers, one.queries_to_create_all_again)),
            f"{one.seconds:.2f}",
            f"{one.megabytes:.0f}",
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    main()
