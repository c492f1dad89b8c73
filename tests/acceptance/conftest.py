"""What several clients share: a bucket with packages, and the package as users install it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from tests.deployed_aws import VARIABLE, DeployedAws
from tests.local_aws import Entry, LocalAws, Pushed
from verification.run import Run

MANY_CELLS = {f"cell-{number}.tiff": Entry(f"cell {number}", {"CellIndex": [str(number)]}) for number in range(4)}


@pytest.fixture(scope="session")
def shared_aws(request: pytest.FixtureRequest) -> LocalAws:
    """The stack: one that the tests deploy to the local AWS, or that `make verify-aws` has deployed to any."""
    run = os.environ.get(VARIABLE)
    return DeployedAws(Run(run)) if run else LocalAws(request.getfixturevalue("stack"))


@pytest.fixture
def local_aws(shared_aws: LocalAws) -> LocalAws:
    """The same, under the name that tests use."""
    return shared_aws


@pytest.fixture(scope="session")
def packages(shared_aws: LocalAws) -> str:
    """The bucket's name."""
    bucket = shared_aws.make_bucket("acceptance-bucket")
    shared_aws.push(
        bucket,
        Pushed("lab/cells", MANY_CELLS, message="O'Neill's cells", meta={"Algorithm": "1.3.0"}),
        Pushed("lab/notes", {"readme.md": Entry('é, "quoted"\n')}, meta={}),
    )
    shared_aws.onboard(bucket)
    return bucket


@pytest.fixture(scope="session")
def prefix(packages: str) -> str:
    """The beginning of the names of its tables and views."""
    return packages.replace("-", "_")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as pip builds it, with the build tool of this environment, since tests install nothing."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed wheel and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
    ]
    subprocess.run([*install, "--target", str(folder), str(wheel)], check=True)
    return folder
