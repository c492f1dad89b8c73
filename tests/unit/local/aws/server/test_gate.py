"""Which requests the local AWS accepts: those of clients on this machine, not those of web pages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from local.aws.server.gate import Receive, Send, only_local, rejection

LOCAL = {"Host": "127.0.0.1:4566"}


def raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:4566", "localhost", "LOCALHOST:1", "[::1]:4566", "my-bucket.localhost:4566",
     "my.bucket.s3.localhost", "localhost."],
)  # fmt: skip
def test_loopback_host_is_accepted(host: str) -> None:
    assert rejection(raw({"Host": host})) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:4566", "localhost.evil.example", "127.0.0.1.evil.example", "evillocalhost",
     "127.0.0.1.nip.io", "localhost@evil.example", "localhost:4566@evil.example", "192.0.2.1", "10.0.0.1", "127.0.0.12",
     "", ".localhost", "localhost evil.example", "localhost:123456"],
)  # fmt: skip
def test_other_host_is_rejected_by_name(host: str) -> None:
    reason = rejection(raw({"Host": host}))
    assert reason is not None
    assert "use 127.0.0.1 or localhost" in reason
    assert host in reason


def test_request_without_host_or_with_two_is_rejected() -> None:
    assert rejection([]) is not None
    assert rejection([(b"host", b"localhost"), (b"host", b"evil.example")]) is not None


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "http://localhost@evil.example", "file://",
     "http://127.0.0.1.evil.example:4566", "chrome-extension://abc", "http://evil.example, http://localhost", ""],
)  # fmt: skip
def test_foreign_origin_is_rejected(origin: str) -> None:
    assert rejection(raw({**LOCAL, "Origin": origin})) is not None


@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080"])
def test_loopback_origin_is_accepted(origin: str) -> None:
    assert rejection(raw({**LOCAL, "Origin": origin, "Sec-Fetch-Site": "cross-site"})) is None


def test_second_origin_is_checked_too() -> None:
    origins = [(b"origin", b"http://localhost"), (b"origin", b"https://evil.example")]
    assert rejection([*raw(LOCAL), *origins]) is not None


@pytest.mark.parametrize(("site", "accepted"), [("cross-site", False), ("same-origin", True), ("none", True)])
def test_request_without_origin_is_judged_by_its_site(site: str, accepted: bool) -> None:
    assert (rejection(raw({**LOCAL, "Sec-Fetch-Site": site})) is None) is accepted


def respond(kind: str, headers: Mapping[str, str]) -> tuple[list[dict[str, Any]], bool]:
    """The messages that a client gets from a gate before an application, and whether it called the application."""
    called = False
    sent: list[dict[str, Any]] = []

    async def app(_scope: Mapping[str, Any], _receive: Receive, send: Send) -> None:
        nonlocal called
        called = True
        allowed = [(b"Access-Control-Allow-Origin", b"*"), (b"access-control-allow-headers", b"*"), (b"etag", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": allowed})

    async def receive() -> dict[str, Any]:
        raise AssertionError("the gate read the body")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(only_local(app)({"type": kind, "headers": raw(headers)}, receive, send))
    return sent, called


def test_gate_answers_a_rejected_request_itself() -> None:
    (start, body), called = respond("http", {**LOCAL, "Origin": "https://evil.example"})
    assert not called
    assert start["status"] == 403
    assert not [name for name, _ in start["headers"] if name.startswith(b"access-control")]
    assert "https://evil.example" in json.loads(body["body"])["message"]


def test_gate_closes_a_rejected_websocket() -> None:
    (closed,), called = respond("websocket", {"Host": "evil.example"})
    assert not called
    assert closed["type"] == "websocket.close"


def test_response_lets_no_page_read_it() -> None:
    ((start,), called) = respond("http", LOCAL)
    assert called
    assert start["headers"] == [(b"etag", b"1")]


def test_response_to_a_page_of_this_machine_lets_it_read() -> None:
    ((start,), _) = respond("http", {**LOCAL, "Origin": "http://localhost:3000"})
    assert (b"Access-Control-Allow-Origin", b"*") in start["headers"]


def test_gate_leaves_the_lifespan_alone() -> None:
    _, called = respond("lifespan", {})
    assert called
