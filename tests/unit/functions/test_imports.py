"""Functions import only what is deployed with them, not whatever else is installed here."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: The packages of Lambda's Python runtime and of the layer.
DEPLOYED = {
    "boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six",
    "aws_lambda_powertools", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection",
    "quilt_athena", "functions",
}  # fmt: skip
#: The packages of push_package's own layer, and jsonpointer and tornado, which jsonschema and tenacity import if they
#: are installed.
QUILT3 = {
    "quilt3", "attr", "attrs", "awscrt", "_awscrt", "certifi", "charset_normalizer", "idna", "jsonlines", "jsonschema",
    "jsonschema_specifications", "platformdirs", "referencing", "requests", "requests_futures", "rpds", "tenacity",
    "tqdm", "yaml", "_yaml", "jsonpointer", "tornado", "cython_runtime",
}  # fmt: skip
#: Packages that botocore imports if they are installed, which they are not in Lambda.
OPTIONAL = {"awscrt", "_awscrt", "OpenSSL", "_openssl", "cryptography", "_cffi_backend", "certifi"}
LIST_MODULES = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"


def imported(statement: str) -> set[str]:
    """The top-level packages that a new interpreter has imported after a statement."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'layers' / 'quilt_athena'}{os.pathsep}{ROOT}",
        # As template.yaml sets it: otherwise pydantic searches all installed packages for plugins.
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
    }
    command = [sys.executable, "-c", f"{statement}\n{LIST_MODULES}"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return set(run.stdout.split())


FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))


@pytest.mark.parametrize("module", [f"functions.{name}.app" for name in FUNCTIONS])
def test_function_imports_only_what_is_deployed(module: str) -> None:
    # Packages that are installed here may be imported at the start of any interpreter.
    allowed = imported("pass") | DEPLOYED | OPTIONAL | set(sys.stdlib_module_names) | {"__mp_main__"}
    # Modules that compiled modules add.
    unnamed: tuple[str, ...] = ("_sysconfigdata",)
    if module == "functions.push_package.app":
        allowed |= QUILT3
        unnamed += ("_cython_",)
    surplus = {name for name in imported(f"import {module}") - allowed if not name.startswith(unnamed)}
    assert surplus == set()


def test_prepare_query_does_not_import_boto3() -> None:
    assert "boto3" not in imported("import functions.prepare_query.app")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_composed_alike(name: str) -> None:
    """Settings, composition, handler: in this order, and nothing else that others could import."""
    tree = ast.parse((ROOT / "functions" / name / "app.py").read_text())
    public = [
        node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef) if node.name[0] != "_"
    ]
    assert [one for one in public if one != "LazyClients"] == ["Settings", "compose", "handler"]
