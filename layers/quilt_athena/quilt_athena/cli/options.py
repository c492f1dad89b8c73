"""The options that every command takes, before or after its name: which stack, as whom, where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import boto3

    from quilt_athena.client import QuiltAthena

LOCAL_ENDPOINT = "http://127.0.0.1:4566"
_LOCAL_REGION = "us-east-1"

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass
class Settings:
    """What the options say. ``local`` is the endpoint of a stack on this machine."""

    stack: str | None = None
    profile: str | None = None
    region: str | None = None
    local: str | None = None
    json: bool = False
    price_per_tb: float | None = None

    @cached_property
    def athena(self) -> QuiltAthena:
        """The client of the stack.

        Raises:
            BotoCoreError: there is no such profile, or no region.
        """
        from quilt_athena.client import QuiltAthena

        return QuiltAthena(self.stack, session=self.session(), endpoint_url=self.local, price_per_tb=self.price_per_tb)

    def session(self) -> boto3.Session:
        """The session of the options. That of ``--local`` reads nothing of the caller's AWS settings."""
        import boto3

        if not self.local:
            return boto3.Session(profile_name=self.profile, region_name=self.region)
        return local_session(self.region or _LOCAL_REGION)


def local_session(region: str) -> boto3.Session:
    """A session with dummy credentials, which knows neither profiles nor files nor variables of the caller's."""
    import os

    import boto3
    import botocore.session

    unset = (None, None, None, None)
    core = botocore.session.Session(
        session_vars={
            "profile": unset,
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
            "region": (None, None, region, None),
            "ca_bundle": unset,
            "use_fips_endpoint": unset,
            "use_dualstack_endpoint": unset,
        }
    )
    return boto3.Session("test", "test", region_name=region, botocore_session=core)


def settings_of(context: click.Context) -> Settings:
    """The settings that this command and its group were given."""
    return context.find_root().ensure_object(Settings)


def connection_options(command: _Command) -> _Command:
    """Add the options to a command; what is given last counts."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def expand_local(arguments: list[str]) -> list[str]:
    """``--local`` and ``--local URL`` as ``--local=URL``, since click knows no option whose value may be left out."""
    expanded: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*expanded, argument, *rest]
        if argument != "--local":
            expanded.append(argument)
            continue
        following = next(rest, None)
        if following is not None and following.startswith(("http://", "https://")):
            expanded.append(f"--local={following}")
        else:
            expanded += [f"--local={LOCAL_ENDPOINT}", *([] if following is None else expand_local([following]))]
    return expanded


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value not in (None, False):
        setattr(settings_of(context), str(parameter.name), value)


_OPTIONS = (
    click.option(
        "--stack",
        metavar="NAME",
        expose_value=False,
        callback=_store,
        help="Name of the stack.  [env: QUILT_ATHENA_STACK; default: quilt-athena]",
    ),
    click.option(
        "--profile", metavar="NAME", expose_value=False, callback=_store, help="AWS profile whose credentials are used."
    ),
    click.option("--region", metavar="NAME", expose_value=False, callback=_store, help="AWS region of the stack."),
    click.option(
        "--local",
        metavar="[URL]",
        expose_value=False,
        callback=_store,
        help=f"A stack on this machine (`make local`) instead of AWS, at URL.  [default: {LOCAL_ENDPOINT}]",
    ),
    click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=_store,
        help="Print JSON for machines, errors too.",
    ),
)
