"""The layers' dependencies for this machine, downloaded once and cached, so that builds need no network."""

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
    """The variables with which `sam build` builds the layers for this machine, from cached wheels."""
    return {
        "QUILT_ATHENA_LAYER_PLATFORM": "host",
        "QUILT_ATHENA_LAYER_PYTHON": sys.executable,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(_wheels(sorted(LAYERS.glob("*/requirements.txt")))),
        "PIP_CONFIG_FILE": os.devnull,
    }


def _wheels(locks: Sequence[Path]) -> Path:
    """The folder with the wheels of the lock files. Raises LocalAwsError if they can't be downloaded."""
    locked = b"".join(lock.read_bytes() for lock in locks)
    key = hashlib.sha256(f"{sys.version}\n{sysconfig.get_platform()}\n".encode() + locked).hexdigest()[:16]
    folder = CACHE / f"wheels-{key}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="wheels-", dir=CACHE))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--require-hashes", "--only-binary=:all:", "--dest", str(unfinished)]
    command += [argument for lock in locks for argument in ("-r", str(lock))]
    try:
        # With the caller's environment, for its package index, proxy and certificates.
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            named = ", ".join(map(str, locks))
            raise LocalAwsError(f"The layers' dependencies ({named}) could not be downloaded:\n{done.stderr.strip()}")
        try:
            unfinished.rename(folder)
        except OSError:
            # Another process was faster, and its folder has the same content.
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder
