"""The private names of MiniStack that the local AWS replaces and uses."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.environment import isolated
from local.stack.paths import ROOT

AWS = ROOT / "local" / "aws"
# In a process of its own, with a folder of its own: MiniStack reads its settings when it is imported.
_PRINT = "import json; from local.aws import ministack; print(json.dumps([ministack.moved(), [*declared()]]))"
_DECLARED = (
    "def declared():\n    yield from ministack.USED\n    yield from (patch.name for patch in ministack.PATCHES)\n"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], set[str]]:
    """The names that moved, and all that are declared."""
    home = tmp_path_factory.mktemp("home")
    settings = {
        "PYTHONPATH": str(ROOT),
        "S3_DATA_DIR": str(home),
        "STATE_DIR": str(home),
        "DOCKER_HOST": "unix:///none",
    }
    done = subprocess.run(
        [sys.executable, "-c", f"from local.aws import ministack\n{_DECLARED}{_PRINT}"],
        env={**isolated(home), **settings}, cwd=home, capture_output=True, text=True, check=True,
    )  # fmt: skip
    moved, declared = json.loads(done.stdout.splitlines()[-1])
    return moved, set(declared)


def private_names(path: Path) -> Iterator[str]:
    """The private names of MiniStack's modules that a file of ours mentions, such as ``services.glue._tables``."""
    tree = ast.parse(path.read_text())
    modules = {
        alias.asname or alias.name: f"{node.module}.{alias.name}".removeprefix("ministack.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ministack")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr.startswith("_"):
            module = modules.get(node.value.id)
            if module is not None:
                yield f"{module}.{node.attr}"


def test_every_private_name_is_where_it_is_expected(report: tuple[list[str], set[str]]) -> None:
    moved, _ = report
    assert not moved, "the installed MiniStack has moved what the local AWS needs:\n" + "\n".join(moved)


def test_every_private_name_that_is_used_is_declared(report: tuple[list[str], set[str]]) -> None:
    _, declared = report
    used = {name: str(path.relative_to(ROOT)) for path in sorted(AWS.rglob("*.py")) for name in private_names(path)}
    missing = {name: path for name, path in used.items() if name not in declared}
    assert used
    assert not missing, f"add these names to local/aws/ministack.py: {missing}"


def test_only_one_module_replaces_names_of_ministack() -> None:
    for path in sorted(AWS.rglob("*.py")):
        if path.name == "ministack.py":
            continue
        tree = ast.parse(path.read_text())
        assigned = [
            target
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
        ]
        modules = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ministack")
            for alias in node.names
        }
        assert not [target for target in assigned if target.value.id in modules], path  # type: ignore[attr-defined]


def test_a_moved_name_is_reported_with_what_differs() -> None:
    code = (
        "from ministack.services import athena, glue\n"
        "del athena._start_query_execution\n"
        "glue._create_table = lambda database, table: None\n"
        "from local.aws import ministack\n"
        "print('\\n'.join(ministack.moved()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "services.athena._start_query_execution: missing",
        "services.glue._create_table: expected (data), found (database, table)",
    ]
