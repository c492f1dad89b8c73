"""The example of a Prefect flow runs, with Prefect's own server for the time of the run.

Prefect needs other versions of packages than the tests, so it has an environment of its own (`make .venv/.prefect`).
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from tests.local_aws import LocalAws

_PYTHON = Path(sys.prefix) / "prefect" / "bin" / "python"

pytestmark = pytest.mark.skipif(not _PYTHON.exists(), reason="Prefect isn't installed: make .venv/.prefect")


def run(
    local_aws: LocalAws, folder: Path, *arguments: str, stack: str = "quilt-athena"
) -> subprocess.CompletedProcess[str]:
    """Run the flow in a folder, in which Prefect keeps its files, too."""
    environment = {
        **local_aws.stack.environment(),
        "PYTHONPATH": str(ROOT / "layers" / "quilt_athena"),
        "QUILT_ATHENA_STACK": stack,
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # A busy machine takes longer than its 20 seconds.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
        "PATH": os.environ["PATH"],
    }
    return subprocess.run(
        [str(_PYTHON), str(ROOT / "examples" / "prefect" / "flow.py"), *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_flow_writes_the_rows_of_a_saved_query(local_aws: LocalAws, packages: str, tmp_path: Path) -> None:
    done = run(local_aws, tmp_path, packages, "largest.csv")
    assert done.returncode == 0, done.stdout
    with (tmp_path / "largest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["logical_key"] for row in rows} >= {"cell-0.tiff", "readme.md"}
    assert f"{len(rows)} rows in largest.csv" in done.stdout


def test_flow_fails_at_once_if_a_retry_would_fail_too(local_aws: LocalAws, tmp_path: Path) -> None:
    done = run(local_aws, tmp_path, "any-bucket", "largest.csv", stack="nobody")
    assert done.returncode == 1
    assert "stack nobody not found" in done.stdout
    assert "AwaitingRetry" not in done.stdout
