"""`make local`: its output is true, the commands in it work, and interrupting it leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from local.stack.clients import client
from local.stack.paths import ROOT
from local.stack.sam import forbid_version_check
from local.stack.server import Server
from local.stack.stack import LocalStack
from local.stack.waiting import until

LAST_LINE = "Ctrl-C stops it and deletes its data."


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m local.stack.serve` with its own temporary folder and its output in a pipe."""
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "local.stack.serve", *arguments],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], end: str) -> list[str]:
    """The lines of its output up to the one that contains `end`."""
    assert process.stdout is not None
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if end in line:
            return lines
    raise AssertionError("\n".join([*lines, process.stderr.read()]))


def using(folder: Path) -> list[str]:
    """The commands of the processes that use a folder."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]


def test_serve_runs_until_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "local-aws"
    forbid_version_check(tmp_path / "home" / ".aws-sam")
    with serving(folder, "--port", "0") as process:
        lines = read_until(process, LAST_LINE)
        assert not any("\x1b" in line for line in lines)
        exports = {line.strip() for line in lines if line.strip().startswith("export ")}
        commands = [lines[number + 1].strip() for number, line in enumerate(lines) if line.startswith("  # ")]
        assert len(commands) == 3
        [endpoint] = [found[1] for line in lines if (found := re.fullmatch(r"Ready at (\S+)", line))]
        [stack] = client("cloudformation", endpoint).describe_stacks(StackName="quilt-athena")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        for output in stack["Outputs"]:
            assert any(line.split() == [output["OutputKey"], output["OutputValue"]] for line in lines)

        def shell(command: str) -> str:
            done = subprocess.run(
                ["bash", "-ec", "\n".join([*sorted(exports), command])],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home")},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        [address] = [line.strip() for line in lines if "/?token=" in line]
        console = urlsplit(address)
        assert console.hostname is not None
        assert get(console.hostname, console.port, f"/?{console.query}") == 303

        push, register, ask = commands
        shell(push)
        shell(register)
        glue = client("glue", endpoint)
        until(lambda: len(glue.get_tables(DatabaseName="quilt_query")["TableList"]), (9).__eq__)
        answer = json.loads(shell(ask))
        # The revision has two pointers: its time, and `latest`.
        assert [row["logical_key"] for row in answer["Rows"]] == ["hello.json", "hello.json"]

        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
        assert process.stdout is not None
        assert process.stdout.read() == "Stopped.\n"
    assert using(folder) == []
    assert list(folder.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        get(console.hostname, console.port, "/")


def get(host: str, port: int | None, path: str) -> int:
    """The status of the response to a request."""
    connection = http.client.HTTPConnection(host, port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_serve_json_prints_endpoint_and_outputs_beside_another_stack(
    tmp_path: Path, stack: LocalStack, name: str
) -> None:
    folder = tmp_path / "local-aws"
    with serving(folder, "--port", "0", "--json") as process:
        served = json.loads(read_until(process, "{")[-1])
        assert served["outputs"].keys() == stack.outputs.keys()
        assert served["endpoint"] != stack.endpoint
        assert served["environment"]["AWS_ENDPOINT_URL"] == served["endpoint"]
        stack.client("s3").create_bucket(Bucket=name)
        with pytest.raises(ClientError, match="Not Found"):
            client("s3", served["endpoint"]).head_bucket(Bucket=name)
        process.terminate()
        assert process.wait(120) == 0
    assert using(folder) == []
    assert list(folder.iterdir()) == []
    stack.client("s3").head_bucket(Bucket=name)


def test_serve_on_a_used_port_fails(tmp_path: Path, server: Server) -> None:
    with serving(tmp_path / "local-aws", "--port", str(server.port)) as process:
        assert process.stderr is not None
        message = process.stderr.read()
        assert process.wait(120) == 1
    assert message.startswith(f"Port {server.port} on 127.0.0.1 can't be used")
    assert message.count("\n") == 1
    assert list((tmp_path / "local-aws").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_serve_interrupted_while_deploying_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "local-aws"
    with serving(folder, "--port", "0") as process:
        read_until(process, "Starting the local AWS")
        process.send_signal(number)
        assert process.wait(120) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""
    until(lambda: using(folder), lambda commands: commands == [])
    assert list(folder.iterdir()) == []
