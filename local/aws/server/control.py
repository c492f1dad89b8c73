"""`/_local/faults`: tests set the faults that calls meet, and read what happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.aws.faults import faults
from local.aws.server.gate import App, Receive, Send
from local.aws.server.readiness import read_body

PATH = "/_local/faults"


def with_control(app: App) -> App:
    """Wrap an ASGI application: this path isn't one of AWS."""

    async def serve(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await app(scope, receive, send)
            return
        status, answer = 200, b""
        try:
            if scope["method"] == "PUT":
                faults.replace(json.loads(await read_body(receive)))
            answer = json.dumps(faults.described()).encode()
        except (ValueError, TypeError) as error:
            status, answer = 400, str(error).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return serve
