"""The stack as the package `quilt_athena_local` contains it, so that starting it needs neither SAM nor a compiler.

The template is transformed (AWS::Serverless), and the code of each function and layer is a zip file next to it. Layers
have no dependencies: functions run on the Python of the local AWS, which the extra `local` has installed them for.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

#: Where local/stack/prebuilt.py uploads the files.
BUCKET = "quilt-athena-prebuilt"
_SHARED_LAYER = "layers/quilt_athena"
#: What the layer leaves out (layers/quilt_athena/Makefile).
_NOT_DEPLOYED = ("client", "cli")


class _NoManagedPolicies:
    """The names of AWS's managed policies, which the template doesn't use."""

    def load(self) -> dict[str, str]:
        return {}


def write(root: Path, folder: Path) -> None:
    """Write `template.json` and the files that it refers to."""
    template = yaml_parse((root / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Serverless::Function":
                properties["CodeUri"] = _zip(folder, properties["CodeUri"], _files(root / properties["CodeUri"]))
            case "AWS::Serverless::LayerVersion":
                properties["ContentUri"] = _zip(
                    folder, properties["ContentUri"], _layer(root, properties["ContentUri"])
                )
            case "AWS::Serverless::StateMachine":
                name = properties["DefinitionUri"]
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes((root / name).read_bytes())
                properties["DefinitionUri"] = _location(name)
    before = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"  # the translator asks boto3 for it
    try:
        transformed = transform(template, {}, _NoManagedPolicies())
    finally:
        os.environ.pop("AWS_DEFAULT_REGION") if before is None else os.environ.update(AWS_DEFAULT_REGION=before)
    (folder / "template.json").write_text(json.dumps(transformed, separators=(",", ":")), encoding="utf-8")


def _layer(root: Path, path: str) -> Iterator[tuple[str, bytes]]:
    yield "python/README", b"The dependencies are those of the Python that runs the local AWS.\n"
    if path == _SHARED_LAYER:
        for name, content in _files(root / path / "quilt_athena"):
            if name.partition("/")[0] not in _NOT_DEPLOYED:
                yield f"python/quilt_athena/{name}", content


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _zip(folder: Path, path: str, files: Iterator[tuple[str, bytes]]) -> str:
    name = f"{path}.zip"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files:
            # A fixed time: the same sources are the same wheel.
            archive.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), content)
    return _location(name)


def _location(name: str) -> str:
    return f"s3://{BUCKET}/{name}"
