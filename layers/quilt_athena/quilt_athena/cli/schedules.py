"""`schedule`: queries by the clock."""

from __future__ import annotations

import json
import time
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import Settings, connection_options, settings_of
from quilt_athena.cli.parameters import parse_parameter
from quilt_athena.cli.progress import size
from quilt_athena.cli.query import saved_query, sql_of

if TYPE_CHECKING:
    from quilt_athena.client.schedules import Run, Schedule

_POLL_SECONDS = 1.0


@click.group()
@connection_options
def schedule() -> None:
    """Run queries by the clock: put, list, show, run, runs, remove."""


@schedule.command()
@click.argument("name")
@click.option("--cron", metavar="FIELDS", help="Six fields: minutes hours day month weekday year, as 0 3 * * ? *")
@click.option("--rate", metavar="RATE", help="Such as '1 hour' or '15 minutes'.")
@click.option("--at", metavar="TIME", help="Once, such as 2026-12-01T03:00:00.")
@click.option("--timezone", default="UTC", show_default=True, help="Of --cron and --at, such as Europe/Berlin.")
@click.option("--sql", help="The SQL.")
@click.option("--sql-file", "-f", "file", type=click.File("r"), help="A file with the SQL; - is standard input.")
@click.option("--named", metavar="NAME", help="A query that is saved in the workgroup, in place of SQL.")
@click.option("--param", "-p", "parameters", metavar="VALUE", multiple=True, help="Value of the next ? in the SQL.")
@click.option("--timeout", type=click.IntRange(min=1), metavar="SECONDS", help="Stop the query after that long.")
@click.option("--database", metavar="NAME", help="Where unqualified names are looked up.  [default: the stack's]")
@click.option("--description", default="", help="What it is for.")
@click.option("--disabled", is_flag=True, help="Put it, but don't let it run.")
@connection_options
@click.pass_context
def put(  # the options of one command belong together
    ctx: click.Context,
    name: str,
    cron: str | None,
    rate: str | None,
    at: str | None,
    timezone: str,
    sql: str | None,
    file: TextIO | None,
    named: str | None,
    parameters: tuple[str, ...],
    timeout: int | None,
    database: str | None,
    description: str,
    disabled: bool,
) -> None:
    """Make the schedule NAME, or change it to what is given now.

    \b
      quilt-athena schedule put nightly-report --cron '0 3 * * ? *' --timezone Europe/Berlin --sql-file report.sql
      quilt-athena schedule put largest --rate '7 days' --named largest-files --param my-bucket
    """
    from quilt_athena.client.requests import query_request
    from quilt_athena.client.schedules import Schedule, put_schedule

    given = {"cron": cron, "rate": rate, "at": at}
    expressions = [f"{kind}({value})" for kind, value in given.items() if value]
    if len(expressions) != 1:
        raise click.UsageError("expected one of --cron, --rate and --at")
    values = [parse_parameter(parameter) for parameter in parameters]
    text = saved_query(named, sql, file) if named else sql_of(sql, file)
    request = query_request(text, values, {"timeout_seconds": timeout, "database": database})
    wanted = Schedule(name, expressions[0], timezone, not disabled, request, description)
    settings = settings_of(ctx)
    new = put_schedule(settings.athena.connections, settings.athena.operated_stack, wanted)
    if settings.json:
        click.echo(json.dumps({**_as_json(wanted), "Created": new}, indent=2))
    else:
        click.echo(f"{name}: {'created' if new else 'updated'}, {wanted.expression} {timezone}")


@schedule.command("list")
@connection_options
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the schedules with what came of their last run."""
    from quilt_athena.cli.printing import print_table
    from quilt_athena.client.schedules import list_schedules, runs

    settings = settings_of(ctx)
    connections, stack = settings.athena.connections, settings.athena.operated_stack
    schedules = list_schedules(connections, stack)
    last: dict[str, Run] = {}
    for run in islice(runs(connections, stack), 100) if schedules else ():
        last.setdefault(run.schedule, run)
        if len(last) >= len(schedules):
            break
    if settings.json:
        entries = [
            {**_as_json(one), "LastRun": _run_as_json(last[one.name]) if one.name in last else None}
            for one in schedules
        ]
        click.echo(json.dumps(entries, indent=2))
        return
    if not schedules:
        click.echo("No schedules yet: quilt-athena schedule put NAME --cron FIELDS --sql-file FILE", err=True)
        return
    rows = [
        (
            one.name,
            f"{one.expression} {one.timezone}",
            "" if one.enabled else "disabled",
            _outcome(last[one.name]) if one.name in last else "has not run",
        )
        for one in schedules
    ]
    print_table(("schedule", "when", "state", "last run"), rows)


@schedule.command()
@click.argument("name")
@connection_options
@click.pass_context
def show(ctx: click.Context, name: str) -> None:
    """Show the schedule NAME with its query."""
    from quilt_athena.client.schedules import get_schedule

    settings = settings_of(ctx)
    found = get_schedule(settings.athena.connections, settings.athena.operated_stack, name)
    if settings.json:
        click.echo(json.dumps(_as_json(found), indent=2))
        return
    state = "" if found.enabled else ", disabled"
    click.secho(f"{found.name}: {found.expression} {found.timezone}{state}", bold=True)
    if found.description:
        click.echo(found.description)
    if "QueryString" in found.request:
        click.echo(found.request["QueryString"])
    for field, value in found.request.items():
        if field != "QueryString":
            click.echo(f"{field}: {json.dumps(value, ensure_ascii=False)}")


@schedule.command()
@click.argument("name")
@click.option("--wait", is_flag=True, help="Wait for its end.")
@connection_options
@click.pass_context
def run(ctx: click.Context, name: str, wait: bool) -> None:
    """Run the query of the schedule NAME now."""
    from quilt_athena.client.schedules import describe_run, start_run

    settings = settings_of(ctx)
    connections = settings.athena.connections
    execution_arn = start_run(connections, settings.athena.operated_stack, name)
    found = describe_run(connections, execution_arn)
    while wait and found.status == "RUNNING":
        time.sleep(_POLL_SECONDS)
        found = describe_run(connections, execution_arn)
    _tell_run(settings, found)
    ctx.exit(ExitCode.OK if found.status in ("RUNNING", "SUCCEEDED") else ExitCode.FAILED)


@schedule.command("runs")
@click.argument("name", required=False, default="")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many.")
@connection_options
@click.pass_context
def runs_(ctx: click.Context, name: str, limit: int) -> None:
    """List the runs of the schedule NAME (of all, without it), the newest first, with outcome, bytes and price."""
    from quilt_athena.cli.printing import print_table
    from quilt_athena.client.schedules import runs

    settings = settings_of(ctx)
    found = list(islice(runs(settings.athena.connections, settings.athena.operated_stack, name), limit))
    if settings.json:
        click.echo(json.dumps([_run_as_json(one) for one in found], indent=2))
        return
    if not found:
        click.echo("No runs yet", err=True)
        return
    rows = [
        (
            one.schedule,
            one.started[:19].replace("T", " "),
            one.status,
            "" if one.rows is None else f"{one.rows}{'+' if one.truncated else ''}",
            "" if one.scanned_bytes is None else size(one.scanned_bytes),
            "" if one.price is None else f"{one.price:.6f}",
            one.reason or one.output_location or "",
        )
        for one in found
    ]
    print_table(("schedule", "started (UTC)", "outcome", "rows", "scanned", "USD", "result or reason"), rows)


@schedule.command()
@click.argument("name")
@connection_options
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Remove the schedule NAME. What it started runs on, and stays listed."""
    from quilt_athena.client.schedules import remove_schedule

    settings = settings_of(ctx)
    remove_schedule(settings.athena.connections, settings.athena.operated_stack, name)
    if settings.json:
        click.echo(json.dumps({"Name": name, "Removed": True}))
    else:
        click.echo(f"{name}: removed")


def _tell_run(settings: Settings, found: Run) -> None:
    if settings.json:
        click.echo(json.dumps(_run_as_json(found), indent=2))
        return
    bad = found.reason is not None
    click.secho(f"{found.schedule}: {_outcome(found)}", fg="red" if bad else None, err=bad)
    if found.status != "SUCCEEDED":  # where to look on
        click.echo(found.execution_arn, err=True)


def _outcome(found: Run) -> str:
    if found.reason:
        return f"{found.status}: {found.reason}"
    return found.status if found.scanned_bytes is None else f"{found.status}, {size(found.scanned_bytes)} scanned"


def _as_json(found: Schedule) -> dict[str, Any]:
    return {
        "Name": found.name,
        "ScheduleExpression": found.expression,
        "ScheduleExpressionTimezone": found.timezone,
        "Enabled": found.enabled,
        "Description": found.description,
        "Request": dict(found.request),
    }


def _run_as_json(found: Run) -> dict[str, Any]:
    return {
        "Schedule": found.schedule,
        "ExecutionArn": found.execution_arn,
        "Status": found.status,
        "Started": found.started,
        "Ended": found.ended,
        "RowCount": found.rows,
        "Truncated": found.truncated,
        "DataScannedInBytes": found.scanned_bytes,
        "EstimatedPriceUSD": found.price,
        "OutputLocation": found.output_location,
        "Reason": found.reason,
    }
