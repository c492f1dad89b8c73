"""`history`: past queries and their results."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from quilt_athena.cli.commands.queries import summary
from quilt_athena.cli.options import output_options, stack_options
from quilt_athena.cli.output.destination import destination
from quilt_athena.cli.settings import Settings


@click.command()
@click.argument("query_id", metavar="[ID]", required=False)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", default=20, show_default=True, help="Maximum number of queries."
)
@output_options
@stack_options
def history(
    settings: Settings,
    query_id: str | None,
    limit: int,
    format_: str | None,
    wide: bool,
    output: Path | None,
    quiet: bool,
) -> None:
    """List past queries, or print the rows of one again.

    Each is listed with its state, bytes scanned and estimated price, also those of others; queries with --express
    aren't recorded. With an ID, of which the beginning is enough, its result is opened again, which costs nothing.

    \b
      quilt-athena history
      quilt-athena history 0a1b2c3d --output rows.csv
    """
    if query_id is None:
        settings.output.history(list(islice(settings.athena.history.list(), limit)))
        return
    whole = settings.output.query_result if settings.json else None
    with destination(output, format_, whole, wide=wide) as write:
        result = settings.athena.history.result(query_id)
        count = write(result)
    if not quiet:
        click.echo(summary(result, count), err=True)
