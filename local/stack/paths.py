"""Where the project's files are."""

from __future__ import annotations

from pathlib import Path

#: The folder that holds `template.yaml`.
ROOT = Path(__file__).resolve().parents[2]
#: What is kept between runs.
CACHE = ROOT / ".local" / "cache"
