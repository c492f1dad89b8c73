"""Only the console's own page, opened with the token, reaches the application; websockets included."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from quilt_athena_console.web.access import Access, Receive, Scope, Send

PORT = 8123
HOST = f"127.0.0.1:{PORT}"
Headers = Iterable[tuple[str, str]]


@dataclass
class Application:
    """Accepts everything, and counts."""

    requests: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        self.requests.append(scope["type"])
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"public")]})
            await send({"type": "http.response.body", "body": b"page"})


@dataclass(frozen=True)
class Response:
    """What was sent for a request."""

    status: int
    headers: dict[str, str]
    body: bytes


class Browser:
    """Sends requests to the middleware as it is told, and nothing of its own."""

    def __init__(self) -> None:
        self.application = Application()
        self.access = Access(self.application, PORT)

    def get(self, path: str = "/", *headers: tuple[str, str], host: str | None = HOST, method: str = "GET") -> Response:
        sent = self._send("http", path, [*([("host", host)] if host else []), *headers], method=method)
        start, *bodies = sent
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        return Response(start["status"], found, b"".join(body.get("body", b"") for body in bodies))

    def connect(self, *headers: tuple[str, str], host: str = HOST) -> bool:
        """Whether a websocket is accepted."""
        (message,) = self._send("websocket", "/_nicegui_ws/socket.io/", [("host", host), *headers])
        return bool(message["type"] == "websocket.accept")

    def log_in(self) -> tuple[str, str]:
        """The header with the cookie that the token is exchanged for."""
        address = urlsplit(self.access.address())
        cookie = self.get(f"{address.path}?{address.query}").headers["set-cookie"]
        return "cookie", cookie.partition(";")[0]

    def _send(self, kind: str, path: str, headers: Headers, method: str = "GET") -> list[MutableMapping[str, Any]]:
        path, _, query = path.partition("?")
        scope: Scope = {
            "type": kind,
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        }
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": b""}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        asyncio.run(self.access(scope, receive, send))
        return sent


@pytest.fixture
def browser() -> Browser:
    return Browser()


def test_token_is_exchanged_for_a_cookie_and_leaves_the_address(browser: Browser) -> None:
    address = browser.access.address()
    assert address.startswith(f"http://{HOST}/?token=")
    response = browser.get("/?" + urlsplit(address).query)
    assert (response.status, response.headers["location"]) == (303, "/")
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert urlsplit(address).query.partition("=")[2] not in cookie
    assert browser.application.requests == []
    assert browser.get("/", browser.log_in()).body == b"page"


def test_token_also_leaves_the_address_when_it_is_not_needed(browser: Browser) -> None:
    response = browser.get("/?token=old", browser.log_in())
    assert (response.status, response.headers["location"]) == (303, "/")


def test_address_for_the_browser_is_valid_once(browser: Browser) -> None:
    query = urlsplit(browser.access.address(single_use=True)).query
    assert browser.get(f"/?{query}").status == 303
    assert browser.get(f"/?{query}").status == 403


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", []),
        ("/?token=", []),
        ("/?token=wrong", []),
        ("/", [("cookie", f"quilt_athena_console_{PORT}=wrong")]),
        ("/", [("cookie", f"quilt_athena_console_{PORT}=")]),
        ("/", [("cookie", "a=\x07;;=")]),
        ("/rows/x", []),
        ("/static/console.js", []),
    ],
)
def test_request_without_token_or_cookie_is_rejected(
    browser: Browser, path: str, headers: list[tuple[str, str]]
) -> None:
    response = browser.get(path, *headers)
    assert response.status == 403
    assert b"quilt-athena console" in response.body
    assert browser.application.requests == []


def test_token_is_accepted_by_the_page_alone(browser: Browser) -> None:
    query = urlsplit(browser.access.address()).query
    assert browser.get(f"/rows/x?{query}").status == 403
    assert browser.get(f"/?{query}", method="POST").status == 403


FOREIGN = [
    {"host": "evil.example"},
    {"host": f"evil.example:{PORT}"},
    {"host": "127.0.0.1"},
    {"host": f"127.0.0.1:{PORT + 1}"},
    {"host": f"127.0.0.1.evil.example:{PORT}"},
    {"origin": "http://evil.example"},
    {"origin": f"http://127.0.0.1:{PORT + 1}"},
    {"origin": f"https://127.0.0.1:{PORT}"},
    {"origin": "null"},
    {"origin": f"http://localhost:{PORT}"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: "=".join(*headers.items()))
def test_foreign_request_is_rejected_even_with_the_cookie(browser: Browser, headers: dict[str, str]) -> None:
    cookie = browser.log_in()
    host = headers.get("host", HOST)
    others = [item for item in headers.items() if item[0] != "host"]
    assert browser.get("/rows/x", cookie, *others, host=host).status == 403
    assert not browser.connect(cookie, *others, host=host)
    assert browser.application.requests == []


def test_request_without_host_is_rejected(browser: Browser) -> None:
    assert browser.get("/", browser.log_in(), host=None).status == 403


def test_request_with_two_hosts_is_rejected(browser: Browser) -> None:
    assert browser.get("/", browser.log_in(), ("host", "evil.example")).status == 403


def test_websocket_needs_the_cookie(browser: Browser) -> None:
    assert not browser.connect(("origin", f"http://{HOST}"))
    assert browser.connect(("origin", f"http://{HOST}"), browser.log_in())


def test_localhost_is_accepted(browser: Browser) -> None:
    host = f"localhost:{PORT}"
    assert browser.get("/", browser.log_in(), ("origin", f"http://{host}"), host=host).status == 200
    assert browser.connect(browser.log_in(), ("origin", f"http://{host}"), host=host)


def test_link_on_another_page_opens_the_console_and_nothing_else(browser: Browser) -> None:
    link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]
    cookie = browser.log_in()
    assert browser.get("/", cookie, *link).status == 200
    assert browser.get("/results/x.csv", cookie, *link).status == 403
    framed = [*link[:2], ("sec-fetch-dest", "iframe")]
    assert browser.get("/", cookie, *framed).status == 403


def test_page_cannot_be_framed_and_is_not_stored(browser: Browser) -> None:
    headers = browser.get("/", browser.log_in()).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert browser.get("/_nicegui/1/static/a.js", browser.log_in()).headers["cache-control"] == "public"


def test_consoles_do_not_share_tokens_or_cookies() -> None:
    one, other = Browser(), Browser()
    assert one.access.address() != other.access.address()
    assert other.get("/", one.log_in()).status == 403
