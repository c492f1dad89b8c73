"""What the options select: the stack, how to reach it, and the output."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from quilt_athena.cli import lazy
from quilt_athena.cli.output import Output
from quilt_athena.cli.output.console import ConsoleOutput
from quilt_athena.cli.output.machine import JsonOutput
from quilt_athena.errors import AwsSettingsError

if TYPE_CHECKING:
    import boto3

    from quilt_athena.client import QuiltAthena

LOCAL_ENDPOINT = "http://127.0.0.1:4566"
#: As `--local`: an endpoint, a port, or 1 for the default.
LOCAL_VARIABLE = "QUILT_ATHENA_LOCAL"
#: Which of them boto3 doesn't read, although other SDKs and the AWS CLI do.
_REGION_VARIABLE = "AWS_REGION"
_LOCAL_REGION = "us-east-1"


@dataclass
class Settings:
    """The values of the options. ``local`` is the endpoint of a stack on this machine."""

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
            BotoCoreError: there is no such profile.
            AwsSettingsError: there is no region.
        """
        return lazy.client.QuiltAthena(
            self.stack, session=self.session(), endpoint_url=self.local, price_per_tb=self.price_per_tb
        )

    @cached_property
    def output(self) -> Output:
        """What shows results and errors."""
        return JsonOutput() if self.json else ConsoleOutput()

    def session(self) -> boto3.Session:
        """The boto3 session for the options. With ``--local`` it doesn't read the caller's AWS settings."""
        if self.local:
            return local_session(self.region or _LOCAL_REGION)
        region = self.region or os.environ.get(_REGION_VARIABLE)
        session = lazy.boto3.Session(profile_name=self.profile, region_name=region or None)
        if not session.region_name:
            raise AwsSettingsError(
                f"no AWS region: pass --region, set {_REGION_VARIABLE}, or add a region to your profile "
                "(aws configure set region NAME)"
            )
        return session


def settings_of(context: click.Context) -> Settings:
    """The settings of this invocation: options before and after the command's name end up in the same object."""
    return context.find_root().ensure_object(Settings)


def local_endpoint(text: str) -> str:
    """The endpoint that `--local` names by a URL, `HOST:PORT` or a port.

    Raises:
        ValueError: it names none.
    """
    address = f"127.0.0.1:{text}" if text.isdecimal() else text
    url = address if "://" in address else f"http://{address}"
    parts = urlsplit(url)
    needs_port = "://" not in text
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.port == 0
        or (needs_port and not parts.port)
    ):
        raise ValueError(text)
    return url


def local_session(region: str) -> boto3.Session:
    """A session with dummy credentials that ignores the caller's profiles, configuration files and variables."""
    unset = (None, None, None, None)
    core = lazy.botocore_session.Session(
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
    return lazy.boto3.Session("test", "test", region_name=region, botocore_session=core)
