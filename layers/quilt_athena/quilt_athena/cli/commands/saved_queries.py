"""`queries`: the saved queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings
from quilt_athena.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from quilt_athena.client.saved_queries import SavedQueryInfo


@click.group()
@stack_options
def queries(_: Settings) -> None:
    """Show the saved queries, which `query --named` runs."""


@queries.command("list")
@stack_options
def list_(settings: Settings) -> None:
    """List the stack's queries, and those that people saved in its workgroup."""
    settings.output.saved_queries(all_saved_queries(settings))


@queries.command()
@click.argument("name")
@stack_options
def show(settings: Settings, name: str) -> None:
    """Show the SQL of the query NAME, and what its parameters mean."""
    settings.output.saved_query(settings.athena.saved_queries.find(name))


def all_saved_queries(settings: Settings) -> Sequence[SavedQueryInfo]:
    """The stack's, and those of people as far as this caller may list them."""
    client = settings.athena.saved_queries
    try:
        return client.list()
    except ServiceUnavailableError:
        return client.of_stack()
