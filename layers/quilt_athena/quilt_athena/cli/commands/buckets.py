"""`register`, `remove`, `buckets`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings

if TYPE_CHECKING:
    from quilt_athena.client.buckets import Buckets, EventType, SentEvent
    from quilt_athena.registration.registration import Registration

_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class SentRegistration:
    """What happened to a bucket's event: the bucket's state now, or `sent`, `not sent` or `unknown`."""

    bucket: str
    event_id: str | None
    state: str
    problem: str | None = None
    code: ExitCode = ExitCode.OK


def _bucket_options(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.argument("buckets", metavar="BUCKET...", nargs=-1),
        click.option("--file", "-f", type=click.File("r"), help="File with one bucket name per line, or - for stdin."),
        click.option("--wait", is_flag=True, help="Wait until the tables and views are created or deleted."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0),
            default=_WAIT_SECONDS,
            metavar="SECONDS",
            help=f"How long to wait.  [default: {_WAIT_SECONDS:g}]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_bucket_options
@stack_options
def register(settings: Settings, buckets: tuple[str, ...], file: TextIO | None, wait: bool, timeout: float) -> ExitCode:
    """Register buckets: create or repair their tables and views.

    A file may have blank lines, and comments after a #.
    """
    return _send(settings, _names(buckets, file), "added", timeout if wait else None)


@click.command()
@_bucket_options
@stack_options
def remove(settings: Settings, buckets: tuple[str, ...], file: TextIO | None, wait: bool, timeout: float) -> ExitCode:
    """Remove buckets: delete their tables and views. The contents of the buckets are kept."""
    return _send(settings, _names(buckets, file), "removed", timeout if wait else None)


@click.command()
@stack_options
def buckets(settings: Settings) -> None:
    """List the buckets in the registry.

    Each is listed with its state, the time of its newest registration event, and its problem, if any.
    """
    settings.output.buckets(settings.athena.buckets.list())


def _names(arguments: Sequence[str], file: TextIO | None) -> list[str]:
    """The buckets of the command line and of the file, each once.

    Raises:
        UsageError: there are none.
    """
    lines = (line.partition("#")[0].strip() for line in file or ())
    names = list(dict.fromkeys([*arguments, *filter(None, lines)]))
    if not names:
        raise click.UsageError("expected at least one bucket, or a --file with one bucket name per line")
    return names


def _send(settings: Settings, names: list[str], event_type: EventType, wait_seconds: float | None) -> ExitCode:
    client = settings.athena.buckets
    sent = (
        map(sent_registration, client.send(names, event_type))
        if wait_seconds is None
        else _applied(client, names, event_type, wait_seconds)
    )
    return worst(one.code for one in settings.output.registrations(sent))


def sent_registration(event: SentEvent) -> SentRegistration:
    """What happened to an event when it was sent."""
    if event.problem:
        return SentRegistration(event.bucket, None, "not sent", event.problem, ExitCode.STACK)
    return SentRegistration(event.bucket, event.event_id, "sent")


def _applied(client: Buckets, names: list[str], event_type: EventType, timeout: float) -> Iterator[SentRegistration]:
    entries = {name: client.get(name) for name in names}
    before = {name: registration for name, registration in entries.items() if registration}
    sent = list(client.send(names, event_type))
    yield from (sent_registration(event) for event in sent if event.problem)
    event_ids = {event.bucket: event.event_id for event in sent}
    for bucket, registration in client.wait(sent, before, timeout):
        yield _processed(client, bucket, event_ids[bucket], registration, timeout)


def _processed(
    client: Buckets, bucket: str, event_id: str | None, registration: Registration | None, waited: float
) -> SentRegistration:
    if registration is None:
        reason = (
            ": there is no such bucket"
            if client.is_missing(bucket)
            else "; if it was rejected, the dead-letter queue (output BucketEventsDeadLetterQueueUrl) has the reason"
        )
        problem = f"its event was not processed within {waited:g} s{reason}"
        return SentRegistration(bucket, event_id, "unknown", problem, ExitCode.TIMED_OUT)
    code = ExitCode.FAILED if registration.problem else ExitCode.OK
    return SentRegistration(bucket, event_id, registration.state, registration.problem, code)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """A failure of AWS before one of a bucket, before one that may still succeed."""
    order = (ExitCode.STACK, ExitCode.FAILED, ExitCode.TIMED_OUT, ExitCode.OK)
    return min(codes, key=order.index)
