"""`register`, `remove`, `buckets`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import Settings, connection_options, settings_of

if TYPE_CHECKING:
    from quilt_athena.client.registrations import EventType, RegisteredBucket, Sent

_WAIT_SECONDS = 60.0


@dataclass
class _Outcome:
    """What became of a bucket's event."""

    bucket: str
    event_id: str | None
    state: str
    problem: str | None = None
    code: ExitCode = ExitCode.OK


@click.command()
@click.argument("buckets", metavar="BUCKET...", nargs=-1)
@click.option(
    "--file", "-f", "file", type=click.File("r"), help="A file with a bucket's name on each line; - is stdin."
)
@click.option("--wait", is_flag=True, help="Wait until the tables and views are there.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=_WAIT_SECONDS, show_default=True, help="Seconds to wait."
)
@connection_options
@click.pass_context
def register(ctx: click.Context, buckets: tuple[str, ...], file: TextIO | None, wait: bool, timeout: float) -> None:
    """Register buckets: their tables and views are made, or put right.

    A file may have empty lines, and comments after a #.
    """
    _send(ctx, _names(buckets, file), "added", timeout if wait else None)


@click.command()
@click.argument("buckets", metavar="BUCKET...", nargs=-1)
@click.option(
    "--file", "-f", "file", type=click.File("r"), help="A file with a bucket's name on each line; - is stdin."
)
@click.option("--wait", is_flag=True, help="Wait until the tables and views are gone.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=_WAIT_SECONDS, show_default=True, help="Seconds to wait."
)
@connection_options
@click.pass_context
def remove(ctx: click.Context, buckets: tuple[str, ...], file: TextIO | None, wait: bool, timeout: float) -> None:
    """Remove buckets: their tables and views go, what is in the buckets stays."""
    _send(ctx, _names(buckets, file), "removed", timeout if wait else None)


@click.command()
@connection_options
@click.pass_context
def buckets(ctx: click.Context) -> None:
    """List the buckets that the stack knows, with their state, since when, and their problem."""
    from quilt_athena.cli.printing import print_table
    from quilt_athena.client.registrations import registered_buckets

    settings = settings_of(ctx)
    known = registered_buckets(settings.athena.connections, settings.athena.stack)
    if settings.json:
        click.echo(json.dumps([_as_json(bucket) for bucket in known], indent=2))
        return
    if not known:
        click.echo("No buckets yet: quilt-athena register BUCKET", err=True)
        return
    rows = [(bucket.bucket, _state(bucket), _minute(bucket.since), bucket.problem or "") for bucket in known]
    print_table(("bucket", "state", "since", "problem"), rows)


def _names(arguments: Sequence[str], file: TextIO | None) -> list[str]:
    """The buckets of the command line and of the file, each once.

    Raises:
        UsageError: there is none.
    """
    lines = (line.partition("#")[0].strip() for line in file or ())
    names = list(dict.fromkeys([*arguments, *filter(None, lines)]))
    if not names:
        raise click.UsageError("expected at least one bucket, or a --file with a bucket's name on each line")
    return names


def _send(ctx: click.Context, names: list[str], event_type: EventType, wait_seconds: float | None) -> None:
    from quilt_athena.client.registrations import registered_bucket, send_registrations, wait_until_settled

    settings = settings_of(ctx)
    connections, stack = settings.athena.connections, settings.athena.stack
    before = {}
    if wait_seconds is not None:
        known = ((name, registered_bucket(connections, stack, name)) for name in names)
        before = {name: bucket for name, bucket in known if bucket}
    outcomes: list[_Outcome] = []
    sent: list[Sent] = []
    for event in send_registrations(connections, stack, names, event_type):
        sent.append(event)
        if event.problem:
            _tell(settings, outcomes, _Outcome(event.bucket, None, "not sent", event.problem, ExitCode.STACK))
        elif wait_seconds is None:
            _tell(settings, outcomes, _Outcome(event.bucket, event.event_id, "sent"))
    if wait_seconds is not None:
        event_ids = {event.bucket: event.event_id for event in sent}
        for name, bucket in wait_until_settled(connections, stack, sent, before, wait_seconds):
            _tell(settings, outcomes, _outcome(settings, name, event_ids[name], bucket, wait_seconds))
    if settings.json:
        click.echo(json.dumps([_outcome_as_json(outcome) for outcome in outcomes], indent=2))
    ctx.exit(_worst(outcome.code for outcome in outcomes))


def _outcome(
    settings: Settings, bucket: str, event_id: str | None, known: RegisteredBucket | None, waited: float
) -> _Outcome:
    if known is None:
        problem = f"nothing seen of its event within {waited:g} s{_explanation(settings, bucket)}"
        return _Outcome(bucket, event_id, "unknown", problem, ExitCode.TIMED_OUT)
    if known.problem:
        return _Outcome(bucket, event_id, known.state, known.problem, ExitCode.FAILED)
    return _Outcome(bucket, event_id, known.state)


def _explanation(settings: Settings, bucket: str) -> str:
    """Why an event may have been refused, as far as can be seen from here."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        settings.athena.connections.s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchBucket"):
            return ": there is no such bucket"
    except BotoCoreError:
        pass
    return "; if it was refused, the reason is on the dead-letter queue (output BucketEventsDeadLetterQueueUrl)"


def _tell(settings: Settings, outcomes: list[_Outcome], outcome: _Outcome) -> None:
    outcomes.append(outcome)
    if settings.json:
        return
    bad = outcome.code is not ExitCode.OK
    text = f"{outcome.bucket}: {outcome.state}" + (f" ({outcome.problem})" if outcome.problem else "")
    click.secho(text, fg="red" if bad else None, err=bad)


def _worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Of several: a fault of AWS's before one of a bucket's, before one that may be none yet."""
    order = (ExitCode.STACK, ExitCode.FAILED, ExitCode.TIMED_OUT, ExitCode.OK)
    return min(codes, key=order.index)


def _state(bucket: RegisteredBucket) -> str:
    return bucket.state if bucket.settled or bucket.problem else f"{bucket.state} (in progress)"


def _minute(time: str | None) -> str:
    """``2026-11-20T12:00:00.000000+00:00`` -> ``2026-11-20 12:00:00 UTC``."""
    return time[:19].replace("T", " ") + " UTC" if time else "seen in a package event"


def _as_json(bucket: RegisteredBucket) -> dict[str, object]:
    return {
        "Bucket": bucket.bucket,
        "State": bucket.state,
        "Since": bucket.since,
        "Updated": bucket.updated,
        "Settled": bucket.settled,
        "Problem": bucket.problem,
    }


def _outcome_as_json(outcome: _Outcome) -> dict[str, object]:
    return {
        "Bucket": outcome.bucket,
        "State": outcome.state,
        "EventId": outcome.event_id,
        "Problem": outcome.problem,
    }
