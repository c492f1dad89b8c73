"""A bucket with packages, the console of the stack, and a browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from tests.integration.registration.packages import Packages, entry
from tests.local_aws import LocalAws

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MISSING_BUCKET = "no-such-bucket-of-this-test"
#: A page must not run what a package says.
HOSTILE = '<img src="x" onerror="document.title = 1">'
#: How long a busy machine may take, in milliseconds.
PATIENCE = 120_000


@dataclass(frozen=True)
class RunningConsole:
    """A console in a process of its own."""

    address: str
    process: subprocess.Popen[str]
    folder: Path

    @property
    def port(self) -> int:
        """Its port on 127.0.0.1."""
        return int(self.address.partition("/?")[0].rpartition(":")[2])


@pytest.fixture(scope="module")
def packages(stack: LocalStack) -> Packages:
    """A registered bucket with two packages, one of two revisions; and an event of a bucket that doesn't exist."""
    local_aws = LocalAws(stack)
    found = Packages(local_aws, local_aws.make_bucket())
    for number in range(300):
        local_aws.s3.put_object(Bucket=found.bucket, Key=f"data/{number:03}.tiff", Body=b"tiff!")
    files = [
        entry(
            f"plate/{number:03}.tiff",
            physical_keys=[f"s3://{found.bucket}/data/{number:03}.tiff"],
            meta={"user_meta": {"Well": f"A{number % 12}"}},
        )
        for number in range(300)
    ]
    found.revision("lab/cells", 1600000000, {"version": "v0", "message": "First"}, *files[:2])
    found.revision("lab/cells", 1700000000, {"version": "v0", "message": HOSTILE}, *files)
    found.revision("lab/notes", 1650000000, {"version": "v0", "message": "Notes"}, files[0])
    local_aws.register(MISSING_BUCKET)
    local_aws.onboard(found.bucket)
    local_aws.until(lambda: int(_dead_letters(local_aws)))
    return found


def _dead_letters(local_aws: LocalAws) -> str:
    url = local_aws.outputs["BucketEventsDeadLetterQueueUrl"]
    count = "ApproximateNumberOfMessages"
    found = local_aws.stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[count])
    return str(found["Attributes"][count])


@pytest.fixture(scope="module")
def console(
    stack: LocalStack, packages: Packages, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningConsole]:
    """`quilt-athena console` on any free port, started in an empty folder."""
    assert packages.bucket
    folder = tmp_path_factory.mktemp("console")
    command = [sys.executable, "-m", "quilt_athena.cli", "console", "--local", stack.endpoint, "--no-browser", "--json"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "layers" / "quilt_athena"), str(ROOT)])
    # No bytecode: the folder shows what the console itself writes.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield RunningConsole(json.loads(process.stdout.readline())["Address"], process, folder)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium: install the package chromium to test the console in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Chromium's sandbox doesn't work for root, as in most containers; it only opens the console here.
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, packages: Packages, console: RunningConsole) -> Iterator[Page]:
    """The console in a new browser profile. Errors in the page fail the test."""
    assert packages.bucket  # its tables are there when the page loads
    context = browser.new_context(viewport={"width": 1360, "height": 850})
    context.set_default_timeout(PATIENCE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(console.address)
    yield opened
    context.close()
    assert errors == []
