"""The server process: it is isolated, and stops reliably, with everything that it started."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack.clients import client
from local.stack.paths import ROOT
from local.stack.server import HOST, LocalAwsError, PortInUseError, Server
from local.stack.waiting import until
from tests.integration.local.processes import of_group

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
FUNCTION = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"

# A parent that has a server with a warm function, and then waits.
_PARENT = """
import signal, sys, time
from pathlib import Path
from local.stack.server import Server
from tests.integration.local.test_server import invoke
# nohup, for example, makes the tests ignore it.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
server = Server(Path(sys.argv[1]))
server.start()
invoke(server)
print(server.pid, server.port, flush=True)
time.sleep(600)
"""


def invoke(server: Server) -> dict[str, str]:
    """Create and invoke a function, so that it has a process; returns its environment."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", FUNCTION)
    iam = client("iam", server.endpoint)
    role = iam.create_role(RoleName="anybody", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    functions = client("lambda", server.endpoint)
    functions.create_function(
        FunctionName="tell",
        Runtime="python3.13",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="tell", WaiterConfig={"Delay": 1})
    environment: dict[str, str] = json.load(functions.invoke(FunctionName="tell")["Payload"])
    return environment


@contextmanager
def parent(folder: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """A parent process, with its server's process ID and port."""
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            line = process.stdout.readline()
            assert line, process.stderr.read()
            pid, port = line.split()
            yield process, int(pid), int(port)
        finally:
            process.kill()


def test_stop_leaves_no_process_port_or_file(tmp_path: Path) -> None:
    server = Server(tmp_path / "aws")
    with server:
        invoke(server)
        group = server.pid
        commands = of_group(group)
        assert any("local.aws" in command for command in commands)
        assert any("engine.processes" in command for command in commands), commands
        assert any("worker" in command and "engine" not in command for command in commands), commands
    assert of_group(group) == []
    assert list(tmp_path.iterdir()) == []
    with socket.socket() as probe:
        assert probe.connect_ex((HOST, server.port)) != 0
    # The port is free again at once.
    with Server(tmp_path / "again", port=server.port) as again:
        assert again.port == server.port


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_server_stops_with_its_parent(tmp_path: Path, number: signal.Signals) -> None:
    with parent(tmp_path / "aws") as (process, group, port):
        assert len(of_group(group)) >= 2
        process.send_signal(number)
        process.wait(120)
        until(lambda: of_group(group), lambda commands: commands == [])
        assert not (tmp_path / "aws").exists()
        with socket.socket() as probe:
            assert probe.connect_ex((HOST, port)) != 0


def test_two_servers_share_nothing(server: Server, tmp_path: Path, name: str) -> None:
    client("s3", server.endpoint).create_bucket(Bucket=name)
    with Server(tmp_path / "aws") as other:
        assert other.port != server.port
        with pytest.raises(ClientError, match="Not Found"):
            client("s3", other.endpoint).head_bucket(Bucket=name)
        client("s3", other.endpoint).create_bucket(Bucket=name)
        seen = invoke(other)
        assert seen["AWS_ENDPOINT_URL"] == other.endpoint
        assert seen["TMPDIR"] == str(tmp_path / "aws" / "tmp")
    client("s3", server.endpoint).head_bucket(Bucket=name)


def test_server_leaves_nothing_in_the_shared_temporary_folder(tmp_path: Path) -> None:
    with parent(tmp_path / "aws", TMPDIR=str(tmp_path)):
        assert [path.name for path in tmp_path.iterdir()] == ["aws"]


def test_used_port_is_reported(server: Server, tmp_path: Path) -> None:
    with pytest.raises(PortInUseError, match=rf"Port {server.port} on 127\.0\.0\.1 can't be used .* make local PORT="):
        Server(tmp_path / "aws", port=server.port)


def test_server_is_reachable_only_from_this_machine(server: Server) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        try:
            outward.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but its own")
        address = outward.getsockname()[0]
    with socket.socket() as probe:
        assert probe.connect_ex((address, server.port)) != 0


def test_server_that_cannot_start_shows_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.stack.server.ROOT", tmp_path)
    server = Server(tmp_path / "aws")
    with pytest.raises(LocalAwsError, match=r"stopped while starting(.|\n)*No module named"):
        server.start()
    assert not (tmp_path / "aws").exists()


# Settings that a caller may have, none of which may have an effect.
HOSTILE = {
    "AWS_PROFILE": "production",
    "AWS_CONFIG_FILE": "/nonexistent/config",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:9",
    "AWS_SESSION_TOKEN": "a-token",
    "AWS_REGION": "eu-north-1",
    "AWS_CA_BUNDLE": "/nonexistent/bundle.pem",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "MINISTACK_ACCOUNT_ID": "123456789012",
    "GATEWAY_PORT": "9",
    "SERVICES": "sqs",
}


def test_callers_aws_settings_have_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with parent(tmp_path / "aws", **HOSTILE) as (_, _, port):
        for name, value in HOSTILE.items():
            monkeypatch.setenv(name, value)
        endpoint = f"http://{HOST}:{port}"
        functions: Any = client("lambda", endpoint)
        seen = json.load(functions.invoke(FunctionName="tell")["Payload"])
        assert seen["AWS_REGION"] == "us-east-1"
        assert seen["AWS_ENDPOINT_URL"] == endpoint
        left = {name for name in HOSTILE if name in seen} - {"AWS_CONFIG_FILE", "AWS_ENDPOINT_URL", "AWS_REGION"}
        # The function's own token is that of its role's session; the port is the server's.
        assert left - {"AWS_SESSION_TOKEN", "GATEWAY_PORT"} == set()
        assert seen["AWS_SESSION_TOKEN"] not in {"", HOSTILE["AWS_SESSION_TOKEN"]}
        assert seen["AWS_ACCESS_KEY_ID"].startswith("ASIA")
        assert seen["GATEWAY_PORT"] == str(port)
        assert seen["AWS_CONFIG_FILE"] == os.devnull
        assert client("sts", endpoint).get_caller_identity()["Account"] == "000000000000"
