"""Serves the console on loopback until interrupted."""

from __future__ import annotations

import errno
import socket
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from nicegui import ui

from quilt_athena.client import QuiltAthena
from quilt_athena_console.console import Console
from quilt_athena_console.page.page import FAVICON, TITLE, Page
from quilt_athena_console.web.access import HOST, Access
from quilt_athena_console.web.endpoints import endpoints

_STATIC = Path(__file__).parent / "static"
#: How long a page may be disconnected, e.g. while the machine sleeps for a moment, before its query is stopped.
_RECONNECT_SECONDS = 10.0


class PortInUseError(Exception):
    """Another process listens on the port."""


def serve(
    athena: QuiltAthena,
    *,
    place: str,
    port: int = 0,
    open_browser: bool = True,
    on_ready: Callable[[str], None] = print,
) -> None:
    """Serve the console until SIGINT or SIGTERM, and stop the queries that then run.

    Args:
        athena: the stack, and the credentials with which the console acts.
        place: where the stack is, for the page's header.
        port: on 127.0.0.1; 0: any free port.
        open_browser: open the page in the default browser.
        on_ready: called with the page's address, which has the token, once the page can be opened.

    Raises:
        PortInUseError: another process uses the port.
        StackNotFoundError: the stack can't be found.
    """
    console = Console(athena, place)
    console.connect()
    listening = _listen(port)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        on_ready(access.address())
        if open_browser:
            webbrowser.open(access.address(single_use=True))
        yield
        console.close()

    application = FastAPI(lifespan=lifespan, openapi_url=None)
    application.include_router(endpoints(console))
    application.mount("/static", StaticFiles(directory=_STATIC))
    access = Access(application, listening.getsockname()[1])
    ui.run_with(
        application,
        root=lambda: Page(console).build(),
        title=TITLE,
        favicon=FAVICON,
        dark=None,
        reconnect_timeout=_RECONNECT_SECONDS,
        show_welcome_message=False,
        tailwind=False,
    )
    # Proxy headers would let a request choose its own Host.
    config = uvicorn.Config(
        access,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A port is free as soon as the console that used it has ended.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(f"port {port} is in use: choose another one") from None
        raise
    listening.listen()
    return listening
