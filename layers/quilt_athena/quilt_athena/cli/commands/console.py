"""`console`."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import click

from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings

#: What the extra `console` installs, as far as the console imports it itself.
_EXTRA = frozenset({"fastapi", "nicegui", "pyarrow", "quilt_athena_console", "starlette", "uvicorn"})


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="Port on 127.0.0.1.  [default: any free one]",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and don't open it.")
@stack_options
def console(settings: Settings, port: int, no_browser: bool) -> None:
    """Open the console: packages, buckets, queries and problems in the browser. Ctrl-C ends it.

    The page is served on this machine only, to anyone who has its address, and acts with your AWS credentials. It
    stores nothing on disk. It requires the extra `console`: pip install 'quilt-athena[console]'
    """
    server = _server()
    try:
        server.serve(
            settings.athena,
            place=_place(settings),
            port=port,
            open_browser=not no_browser,
            on_ready=settings.output.console_ready,
        )
    except server.PortInUseError as error:
        raise click.BadParameter(str(error), param_hint="--port") from None


def _server() -> Any:
    """The package of the console, which nothing else of the command needs.

    Raises:
        UsageError: it, or what it requires, isn't installed.
    """
    try:
        return import_module("quilt_athena_console.server")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise click.UsageError("the console requires NiceGUI: pip install 'quilt-athena[console]'") from None


def _place(settings: Settings) -> str:
    if settings.local:
        return f"local AWS at {urlsplit(settings.local).netloc}"
    return settings.athena.connections.session.region_name or "no region"
