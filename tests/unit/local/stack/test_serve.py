"""The command that serves the stack: its options."""

from __future__ import annotations

import sys

import pytest

from local.stack import serve


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "http", "1e3", "\u00b2"])
def test_an_invalid_port_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["serve", f"--port={port}"])
    with pytest.raises(SystemExit) as ended:
        serve.main()
    assert ended.value.code == 2
    assert f"argument --port: expected a port from 0 to 65535, got {port}" in capsys.readouterr().err
