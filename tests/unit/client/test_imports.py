"""What importing the client and the command brings with it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_CODE = "import sys, {module}; print([name for name in {forbidden} if name in sys.modules])"


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        # A service that asks questions needs boto3, and nothing that the functions or the command need.
        ("quilt_athena.client", ["pydantic", "aws_lambda_powertools", "click", "rich", "pyarrow"]),
        # `--help` and `ddl` don't wait for AWS's library, nor does anybody for what only a terminal needs.
        ("quilt_athena.cli.app", ["pydantic", "aws_lambda_powertools", "boto3", "botocore", "rich", "pyarrow"]),
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
