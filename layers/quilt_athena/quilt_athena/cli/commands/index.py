"""`index estimate|enable|disable|rebuild|status`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from quilt_athena.cli.commands.buckets import sent_registration, worst
from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings

if TYPE_CHECKING:
    from quilt_athena.client.buckets import SentEvent


@click.group()
@stack_options
def index(_: Settings) -> None:
    """Index buckets, so that queries of their views read less."""


def _which_buckets(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--all", "every", is_flag=True, help="All registered buckets, or all indexed ones.")(command)
    return click.argument("buckets", metavar="BUCKET...", nargs=-1)(command)


@index.command()
@click.argument("buckets", metavar="BUCKET...", nargs=-1, required=True)
@stack_options
def estimate(settings: Settings, buckets: tuple[str, ...]) -> None:
    """Estimate what indexing buckets takes: their manifests, the bytes of these, and the price."""
    settings.output.index_estimates([settings.athena.index.estimate(bucket) for bucket in buckets])


@index.command()
@_which_buckets
@stack_options
def enable(settings: Settings, buckets: tuple[str, ...], every: bool) -> ExitCode:
    """Index buckets in the background. Their views read the index once it is complete.

    Readers of the views then need the access policy, which includes the index, instead of access to the buckets.
    """
    client = settings.athena
    chosen = _chosen(buckets, every, lambda: [one.bucket for one in client.buckets.list() if one.registered])
    settings.output.index_sources([client.index.sources(bucket) for bucket in chosen])
    return _send(settings, client.index.enable(chosen))


@index.command()
@_which_buckets
@stack_options
def disable(settings: Settings, buckets: tuple[str, ...], every: bool) -> ExitCode:
    """Let the views of buckets read the buckets again, then delete them from the index."""
    return _send(settings, settings.athena.index.disable(_chosen(buckets, every, lambda: _indexed(settings))))


@index.command()
@_which_buckets
@stack_options
def rebuild(settings: Settings, buckets: tuple[str, ...], every: bool) -> None:
    """Delete buckets from the index and index them again. Until then, their views read the buckets."""
    chosen = _chosen(buckets, every, lambda: _indexed(settings))
    settings.output.index_rebuilt(chosen, settings.athena.index.rebuild(chosen))


@index.command()
@stack_options
def status(settings: Settings) -> None:
    """Show how far each bucket is: backfilling, complete or erasing, and what is pending."""
    settings.output.index_status(settings.athena.index.status())


def _indexed(settings: Settings) -> Sequence[str]:
    return [one.bucket for one in settings.athena.index.status()]


def _chosen(buckets: Sequence[str], every: bool, all_buckets: Callable[[], Sequence[str]]) -> Sequence[str]:
    if bool(buckets) == every:
        raise click.UsageError("expected buckets, or --all")
    return all_buckets() if every else list(dict.fromkeys(buckets))


def _send(settings: Settings, sent: Sequence[SentEvent]) -> ExitCode:
    return worst(one.code for one in settings.output.registrations(map(sent_registration, sent)))
