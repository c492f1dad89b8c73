"""Who may use the console: a browser on this machine that was given the console's address.

The console acts with its user's AWS credentials, so it is closed to everyone else:

- Other machines: the server listens on 127.0.0.1 only.
- Other web pages in the same browser: a page of another origin names itself in ``Origin``, or in ``Sec-Fetch-Site``; a
  page whose own host name points at 127.0.0.1 ("DNS rebinding") has that name in ``Host``.
- Other users and programs of this machine: the address has a token, as Jupyter's does. The first request exchanges it
  for a cookie and redirects to the address without it, so that it isn't in the history, bookmarks or screen shares.

https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOST = "127.0.0.1"

#: Everything comes from the console itself. NiceGUI needs inline scripts and templates that are compiled in the page.
_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = (
    (b"content-security-policy", _CONTENT_SECURITY_POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
#: NiceGUI's own files, which browsers may keep. Nothing else is stored on disk, not even by the browser.
_CACHEABLE = "/_nicegui/"


class Access:
    """ASGI middleware around the whole application, websockets included."""

    def __init__(self, app: App, port: int) -> None:
        """Protect ``app``, which is served on this port of 127.0.0.1."""
        self.app = app
        self.port = port
        self._token = secrets.token_urlsafe(32)
        self._single_use: set[str] = set()
        self._session = secrets.token_urlsafe(32)
        self._cookie = f"quilt_athena_console_{port}"
        self._origins = {f"http://{host}:{port}" for host in (HOST, "localhost")}

    def address(self, *, single_use: bool = False) -> str:
        """The address with a token; ``single_use``: one that is valid once, since other users see command lines."""
        token = self._token
        if single_use:
            token = secrets.token_urlsafe(32)
            self._single_use.add(token)
        return f"http://{HOST}:{self.port}/?token={token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, or pass it on to the application."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        response = self._response(scope)
        if response is None:
            await self.app(scope, receive, _with_headers(send, scope["path"]))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "rejected"})
        else:
            await response(scope, receive, _with_headers(send, scope["path"]))

    def _response(self, scope: Scope) -> Response | None:
        """The response to a request that isn't passed on; None if it is."""
        if problem := self._foreign(scope):
            return PlainTextResponse(f"Rejected: {problem}\n", status_code=403)
        tokens = _query_tokens(scope)
        if self._has_session(scope):
            # A bookmark of the first address: it isn't needed any more.
            return RedirectResponse("/", status_code=303) if tokens else None
        if any(self._is_valid(token) for token in tokens):
            response = RedirectResponse("/", status_code=303)
            response.set_cookie(self._cookie, self._session, httponly=True, samesite="lax", path="/")
            return response
        return PlainTextResponse(
            "This console belongs to someone else, or was restarted.\n\n"
            "Open the address that `quilt-athena console` printed; it contains the token that gives access.\n",
            status_code=403,
        )

    def _foreign(self, scope: Scope) -> str | None:
        """Why this isn't a request of the console's own page; None if it is one."""
        hosts, origins, sites = (_header(scope, name) for name in (b"host", b"origin", b"sec-fetch-site"))
        if len(hosts) != 1 or f"http://{hosts[0]}" not in self._origins:
            return f"the console is at {HOST}:{self.port}, not at {', '.join(hosts) or 'a request without Host'}"
        if any(origin != f"http://{hosts[0]}" for origin in origins):
            return f"a page of {', '.join(origins)} must not use the console"
        if any(site not in ("same-origin", "none") for site in sites) and not _is_navigation(scope):
            return "a page of another site must not use the console"
        return None

    def _is_valid(self, token: str) -> bool:
        if _equal(token, self._token):
            return True
        if token in self._single_use:
            self._single_use.discard(token)
            return True
        return False

    def _has_session(self, scope: Scope) -> bool:
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load("; ".join(_header(scope, b"cookie")))
        except CookieError:
            return False
        return self._cookie in cookies and _equal(cookies[self._cookie].value, self._session)


def _query_tokens(scope: Scope) -> list[str]:
    """The tokens in the address of the page. Only the page itself takes one."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
        return []
    return parse_qs(scope["query_string"].decode("latin-1")).get("token", [])


def _is_navigation(scope: Scope) -> bool:
    """Whether a person follows a link to the page, which shows it in a tab of its own and does nothing else."""
    is_page = scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == "/"
    modes, targets = _header(scope, b"sec-fetch-mode"), _header(scope, b"sec-fetch-dest")
    return is_page and modes == ["navigate"] and targets == ["document"]


def _header(scope: Scope, name: bytes) -> list[str]:
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def _equal(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _with_headers(send: Send, path: str) -> Send:
    added = _HEADERS if path.startswith(_CACHEABLE) else (*_HEADERS, (b"cache-control", b"no-store"))
    names = {name for name, _ in added}

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in names]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return sending
