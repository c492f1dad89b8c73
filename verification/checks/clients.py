"""The acceptance tests: the clients that people use, on the deployed stack."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

from local.stack.paths import ROOT
from verification.aws import Aws
from verification.check import check
from verification.expectations import AtLeast

_TESTS = ("test_boto3.py", "test_awswrangler.py", "test_pyathena.py", "test_quilt3.py", "test_command.py")


@check(
    "clients",
    claim="boto3, AWS SDK for pandas, PyAthena, quilt3 and the command work with the deployed stack.",
    expected={"passed": AtLeast(15), "failed": []},
    relied_on="README.md; docs/local.md; docs/cli.md; docs/python.md",
    source="tests/acceptance, which run on the local AWS",
)
def clients(aws: Aws) -> Any:
    """Runs the acceptance tests on the run's stack, and names those that fail."""
    environment = {
        **aws.target.environment(aws.work / "home"),
        "PYTHONPATH": f"{ROOT / 'layers' / 'quilt_athena'}:{ROOT}",
        "QUILT_ATHENA_VERIFICATION": aws.run.id,
    }
    tests = [str(ROOT / "tests" / "acceptance" / name) for name in _TESTS]
    command = [sys.executable, "-m", "pytest", *tests, "-q", "-p", "no:cacheprovider", "-o", "timeout=600"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    failed = sorted(set(re.findall(r"^(?:FAILED|ERROR) \S*::(\w+)", done.stdout, re.MULTILINE)))
    if not passed and not failed:
        raise RuntimeError(f"the tests did not run:\n{(done.stdout + done.stderr)[-2000:]}")
    return {"passed": int(passed[1]) if passed else 0, "failed": failed}
