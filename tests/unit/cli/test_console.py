"""`console` starts the page with the selected stack, and says what it lacks."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

import pytest

from quilt_athena.client import QuiltAthena
from tests.unit.cli.conftest import Run

ADDRESS = "http://127.0.0.1:8123/?token=abc"


class PortInUseError(Exception):
    """As in quilt_athena_console.server."""


class Server(ModuleType):
    """The server of the console, which isn't started."""

    PortInUseError = PortInUseError

    def __init__(self) -> None:
        super().__init__("quilt_athena_console.server")
        self.served: dict[str, Any] = {}

    def serve(self, athena: QuiltAthena, **options: Any) -> None:
        """Remember the arguments."""
        if options["port"] == 1:
            raise PortInUseError("port 1 is in use: choose another one")
        self.served = {"athena": athena, **options}
        options["on_ready"](ADDRESS)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setitem(sys.modules, server.__name__, server)
    return server


def test_console_is_served_for_the_stack_and_its_address_printed(run: Run, server: Server) -> None:
    done = run("--stack", "other", "console", "--no-browser")
    assert (done.exit_code, done.stdout) == (0, f"The console is at {ADDRESS}\n")
    assert server.served["athena"].stack.name == "other"
    assert (server.served["place"], server.served["port"], server.served["open_browser"]) == ("us-east-1", 0, False)


def test_address_as_json_is_one_line(run: Run, server: Server) -> None:
    assert json.loads(run("--json", "console").stdout) == {"Address": ADDRESS}
    assert server.served["open_browser"] is True


def test_used_port_is_a_usage_error(run: Run, server: Server) -> None:
    done = run("console", "--port", "1")
    assert done.exit_code == 2
    assert "port 1 is in use" in done.stderr
    assert not server.served


@pytest.mark.parametrize("missing", ["nicegui", "quilt_athena_console"])
def test_missing_extra_is_a_usage_error(run: Run, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "quilt_athena_console"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    done = run("console")
    assert done.exit_code == 2
    assert "pip install 'quilt-athena[console]'" in done.stderr


def test_local_console_names_the_local_aws(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from quilt_athena.cli.settings import Settings

    monkeypatch.setattr(Settings, "session", lambda _: None)
    assert run("console", "--local", "http://127.0.0.1:4999").exit_code == 0
    assert server.served["place"] == "local AWS at 127.0.0.1:4999"
