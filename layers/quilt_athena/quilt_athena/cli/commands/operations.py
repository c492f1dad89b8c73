"""`status`, `redrive`."""

from __future__ import annotations

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings

_QUEUES = ("bucket-events", "ended-executions", "query-requests", "index-events")


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


@click.command()
@click.argument("queues", metavar="[QUEUE]...", nargs=-1, type=click.Choice(_QUEUES))
@stack_options
def redrive(settings: Settings, queues: tuple[str, ...]) -> None:
    """Move dead letters back to their queues.

    QUEUE is bucket-events, ended-executions, query-requests or index-events.  [default: all]

    Fix the reasons first: messages that fail again come back.
    """
    selected = dict.fromkeys(queues or _QUEUES)
    settings.output.redriven((queue, settings.athena.operations.redrive(queue)) for queue in selected)
