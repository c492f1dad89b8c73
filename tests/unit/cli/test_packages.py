"""`package`: what it asks for, what it prints where, and how it ends."""

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
ASKED = (*NAMED, "SELECT 1;")


@pytest.fixture(autouse=True)
def answered(aws: FakeAws) -> None:
    """Every package is made."""
    aws.on(START, started).on(DESCRIBE, succeeded(package()))


def asked(aws: FakeAws) -> dict[str, Any]:
    """The request that the stack got."""
    (call,) = aws.called(START)
    assert call["stateMachineArn"] == PACKAGE_MACHINE
    request: dict[str, Any] = json.loads(call["input"])
    return request


def test_the_revision_is_printed(run: Run, aws: FakeAws) -> None:
    result = run(*ASKED)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "lab/images in s3://my-bucket: pushed",
        f"top hash  {'ab' * 32}",
        "revision  2025-11-20 12:00:00 UTC",
        "contents  72 entries, 1.9 KB, 70 as in their manifests",
    ]
    assert asked(aws)["Query"] == {"QueryString": "SELECT 1"}


def test_all_options_reach_the_stack(run: Run, aws: FakeAws, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("SELECT ?, ?;\n")
    (tmp_path / "meta.json").write_text('{"Study": 1}')
    options = ["--sql-file", str(tmp_path / "q.sql"), "--param", ".tiff", "-p", "5", "--message", "First"]
    options += ["--meta", f"@{tmp_path / 'meta.json'}", "--workflow", "strict", "--on-invalid-row", "skip"]
    assert run(*NAMED, *options, "--timeout", "60", "--database", "db").exit_code == 0
    assert asked(aws) == {
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


def test_a_saved_query_is_asked_by_its_name(run: Run, aws: FakeAws) -> None:
    assert run(*NAMED, "--named", "files-by-metadata", "-p", "cells", "-p", "$.user_meta.cellindex").exit_code == 0
    assert asked(aws)["Query"] == {
        "NamedQuery": "files-by-metadata",
        "Parameters": ["cells", "$.user_meta.cellindex"],
    }


def test_an_empty_workflow_is_not_the_default(run: Run, aws: FakeAws) -> None:
    assert run(*ASKED, "--workflow", "").exit_code == 0
    # Which the stack refuses.
    assert asked(aws)["Package"]["Workflow"] == ""


def test_no_workflow_is_said(run: Run, aws: FakeAws) -> None:
    assert run(*ASKED, "--no-workflow").exit_code == 0
    assert asked(aws)["Package"]["Workflow"] is None


def test_the_question_comes_from_standard_input_too(run: Run, aws: FakeAws) -> None:
    assert run(*NAMED, "--sql-file", "-", stdin="SELECT 2").exit_code == 0
    assert asked(aws)["Query"]["QueryString"] == "SELECT 2"


def test_what_was_there_was_hashed_or_skipped_is_said(run: Run, aws: FakeAws) -> None:
    skipped = [{"Row": number, "Reason": "size: expected"} for number in range(1, 13)]
    fields = {"Created": False, "Revision": None, "Entries": 1, "HashedEntries": 1, "HashedBytes": 2048}
    aws.on(DESCRIBE, succeeded(package(**fields, SkippedCount=1200, Skipped=skipped)))
    result = run(*ASKED)
    assert result.stdout.splitlines()[0] == (
        "lab/images in s3://my-bucket: not pushed: the newest revision already has these contents"
    )
    assert "revision  unknown" in result.stdout
    assert "contents  1 entry," in result.stdout
    assert "hashed    1 entry without a hash, 2.0 KB read" in result.stdout
    errors = result.stderr.splitlines()
    assert (errors[0], errors[1], errors[-1]) == ("skipped   1,200 rows", "  row 1: size: expected", "  and 1,190 more")


def test_metadata_as_athena_gives_it_and_other_objects_are_said(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, succeeded(package(MetadataFromRows=2, OtherObjects=1)))
    lines = run(*ASKED).stdout.splitlines()
    assert lines[4:] == [
        "metadata  2 entries with Athena's lower-case keys; select tophash to keep their original case",
        "objects   1 entry from the existing manifest: other objects with the same contents",
    ]


@pytest.mark.parametrize(("state", "said"), [("PushPackage", True), ("RunQuery", False)])
def test_ctrl_c_says_that_a_push_goes_on(
    run: Run, aws: FakeAws, caplog: pytest.LogCaptureFixture, state: str, said: bool
) -> None:
    def interrupt(_: dict[str, Any]) -> Any:
        raise KeyboardInterrupt

    entered = {"id": 1, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state}}
    aws.on(DESCRIBE, interrupt).on("stepfunctions:GetExecutionHistory", {"events": [entered]})
    aws.on("stepfunctions:StopExecution", {"stopDate": "2026-11-20T12:00:00Z"})
    result = run(*ASKED)
    assert (result.exit_code, "Interrupted" in result.stderr) == (130, True)
    # Of a command without logging, warnings go to standard error.
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert ["the revision may still be pushed" in one for one in warned] == [True] * said


def test_json_is_the_answer_as_it_came(run: Run) -> None:
    assert json.loads(run(*ASKED, "--json").stdout) == package()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (NAMED, "expected one query: SQL as an argument (- for stdin), a --sql-file, or a saved query with --named"),
        ((*ASKED, "--sql-file", "-"), "expected one query"),
        ((*ASKED, "--from-query", "SELECT 1"), "expected one query"),
        ((*ASKED, "--named", "largest-files"), "expected one query"),
        ((*NAMED, " ; "), "the SQL is empty"),
        ((*ASKED, "--meta", "[1]"), "expected a JSON object"),
        ((*ASKED, "--meta", "{"), "expected a JSON object"),
        ((*ASKED, "--meta", '{"a": NaN}'), "NaN is not a JSON number"),
        ((*ASKED, "--meta", '{"a": [-Infinity]}'), "-Infinity is not a JSON number"),
        ((*ASKED, "--meta", '{"a": 1e999}'), "1e999 is too large for a double"),
        ((*ASKED, "--meta", "@no-such-file"), "expected a JSON object, or @FILE with one"),
        ((*ASKED, "--workflow", "a", "--no-workflow"), "got both"),
        ((*ASKED, "--workflow", "", "--no-workflow"), "got both"),
        (("package", "lab/images", "--from-query", "SELECT 1"), "--bucket"),
    ],
)
def test_wrong_usage_asks_nothing(run: Run, aws: FakeAws, arguments: tuple[str, ...], problem: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert problem in result.stderr.replace("\n", " ")
    assert aws.called(START) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [("InvalidRequest", 2), ("InvalidRow", 1), ("PackageRejected", 1), ("QueryFailed", 1), ("PackageTimedOut", 4)],
)
def test_an_error_has_its_exit_code(run: Run, aws: FakeAws, error: str, code: int) -> None:
    aws.on(DESCRIBE, failed(error, json.dumps({"Message": "row 1: size", "QueryExecutionId": "q", "Count": 1})))
    result = run(*ASKED)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"{error}: row 1: size")
    told = json.loads(run(*ASKED, "--json").stderr)
    assert (told["Error"], told["Cause"]["Count"]) == (error, 1)
