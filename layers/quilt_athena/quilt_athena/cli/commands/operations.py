"""`status`."""

from __future__ import annotations

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings


@click.command()
@stack_options
def status(settings: Settings) -> ExitCode:
    """Show the stack's health.

    Shows failed buckets and custom views, the last refresh, dead letters and alarms. Exits with 1 if there is a
    problem.
    """
    found = settings.athena.operations.status()
    settings.output.status(found)
    return ExitCode.FAILED if found.needs_attention else ExitCode.OK
