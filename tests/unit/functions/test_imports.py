"""A function imports what is deployed with it, and nothing else that happens to be installed here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: What the Python runtime of Lambda brings (boto3 and its own), and the layer.
DEPLOYED = {
    "boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six",
    "aws_lambda_powertools", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection",
    "quilt_athena", "functions",
}  # fmt: skip
#: What the layer of push_package brings besides, and jsonpointer, which jsonschema does without.
QUILT3 = {
    "quilt3", "attr", "attrs", "awscrt", "_awscrt", "certifi", "charset_normalizer", "idna", "jsonlines", "jsonschema",
    "jsonschema_specifications", "platformdirs", "referencing", "requests", "requests_futures", "rpds", "tenacity",
    "tqdm", "yaml", "_yaml", "jsonpointer", "cython_runtime",
}  # fmt: skip
#: What botocore imports where it is installed, and does without in Lambda; and the interpreter's own.
OPTIONAL = {"awscrt", "_awscrt", "OpenSSL", "_openssl", "cryptography", "_cffi_backend", "certifi"}
LIST_MODULES = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"


def imported(statement: str) -> set[str]:
    """The top-level packages that a fresh interpreter holds after a statement."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'layers' / 'quilt_athena'}{os.pathsep}{ROOT}",
        # As template.yaml sets it: pydantic looks for plugins in everything that is installed otherwise.
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
    }
    command = [sys.executable, "-c", f"{statement}\n{LIST_MODULES}"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return set(run.stdout.split())


FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))


@pytest.mark.parametrize("module", [f"functions.{name}.app" for name in FUNCTIONS])
def test_a_function_imports_what_is_deployed(module: str) -> None:
    # Packages may hook into the start of any interpreter here.
    allowed = imported("pass") | DEPLOYED | OPTIONAL | set(sys.stdlib_module_names) | {"__mp_main__"}
    # What compiled modules add for themselves.
    unnamed: tuple[str, ...] = ("_sysconfigdata",)
    if module == "functions.push_package.app":
        allowed |= QUILT3
        unnamed += ("_cython_",)
    surplus = {name for name in imported(f"import {module}") - allowed if not name.startswith(unnamed)}
    assert surplus == set()
