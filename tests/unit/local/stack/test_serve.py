"""The arguments of `python -m local.stack.serve`."""

from __future__ import annotations

import sys

import pytest

from local.stack import serve


@pytest.mark.parametrize("port", ["65536", "70000", "-1", "4566.0", "http", ""])
def test_port_out_of_range_is_a_usage_error(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["serve", f"--port={port}"])
    with pytest.raises(SystemExit) as caught:
        serve.main()
    assert caught.value.code == 2
    assert f"'{port}' is not a port: expected a number from 0 to 65535" in capsys.readouterr().err
