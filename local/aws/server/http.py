"""MiniStack with the patches of this package, served on loopback."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any, NoReturn

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app

from local.aws.athena import operations
from local.aws.ministack import install
from local.aws.server.control import with_control
from local.aws.server.gate import only_local
from local.aws.server.readiness import with_readiness


def serve(*, port: int, fd: int | None, on_end: Callable[[], NoReturn]) -> NoReturn:
    """Serve on 127.0.0.1:`port`, or on the bound socket `fd`, until a signal ends it; then call `on_end`."""
    install()
    operations.warm_up()
    config = Config()
    config.bind = [f"127.0.0.1:{port}" if fd is None else f"fd://{fd}"]
    config.loglevel = "WARNING"
    # Clients keep connections open, and fail if the server closes an idle one just before they use it.
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.5
    asyncio.run(_serve(config, on_end))
    raise AssertionError("on_end returned")


async def _serve(config: Config, on_end: Callable[[], NoReturn]) -> NoReturn:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        loop.add_signal_handler(number, stop.set)
    # Any: hypercorn's types of messages are stricter than ASGI's.
    application: Any = only_local(with_readiness(with_control(app.app)))
    await hypercorn_serve(application, config, shutdown_trigger=stop.wait)
    # Here, because threads that MiniStack leaves waiting would keep the loop and the port.
    on_end()
