"""`show` and `ddl`."""

from __future__ import annotations

import json

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import connection_options, settings_of


@click.command()
@click.argument("bucket")
@connection_options
@click.pass_context
def show(ctx: click.Context, bucket: str) -> None:
    """Show the tables and views of BUCKET as the catalog has them, with their columns."""
    from quilt_athena.cli.printing import print_table
    from quilt_athena.client.describe import describe_bucket

    settings = settings_of(ctx)
    tables = describe_bucket(settings.athena.connections, settings.athena.stack, bucket)
    if settings.json:
        described = [
            {
                "Name": table.name,
                "Kind": table.kind,
                "Description": table.description,
                "Bucket": table.bucket,
                "Columns": [{"Name": column.name, "Type": column.type} for column in table.columns],
            }
            for table in tables
        ]
        click.echo(json.dumps(described, indent=2))
    elif tables:
        for number, table in enumerate(tables):
            if number:
                click.echo()
            click.secho(f"{table.name} ({table.kind})", bold=True)
            if table.description:
                click.echo(table.description)
            if table.bucket != bucket:
                click.secho("It doesn't carry the parameter that says that it is quilt-athena's", fg="yellow")
            print_table(("column", "type"), [(column.name, column.type) for column in table.columns])
    if not tables:
        click.echo(f"The catalog has no tables of bucket {bucket}: quilt-athena register {bucket}", err=True)
        ctx.exit(ExitCode.FAILED)


@click.command()
@click.argument("bucket")
@click.option("--database", metavar="NAME", help="Database to name in them, without asking a stack.")
@connection_options
@click.pass_context
def ddl(ctx: click.Context, bucket: str, database: str | None) -> None:
    """Print the CREATE statements of the tables and views of BUCKET.

    Athena runs one statement a query. Nobody has to run them: registering a bucket makes the same tables and views.
    """
    from quilt_athena.catalog.ddl import create_statements

    settings = settings_of(ctx)
    statements = create_statements(bucket, database or settings.athena.stack.output("DatabaseName"))
    if settings.json:
        click.echo(json.dumps(statements, indent=2))
        return
    click.echo("\n\n".join(f"{statement};" for statement in statements))
