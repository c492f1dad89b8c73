"""The stack as SAM packaged it, kept by the content of its sources: as long as they are the same, a start needs no SAM.

A folder has what `prebuilt.py` deploys: the template with its transform applied, and the objects that it refers to.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from local.stack.clients import client
from local.stack.paths import CACHE, ROOT
from local.stack.prebuilt import BUCKET

_SOURCES = ("template.yaml", "functions", "layers", "statemachines")
#: Packages on which the result depends, too.
_TOOLS = ("aws-sam-cli", "aws-sam-translator", "ministack")
#: Each takes about 35 MB, and every change of the sources makes another one.
_MOST_FOLDERS = 3


def folder() -> Path:
    """Where the stack of the present sources is, or would be."""
    digest = hashlib.sha256(f"{sys.version}\n{platform.platform()}\n".encode())
    for tool in _TOOLS:
        digest.update(f"{tool} {metadata.version(tool)}\n".encode())
    for source in _SOURCES:
        top = ROOT / source
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return CACHE / f"stack-{digest.hexdigest()[:16]}"


def save(kept: Path, endpoint: str, stack_name: str) -> None:
    """Keep what SAM uploaded to `BUCKET`, with the template of `stack_name` after its transform."""
    CACHE.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=CACHE))
    try:
        s3, cloudformation = client("s3", endpoint), client("cloudformation", endpoint)
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for found in page["Contents"]:
                path = unfinished / found["Key"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read())
        processed = cloudformation.get_template(StackName=stack_name, TemplateStage="Processed")["TemplateBody"]
        (unfinished / "template.json").write_text(json.dumps(processed), encoding="utf-8")
        # Another process may have been faster; its folder has the same content.
        if not kept.exists():
            unfinished.rename(kept)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    for old in sorted(CACHE.glob("stack-*"), key=lambda path: path.stat().st_mtime)[:-_MOST_FOLDERS]:
        shutil.rmtree(old, ignore_errors=True)
