"""What SAM packaged is kept by the content of its sources."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack import kept
from local.stack.prebuilt import BUCKET

TEMPLATE = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
OBJECTS = {"0123": b"a zip file", "layers/4567": b"another one"}


class Clients:
    """The S3 and CloudFormation of a stack that SAM deployed."""

    def get_paginator(self, operation: str) -> Clients:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, Bucket: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's name
        assert Bucket == BUCKET
        for key in OBJECTS:
            yield {"Contents": [{"Key": key}]}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert Bucket == BUCKET
        return {"Body": io.BytesIO(OBJECTS[Key])}

    def get_template(self, StackName: str, TemplateStage: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert (StackName, TemplateStage) == ("quilt-athena", "Processed")
        return {"TemplateBody": TEMPLATE}


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the test's own."""
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    monkeypatch.setattr(kept, "CACHE", tmp_path / ".local" / "cache")
    monkeypatch.setattr(kept, "client", lambda *_: Clients())
    (tmp_path / "template.yaml").write_text("Resources: {}\n")
    for folder in ("functions", "layers", "statemachines"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.py").write_text("one = 1\n")
    return tmp_path


@pytest.mark.parametrize("source", ["template.yaml", "functions/one.py", "layers/one.py", "statemachines/new.json"])
def test_folder_depends_on_every_source(root: Path, source: str) -> None:
    before = kept.folder()
    (root / source).write_text("two = 2\n")
    assert kept.folder() != before


def test_folder_depends_on_nothing_else(root: Path) -> None:
    before = kept.folder()
    (root / "functions" / "__pycache__").mkdir()
    (root / "functions" / "__pycache__" / "one.pyc").write_bytes(b"compiled")
    (root / "README.md").write_text("# A project\n")
    os.utime(root / "template.yaml", (0, 0))
    assert kept.folder() == before


def test_saved_folder_has_the_template_and_the_objects() -> None:
    folder = kept.folder()
    kept.save(folder, "http://127.0.0.1:1", "quilt-athena")
    assert json.loads((folder / "template.json").read_text()) == TEMPLATE
    assert {key: (folder / key).read_bytes() for key in OBJECTS} == OBJECTS
    kept.save(folder, "http://127.0.0.1:1", "quilt-athena")
    assert list(folder.parent.iterdir()) == [folder]


def test_oldest_folders_are_deleted(root: Path) -> None:
    folders = []
    for number in range(5):
        (root / "template.yaml").write_text(f"number: {number}\n")
        folders.append(kept.folder())
        kept.save(folders[-1], "http://127.0.0.1:1", "quilt-athena")
        os.utime(folders[-1], (number, number))
    assert sorted(folders[0].parent.iterdir()) == sorted(folders[-3:])
