"""Rejects requests that web pages make: a page open in a browser on this machine must not use the local AWS.

A page of another origin names itself in `Origin`, or, for images, links and forms, in `Sec-Fetch-Site`. A page that
makes its own host name point at 127.0.0.1 ("DNS rebinding") has that name in `Host`. AWS clients send neither.
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Mapping[str, Any], Receive, Send], Coroutine[Any, Any, None]]
Headers = Iterable[tuple[bytes, bytes]]

# Names that no DNS server can give another address. S3 clients use `<bucket>.localhost`.
_LOOPBACK = r"(?:(?:[a-z0-9_-]+\.)*localhost\.?|127\.0\.0\.1|\[::1\])(?::\d{1,5})?"
_HOST = re.compile(_LOOPBACK, re.I)
_ORIGIN = re.compile(rf"https?://{_LOOPBACK}", re.I)
_NOT_FROM_PAGES = "The local AWS accepts no requests from web pages"


def rejection(headers: Headers) -> str | None:
    """Why a request with these headers is rejected; None if it is accepted."""
    hosts, origins, sites = (_values(headers, name) for name in (b"host", b"origin", b"sec-fetch-site"))
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return (
            f"The local AWS is for this machine only: use 127.0.0.1 or localhost, not {', '.join(hosts) or 'no host'}"
        )
    if foreign := [origin for origin in origins if not _ORIGIN.fullmatch(origin)]:
        return f"{_NOT_FROM_PAGES} of other hosts: {', '.join(foreign)}"
    if not origins and "cross-site" in sites:
        return f"{_NOT_FROM_PAGES} of other hosts"
    return None


def only_local(app: App) -> App:
    """Wrap an ASGI application: it sees no request of a web page, and doesn't allow pages to read its responses."""

    async def gate(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        reason = rejection(scope["headers"])
        if reason is None:
            from_page = bool(_values(scope["headers"], b"origin"))
            await app(scope, receive, send if from_page else _without_cors(send))
        elif scope["type"] == "http":
            await _forbid(reason, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": reason})

    return gate


async def _forbid(reason: str, send: Send) -> None:
    body = json.dumps({"__type": "AccessDeniedException", "message": reason}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        # The body of the request isn't read.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _without_cors(send: Send) -> Send:
    """MiniStack lets every page read its responses."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if not pair[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": kept}
        await send(message)

    return sending


def _values(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for key, value in headers if key.lower() == name]
