"""`package`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.client.deployed import PACKAGE_MACHINE, failed, package, started, succeeded
from tests.unit.client.fake_aws import FakeAws

START = "stepfunctions:StartExecution"
DESCRIBE = "stepfunctions:DescribeExecution"
NAMED = ("package", "lab/images", "--bucket", "my-bucket")
PACKAGE = (*NAMED, "SELECT 1;")


@pytest.fixture(autouse=True)
def created(aws: FakeAws) -> None:
    """Every package is created."""
    aws.on(START, started).on(DESCRIBE, succeeded(package()))


def request(aws: FakeAws) -> dict[str, Any]:
    """The request that was sent to the stack."""
    (call,) = aws.called(START)
    assert call["stateMachineArn"] == PACKAGE_MACHINE
    sent: dict[str, Any] = json.loads(call["input"])
    return sent


def test_the_revision_is_printed(run: Run, aws: FakeAws) -> None:
    result = run(*PACKAGE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "lab/images in s3://my-bucket: pushed",
        f"top hash  {'ab' * 32}",
        "revision  2025-11-20 12:00:00 UTC",
        "contents  72 entries, 1.9 KB, 70 as in their manifests",
    ]
    assert request(aws)["Query"] == {"QueryString": "SELECT 1"}


def test_all_options_reach_the_stack(run: Run, aws: FakeAws, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("SELECT ?, ?;\n")
    (tmp_path / "meta.json").write_text('{"Study": 1}')
    options = ["--file", str(tmp_path / "q.sql"), "--param", ".tiff", "-p", "5", "--message", "First"]
    options += ["--meta", f"@{tmp_path / 'meta.json'}", "--workflow", "strict", "--on-invalid-row", "skip"]
    assert run(*NAMED, *options, "--timeout", "60", "--database", "db").exit_code == 0
    assert request(aws) == {
        "Query": {
            "QueryString": "SELECT ?, ?",
            "Parameters": [".tiff", 5],
            "Database": "db",
            "TimeoutSeconds": 60,
        },
        "Package": {
            "Bucket": "my-bucket",
            "Name": "lab/images",
            "Message": "First",
            "Metadata": {"Study": 1},
            "Workflow": "strict",
        },
        "OnInvalidRow": "skip",
    }


def test_saved_query_is_sent_by_its_name(run: Run, aws: FakeAws) -> None:
    assert run(*NAMED, "--named", "files-by-metadata", "-p", "cells", "-p", "$.user_meta.cellindex").exit_code == 0
    assert request(aws)["Query"] == {
        "NamedQuery": "files-by-metadata",
        "Parameters": ["cells", "$.user_meta.cellindex"],
    }


def test_an_empty_workflow_is_not_the_default(run: Run, aws: FakeAws) -> None:
    assert run(*PACKAGE, "--workflow", "").exit_code == 0
    # The stack rejects it.
    assert request(aws)["Package"]["Workflow"] == ""


def test_no_workflow_is_sent_as_null(run: Run, aws: FakeAws) -> None:
    assert run(*PACKAGE, "--no-workflow").exit_code == 0
    assert request(aws)["Package"]["Workflow"] is None


def test_sql_from_standard_input(run: Run, aws: FakeAws) -> None:
    assert run(*NAMED, "--file", "-", stdin="SELECT 2").exit_code == 0
    assert request(aws)["Query"]["QueryString"] == "SELECT 2"


def test_unchanged_hashed_and_skipped_entries_are_printed(run: Run, aws: FakeAws) -> None:
    skipped = [{"Row": number, "Reason": "size: expected"} for number in range(1, 13)]
    fields = {"Created": False, "Revision": None, "Entries": 1, "HashedEntries": 1, "HashedBytes": 2048}
    aws.on(DESCRIBE, succeeded(package(**fields, SkippedCount=1200, Skipped=skipped)))
    result = run(*PACKAGE)
    assert result.stdout.splitlines()[0] == (
        "lab/images in s3://my-bucket: not pushed: the newest revision already has these contents"
    )
    assert "revision  unknown" in result.stdout
    assert "contents  1 entry," in result.stdout
    assert "hashed    1 entry without a hash, 2.0 KB read" in result.stdout
    errors = result.stderr.splitlines()
    assert (errors[0], errors[1], errors[-1]) == ("skipped   1,200 rows", "  row 1: size: expected", "  and 1,190 more")


def test_metadata_from_rows_and_other_objects_are_printed(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, succeeded(package(MetadataFromRows=2, OtherObjects=1)))
    lines = run(*PACKAGE).stdout.splitlines()
    assert lines[4:] == [
        "metadata  2 entries with Athena's lower-case keys; select tophash to keep their original case",
        "objects   1 entry from the existing manifest: other objects with the same contents",
    ]


@pytest.mark.parametrize(("state", "warns"), [("PushPackage", True), ("RunQuery", False)])
def test_ctrl_c_warns_of_an_ongoing_push(
    run: Run, aws: FakeAws, caplog: pytest.LogCaptureFixture, state: str, warns: bool
) -> None:
    def interrupt(_: dict[str, Any]) -> Any:
        raise KeyboardInterrupt

    entered = {"id": 1, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state}}
    aws.on(DESCRIBE, interrupt).on("stepfunctions:GetExecutionHistory", {"events": [entered]})
    aws.on("stepfunctions:StopExecution", {"stopDate": "2026-11-20T12:00:00Z"})
    result = run(*PACKAGE)
    assert (result.exit_code, "Interrupted" in result.stderr) == (130, True)
    # Without a logging configuration, Python prints warnings to standard error.
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert ["the revision may still be pushed" in one for one in warned] == [True] * warns


def test_json_is_the_state_machines_output(run: Run) -> None:
    assert json.loads(run(*PACKAGE, "--json").stdout) == package()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            NAMED,
            "expected one query: SQL as an argument (- for stdin), a --file with it, or a saved query with --named",
        ),
        ((*PACKAGE, "--file", "-"), "expected one query"),
        ((*PACKAGE, "--from-query", "SELECT 1"), "expected one query"),
        ((*PACKAGE, "--named", "largest-files"), "expected one query"),
        ((*NAMED, " ; "), "the SQL is empty"),
        ((*PACKAGE, "--meta", "[1]"), "expected a JSON object"),
        ((*PACKAGE, "--meta", "{"), "expected a JSON object"),
        ((*PACKAGE, "--meta", '{"a": NaN}'), "expected a finite number, got NaN"),
        ((*PACKAGE, "--meta", '{"a": [-Infinity]}'), "expected a finite number, got -Infinity"),
        ((*PACKAGE, "--meta", '{"a": 1e999}'), "expected a number that a double can hold, got 1e999"),
        ((*PACKAGE, "--meta", "@no-such-file"), "expected a JSON object, or @FILE with one"),
        ((*PACKAGE, "--workflow", "a", "--no-workflow"), "got both"),
        ((*PACKAGE, "--workflow", "", "--no-workflow"), "got both"),
        (("package", "lab/images", "--from-query", "SELECT 1"), "--bucket"),
    ],
)
def test_invalid_usage_starts_nothing(run: Run, aws: FakeAws, arguments: tuple[str, ...], problem: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert problem in result.stderr.replace("\n", " ")
    assert aws.called(START) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [("InvalidRequest", 2), ("InvalidRow", 1), ("PackageRejected", 1), ("QueryFailed", 1), ("PackageTimedOut", 4)],
)
def test_errors_have_their_exit_codes(run: Run, aws: FakeAws, error: str, code: int) -> None:
    aws.on(DESCRIBE, failed(error, json.dumps({"Message": "row 1: size", "QueryExecutionId": "q", "Count": 1})))
    result = run(*PACKAGE)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"{error}: row 1: size")
    reported = json.loads(run(*PACKAGE, "--json").stderr)
    assert (reported["Error"], reported["Cause"]["Count"]) == (error, 1)
