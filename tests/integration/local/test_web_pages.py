"""The server is closed to web pages that are open in a browser on the same machine."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.stack.server import HOST, Server

LIST_TOPICS = "Action=ListTopics&Version=2010-03-31"
Answer = tuple[int, Mapping[str, str], bytes]


@pytest.fixture
def request_to(server: Server) -> Callable[..., Answer]:
    """Send a request as it is; returns status, headers in lower case, and body."""

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        connection = http.client.HTTPConnection(HOST, server.port)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()

    return send


def local(server: Server) -> dict[str, str]:
    """The header of a client on this machine."""
    return {"Host": f"127.0.0.1:{server.port}"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:4566"},
        {"Host": "127.0.0.1.nip.io"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
    ids=lambda headers: next(iter(headers.items()))[1],
)
def test_page_cannot_create_a_function(
    server: Server, request_to: Callable[..., Answer], aws: Callable[[str], Any], headers: dict[str, str]
) -> None:
    function = {
        "FunctionName": "created-by-a-page",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": "arn:aws:iam::000000000000:role/anybody",
        "Code": {"ZipFile": ""},
    }
    body = json.dumps(function).encode()
    sent = {**local(server), "Content-Type": "text/plain", **headers}
    status, found, text = request_to("POST", "/2015-03-31/functions", sent, body)
    assert status == 403
    assert not [name for name in found if name.startswith("access-control-")]
    assert json.loads(text)["message"].startswith("The local AWS ")
    names = [one["FunctionName"] for one in aws("lambda").list_functions()["Functions"]]
    assert "created-by-a-page" not in names


def test_preflight_of_a_page_is_rejected(server: Server, request_to: Callable[..., Answer]) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    status, headers, _ = request_to("OPTIONS", "/", {**local(server), **asked})
    assert status == 403
    assert "access-control-allow-origin" not in headers


def test_request_without_host_is_rejected(request_to: Callable[..., Answer]) -> None:
    status, _, _ = request_to("GET", "/_ministack/health", {})
    assert status in {400, 403}


def test_no_response_lets_pages_read_it(server: Server, request_to: Callable[..., Answer]) -> None:
    for method, path in (("OPTIONS", "/"), ("GET", "/_ministack/health"), ("GET", "/")):
        _, headers, _ = request_to(method, path, local(server))
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:{port}", "[::1]:{port}", "my-bucket.localhost:{port}"])
def test_every_loopback_host_is_accepted(server: Server, request_to: Callable[..., Answer], host: str) -> None:
    status, _, _ = request_to("GET", "/_ministack/health", {"Host": host.format(port=server.port)})
    assert status != 403


def test_bucket_in_the_host_name_is_addressed(
    server: Server, request_to: Callable[..., Answer], aws: Callable[[str], Any], name: str
) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="key", Body=b"content")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "key"})
    status, _, body = request_to("GET", url.partition(str(server.port))[2], local(server))
    assert (status, body) == (200, b"content")
