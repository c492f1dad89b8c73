"""`query`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from quilt_athena.cli.formats import WRITERS, write_answer
from quilt_athena.cli.options import connection_options, settings_of
from quilt_athena.cli.parameters import parse_parameter
from quilt_athena.cli.parquet import write_parquet
from quilt_athena.cli.progress import shown_progress, size

if TYPE_CHECKING:
    from quilt_athena.client import QueryResult


@click.command()
@click.argument("sql", required=False)
@click.option("--file", "-f", "file", type=click.File("r"), help="A file with the SQL; - is standard input.")
@click.option("--named", metavar="NAME", help="A query that is saved in the workgroup, in place of SQL.")
@click.option(
    "--param",
    "-p",
    "parameters",
    metavar="VALUE",
    multiple=True,
    help="Value of the next ? in the SQL: a JSON number, boolean, null or string, or plain text. Repeat as needed.",
)
@click.option(
    "--timeout", type=click.IntRange(min=1), metavar="SECONDS", help="Stop the query after that long.  [default: 1800]"
)
@click.option("--max-rows", type=click.IntRange(min=1), metavar="N", help="Give at most so many rows.  [default: all]")
@click.option("--database", metavar="NAME", help="Where unqualified names are looked up.  [default: the stack's]")
@click.option("--express", is_flag=True, help="Have the answer in one call, for queries of up to four minutes.")
@click.option(
    "--reuse-minutes", type=click.IntRange(min=1), metavar="N", help="Take a result that isn't older, at no cost."
)
@click.option("--idempotency-key", metavar="KEY", help="Asking again with the same key doesn't start a second query.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([*WRITERS, "parquet"]),
    help="How rows are printed.  [default: table]",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option("--quiet", "-q", is_flag=True, help="Print rows and errors only.")
@click.option(
    "--price-per-tb", type=click.FloatRange(min=0), metavar="USD", help="Athena's price in this region.  [default: 5]"
)
@connection_options
@click.pass_context
def query(  # the options of one command belong together
    ctx: click.Context,
    sql: str | None,
    file: TextIO | None,
    named: str | None,
    parameters: tuple[str, ...],
    timeout: int | None,
    max_rows: int | None,
    database: str | None,
    express: bool,
    reuse_minutes: int | None,
    idempotency_key: str | None,
    format_: str | None,
    output: Path | None,
    quiet: bool,
    price_per_tb: float | None,
) -> None:
    """Run a query through the stack and print its rows.

    The SQL is the argument SQL, a --file, or standard input (-). Ctrl-C stops the query. What it scanned and took goes
    to standard error.

    \b
      quilt-athena query 'SELECT name, count(*) FROM my_bucket_quilt_packages_view GROUP BY name'
      quilt-athena query 'SELECT * FROM my_bucket_quilt_objects_view WHERE logical_key LIKE ?' --param '%.tiff'
      quilt-athena query --file question.sql --format csv --output answer.csv
      quilt-athena query --named largest-files --param my-bucket
    """
    settings = settings_of(ctx)
    settings.price_per_tb = price_per_tb
    write = _writer(format_, output, as_json=settings.json)
    text = saved_query(named, sql, file) if named else sql_of(sql, file)
    with shown_progress("RUNNING" if express else "STARTING") as tell:
        result = settings.athena.run_query(
            text,
            [parse_parameter(parameter) for parameter in parameters],
            timeout_seconds=timeout,
            max_rows=max_rows,
            database=database,
            express=express,
            result_reuse_max_age_minutes=reuse_minutes,
            idempotency_key=idempotency_key,
            on_progress=tell,
        )
    count = write(result)
    if not quiet:
        click.echo(_summary(result, count), err=True)


def sql_of(argument: str | None, file: TextIO | None) -> str:
    """The SQL of the argument, the file or standard input.

    Raises:
        UsageError: none of them has any, or two do.
    """
    if (argument is None) == (file is None):
        raise click.UsageError("expected SQL as an argument, or a --file of it (- for standard input)")
    text = file.read() if file else (sys.stdin.read() if argument == "-" else argument or "")
    # Athena refuses the semicolon that files of SQL end in only in some statements; it never needs one.
    text = text.strip().removesuffix(";").rstrip()
    if not text:
        raise click.UsageError("the SQL is empty")
    return text


def saved_query(name: str, argument: str | None, file: TextIO | None) -> str:
    """The saved query of a name, in the place of SQL.

    Raises:
        UsageError: there is SQL too.
    """
    from quilt_athena.client.requests import SavedQuery

    if argument is not None or file is not None:
        raise click.UsageError("expected either --named or SQL, got both")
    return SavedQuery(name)


def _writer(format_: str | None, output: Path | None, *, as_json: bool) -> Callable[[QueryResult], int]:
    """What writes a result where it should go.

    Raises:
        UsageError: Parquet isn't for a terminal.
    """
    if format_ == "parquet":
        if output is None:
            raise click.UsageError("--format parquet needs an --output file")
        path = output

        def write_file(result: QueryResult) -> int:
            with _replaced(path) as part:
                return write_parquet(result, part)

        return write_file
    write_text = write_answer if as_json and format_ is None else WRITERS[format_ or "table"]

    def write(result: QueryResult) -> int:
        if output is None:
            count = write_text(result, sys.stdout)
            sys.stdout.flush()  # here, so that a reader that went away is noticed here
            return count
        with _replaced(output) as part, part.open("w", encoding="utf-8", newline="") as file:
            return write_text(result, file)

    return write


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """A file beside ``path``, which takes its place when it is whole."""
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
        parts.append("an earlier result, reused")
    if result.attempts > 1:
        parts.append(f"{result.attempts} attempts")
    return ", ".join(parts)
