"""Adds the package `quilt_athena_local` to the wheel: the local AWS, and the stack ready to deploy to it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LocalAwsBuildHook(BuildHookInterface[Any]):
    """Writes the package to a temporary folder while the wheel is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is built."""
        if version == "editable":  # runs from the repository
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        try:
            from tools import prebuilt
        finally:
            sys.path.remove(self.root)
        self._folder = Path(tempfile.mkdtemp(prefix="quilt-athena-wheel-"))
        shutil.copytree(root / "local", self._folder / "local", ignore=shutil.ignore_patterns("demo", "__pycache__"))
        prebuilt.write(root, self._folder / "prebuilt")
        build_data["force_include"][str(self._folder)] = "quilt_athena_local"

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Called after it was built."""
        if hasattr(self, "_folder"):
            shutil.rmtree(self._folder)
