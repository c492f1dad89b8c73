"""Starts and stops the server process of the local AWS."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from local.stack.environment import isolated
from local.stack.paths import ROOT

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 5.0
_LOG_TAIL_LINES = 25
#: No proxy is between us and this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LocalAwsError(Exception):
    """The local AWS could not be started, or a deployment to it failed. The message says what to do."""


class PortInUseError(LocalAwsError):
    """Another process uses the port."""


class Server:
    """One server process, with its own process group and folder. Use it as a context manager."""

    def __init__(
        self, data: Path, *, port: int | None = None, enforce_iam: bool = True, record: Path | None = None
    ) -> None:
        """Reserve the port.

        Args:
            data: the folder for all of the server's data. It is deleted when the server stops.
            port: the port on 127.0.0.1; any free one by default.
            enforce_iam: whether IAM's policies and access keys are checked.
            record: with `enforce_iam`, a file to which the checked requests are appended (local/aws/iam/record.py).

        Raises:
            PortInUseError: another process uses the port.
        """
        self._data = data
        self._enforce_iam = enforce_iam
        self._record = record
        self._socket = _bound_socket(port)
        self.port: int = self._socket.getsockname()[1]
        self.log = data / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The endpoint URL for AWS clients of this server."""
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The ID of the process and of its process group."""
        if self._process is None:
            raise LocalAwsError("The server is not running: call start() first.")
        return self._process.pid

    def start(self) -> None:
        """Start the process and wait until it responds. Raises LocalAwsError with the end of its log if it doesn't."""
        self.launch()
        self.wait_until_healthy()

    def launch(self) -> None:
        """Start the process."""
        self._data.mkdir(parents=True, exist_ok=True)
        descriptor = self._socket.fileno()
        command = [sys.executable, "-m", "local.aws", "--port", str(self.port), "--fd", str(descriptor)]
        command += ["--data", str(self._data), "--lifeline"]
        if not self._enforce_iam:
            command.append("--no-iam")
        if self._record is not None:
            command += ["--record", str(self._record)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=isolated(self._data / "home"),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(descriptor,),
                start_new_session=True,
            )
        self._socket.close()

    def wait_until_healthy(self) -> None:
        """Wait until it responds. Raises LocalAwsError, after stopping it, with the end of its log if it doesn't."""
        try:
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        pause = 0.05
        while not self._healthy():
            if self._process is None or self._process.poll() is not None:
                raise LocalAwsError(f"The local AWS stopped while starting.\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise LocalAwsError(
                    f"The local AWS did not respond on port {self.port} in {START_SECONDS:.0f} s.\n{self.log_tail()}"
                )
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)

    def _healthy(self) -> bool:
        try:
            with _OPENER.open(f"{self.endpoint}/_ministack/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def report_ready(self, outputs: Mapping[str, str]) -> None:
        """Have `/_local/ready` respond 200, with the outputs of the deployed stack."""
        body = json.dumps({"outputs": dict(outputs)}).encode()
        request = urllib.request.Request(f"{self.endpoint}/_local/ready", body, method="PUT")  # noqa: S310 - loopback
        _OPENER.open(request, timeout=60).close()

    def log_tail(self) -> str:
        """The end of the server's log."""
        if not self.log.exists():
            return "It wrote no log."
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        return "\n".join(["The end of its log:", *lines])

    def wait(self) -> int:
        """Wait until the server stops without being told to; returns its exit code."""
        if self._process is None:
            raise LocalAwsError("The server is not running: call start() first.")
        return self._process.wait()

    def stop(self) -> None:
        """Stop the server and the functions' processes, forcibly if necessary. Does nothing if it isn't running."""
        self._socket.close()
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        shutil.rmtree(self._data, ignore_errors=True)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _bound_socket(port: int | None) -> socket.socket:
    """A bound socket to hand over to the server, so that no other process can take the port in between."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port or 0))
    except OSError as error:
        bound.close()
        raise PortInUseError(
            f"Port {port} on {HOST} can't be used ({error.strerror}). Use another one: make local PORT={_free_port()}"
        ) from error
    return bound


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
