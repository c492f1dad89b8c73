"""`register`, `remove`, `buckets`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import confirm, is_interactive, stack_options, yes_option
from quilt_athena.cli.output.progress import show_count
from quilt_athena.cli.settings import Settings
from quilt_athena.cli.streams import read_text
from quilt_athena.errors import InvalidBucketNameError, ServiceUnavailableError
from quilt_athena.names import validate_bucket_name

if TYPE_CHECKING:
    from quilt_athena.client.buckets import EventType, SentEvent

#: How long to wait by default: for the first bucket, and for each.
_WAIT_SECONDS = 60.0
_WAIT_SECONDS_EACH = 1.0
_NO_SUCH_BUCKET = "there is no such bucket"


@dataclass(frozen=True)
class SentRegistration:
    """What happened to a bucket's event: the bucket's state now, or `sent`, `not sent`, `pending` or `rejected`."""

    bucket: str
    event_id: str | None
    state: str
    problem: str | None = None
    code: ExitCode = ExitCode.OK


def _bucket_options(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.argument("buckets", metavar="[BUCKET]...", nargs=-1),
        click.option("--file", "-f", metavar="FILE", help="File with one bucket name per line, or - for stdin."),
        click.option("--wait", is_flag=True, help="Wait until the tables and views are created or deleted."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0),
            metavar="SECONDS",
            help=f"How long to wait.  [default: {_WAIT_SECONDS:g}, and {_WAIT_SECONDS_EACH:g} more for each bucket]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_bucket_options
@click.option("--discover", is_flag=True, help="Find the account's buckets with packages, and propose them.")
@yes_option
@stack_options
def register(
    settings: Settings,
    buckets: tuple[str, ...],
    file: str | None,
    wait: bool,
    timeout: float | None,
    discover: bool,
    yes: bool,
) -> ExitCode:
    """Register buckets: create or repair their tables and views.

    BUCKET is a name, or s3://NAME. A file may have blank lines, and comments after a #. Buckets that S3 doesn't have
    are reported, and the others are registered.

    \b
      quilt-athena register my-bucket --wait
      quilt-athena register --discover
    """
    if discover and (buckets or file):
        raise click.UsageError("expected buckets or --discover, got both")
    names = _discovered(settings, yes=yes) if discover else _names(buckets, file)
    return _send(settings, names, "added", wait=wait, timeout=timeout)


@click.command()
@_bucket_options
@stack_options
def remove(
    settings: Settings, buckets: tuple[str, ...], file: str | None, wait: bool, timeout: float | None
) -> ExitCode:
    """Remove buckets: delete their tables and views. The contents of the buckets are kept."""
    return _send(settings, _names(buckets, file), "removed", wait=wait, timeout=timeout)


@click.command()
@stack_options
def buckets(settings: Settings) -> None:
    """List the buckets in the registry.

    Each is listed with its state, the time of its newest registration event, and its problem, if any.
    """
    settings.output.buckets(settings.athena.buckets.list())


def _names(arguments: Sequence[str], file: str | None) -> list[str]:
    """The buckets of the command line and of the file, each once.

    Raises:
        UsageError: there are none, or some are not names of buckets; all of those are named, with their lines.
    """
    texts = [("", text) for text in arguments]
    if file is not None:
        lines = read_text(file).splitlines()
        texts += [(f"line {number}: ", line.partition("#")[0]) for number, line in enumerate(lines, start=1)]
    names: dict[str, None] = {}
    wrong: dict[str, str] = {}
    for place, text in texts:
        name = text.strip().removeprefix("s3://").rstrip("/")
        if not name:
            continue
        try:
            names[validate_bucket_name(name)] = None
        except InvalidBucketNameError as error:
            problem, _, wrong_rule = str(error).partition(": ")
            wrong[f"{place}{problem}"] = wrong_rule
    if wrong:
        listed = "".join(f"\n  {problem}" for problem in wrong)
        raise click.UsageError(f"nothing was sent, because of invalid names:{listed}\n{next(iter(wrong.values()))}")
    if not names:
        raise click.UsageError("expected at least one bucket, or a --file with one bucket name per line")
    return list(names)


def _discovered(settings: Settings, *, yes: bool) -> list[str]:
    """The buckets that were found and may be registered.

    Without a terminal and ``--yes``, there are none: they are printed, for a file.
    """
    found = settings.athena.buckets.discover()
    prompts = is_interactive() and not settings.json
    settings.output.discovered(found, listed=not yes)
    if not found.buckets or not (yes or prompts):
        return []
    confirm("Register them?", yes=yes)
    return list(found.buckets)


def _send(
    settings: Settings, names: list[str], event_type: EventType, *, wait: bool, timeout: float | None
) -> ExitCode:
    if not names:
        return ExitCode.OK
    # An event for a bucket that doesn't exist would only end as a dead letter.
    missing = settings.athena.buckets.missing(names) if event_type == "added" else set[str]()
    existing = [name for name in names if name not in missing]
    waited = _WAIT_SECONDS + _WAIT_SECONDS_EACH * len(existing) if timeout is None else timeout

    def sent() -> Iterator[SentRegistration]:
        for name in names:
            if name in missing:
                yield SentRegistration(name, None, "not sent", _NO_SUCH_BUCKET, ExitCode.FAILED)
        if wait:
            yield from _applied(settings, existing, event_type, waited)
        else:
            yield from map(sent_registration, settings.athena.buckets.send(existing, event_type))

    with show_count(len(names), "buckets") as counted:
        return worst(one.code for one in settings.output.registrations(counted(sent())))


def sent_registration(event: SentEvent) -> SentRegistration:
    """What happened to an event when it was sent."""
    if event.problem:
        return SentRegistration(event.bucket, None, "not sent", event.problem, ExitCode.STACK)
    return SentRegistration(event.bucket, event.event_id, "sent")


def _applied(settings: Settings, names: list[str], event_type: EventType, timeout: float) -> Iterator[SentRegistration]:
    client = settings.athena.buckets
    before = client.entries(names)
    sent = list(client.send(names, event_type))
    yield from (sent_registration(event) for event in sent if event.problem)
    event_ids = {event.bucket: event.event_id for event in sent}
    late: list[str] = []
    for bucket, registration in client.wait(sent, before, timeout):
        if registration is None:
            late.append(bucket)
            continue
        code = ExitCode.FAILED if registration.problem else ExitCode.OK
        yield SentRegistration(bucket, event_ids[bucket], registration.state, registration.problem, code)
    reasons = _rejections(settings) if late else {}
    for bucket in late:
        yield _late(bucket, event_ids[bucket], reasons.get(bucket), timeout)


def _late(bucket: str, event_id: str | None, reason: str | None, waited: float) -> SentRegistration:
    if reason:
        return SentRegistration(bucket, event_id, "rejected", reason, ExitCode.FAILED)
    problem = f"not processed within {waited:g} s: see quilt-athena buckets, and quilt-athena dead-letters list"
    return SentRegistration(bucket, event_id, "pending", problem, ExitCode.TIMED_OUT)


def _rejections(settings: Settings) -> Mapping[str, str]:
    """Why events of buckets were rejected, as far as this caller may know."""
    try:
        letters = settings.athena.dead_letters.list(["bucket-events"])
    except ServiceUnavailableError:
        return {}
    return {letter.subject: letter.problem for letter in letters if letter.error}


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """A failure of AWS before one of a bucket, before one that may still succeed."""
    order = (ExitCode.STACK, ExitCode.FAILED, ExitCode.TIMED_OUT, ExitCode.OK)
    return min(codes, key=order.index)
