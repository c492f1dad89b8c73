"""`history`, `queries`, `outputs` and `completion`."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from quilt_athena.cli.app import app
from tests.unit.cli.conftest import Run
from tests.unit.client.deployed import MACHINE, OUTPUTS, answer, failed, succeeded
from tests.unit.client.fake_aws import FakeAws, Refused

LIST, DESCRIBE = "stepfunctions:ListExecutions", "stepfunctions:DescribeExecution"
DONE, BROKEN = "aaaaaaaa-1111", "bbbbbbbb-2222"


@pytest.fixture(autouse=True)
def executions(aws: FakeAws) -> None:
    """A query that succeeded, and one that failed."""
    arns = [f"{MACHINE.replace(':stateMachine:', ':execution:')}:{name}" for name in (BROKEN, DONE)]
    cause = json.dumps({"Message": "COLUMN_NOT_FOUND: nme", "Statistics": {"DataScannedInBytes": 0}})
    described: dict[str, dict[str, Any]] = {
        arns[0]: {**failed("QueryFailed", cause), "input": '{"QueryString": "SELECT nme"}'},
        arns[1]: {**succeeded(), "input": '{"NamedQuery": "largest-files"}'},
    }
    aws.on(LIST, {"executions": [{"executionArn": arn} for arn in arns]})
    aws.on(
        DESCRIBE,
        lambda call: {
            **described[call["executionArn"]],
            "executionArn": call["executionArn"],
            "startDate": datetime(2026, 11, 20, 12, tzinfo=UTC),
        },
    )


def test_history_lists_state_bytes_and_price(run: Run) -> None:
    lines = [" ".join(line.split()) for line in run("history").stdout.splitlines()]
    assert lines[0] == "id started state rows scanned USD query, or why it failed"
    assert lines[2:] == [
        "bbbbbbbb 2026-11-20 12:00:00 UTC FAILED 0 B 0.000048 QueryFailed: COLUMN_NOT_FOUND: nme",
        "aaaaaaaa 2026-11-20 12:00:00 UTC SUCCEEDED 2 2.0 KB 0.000048 largest-files",
    ]
    (newest,) = json.loads(run("history", "--limit", "1", "--json").stdout)
    assert (newest["Id"], newest["Query"], newest["RowCount"]) == (BROKEN, "SELECT nme", None)


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, '{"QueryString": ' + "[" * 5000, "[1]", "not JSON"])
def test_an_input_that_was_rejected_is_listed_without_its_query(run: Run, aws: FakeAws, text: str) -> None:
    aws.on(DESCRIBE, {**failed("InvalidRequest", None), "input": text, "startDate": datetime(2026, 11, 20, tzinfo=UTC)})
    (newest,) = json.loads(run("history", "--limit", "1", "--json").stdout)
    assert (newest["State"], newest["Query"]) == ("FAILED", "")


def test_a_result_is_opened_again_without_a_query(run: Run, aws: FakeAws, tmp_path: Path) -> None:
    result = run("history", "aaaa")
    assert (result.exit_code, result.stdout) == (0, "n  t\n-  ----\n1  one\n2  NULL\n")
    assert result.stderr.startswith("2 rows, 2.0 KB scanned")
    path = tmp_path / "rows.json"
    assert run("history", DONE, "-o", str(path), "-q").stderr == ""
    assert json.loads(path.read_text()) == answer()["Rows"]
    assert "stepfunctions:StartExecution" not in aws.names


@pytest.mark.parametrize(
    ("query_id", "code", "text"),
    [
        ("bbbb", 1, "QueryFailed: COLUMN_NOT_FOUND: nme"),
        ("cccc", 2, "none of the last 1,000 queries has an id that begins with cccc"),
    ],
)
def test_history_without_a_result_has_the_reason(run: Run, query_id: str, code: int, text: str) -> None:
    result = run("history", query_id)
    assert (result.exit_code, result.stdout) == (code, "")
    assert text in result.stderr


def test_an_empty_history_shows_what_to_do(run: Run, aws: FakeAws) -> None:
    aws.on(LIST, {"executions": []})
    assert "quilt-athena query SQL" in run("history").stderr


SAVED = {
    "Name": "mine",
    "Database": "quilt_query",
    "QueryString": "SELECT 1",
    "NamedQueryId": "0a1b2c3d-1111-2222-3333-444455556666",
}


def test_saved_queries_are_those_of_the_stack_and_of_people(run: Run, aws: FakeAws) -> None:
    aws.on("athena:ListNamedQueries", {"NamedQueryIds": ["1", "2"]})
    aws.on("athena:BatchGetNamedQuery", {"NamedQueries": [SAVED, {**SAVED, "Name": "largest-files"}]})
    listed = json.loads(run("queries", "list", "--json").stdout)
    names = [query["Name"] for query in listed]
    assert names.count("largest-files") == 1
    assert names[-1] == "mine"
    shown = run("queries", "show", "package-history").stdout
    assert "quilt-athena query --named package-history --param BUCKET --param USER --param NAME\n" in shown
    assert "SELECT" in shown
    assert run("queries", "show", "mine").stdout.endswith("\nSELECT 1\n")
    assert run("queries", "show", "nobody's").exit_code == 2


def test_queries_of_the_stack_need_no_permission(run: Run, aws: FakeAws) -> None:
    aws.on("athena:ListNamedQueries", Refused("AccessDeniedException"))
    assert "largest-files" in run("queries", "list").stdout
    assert run("queries", "show", "largest-files").exit_code == 0


def test_outputs_can_be_variables_of_the_shell(run: Run) -> None:
    lines = run("outputs", "--export").stdout.splitlines()
    assert f"export QUERY_STATE_MACHINE_ARN={shlex.quote(OUTPUTS['QueryStateMachineArn'])}" in lines
    assert len(lines) == len(OUTPUTS)
    assert json.loads(run("outputs", "--json").stdout) == OUTPUTS
    assert f"WorkGroupName                      {OUTPUTS['WorkGroupName']}" in run("outputs").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_command(run: Run, shell: str) -> None:
    assert "_QUILT_ATHENA_COMPLETE" in run("completion", shell).stdout


def test_the_script_completes_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_QUILT_ATHENA_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "quilt-athena que")
    monkeypatch.setenv("COMP_CWORD", "1")
    result = CliRunner().invoke(app, [], prog_name="quilt-athena")
    assert result.stdout.split() == ["plain,queries", "plain,query"]
