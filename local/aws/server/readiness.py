"""`/_local/ready`: 503 until the stack is deployed, then 200 with its outputs, for scripts that wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws.server.gate import App, Receive, Send

PATH = "/_local/ready"
_NOT_YET = b'{"Message": "The stack is not deployed yet"}'


def with_readiness(app: App) -> App:
    """Wrap an ASGI application: this path isn't one of AWS. The deployment PUTs what GET then responds."""
    ready: bytes | None = None

    async def serve(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        nonlocal ready
        if scope["type"] != "http" or scope["path"] != PATH:
            await app(scope, receive, send)
            return
        if scope["method"] == "PUT":
            ready = await read_body(receive)
        status, answer = (503, _NOT_YET) if ready is None else (200, ready)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return serve


async def read_body(receive: Receive) -> bytes:
    """The body of a request."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body
