"""The pages for people, with the path of each."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def name(path: Path) -> str:
    """The path below the root, as a test id."""
    return str(path.relative_to(ROOT))
