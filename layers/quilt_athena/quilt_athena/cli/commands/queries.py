"""`query`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quilt_athena.cli.options import QueryInput, output_options, query_options, stack_options
from quilt_athena.cli.output.destination import destination
from quilt_athena.cli.output.progress import show_progress
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
@output_options
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
    wide: bool,
    output: Path | None,
    quiet: bool,
    price_per_tb: float | None,
) -> None:
    """Run a query and print its rows. Ctrl-C stops the query.

    The query is SQL (- for stdin), a --file, or a saved query with --named. A summary (rows, bytes scanned, time,
    price) goes to standard error.

    \b
      quilt-athena query 'SELECT name, count(*) FROM my_bucket_quilt_packages_view GROUP BY name'
      quilt-athena query 'SELECT * FROM my_bucket_quilt_objects_view WHERE logical_key LIKE ?' --param '%.tiff'
      quilt-athena query --file report.sql --output report.csv
      quilt-athena query --named largest-files --param my-bucket
    """
    settings.price_per_tb = price_per_tb
    whole = settings.output.query_result if settings.json else None
    with destination(output, format_, whole, wide=wide) as write:
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
        click.echo(summary(result, count), err=True)


def summary(result: QueryResult, count: int | None) -> str:
    """Rows, bytes, time and price on one line; ``count`` is None if not all rows were read."""
    statistics = result.statistics
    count = result.row_count if count is None else count
    rows = "rows not counted" if count is None else "1 row" if count == 1 else f"{count:,} rows"
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
