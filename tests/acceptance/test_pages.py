"""The pages on the command and on the Python client: what they show is what happens."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from tests.local_aws import LocalAws

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What a slow machine prints while a command waits.
_PROGRESS = re.compile(r"[A-Z ]+, \d+ s(, .* scanned)?")
# What differs from run to run.
_VARIES = (
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<time>"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
    (r"\b\d+\.\d s", "<seconds>"),
    (r"\b[\d.]+ [KM]?B scanned", "<bytes> scanned"),
    # Columns are as wide as what is in them.
    (r" +", " "),
    (r"-{3,}", "---"),
)


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [body for kind, body in _FENCE.findall(text) if kind == language]


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block (`$ ...`, continued by `> ...`), each with the lines that it prints."""
    command, output = "", list[str]()
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, output
            command, output = line[2:], []
        elif line.startswith("> ") and not output:
            command += "\n" + line[2:]
        else:
            output.append(line)
    yield command, output


def lines(text: str) -> list[str]:
    """The lines that are the same in every run."""
    for pattern, stand_in in _VARIES:
        text = re.sub(pattern, stand_in, text)
    return [line.rstrip() for line in text.splitlines() if line.strip() and not _PROGRESS.fullmatch(line)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the command `quilt-athena` in `bin`."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "bin").mkdir()
    command = folder / "bin" / "quilt-athena"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m quilt_athena.cli "$@"\n')
    command.chmod(0o755)
    return folder


@pytest.fixture
def cells(local_aws: LocalAws) -> str:
    """The bucket of the pages, with its packages; made once."""
    buckets = {bucket["Name"] for bucket in local_aws.s3.list_buckets()["Buckets"]}
    if "cells" not in buckets:
        local_aws.make_bucket("cells")
        local_aws.run_python(
            "import sys; from local.demo import samples; sys.argv[1:] = ['cells', 'cells']; samples.main()"
        )
    local_aws.onboard("cells")
    return "cells"


def run(command: list[str], local_aws: LocalAws, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in the folder, before the local AWS; what it prints, to standard error too, in order."""
    environment = {
        **local_aws.stack.environment(),
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "layers" / "quilt_athena"),
    }
    return subprocess.run(
        command,
        cwd=home,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.usefixtures("cells")
def test_the_command_prints_what_its_page_shows(local_aws: LocalAws, home: Path) -> None:
    shown = [pair for block in blocks("cli.md", "console") for pair in commands(block)]
    assert len(shown) >= 9
    for command, output in shown:
        here = re.sub(r"--local\b", f"--local {local_aws.stack.endpoint}", command)
        printed = lines(run(["bash", "-c", here], local_aws, home).stdout)
        expected = lines("\n".join(output))
        if " buckets " in command:  # other tests' buckets are listed too
            printed = [line for line in printed if line in expected]
        if re.search(r"\b(status|redrive)\b", command):  # other tests leave dead letters
            printed, expected = ([line.partition(":")[0] for line in some][:4] for some in (printed, expected))
        assert printed == expected, command


@pytest.mark.usefixtures("cells")
def test_the_examples_of_the_python_page_run(local_aws: LocalAws, home: Path) -> None:
    examples = blocks("python.md", "python")
    assert len(examples) >= 5
    done = run([sys.executable, "-W", "error", "-c", "\n".join(examples)], local_aws, home)
    assert done.returncode == 0, done.stdout
    for part in (
        "membrane.onnx",
        "nucleus.onnx",
        "('square', 'bigint')",
        "{'name': 'cells'}",
        "Column 'nme' cannot be resolved",
    ):
        assert part in done.stdout


_EXECUTE = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": "."}}).execute()
nbformat.write(notebook, sys.argv[2])
"""


@pytest.mark.usefixtures("cells")
def test_the_notebook_runs_and_plots(local_aws: LocalAws, home: Path) -> None:
    notebook = ROOT / "examples" / "notebook" / "packages.ipynb"
    done = run([sys.executable, "-c", _EXECUTE, str(notebook), "executed.ipynb"], local_aws, home)
    assert done.returncode == 0, done.stdout
    executed = json.loads((home / "executed.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    shown = [kind for output in outputs for kind in output.get("data", {})]
    assert shown.count("text/html") == 2, "a result and a data frame"
    assert shown.count("image/png") == 1
    first = "".join(next(output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {})))
    assert "plate-1/well-A1/field-3.tiff" in first
    assert "bytes scanned" in first
