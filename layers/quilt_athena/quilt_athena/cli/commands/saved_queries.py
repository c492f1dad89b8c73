"""`queries`: the saved queries."""

from __future__ import annotations

import click

from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings


@click.group()
@stack_options
def queries(_: Settings) -> None:
    """Show the saved queries, which `query --named` runs."""


@queries.command("list")
@stack_options
def list_(settings: Settings) -> None:
    """List the stack's queries, and those that people saved in its workgroup."""
    settings.output.saved_queries(settings.athena.saved_queries.list())


@queries.command()
@click.argument("name")
@stack_options
def show(settings: Settings, name: str) -> None:
    """Show the SQL of the query NAME, and what its parameters mean."""
    settings.output.saved_query(settings.athena.saved_queries.find(name))
