"""`make test` has a test of each main path and client, and reports what it leaves out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import parts

TESTS = Path(__file__).parents[1]
#: All others use the local AWS; faults add to other areas; the rest deploy further stacks.
WITHOUT_MAIN_PATH = {"local", "faults", "alarms", "upgrade"}
AREAS = sorted(
    folder
    for folder in (TESTS / "integration").iterdir()
    if any(folder.glob("test_*.py")) and folder.name not in WITHOUT_MAIN_PATH
)
CLIENTS = sorted((TESTS / "acceptance").glob("test_*.py"))
#: The tour and the examples of the docs use the clients that the other files try.
EXAMPLES = {"test_demo.py", "test_pages.py", "test_prefect.py"}


def has_main_path(path: Path) -> bool:
    """Whether a file has a test that `make test` runs."""
    return f"@pytest.mark.{parts.MAIN_PATH}\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", AREAS, ids=lambda folder: folder.name)
def test_area_has_a_main_path(folder: Path) -> None:
    assert any(map(has_main_path, folder.glob("test_*.py")))


@pytest.mark.parametrize("path", [path for path in CLIENTS if path.name not in EXAMPLES], ids=lambda path: path.name)
def test_client_has_a_main_path(path: Path) -> None:
    assert has_main_path(path)


def test_make_test_selects_by_marker() -> None:
    makefile = (TESTS.parent / "Makefile").read_text(encoding="utf-8")
    selections = {one or other for one, other in re.findall(r" -m (?:'(.*?)'|(\w+)) -n", makefile)}
    # `make test-all` runs the opposite of each.
    assert selections == parts.SELECTIONS | {"exhaustive", f"not {parts.MAIN_PATH}"}


def test_summary_lists_folders_and_the_command() -> None:
    skipped = parts.counted(
        ["tests/a/test_x.py::test_one", "tests/a/test_y.py::test_two[b/c]", "tests/bc/test_z.py::t"]
    )
    assert list(parts.summary(skipped)) == [
        "tests/a      2 tests",
        "tests/bc     1 test",
        "`make test-all` runs these 3 tests too.",
    ]
