"""`status`, `redrive`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import connection_options, settings_of

if TYPE_CHECKING:
    from quilt_athena.client.operations import Refresh, Status

_QUEUES = ("bucket-events", "ended-executions", "query-requests")


@click.command()
@connection_options
@click.pass_context
def status(ctx: click.Context) -> None:
    """Say how the stack is: buckets and custom views that failed and why, dead letters, alarms, the last refresh's age.

    Exits with 1 if something needs a look.
    """
    from quilt_athena.client import operations

    settings = settings_of(ctx)
    found = operations.status(settings.athena.connections, settings.athena.operated_stack)
    if settings.json:
        click.echo(json.dumps(_as_json(found), indent=2))
    else:
        _print(found)
    ctx.exit(ExitCode.FAILED if found.needs_a_look else ExitCode.OK)


@click.command()
@click.argument("queues", metavar="[QUEUE]...", nargs=-1, type=click.Choice(_QUEUES))
@connection_options
@click.pass_context
def redrive(ctx: click.Context, queues: tuple[str, ...]) -> None:
    """Have dead letters taken in again: those of QUEUE (bucket-events, ended-executions, query-requests), or all.

    Mend first what their reasons say: what fails again comes back.
    """
    from quilt_athena.client import operations

    settings = settings_of(ctx)
    counts = {}
    for queue in dict.fromkeys(queues or _QUEUES):
        counts[queue] = operations.redrive(settings.athena.connections, settings.athena.operated_stack, queue)
        if not settings.json:
            moved = f"{counts[queue]} on their way" if counts[queue] else "no dead letters"
            click.echo(f"{queue}: {moved}")
    if settings.json:
        click.echo(json.dumps(counts))


def _print(found: Status) -> None:
    from quilt_athena.cli.printing import print_table

    registered = sum(bucket.state == "registered" for bucket in found.buckets)
    click.echo(f"Buckets: {registered} registered, {len(found.buckets) - registered} removed")
    click.echo(f"Last refresh: {_refreshed(found.last_refresh)}")
    letters = ", ".join(f"{count} of {queue}" for queue, count in found.dead_letters.items() if count)
    click.echo(f"Dead letters: {letters or 'none'}")
    click.echo(f"Alarms: {', '.join(sorted(found.alarms)) or 'none'}")
    if found.failed:
        click.echo()
        rows = [(bucket.bucket, bucket.state, bucket.problem or bucket.view_problem) for bucket in found.failed]
        print_table(("bucket", "state", "what is wrong"), rows)
    if found.roles_without_access:
        click.echo()
        print_table(("role without the access policy", "why"), sorted(found.roles_without_access.items()))
    if found.own_views_failed:
        click.echo()
        rows = [(one.file or "all files", one.bucket or "", one.reason) for one in found.own_views_failed]
        print_table(("file", "bucket", "why"), rows)
    if found.alarms:
        click.echo()
        print_table(("alarm", "what it means"), sorted(found.alarms.items()))
    if not found.needs_a_look:
        click.secho("All is well", fg="green")


def _refreshed(refresh: Refresh | None) -> str:
    if refresh is None:
        return "none of all buckets among the latest"
    result = refresh.result
    counts = ", ".join(
        f"{result[kind]['Count']} {kind.lower()}" for kind in ("Repaired", "Failed", "Missing") if kind in result
    )
    return f"{_age(refresh.age_seconds())} ago, {result.get('Checked', 0)} buckets looked at, {counts}"


def _age(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}s"
    return f"{max(seconds, 0):.0f} seconds"


def _as_json(found: Status) -> dict[str, Any]:
    refresh = found.last_refresh
    return {
        "NeedsALook": found.needs_a_look,
        "Registered": sum(bucket.state == "registered" for bucket in found.buckets),
        "Removed": sum(bucket.state != "registered" for bucket in found.buckets),
        "Failed": [
            {"Bucket": one.bucket, "State": one.state, "Problem": one.problem, "ViewProblem": one.view_problem}
            for one in found.failed
        ],
        "DeadLetters": found.dead_letters,
        "Alarms": found.alarms,
        "RolesWithoutAccess": found.roles_without_access,
        "CustomViewsFailed": [
            {"File": one.file, "Bucket": one.bucket, "Reason": one.reason} for one in found.own_views_failed
        ],
        "LastRefresh": None
        if refresh is None
        else {
            "ExecutionArn": refresh.execution_arn,
            "Ended": refresh.ended.isoformat(timespec="seconds"),
            "AgeInSeconds": round(refresh.age_seconds()),
            "Result": refresh.result,
        },
    }
