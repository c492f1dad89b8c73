"""`make audit`, with the real pip-audit and a vulnerability database on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import pytest_socket

from tools.audit import ROOT

KNOWN: dict[str, Any] = {
    "id": "GHSA-test-0001",
    "summary": "Made up.",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [],
}


class Database:
    """An OSV database that knows one vulnerability, of pydantic, unless it fails with ``status``."""

    def __init__(self, status: int = 200) -> None:
        queried = self.queried = set[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                queried.add(query["package"]["name"])
                body = json.dumps({"vulns": [KNOWN]} if query["package"]["name"] == "pydantic" else {}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Keep the output of the tests clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/query"


@pytest.fixture
def serve() -> Iterator[Any]:
    pytest_socket.enable_socket()
    servers = []

    def start(status: int = 200) -> Database:
        database = Database(status)
        servers.append(database.server)
        Thread(target=database.server.serve_forever, daemon=True).start()
        return database

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def audit(url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.run(
        [sys.executable, "-m", "tools.audit", "--osv-url", url],
        cwd=ROOT,
        env={**base, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def closed_port() -> int:
    pytest_socket.enable_socket()
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port


@pytest.mark.exhaustive
def test_audit_finds_a_vulnerability_and_checks_every_lock_file(serve: Any) -> None:
    database = serve()
    done = audit(database.url)
    assert done.returncode == 1
    assert KNOWN["id"] in done.stdout
    assert "skipped" not in done.stdout.lower()
    # Each is a dependency of one lock file only: of the shared and the package layer, the local AWS, the tests, dbt.
    assert database.queried >= {"aws-lambda-powertools", "quilt3", "duckdb", "pytest", "dbt-core"}


@pytest.mark.exhaustive
@pytest.mark.parametrize("proxied", [False, True])
def test_audit_is_skipped_with_a_message_if_it_cannot_connect(proxied: bool) -> None:
    nothing = f"http://127.0.0.1:{closed_port()}"
    done = audit("http://osv.invalid/v1/query", http_proxy=nothing) if proxied else audit(f"{nothing}/v1/query")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Audit skipped: cannot connect to the vulnerability database")


@pytest.mark.exhaustive
def test_audit_fails_if_the_database_responds_with_an_error(serve: Any) -> None:
    done = audit(serve(status=500).url)
    assert done.returncode == 1
    assert "ServiceError" in done.stderr


@pytest.mark.exhaustive
def test_audit_fails_if_pip_audit_rejects_its_arguments() -> None:
    done = audit("http://127.0.0.1/v1/query", PIP_AUDIT_FORMAT="no-such-format")
    assert done.returncode != 0
    assert "no-such-format" in done.stderr
