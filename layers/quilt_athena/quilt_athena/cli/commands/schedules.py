"""`schedule`: queries that run on a schedule."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from quilt_athena.cli import lazy
from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import QueryInput, query_options, stack_options
from quilt_athena.cli.settings import Settings

if TYPE_CHECKING:
    from quilt_athena.client.schedules import Run

#: How many runs are searched for the last one of each schedule.
_MAX_RUNS = 100


@click.group()
@stack_options
def schedule(_: Settings) -> None:
    """Run queries on a schedule."""


@schedule.command()
@click.argument("name")
@query_options
@click.option("--cron", metavar="FIELDS", help="Minutes, hours, day, month, weekday and year, e.g. '0 3 * * ? *'.")
@click.option("--rate", metavar="RATE", help="E.g. '1 hour' or '15 minutes'.")
@click.option("--at", metavar="TIME", help="Once, e.g. 2026-12-01T03:00:00.")
@click.option("--timezone", metavar="ZONE", default="UTC", show_default=True, help="For --cron and --at.")
@click.option("--description", metavar="TEXT", default="", help="Purpose of the query.")
@click.option("--disabled", is_flag=True, help="Save the schedule, but don't run it.")
@stack_options
def put(
    settings: Settings,
    name: str,
    query: QueryInput,
    cron: str | None,
    rate: str | None,
    at: str | None,
    timezone: str,
    description: str,
    disabled: bool,
) -> None:
    """Create the schedule NAME, or replace it.

    \b
      quilt-athena schedule put nightly-report --cron '0 3 * * ? *' --timezone Europe/Berlin --file report.sql
      quilt-athena schedule put largest --rate '7 days' --named largest-files --param my-bucket
    """
    expressions = [f"{kind}({value})" for kind, value in {"cron": cron, "rate": rate, "at": at}.items() if value]
    if len(expressions) != 1:
        raise click.UsageError("expected one of --cron, --rate and --at")
    client = lazy.client
    request = client.query_request(
        query.sql, query.parameters, {"timeout_seconds": query.timeout_seconds, "database": query.database}
    )
    schedule = client.Schedule(name, expressions[0], timezone, not disabled, request, description)
    is_new = settings.athena.schedules.put(schedule)
    settings.output.schedule_put(schedule, is_new=is_new)


@schedule.command("list")
@stack_options
def list_(settings: Settings) -> None:
    """List the schedules and their last runs."""
    client = settings.athena.schedules
    schedules = client.list()
    last_runs: dict[str, Run] = {}
    for run in islice(client.runs(), _MAX_RUNS) if schedules else ():
        last_runs.setdefault(run.schedule, run)
        if len(last_runs) >= len(schedules):
            break
    settings.output.schedules(schedules, last_runs)


@schedule.command()
@click.argument("name")
@stack_options
def show(settings: Settings, name: str) -> None:
    """Show the schedule NAME with its query."""
    settings.output.schedule(settings.athena.schedules.get(name))


@schedule.command()
@click.argument("name")
@click.option("--wait", is_flag=True, help="Wait until the run has ended.")
@stack_options
def run(settings: Settings, name: str, wait: bool) -> ExitCode:
    """Run the query of the schedule NAME now."""
    client = settings.athena.schedules
    started = client.run(name)
    found = client.wait(started) if wait else started
    settings.output.run(found)
    return ExitCode.OK if found.status in ("RUNNING", "SUCCEEDED") else ExitCode.FAILED


@schedule.command()
@click.argument("name", required=False, default="")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", default=20, show_default=True, help="Maximum number of runs."
)
@stack_options
def runs(settings: Settings, name: str, limit: int) -> None:
    """List the runs of the schedule NAME, or of all.

    The newest run is first; each has its status, bytes scanned and estimated price.
    """
    settings.output.runs(list(islice(settings.athena.schedules.runs(name), limit)))


@schedule.command()
@click.argument("name")
@stack_options
def remove(settings: Settings, name: str) -> None:
    """Remove the schedule NAME. Runs that have started continue, and are still listed."""
    settings.athena.schedules.remove(name)
    settings.output.schedule_removed(name)
