"""`make demo`: all of its steps, and what each is to show."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from local.stack.paths import ROOT


def test_every_step_shows_what_it_says(tmp_path: object) -> None:
    # Settings of whoever runs it do no harm: credentials that are none, a region and a profile that aren't there.
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers' / 'quilt_athena'}",
        "AWS_PROFILE": "nobody",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "mars-north-1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "local.demo"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    shown = done.stdout
    assert re.findall(r"^(\d)\. ", shown, re.MULTILINE) == list("123456789")
    assert "27 rows" in shown
    assert "InvalidEventError: detail.bucket: 'demo_cell_images..' is not a legal S3 bucket name" in shown
    assert "QueryFailed: COLUMN_NOT_FOUND" in shown
    assert "The tables and views of demo-assays are deleted" in shown
    assert shown.index("0 entries are found") < shown.index("93 entries are found")
    (share,) = re.findall(r"The same rows from (\d+)% of the bytes", shown)
    assert int(share) < 100
    assert "The same query gives the same top hash: no second revision" in shown
    page = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")
    (resources,) = re.findall(r"\d+ resources, none of them in an AWS account", shown)
    assert resources in page, "docs/demo.md shows another output: replace it by that of `make demo`"
