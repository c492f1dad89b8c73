"""`shell`, from a pipe and on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from quilt_athena.cli.shell import prompt
from quilt_athena.cli.shell.prompt import NameCompleter, history_path, is_complete, statements
from quilt_athena.cli.shell.words import Names
from tests.unit.cli.conftest import Run
from tests.unit.client.deployed import answer, failed, started, succeeded
from tests.unit.client.fake_aws import FakeAws

START, DESCRIBE = "stepfunctions:StartExecution", "stepfunctions:DescribeExecution"
CSV = "n,t\n1,one\n2,\n"


@pytest.fixture(autouse=True)
def succeeding(aws: FakeAws) -> None:
    """Every query succeeds."""
    aws.on(START, started).on(DESCRIBE, succeeded())


def requests(aws: FakeAws) -> list[dict[str, Any]]:
    """The requests that were sent to the stack."""
    return [json.loads(call["input"]) for call in aws.called(START)]


def test_statements_of_a_pipe_are_run_in_order(run: Run, aws: FakeAws) -> None:
    result = run("shell", "--format", "csv", "-q", stdin="\ufeffSELECT ';'\n-- why;\n; SELECT 2;\n\nSELECT 3")
    assert (result.exit_code, result.stdout, result.stderr) == (0, CSV * 3, "")
    assert [request["QueryString"] for request in requests(aws)] == ["SELECT ';'\n-- why;", "SELECT 2", "SELECT 3"]


def test_the_first_failure_ends_a_pipe(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, succeeded(), failed("QueryFailed", '{"Message": "no such table"}'))
    result = run("shell", stdin="SELECT 1;\nSELECT 2;\nSELECT 3;\n")
    assert result.exit_code == 1
    assert "QueryFailed: no such table" in result.stderr
    assert len(requests(aws)) == 2


def test_commands_work_in_a_pipe(run: Run, aws: FakeAws) -> None:
    aws.on("athena:ListNamedQueries", {"NamedQueryIds": []})
    text = "\\?\n\\queries\n\\d\n\\d cells\n\\x\n\\run largest-files my-bucket '\"5\"'\n\\q\nSELECT 1;\n"
    result = run("shell", stdin=text)
    assert result.exit_code == 0
    assert "list the saved queries" in result.stdout
    assert "package-history            bucket, user, name" in result.stdout
    assert result.stdout.endswith("-[ row 1 ]-\nn  1\nt  one\n-[ row 2 ]-\nn  2\nt  NULL\n")
    assert requests(aws) == [
        {"QueryString": "SHOW TABLES IN quilt_query"},
        {"QueryString": "DESCRIBE quilt_query.cells"},
        {"NamedQuery": "largest-files", "Parameters": ["my-bucket", "5"]},
    ]


@pytest.mark.parametrize("text", ["\\nonsense\n", "\\run\n", "\\run 'open\n"])
def test_wrong_commands_are_usage_errors(run: Run, aws: FakeAws, text: str) -> None:
    assert run("shell", stdin=text).exit_code == 2
    assert requests(aws) == []


def test_results_of_a_pipe_may_be_json(run: Run) -> None:
    assert json.loads(run("shell", "--json", stdin="SELECT 1;").stdout)["Rows"] == answer()["Rows"]


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PipeInput]:
    """A keyboard."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        yield keyboard


def typed(keys: PipeInput, text: str, names: Names | None = None) -> list[str]:
    """The statements of what is typed, until Ctrl-D."""
    keys.send_text(text)
    return list(statements("quilt-athena", lambda: names or Names()))


def test_a_statement_may_have_several_lines(keys: PipeInput) -> None:
    assert typed(keys, "SELECT ';'\r, 2;\r\\d\rSELECT 3; SELECT 4;\r\r\x04") == [
        "SELECT ';'\n, 2",
        "\\d",
        "SELECT 3",
        "SELECT 4",
    ]


def test_ctrl_c_forgets_the_line(keys: PipeInput) -> None:
    assert typed(keys, "SELECT oops\x03SELECT 1;\rquit\r") == ["SELECT 1"]


def test_history_is_kept_for_the_next_time(keys: PipeInput) -> None:
    assert typed(keys, "SELECT 1;\r\x04") == ["SELECT 1"]
    assert history_path().stat().st_mode & 0o777 == 0o600
    assert typed(keys, "\x1b[A\r\x04") == ["SELECT 1"], "the key up"


def test_without_a_place_for_the_history_there_is_none(keys: PipeInput, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    assert typed(keys, "SELECT 1;\r\x04") == ["SELECT 1"]


def test_completion_is_offered_once_names_are_known() -> None:
    class NowCompleter(NameCompleter):
        """Reads at once."""

        def __init__(self, names: Names) -> None:
            self._names = names

    document = Document("SELECT * FROM cel")
    (found,) = NowCompleter(Names({"cells": ("name",)})).get_completions(document, CompleteEvent())
    assert (found.text, found.start_position, found.display_meta_text) == ("cells", -3, "table")


def test_completion_without_permission_is_silent() -> None:
    def denied() -> Names:
        raise PermissionError

    completer = NameCompleter(denied)
    assert [one.text for one in completer.get_completions(Document("ord"), CompleteEvent())] == ["ORDER BY"]


@pytest.mark.parametrize(
    ("text", "complete"),
    [("", True), ("\\d", True), ("exit", True), ("SELECT 1", False), ("SELECT 1;", True), ("SELECT 1; SELECT", False)],
)
def test_enter_ends_complete_input(text: str, complete: bool) -> None:
    assert is_complete(text) is complete


def test_prompt_shows_errors_and_goes_on(
    run: Run, aws: FakeAws, keys: PipeInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.on(DESCRIBE, failed("QueryFailed", '{"Message": "no such table"}'), KeyboardInterrupt(), succeeded())
    aws.on("stepfunctions:StopExecution", {"stopDate": "2026-11-20T12:00:00Z"})
    aws.on("stepfunctions:GetExecutionHistory", {"events": []}).on("glue:GetTables", {"TableList": []})
    aws.on("athena:ListNamedQueries", {"NamedQueryIds": []})
    monkeypatch.setattr("quilt_athena.cli.commands.shell.is_interactive", lambda: True)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(prompt, "_LEAVING", ("bye",))
    keys.send_text("SELECT 1;\r\\nonsense\rSELECT 2;\rSELECT 3;\rbye\r")
    result = run("shell", "--format", "csv", "-q")
    assert (result.exit_code, result.stdout) == (0, CSV)
    for part in (
        "Connected to quilt-athena",
        "QueryFailed: no such table",
        "no such command \\nonsense",
        "Interrupted",
    ):
        assert part in result.stderr
