"""Write docs/verification.md from the declarations of the checks and their recorded results.

`make verification-page` runs it. The text above the results is written by hand and kept.
"""

from __future__ import annotations

from pathlib import Path

from local.stack.paths import ROOT
from verification.page import render

PAGE = ROOT / "docs" / "verification.md"
MARK = "<!-- Written by `make verification-page`. -->"


def page(path: Path = PAGE) -> str:
    """The page as it should be."""
    introduction, mark, _ = path.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise ValueError(f"{path} has no line {MARK}")
    return f"{introduction}{MARK}\n\n{render()}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
