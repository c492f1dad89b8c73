"""The layers' dependencies are downloaded once for a lock file and a Python."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.stack import wheels
from local.stack.server import LocalAwsError


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A layer's lock file, and a cache, of the test's own."""
    monkeypatch.setattr(wheels, "LAYERS", tmp_path / "layers")
    monkeypatch.setattr(wheels, "CACHE", tmp_path / "cache")
    for layer in ("one", "two"):
        (tmp_path / "layers" / layer).mkdir(parents=True)
        (tmp_path / "layers" / layer / "requirements.txt").write_text("something==1 --hash=sha256:0\n")
    return tmp_path / "layers" / "two" / "requirements.txt"


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[list[str]]]:
    """Let pip's download end with an exit code; what it was asked for."""

    def end_with(code: int) -> list[list[str]]:
        commands: list[list[str]] = []

        def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
            commands.append(command)
            folder = Path(command[command.index("--dest") + 1])
            (folder / "something-1-py3-none-any.whl").touch()
            return subprocess.CompletedProcess(command, code, "", "no route to the index")

        monkeypatch.setattr(subprocess, "run", run)
        return commands

    return end_with


def test_wheels_are_downloaded_once(lock: Path, downloads: Callable[[int], list[list[str]]]) -> None:
    commands = downloads(0)
    settings = wheels.build_settings()
    assert wheels.build_settings() == settings
    assert [command.count("-r") for command in commands] == [2]
    assert settings["QUILT_ATHENA_LAYER_PLATFORM"] == "host"
    assert settings["QUILT_ATHENA_LAYER_PYTHON"] == sys.executable
    assert settings["PIP_NO_INDEX"] == "1"
    assert [path.name for path in Path(settings["PIP_FIND_LINKS"]).iterdir()] == ["something-1-py3-none-any.whl"]
    lock.write_text("something==2 --hash=sha256:1\n")
    assert wheels.build_settings()["PIP_FIND_LINKS"] != settings["PIP_FIND_LINKS"]
    assert len(commands) == 2


def test_failed_download_leaves_no_folder(lock: Path, downloads: Callable[[int], list[list[str]]]) -> None:
    downloads(1)
    with pytest.raises(LocalAwsError, match=r"could not be downloaded:\nno route to the index"):
        wheels.build_settings()
    assert list((lock.parents[2] / "cache").iterdir()) == []
    downloads(0)
    assert Path(wheels.build_settings()["PIP_FIND_LINKS"]).is_dir()
