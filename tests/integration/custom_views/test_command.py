"""`quilt-athena views` on the deployed stack: a file's life, from a folder to views and back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local.server import ROOT
from tests.integration.custom_views.custom_views import SCHEMA, CustomViews
from tests.laptop import Entry, Laptop, Pushed

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(laptop: Laptop, tmp_path: Path) -> Run:
    """What runs the command in a folder of its own; it must end as expected."""

    def invoke(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "quilt_athena.cli", "views", *arguments, "--local", laptop.stack.endpoint],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "layers" / "quilt_athena")},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert done.returncode == code, done
        return done

    return invoke


def told(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines on standard output, without the spaces that make columns of them."""
    return [" ".join(line.split()) for line in done.stdout.splitlines() if line]


def test_the_life_of_a_file(run: Run, laptop: Laptop, custom_views: CustomViews, tmp_path: Path) -> None:
    bucket = laptop.make_bucket()
    prefix = laptop.onboard(bucket)
    laptop.push(bucket, Pushed("lab/cells", {"a.txt": Entry()}))
    view = f"{prefix}_quilt_names"
    folder = tmp_path / "views"
    folder.mkdir()
    only = f"-- buckets: {bucket}\n"
    (folder / "names.sql").write_text(f"{only}SELECT nme FROM {{packages_view}} WHERE \"timestamp\" = 'latest';\n")

    (folder / "draft.sql").write_text("DROP TABLE cells")
    refused = run("push", code=2)
    assert "views/draft.sql: line 1: expected one SELECT, found 'DROP'" in refused.stderr
    assert "No files yet" in run("list").stderr
    (folder / "draft.sql").unlink()

    pushed = run("push", code=1)
    assert told(pushed)[:2] == [
        "names.sql: uploaded",
        "Views: 0 created, 0 unchanged, 0 deleted, 1 failed, 0 remaining",
    ]
    assert told(pushed)[-1].startswith(f"names.sql {bucket} {view} COLUMN_NOT_FOUND: line 2:")
    (listed,) = json.loads(run("list", "--json").stdout)
    assert (listed["File"], listed["Buckets"], listed["Views"]) == ("names.sql", [bucket], [])
    assert listed["Problem"].startswith("COLUMN_NOT_FOUND: line 2:")
    assert listed["Problem"].endswith("(1 failed)")

    right = f"{only}SELECT name FROM {{packages_view}} WHERE \"timestamp\" = 'latest';\n"
    (folder / "names.sql").write_text(right)
    result = json.loads(run("push", "views/names.sql", "--json").stdout)
    SCHEMA.validate(result)
    assert result["Created"] == {"Count": 1, "Views": [{"View": view, "File": "names.sql", "Bucket": bucket}]}
    assert laptop.rows(f"SELECT * FROM {view}") == [["cells"]]
    assert run("show", "names").stdout == right
    assert told(run("push")) == [
        "names.sql: unchanged",
        "Views: 0 created, 1 unchanged, 0 deleted, 0 failed, 0 remaining",
    ]
    assert told(run("create", bucket))[0].startswith("Views: 0 created, 1 unchanged")
    assert told(run("list"))[2].startswith(f"names.sql {bucket} 1 2")

    assert told(run("remove", "names", "--no-create")) == ["names.sql: removed"]
    assert told(run("list"))[2:] == [f"(removed) 1 views of names.sql still exist: {view}"]
    assert told(run("create"))[0] == "Views: 0 created, 0 unchanged, 1 deleted, 0 failed, 0 remaining"
    assert custom_views.standing(prefix) == set()
    assert "which has no files" in run("remove", "names", code=2).stderr


def test_files_of_others_stay_and_go_by_their_names(run: Run, custom_views: CustomViews, tmp_path: Path) -> None:
    custom_views.put("theirs", "-- scope: global\nSELECT 1 AS one")
    (tmp_path / "ours.sql").write_text("-- scope: global\nSELECT 2 AS two\n")
    assert told(run("push", "ours.sql"))[1].startswith("Views: 2 created")
    assert [line.split()[:3] for line in told(run("list"))[2:]] == [
        ["ours.sql", "once", "1"],
        ["theirs.sql", "once", "1"],
    ]
    assert told(run("remove", "ours"))[1].startswith("Views: 0 created, 1 unchanged, 1 deleted")
    assert custom_views.standing("all_buckets") == {"all_buckets_quilt_theirs"}


def test_a_wrong_bucket_is_refused_by_the_stack(run: Run) -> None:
    refused = run("create", "Not/A/Bucket", code=2)
    assert "InvalidRequest: Buckets" in refused.stderr
