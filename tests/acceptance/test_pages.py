"""Every block of commands and Python on every page runs, in order, from an empty stack, and prints what its page shows.

The bucket `my-bucket` is the users', and has packages. Nothing is registered before the pages do it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.paths import ROOT
from tests import page_blocks
from tests.conftest import deployed
from tests.local_aws import LocalAws
from tests.page_blocks import Outcome, Step
from tests.unit.docs.pages import PAGES, name

#: What these pages show is of a stack without other buckets, views and schedules.
FIRST = ("cli.md", "local.md", "python.md")
ORDER = sorted(PAGES, key=lambda path: FIRST.index(path.name) if path.name in FIRST else len(FIRST))
#: What programs of a page print, which the page doesn't show.
PRINTED = {
    "python.md": (
        "membrane.onnx",
        "nucleus.onnx",
        "('square', 'bigint')",
        "{'name': 'cells'}",
        "Column 'nme' cannot be resolved",
    ),
    "quick-start-service.md": ('"Rows": [{"packages": 0}]',),
}
# What a clone has, and pages use.
_CLONE = ("views", "templates", "examples", "events")
_AWS_CLI = Path(sys.prefix) / "awscli" / "bin" / "python"
# What a slow machine prints while a command waits.
_PROGRESS = re.compile(r"[A-Z ]+, \d+ s(, .* scanned)?")
# What differs from run to run.
_VARIES = (
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<time>"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
    (r"\b\d+\.\d s", "<seconds>"),
    (r"\b[\d.]+ [KM]?B scanned", "<bytes> scanned"),
    (r"\b\d+ (minutes?|seconds?|hours?) ago", "<age>"),
    # Columns are as wide as what is in them.
    (r" +", " "),
    (r"-{3,}", "---"),
)


def lines(text: str) -> list[str]:
    """The lines that are the same in every run."""
    for pattern, stand_in in _VARIES:
        text = re.sub(pattern, stand_in, text)
    return [line.rstrip() for line in text.splitlines() if line.strip() and not _PROGRESS.fullmatch(line)]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """An empty stack, and the users' bucket with packages."""
    assert _AWS_CLI.exists(), "the AWS CLI isn't installed: make .venv/.awscli"
    with deployed(tmp_path_factory.mktemp("home")) as stack:
        local_aws = LocalAws(stack)
        local_aws.make_bucket("my-bucket")
        local_aws.run_python(
            "import sys; from local.demo import samples; sys.argv[1:] = ['cells', 'my-bucket']; samples.main()"
        )
        yield local_aws


@pytest.fixture(scope="module")
def bin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs of the pages that this environment doesn't have by that name."""
    folder = tmp_path_factory.mktemp("bin")
    for program, command in {
        "quilt-athena": f"{sys.executable} -m quilt_athena.cli",
        "python": sys.executable,
        # Without our packages, of which it has other versions.
        "aws": f"env -u PYTHONPATH {_AWS_CLI} -m awscli",
    }.items():
        path = folder / program
        path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        path.chmod(0o755)
    return folder


@pytest.fixture
def run(aws: LocalAws, bin_folder: Path, tmp_path: Path) -> Callable[[list[Step]], list[Outcome]]:
    """Runs steps in one shell, in a new folder with what the pages use of a clone."""
    for folder in _CLONE:
        (tmp_path / folder).symlink_to(ROOT / folder)
    environment = {
        **aws.stack.environment(),
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT / 'layers' / 'quilt_athena'}{os.pathsep}{ROOT}",
    }

    def in_shell(steps: list[Step]) -> list[Outcome]:
        script = re.sub(r"--local\b", f"--local {aws.stack.endpoint}", page_blocks.script(steps))
        (tmp_path / "page.sh").write_text(script.replace("http://127.0.0.1:4566", aws.stack.endpoint))
        done = subprocess.run(
            ["bash", "page.sh"],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return page_blocks.outcomes(done.stdout, len(steps))

    return in_shell


@pytest.mark.parametrize("page", ORDER, ids=name)
def test_blocks_of_the_page_run(
    page: Path, aws: LocalAws, run: Callable[[list[Step]], list[Outcome]], tmp_path: Path
) -> None:
    text = page.read_text(encoding="utf-8")
    steps = page_blocks.steps(text, tmp_path)
    outcomes = run(steps)
    problems: list[tuple[Step, object, Outcome]] = []
    for step, outcome in zip(steps, outcomes, strict=True):
        if outcome.code != 0:
            problems.append((step, "exit code 0", outcome))
        elif step.shown is not None and comparable(step, outcome.printed) != comparable(step, step.shown):
            problems.append((step, lines(step.shown), outcome))
        for execution in re.findall(r'"executionArn": "([^"]+)"', outcome.printed):
            if ended(aws, execution)["status"] != "SUCCEEDED":
                problems.append((step, "an execution that succeeds", outcome))
    assert problems == []
    printed = "\n".join(outcome.printed for outcome in outcomes)
    assert [part for part in PRINTED.get(page.name, ()) if part not in printed] == [], printed


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        (f"{name(page)}:{block.line}", block.reason)
        for page in ORDER
        for block in page_blocks.blocks(page.read_text(encoding="utf-8"))
        if block.reason
    ],
)
def test_block_that_is_not_run_has_a_reason(where: str, reason: str) -> None:
    """Skipped, so that the summary of the tests lists them."""
    pytest.skip(f"{where}: {reason}")


def comparable(step: Step, printed: str) -> list[str]:
    """What a command prints in every run. What the stack has done so far differs, because it depends on the time."""
    found = lines(printed)
    return [line.partition(":")[0] for line in found][:4] if "quilt-athena status" in step.command else found


def ended(aws: LocalAws, execution: str) -> dict[str, Any]:
    """Wait until an execution that a page started has ended."""
    described: dict[str, Any] = aws.until(
        lambda: aws.stepfunctions.describe_execution(executionArn=execution),
        lambda found: found["status"] != "RUNNING",
    )
    return described


_EXECUTE = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": "."}}).execute()
nbformat.write(notebook, sys.argv[2])
"""


def test_the_notebook_runs_and_plots(run: Callable[[list[Step]], list[Outcome]], tmp_path: Path) -> None:
    (tmp_path / "execute.py").write_text(_EXECUTE)
    (outcome,) = run([Step(0, "python execute.py examples/notebook/packages.ipynb executed.ipynb", None)])
    assert outcome.code == 0, outcome.printed
    executed = json.loads((tmp_path / "executed.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    shown = [kind for output in outputs for kind in output.get("data", {})]
    assert shown.count("text/html") == 2, "a result and a data frame"
    assert shown.count("image/png") == 1
    first = "".join(next(output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {})))
    assert "plate-1/well-A1/field-3.tiff" in first
    assert "bytes scanned" in first
