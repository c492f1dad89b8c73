"""`show`, `ddl`."""

from __future__ import annotations

import click

from quilt_athena.catalog.ddl import create_statements
from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings


@click.command()
@click.argument("bucket")
@stack_options
def show(settings: Settings, bucket: str) -> ExitCode:
    """Show the tables and views of BUCKET.

    They are read from the catalog, with their columns.
    """
    tables = settings.athena.catalog.tables(bucket)
    settings.output.tables(bucket, tables)
    return ExitCode.OK if tables else ExitCode.FAILED


@click.command()
@click.argument("bucket")
@click.option("--database", metavar="NAME", help="Database in the statements; no stack is needed then.")
@stack_options
def ddl(settings: Settings, bucket: str, database: str | None) -> None:
    """Print the CREATE statements for BUCKET.

    They create its tables and views. Athena runs one statement per query. Running them is optional:
    registering a bucket does the same.
    """
    database = database or settings.athena.stack.output("DatabaseName")
    settings.output.statements(create_statements(bucket, database))
