"""The layers' dependencies are installed once for a lock file and a Python."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.stack import dependencies
from local.stack.server import LocalAwsError


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A layer's lock file, and a cache, of the test's own."""
    monkeypatch.setattr(dependencies, "LAYERS", tmp_path / "layers")
    monkeypatch.setattr(dependencies, "CACHE", tmp_path / "cache")
    for layer in ("one", "two"):
        (tmp_path / "layers" / layer).mkdir(parents=True)
        (tmp_path / "layers" / layer / "requirements.txt").write_text("something==1 --hash=sha256:0\n")
    return tmp_path / "layers" / "two" / "requirements.txt"


@pytest.fixture
def installations(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Let pip end with an exit code; the lock files that it installed."""

    def end_with(code: int) -> list[str]:
        locks: list[str] = []

        def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
            locks.append(command[command.index("-r") + 1])
            folder = Path(command[command.index("--target") + 1])
            folder.mkdir()
            (folder / "something.py").touch()
            return subprocess.CompletedProcess(command, code, "", "no route to the index")

        monkeypatch.setattr(subprocess, "run", run)
        return locks

    return end_with


def _folder() -> Path:
    return Path(dependencies.build_settings()["QUILT_ATHENA_LAYER_DEPENDENCIES"])


def test_dependencies_are_installed_once(lock: Path, installations: Callable[[int], list[str]]) -> None:
    locks = installations(0)
    folder = _folder()
    assert _folder() == folder
    assert locks == [str(lock.parents[1] / layer / "requirements.txt") for layer in ("one", "two")]
    assert sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*")) == [
        "one/something.py",
        "two/something.py",
    ]
    lock.write_text("something==2 --hash=sha256:1\n")
    assert _folder() != folder
    assert len(locks) == 4


def test_failed_installation_leaves_no_folder(lock: Path, installations: Callable[[int], list[str]]) -> None:
    installations(1)
    with pytest.raises(LocalAwsError, match=r"could not be installed:\nno route to the index"):
        _folder()
    assert list((lock.parents[2] / "cache").iterdir()) == []
    installations(0)
    assert _folder().is_dir()
