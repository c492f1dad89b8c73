"""The running console over HTTP: closed to other hosts, pages, users and machines, and nothing is stored on disk."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

import psutil
import pytest

from tests.integration.console.conftest import RunningConsole

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


def request(console: RunningConsole, path: str, headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
    """Send a request with these headers; ``Host`` replaces the usual one."""
    connection = http.client.HTTPConnection("127.0.0.1", console.port, timeout=60)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in {"Host": f"127.0.0.1:{console.port}", **(headers or {})}.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    if response.status != 101:
        response.read()
    connection.close()
    return response


@pytest.fixture(scope="module")
def cookie(console: RunningConsole) -> dict[str, str]:
    """The cookie that the token is exchanged for."""
    parts = urlsplit(console.address)
    response = request(console, f"{parts.path}?{parts.query}")
    assert response.status == 303
    assert response.getheader("Location") == "/"
    return {"Cookie": str(response.getheader("Set-Cookie")).partition(";")[0]}


@pytest.mark.main_path
def test_page_and_websocket_open_with_the_cookie(console: RunningConsole, cookie: dict[str, str]) -> None:
    assert request(console, "/", cookie).status == 200
    own = {"Origin": f"http://127.0.0.1:{console.port}"}
    assert request(console, SOCKET, {**HANDSHAKE, **cookie, **own}).status == 101


@pytest.mark.parametrize("path", ["/", "/?token=wrong", "/docs", "/static/console.js", "/rows/x", SOCKET])
def test_nothing_opens_without_token(console: RunningConsole, path: str) -> None:
    handshake = HANDSHAKE if path == SOCKET else {}
    assert request(console, path, handshake).status == 403


@pytest.mark.parametrize("path", ["/", SOCKET])
@pytest.mark.parametrize(
    "foreign",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example", "X-Forwarded-Host": "127.0.0.1"},
    ],
    ids=lambda headers: "=".join(next(iter(headers.items()))),
)
def test_other_hosts_and_pages_are_rejected_even_with_the_cookie(
    console: RunningConsole, cookie: dict[str, str], path: str, foreign: dict[str, str]
) -> None:
    handshake = HANDSHAKE if path == SOCKET else {}
    assert request(console, path, {**handshake, **cookie, **foreign}).status == 403


def test_it_listens_on_loopback_only(console: RunningConsole) -> None:
    connections = psutil.Process(console.process.pid).net_connections()
    listening = {found.laddr for found in connections if found.status == psutil.CONN_LISTEN}
    assert listening == {("127.0.0.1", console.port)}


def test_it_stores_nothing_on_disk(console: RunningConsole, cookie: dict[str, str]) -> None:
    response = request(console, "/", cookie)
    assert response.getheader("Cache-Control") == "no-store"
    opened = [file.path for file in psutil.Process(console.process.pid).open_files() if file.mode != "r"]
    assert opened == []
    assert list(console.folder.rglob("*")) == []
