"""`quilt-athena views` on the deployed stack: from a file in a folder to views and back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from tests.integration.custom_views.stack_views import SCHEMA, CustomViews
from tests.local_aws import Entry, LocalAws, Pushed

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(local_aws: LocalAws, tmp_path: Path) -> Run:
    """Runs the command in a folder of its own, and checks its exit code."""

    def invoke(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "quilt_athena.cli", "views", *arguments, "--local", local_aws.stack.endpoint],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "layers" / "quilt_athena")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done
        return done

    return invoke


def output_lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines of standard output, with single spaces."""
    return [" ".join(line.split()) for line in done.stdout.splitlines() if line]


def test_views_command_manages_a_file_from_push_to_remove(
    run: Run, local_aws: LocalAws, custom_views: CustomViews, tmp_path: Path
) -> None:
    bucket = local_aws.make_bucket()
    prefix = local_aws.onboard(bucket)
    local_aws.push(bucket, Pushed("lab/cells", {"a.txt": Entry()}))
    view = f"{prefix}_quilt_names"
    folder = tmp_path / "views"
    folder.mkdir()
    only = f"-- buckets: {bucket}\n"
    wrong = f"{only}SELECT nme FROM {{packages_view}} WHERE \"timestamp\" = 'latest'"
    (folder / "names.sql").write_text(f"{wrong};\n")

    (folder / "draft.sql").write_text("DROP TABLE cells")
    rejected = run("push", code=2)
    assert "views/draft.sql: line 1: expected one SELECT, found 'DROP'" in rejected.stderr
    assert "No files yet" in run("list").stderr
    (folder / "draft.sql").unlink()

    rejected = run("push", code=1)
    assert rejected.stdout == ""
    assert f"views/names.sql: for bucket {bucket}: COLUMN_NOT_FOUND: line 2:" in rejected.stderr
    assert "No files yet" in run("list").stderr

    custom_views.put("names", wrong)
    created = run("create", code=1)
    assert output_lines(created)[0] == "Views: 0 created, 0 unchanged, 0 deleted, 1 failed, 0 remaining"
    assert output_lines(created)[-1].startswith(f"names.sql {bucket} {view} COLUMN_NOT_FOUND: line 2:")
    (listed,) = json.loads(run("list", "--json").stdout)
    assert (listed["File"], listed["Buckets"], listed["Views"]) == ("names.sql", [bucket], [])
    assert listed["Problem"].startswith("COLUMN_NOT_FOUND: line 2:")
    assert listed["Problem"].endswith("(1 failed)")

    right = f"{only}SELECT name FROM {{packages_view}} WHERE \"timestamp\" = 'latest';\n"
    (folder / "names.sql").write_text(right)
    result = json.loads(run("push", "views/names.sql", "--json").stdout)
    SCHEMA.validate(result)
    assert result["Created"] == {"Count": 1, "Views": [{"View": view, "File": "names.sql", "Bucket": bucket}]}
    assert local_aws.rows(f"SELECT * FROM {view}") == [["cells"]]
    assert run("show", "names").stdout == right
    assert output_lines(run("push")) == [
        "names.sql: unchanged",
        "Views: 0 created, 1 unchanged, 0 deleted, 0 failed, 0 remaining",
    ]
    assert output_lines(run("create", bucket))[0].startswith("Views: 0 created, 1 unchanged")
    assert output_lines(run("list"))[2].startswith(f"names.sql {bucket} 1 2")

    assert output_lines(run("remove", "names", "--no-create")) == ["names.sql: removed"]
    assert output_lines(run("list"))[2:] == [f"(removed) 1 views of names.sql still exist: {view}"]
    assert output_lines(run("create"))[0] == "Views: 0 created, 0 unchanged, 1 deleted, 0 failed, 0 remaining"
    assert custom_views.existing(prefix) == set()
    assert "which has no files" in run("remove", "names", code=2).stderr


def test_views_command_keeps_files_of_others(run: Run, custom_views: CustomViews, tmp_path: Path) -> None:
    custom_views.put("theirs", "-- scope: global\nSELECT 1 AS one")
    (tmp_path / "ours.sql").write_text("-- scope: global\nSELECT 2 AS two\n")
    assert output_lines(run("push", "ours.sql"))[1].startswith("Views: 2 created")
    assert [line.split()[:3] for line in output_lines(run("list"))[2:]] == [
        ["ours.sql", "once", "1"],
        ["theirs.sql", "once", "1"],
    ]
    assert output_lines(run("remove", "ours"))[1].startswith("Views: 0 created, 1 unchanged, 1 deleted")
    assert custom_views.existing("all_buckets") == {"all_buckets_quilt_theirs"}


def test_views_command_reports_an_invalid_bucket(run: Run) -> None:
    rejected = run("create", "Not/A/Bucket", code=2)
    assert "InvalidRequest: Buckets" in rejected.stderr
