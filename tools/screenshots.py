"""Takes the pictures of the console in the docs, with the demo's packages on a local AWS: `make screenshots`.

It needs Chromium (Debian: `apt install chromium`), and uses the machine's fonts: Inter and JetBrains Mono look best.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from local.stack.console import StackConsole
from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from local.stack.waiting import until

IMAGES = ROOT / "docs" / "images"
BUCKETS = {"cells": "demo-cell-images", "assays": "demo-assays"}
_MISSPELT = "demo-cel-images"
_SIZE = ViewportSize(width=1280, height=760)
_PATIENCE = 120_000
_QUERY = """\
SELECT name, logical_key, "size", meta, physical_key, hash
FROM demo_cell_images_quilt_objects_view
WHERE "timestamp" = 'latest' AND substr(logical_key, -5) = ?
ORDER BY logical_key"""


def main() -> int:
    """Write all pictures; returns the exit code."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("There is no Chromium on this machine: apt install chromium", file=sys.stderr)
        return 1
    with LocalStack() as stack:
        _prepare(stack)
        console = StackConsole(stack)
        try:
            address = console.address()
            if address is None:
                print("The console didn't start", file=sys.stderr)
                return 1
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_page(viewport=_SIZE, device_scale_factor=2)
                page.set_default_timeout(_PATIENCE)
                page.goto(address)
                _take(page, IMAGES)
                browser.close()
        finally:
            console.stop()
    return 0


def _prepare(stack: LocalStack) -> None:
    """Push the demo's packages, register their buckets, and send an event of a bucket that doesn't exist."""
    for collection, bucket in BUCKETS.items():
        stack.client("s3").create_bucket(Bucket=bucket)
        push = [sys.executable, "-W", "ignore", "-m", "local.demo.samples", collection, bucket]
        environment = {**stack.environment(), "PYTHONPATH": str(ROOT)}
        subprocess.run(push, cwd=ROOT, env=environment, check=True, capture_output=True)
    entries = [
        {
            "EventBusName": stack.outputs["EventBusName"],
            "Source": "quilt-athena",
            "DetailType": "bucket-registration",
            "Detail": json.dumps({"version": "0.1", "type": "added", "bucket": bucket}),
        }
        for bucket in (*BUCKETS.values(), _MISSPELT)
    ]
    stack.client("events").put_events(Entries=entries)
    glue = stack.client("glue")

    def tables() -> int:
        return len(glue.get_tables(DatabaseName=stack.outputs["DatabaseName"])["TableList"])

    # Four of each bucket, and four of all buckets.
    until(tables, lambda found: found >= 12)
    sqs, count = stack.client("sqs"), "ApproximateNumberOfMessages"

    def dead_letters() -> int:
        url = stack.outputs["BucketEventsDeadLetterQueueUrl"]
        return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[count])["Attributes"][count])

    until(dead_letters)


def _take(page: Page, folder: Path) -> None:
    """Walk through the views and take a picture of each."""

    def shoot(name: str) -> None:
        page.mouse.move(0, 0)
        page.screenshot(path=folder / f"console-{name}.png")
        print(f"docs/images/console-{name}.png")

    tree = page.locator(".tree")
    tree.get_by_text("demo-cell-images").click()
    tree.get_by_text("objects_view", exact=True).locator("visible=true").click()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(_QUERY)
    page.get_by_label("Parameter 1").fill(".tiff")
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator(".grid:visible .ag-row").first.wait_for()
    page.wait_for_timeout(500)  # animations
    shoot("query")

    page.get_by_role("tab", name="Packages").click()
    page.locator(".grid:visible .ag-row").nth(2).wait_for()
    page.wait_for_timeout(500)
    shoot("packages")

    page.get_by_role("tab", name="Attention").click()
    page.locator(".item").get_by_text("Message").first.click()
    page.wait_for_timeout(500)
    shoot("attention")


if __name__ == "__main__":
    sys.exit(main())
