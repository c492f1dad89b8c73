"""The layers' dependencies for this machine, installed once and cached, so that builds need neither network nor pip."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from local.stack.paths import CACHE, ROOT
from local.stack.server import LocalAwsError

LAYERS = ROOT / "layers"


def build_settings() -> dict[str, str]:
    """The variables with which `sam build` builds the layers for this machine, from cached dependencies."""
    return {"QUILT_ATHENA_LAYER_DEPENDENCIES": str(_installed(sorted(LAYERS.glob("*/requirements.txt"))))}


def _installed(locks: Sequence[Path]) -> Path:
    """The folder that has a folder for each layer. Raises LocalAwsError if a lock file can't be installed."""
    locked = b"".join(lock.read_bytes() for lock in locks)
    key = hashlib.sha256(f"{sys.version}\n{sysconfig.get_platform()}\n".encode() + locked).hexdigest()[:16]
    folder = CACHE / f"dependencies-{key}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="dependencies-", dir=CACHE))
    try:
        for lock in locks:
            _install(lock, unfinished / lock.parent.name)
        try:
            unfinished.rename(folder)
        except OSError:
            # Another process was faster, and its folder has the same content.
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _install(lock: Path, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile"]
    command += ["--target", str(target), "-r", str(lock)]
    # The caller's environment, for its package index, proxy and certificates, except what --target can't live with.
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise LocalAwsError(f"The dependencies of a layer ({lock}) could not be installed:\n{done.stderr.strip()}")
