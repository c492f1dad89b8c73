"""CONTRIBUTING.md names paths and targets that exist, and every folder; pre-commit runs what `make static` runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.docs.pages import PAGES, ROOT, name

LAYER = ROOT / "layers" / "quilt_athena" / "quilt_athena"
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = dict(re.findall(r"^([a-z-]+):([^#\n=]*)", MAKEFILE, flags=re.MULTILINE))
# A row of a table: the names in its first column, then the rest.
_ROW = re.compile(r"^\| (`.+?`) \|", re.MULTILINE)
# Where a path in backticks may begin: at the root, in the layer's package, or in local/.
FOLDERS = (ROOT, LAYER, ROOT / "local", ROOT / "local" / "engine")


def paths() -> list[str]:
    """The paths in backticks: they end with a slash or a suffix."""
    quoted = re.findall(r"`([^`\s]+)`", PAGE)
    return sorted({text for text in quoted if re.fullmatch(r"[\w./<>-]+(/|\.\w+)", text)})


@pytest.mark.parametrize("path", paths())
def test_path_exists(path: str) -> None:
    pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
    # These are modules of several packages.
    folders = [*FOLDERS, *LAYER.iterdir()] if path in ("contracts.py", "requests.py") else [*FOLDERS]
    folders += [ROOT / "layers" / "quilt_package"] if path == "requirements.in" else []
    assert any(list(folder.glob(pattern)) for folder in folders), f"{path} does not exist"


def test_paths_are_found_on_the_page() -> None:
    assert {"functions/", "catalog/sql/", "functions/<verb_noun>/app.py"} <= set(paths())
    assert len(paths()) > 50


def test_every_folder_has_a_row() -> None:
    named = {name.split("/")[0] for row in _ROW.findall(PAGE) for name in re.findall(r"`([\w/]+)/`", row)}
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders - ignored <= named


def test_every_package_of_the_layer_has_a_row() -> None:
    packages = {path.parent.name for path in LAYER.glob("*/__init__.py")}
    modules = {path.stem for path in LAYER.glob("*.py")} - {"__init__"}
    section = PAGE.partition("imports point downwards only")[2].partition("## To add")[0]
    named = {name for row in _ROW.findall(section) for name in re.findall(r"`(\w+)(?:/|\.py)`", row)}
    assert named == packages | modules


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_that_a_page_names_exist(page: Path) -> None:
    named = re.findall(r"(?:`|\$ )make ([a-z][a-z-]*)", page.read_text(encoding="utf-8"))
    assert set(named) <= set(TARGETS)


def test_make_help_describes_every_target() -> None:
    described = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, flags=re.MULTILINE))
    assert described == set(TARGETS)
    (phony,) = re.findall(r"^\.PHONY: ((?:.*\\\n)*.*)$", MAKEFILE, flags=re.MULTILINE)
    assert set(phony.replace("\\", "").split()) == set(TARGETS)


def test_pre_commit_runs_the_checks_of_make_static() -> None:
    configuration: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repository,) = configuration["repos"]
    assert repository["repo"] == "local", "a hook from elsewhere is not pinned by the lock files"
    hooks = repository["hooks"]
    assert [hook["entry"] for hook in hooks] == [f"make --silent {check}" for check in TARGETS["static"].split()]
    assert all(hook["language"] == "system" and hook["pass_filenames"] is False for hook in hooks)


def test_check_runs_the_gates_that_ci_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    [targets] = re.findall(r"^make (.+)$", script, flags=re.MULTILINE)
    assert sorted(targets.split()) == sorted(TARGETS["check"].split())
    gates = re.findall(r"^\| `make ([a-z-]+)` \|", PAGE, flags=re.MULTILINE)
    assert gates == TARGETS["check"].split()
