"""`dead-letters`: messages that could not be processed."""

from __future__ import annotations

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import confirm, stack_options, yes_option
from quilt_athena.cli.settings import Settings

_EVENT_QUEUES = ("bucket-events", "ended-executions", "query-requests", "index-events")
_QUEUES = (*_EVENT_QUEUES, "schedules")


@click.group("dead-letters")
@stack_options
def dead_letters(_: Settings) -> None:
    """Show, move and delete messages that failed.

    They are those of the queues bucket-events, ended-executions, query-requests and index-events, and of schedules that
    could not start.
    """


@dead_letters.command("list")
@click.argument("queues", metavar="[QUEUE]...", nargs=-1, type=click.Choice(_QUEUES))
@stack_options
def list_(settings: Settings, queues: tuple[str, ...]) -> None:
    """List dead letters with their reasons.

    QUEUE is bucket-events, ended-executions, query-requests, index-events or schedules.  [default: all]
    """
    settings.output.dead_letters(settings.athena.dead_letters.list(queues))


@dead_letters.command()
@click.argument("message_id", metavar="ID")
@stack_options
def show(settings: Settings, message_id: str) -> ExitCode:
    """Show the dead letter ID with its event. The beginning of the id is enough."""
    letters = [
        letter for letter in settings.athena.dead_letters.list() if letter.message_id.startswith(message_id.lower())
    ]
    for letter in letters:
        settings.output.dead_letter(letter)
    if not letters:
        click.echo(f"There is no dead letter {message_id}: see quilt-athena dead-letters list", err=True)
    return ExitCode.OK if letters else ExitCode.FAILED


@dead_letters.command()
@click.argument("queues", metavar="[QUEUE]...", nargs=-1, type=click.Choice(_EVENT_QUEUES))
@stack_options
def redrive(settings: Settings, queues: tuple[str, ...]) -> None:
    """Move dead letters back to their queues.

    QUEUE is bucket-events, ended-executions, query-requests or index-events.  [default: all]

    Fix the reasons first: messages that fail again come back.
    """
    client = settings.athena.dead_letters
    selected = dict.fromkeys(queues or (queue for queue in client.queues if queue in _EVENT_QUEUES))
    settings.output.redriven((queue, client.redrive(queue)) for queue in selected)


@dead_letters.command()
@click.argument("message_ids", metavar="[ID]...", nargs=-1)
@click.option("--queue", "queues", multiple=True, type=click.Choice(_QUEUES), help="Delete all of this queue.")
@yes_option
@stack_options
def discard(settings: Settings, message_ids: tuple[str, ...], queues: tuple[str, ...], yes: bool) -> ExitCode:
    """Delete dead letters that nobody needs.

    They are those with an ID, of which the beginning is enough, or all of a --queue.
    """
    if bool(message_ids) == bool(queues):
        raise click.UsageError("expected the ids of dead letters, or a --queue")
    prefixes = tuple(message_id.lower() for message_id in message_ids)
    what = f"dead letters {', '.join(message_ids)}" if message_ids else f"all dead letters of {' and '.join(queues)}"
    confirm(f"Delete {what}?", yes=yes)
    discarded = settings.athena.dead_letters.discard(
        queues, lambda letter: not prefixes or letter.message_id.startswith(prefixes)
    )
    settings.output.discarded(discarded)
    return ExitCode.OK if discarded or queues else ExitCode.FAILED
