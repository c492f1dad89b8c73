"""`query`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quilt_athena.cli.options import QueryInput, query_options, stack_options
from quilt_athena.cli.output.parquet import write_parquet
from quilt_athena.cli.output.progress import show_progress
from quilt_athena.cli.output.rows import WRITERS, Writer
from quilt_athena.cli.output.text import size
from quilt_athena.cli.settings import Settings

if TYPE_CHECKING:
    from quilt_athena.client import QueryResult


@click.command()
@query_options
@click.option("--max-rows", type=click.IntRange(min=1), metavar="N", help="Maximum number of rows.  [default: all]")
@click.option("--express", is_flag=True, help="Get the result in one call; for queries of up to four minutes.")
@click.option(
    "--reuse-minutes",
    type=click.IntRange(min=1),
    metavar="N",
    help="Reuse a result of at most this age, at no cost, where the stack allows it.",
)
@click.option("--idempotency-key", metavar="KEY", help="With the same key, a repeated command starts no second query.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([*WRITERS, "parquet"]),
    help="Format of the rows.  [default: table; with --json the whole result]",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows to this file.")
@click.option("--quiet", "-q", is_flag=True, help="Omit the summary on standard error.")
@click.option(
    "--price-per-tb",
    type=click.FloatRange(min=0),
    metavar="USD",
    help="Athena's price in this region.  [default: the stack's]",
)
@stack_options
def query(
    settings: Settings,
    query: QueryInput,
    max_rows: int | None,
    express: bool,
    reuse_minutes: int | None,
    idempotency_key: str | None,
    format_: str | None,
    output: Path | None,
    quiet: bool,
    price_per_tb: float | None,
) -> None:
    """Run a query and print its rows. Ctrl-C stops the query.

    The query is SQL (- for stdin), a --sql-file, or a saved query with --named. A summary (rows, bytes scanned, time,
    price) goes to standard error.

    \b
      quilt-athena query 'SELECT name, count(*) FROM my_bucket_quilt_packages_view GROUP BY name'
      quilt-athena query 'SELECT * FROM my_bucket_quilt_objects_view WHERE logical_key LIKE ?' --param '%.tiff'
      quilt-athena query --sql-file report.sql --format csv --output report.csv
      quilt-athena query --named largest-files --param my-bucket
    """
    settings.price_per_tb = price_per_tb
    write = _writer(format_, output, settings.output.query_result)
    with show_progress("RUNNING" if express else "STARTING") as on_progress:
        result = settings.athena.run_query(
            query.sql,
            query.parameters,
            timeout_seconds=query.timeout_seconds,
            max_rows=max_rows,
            database=query.database,
            express=express,
            result_reuse_max_age_minutes=reuse_minutes,
            idempotency_key=idempotency_key,
            on_progress=on_progress,
        )
    count = write(result)
    if not quiet:
        click.echo(_summary(result, count), err=True)


def _writer(format_: str | None, path: Path | None, default: Writer) -> Callable[[QueryResult], int]:
    """A function that writes a result in the format, to the file or standard output, and returns the number of rows.

    Raises:
        UsageError: Parquet, which isn't for a terminal, has no file.
    """
    if format_ == "parquet":
        if path is None:
            raise click.UsageError("--format parquet requires an --output file")
        return _to_parquet_file(path)
    write = default if format_ is None else WRITERS[format_]
    return _to_standard_output(write) if path is None else _to_text_file(write, path)


def _to_standard_output(write: Writer) -> Callable[[QueryResult], int]:
    def write_rows(result: QueryResult) -> int:
        count = write(result, sys.stdout)
        sys.stdout.flush()  # a reader that has closed the pipe is noticed here, and not at exit
        return count

    return write_rows


def _to_text_file(write: Writer, path: Path) -> Callable[[QueryResult], int]:
    def write_rows(result: QueryResult) -> int:
        with _replaced(path) as part, part.open("w", encoding="utf-8", newline="") as file:
            return write(result, file)

    return write_rows


def _to_parquet_file(path: Path) -> Callable[[QueryResult], int]:
    def write_rows(result: QueryResult) -> int:
        with _replaced(path) as part:
            return write_parquet(result, part)

    return write_rows


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """A file next to ``path`` that replaces it when it is complete."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _summary(result: QueryResult, count: int) -> str:
    statistics = result.statistics
    rows = "1 row" if count == 1 else f"{count:,} rows"
    parts = [rows, f"{size(int(statistics.get('DataScannedInBytes') or 0))} scanned"]
    milliseconds = statistics.get("TotalExecutionTimeInMillis")
    if milliseconds is not None:
        queued = (statistics.get("QueryQueueTimeInMillis") or 0) / 1000
        parts.append(f"{milliseconds / 1000:.1f} s ({queued:.1f} s queued)")
    parts.append(f"about {result.estimated_price:.6f} USD" if result.estimated_price else "no charge")
    if statistics.get("ReusedPreviousResult"):
        parts.append("reused an earlier result")
    if result.attempts > 1:
        parts.append(f"{result.attempts} attempts")
    return ", ".join(parts)
