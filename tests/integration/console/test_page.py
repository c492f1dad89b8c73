"""The console in a real browser: what a person sees, types and clicks."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from tests.integration.client.slow import SLOW
from tests.integration.console.conftest import HOSTILE, MISSING_BUCKET, RunningConsole
from tests.integration.registration.packages import Packages
from tests.local_aws import LocalAws

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FILES = 'SELECT logical_key, physical_key, "size", hash FROM {view} WHERE name = ? AND "timestamp" = \'latest\''


def write(page: Page, sql: str) -> None:
    """Replace the statement in the editor, as a person who pastes it."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(sql)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def facts(page: Page) -> list[str]:
    """What is said of the result, once there is one."""
    page.locator(".summary .fact").first.wait_for()
    return page.locator(".summary .fact").all_inner_texts()


def cells(page: Page, column: str) -> list[str]:
    """The values of a column, in the order of the grid, once there are any."""
    rows = page.locator(".grid:visible .ag-center-cols-container .ag-row")
    rows.first.wait_for()
    found = [(int(row.get_attribute("row-index") or 0), row) for row in rows.all()]
    return [row.locator(f'[col-id="{column}"]').inner_text() for _, row in sorted(found, key=lambda item: item[0])]


def test_token_leaves_the_address(page: Page, console: RunningConsole) -> None:
    assert page.url == f"http://127.0.0.1:{console.port}/"
    cookies = page.context.cookies()
    assert [cookie["httpOnly"] for cookie in cookies] == [True]


def test_result_is_paged_sorted_filtered_copied_and_downloaded(page: Page, packages: Packages, tmp_path: Path) -> None:
    write(page, FILES.format(view=f"{packages.prefix}_quilt_objects_view"))
    page.get_by_label("Parameter 1").fill("cells")
    page.keyboard.press("Enter")
    assert facts(page)[0] == "300 rows"
    assert [fact for fact in facts(page) if "scanned" in fact or "USD" in fact] == facts(page)[1:2] + facts(page)[3:]

    page.get_by_text("logical_key", exact=True).last.click()
    page.get_by_text("logical_key", exact=True).last.click()
    page.locator('.grid:visible [row-index="0"] [col-id="c0"]', has_text="plate/299.tiff").wait_for()
    page.locator(".grid:visible .ag-floating-filter-input").first.locator("input").fill("29")
    page.locator('.grid:visible [row-index="10"] [col-id="c0"]', has_text="plate/229.tiff").wait_for(state="attached")
    assert cells(page, "c0")[:3] == ["plate/299.tiff", "plate/298.tiff", "plate/297.tiff"]

    button(page, "Copy").click()
    page.get_by_text("Copied 13 rows").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert len(copied) == 14
    assert copied[1].startswith("plate/299.tiff\t")

    with page.expect_download() as download:
        button(page, "CSV").click()
    path = tmp_path / "rows.csv"
    download.value.save_as(path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["logical_key"] for row in rows) == [f"plate/{number:03}.tiff" for number in range(300)]

    with page.expect_download() as download:
        button(page, "Parquet").click()
    path = tmp_path / "rows.parquet"
    download.value.save_as(path)
    assert pq.read_table(path).to_pylist()[0]["size"] == "5"


def test_editor_completes_tables_and_the_columns_of_an_alias(page: Page, packages: Packages) -> None:
    page.get_by_text(packages.bucket, exact=True).first.wait_for()  # the sidebar is loaded
    write(page, f"SELECT o. FROM {packages.prefix}_quilt_objects_view o")
    page.keyboard.press("Home")
    for _ in range(len("SELECT o.")):
        page.keyboard.press("ArrowRight")
    page.keyboard.insert_text("logical")
    page.keyboard.press("Control+Space")
    page.locator(".cm-completionLabel", has_text="logical_key").first.click()
    write(page, f"SELECT * FROM {packages.prefix}")
    page.keyboard.press("Control+Space")
    offered = page.locator(".cm-completionLabel")
    offered.first.wait_for()
    assert f"{packages.prefix}_quilt_packages_view" in offered.all_inner_texts()


def test_saved_query_is_a_form(page: Page, packages: Packages) -> None:
    button(page, "package-history").click()
    page.get_by_label("bucket", exact=True).fill(packages.bucket)
    fields = page.locator(".parameter input")
    assert fields.count() >= 1
    for index in range(1, fields.count()):
        fields.nth(index).fill("lab/cells")
    button(page, "Run").click()
    assert facts(page)[0].endswith(("row", "rows"))


def test_running_query_shows_progress_and_can_be_stopped(page: Page, local_aws: LocalAws) -> None:
    write(page, SLOW)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Running ·").wait_for()
    button(page, "Stop").click()
    page.get_by_text("The query was stopped.").wait_for()
    machine = local_aws.outputs["QueryStateMachineArn"]

    def running() -> list[object]:
        found = local_aws.stepfunctions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
        return list(found["executions"])

    # The list of packages may still be read by another query.
    local_aws.until(running, lambda found: not found)


def test_failed_query_shows_the_reason(page: Page) -> None:
    write(page, "SELECT no_such_column FROM all_buckets_quilt_packages_view")
    button(page, "Run").click()
    page.locator(".problem:visible", has_text="no_such_column").wait_for()


def test_packages_are_filtered_while_typing_and_lead_to_their_files(page: Page, packages: Packages) -> None:
    page.get_by_role("tab", name="Packages").click()
    grid = page.locator(".grid:visible")
    grid.get_by_text("lab/notes").first.wait_for()
    page.get_by_placeholder("Filter packages").press_sequentially(f"{packages.bucket} CELLS")
    grid.get_by_text("lab/notes").first.wait_for(state="detached")
    assert cells(page, "c1") == ["lab/cells"]
    assert cells(page, "c2") == ["2023-11-14 22:13:20"]
    assert cells(page, "c3") == ["2"]
    grid.get_by_text("lab/cells").dblclick()
    button(page, "Run").click()
    assert facts(page)[0] == "300 rows"
    button(page, "Create package").click()
    page.get_by_label("Bucket", exact=True).fill(packages.bucket)
    page.get_by_role("option", name=packages.bucket).click()
    page.get_by_label("Package", exact=True).fill("not a name")
    button(page, "Create").click()
    page.get_by_text("Expected a package name").wait_for()
    page.get_by_label("Package", exact=True).fill("lab/copy")
    button(page, "Create").click()
    page.get_by_text(f"Created a revision of {packages.bucket}: lab/copy").wait_for()
    assert page.get_by_text("300 entries").is_visible()


def test_buckets_and_problems_are_shown(page: Page, packages: Packages) -> None:
    page.get_by_role("tab", name="Buckets").click()
    page.locator(".grid:visible").get_by_text(packages.bucket).wait_for()
    assert "In sync" in cells(page, "c1")
    page.get_by_role("tab", name="Attention").click()
    card = page.locator(".item", has_text=MISSING_BUCKET).first
    card.get_by_text("BucketNotFoundError").wait_for()
    card.get_by_text("Message").click()
    card.get_by_text('"bucket-registration"').wait_for()


def test_text_of_packages_is_shown_and_never_run(page: Page, packages: Packages) -> None:
    title = page.title()
    write(page, f"SELECT message FROM {packages.prefix}_quilt_packages_view WHERE message LIKE '<img%'")
    button(page, "Run").click()
    page.get_by_text(HOSTILE).first.wait_for()
    assert page.title() == title


def test_page_follows_the_color_scheme(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.locator("body.body--dark").wait_for()
