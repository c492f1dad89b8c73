"""What importing the client and the command imports."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_CODE = "import sys, {module}; print([name for name in {forbidden} if name in sys.modules])"


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        # A service that runs queries needs boto3, and nothing that only the functions or the command need.
        ("quilt_athena.client", ["pydantic", "aws_lambda_powertools", "click", "rich", "pyarrow"]),
        # `--help` and `ddl` don't wait for boto3, and only a terminal needs rich.
        (
            "quilt_athena.cli.app",
            ["pydantic", "aws_lambda_powertools", "boto3", "botocore", "rich", "pyarrow", "prompt_toolkit", "pygments"],
        ),
        ("quilt_athena.catalog.ddl", ["pydantic", "aws_lambda_powertools", "boto3", "botocore"]),
    ],
)
def test_imports_stay_small(module: str, forbidden: list[str]) -> None:
    code = _CODE.format(module=module, forbidden=forbidden)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
