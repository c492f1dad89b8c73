"""The command asks, rejects wrong options, and deletes what it created, whatever happens in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.server import LocalAwsError
from verification import __main__ as command
from verification import cleanup, page
from verification.aws import Aws
from verification.check import Check, Result, Status
from verification.run import Run
from verification.target import Target


class Steps:
    """The steps of a run that need AWS, without it; `failing` is raised by the step of that name."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failing: dict[str, BaseException] = {}
        self.left: list[str] = []
        self.status = Status.VERIFIED

    def step(self, name: str) -> None:
        self.done.append(name)
        if name in self.failing:
            raise self.failing[name]

    def deploy(self, *_: Any) -> dict[str, str]:
        self.step("deploy")
        return {}

    def run_checks(self, checks: list[Check], _: Any) -> Iterator[Result]:
        for one in checks:
            self.step(one.id)
            yield Result(one.id, self.status, "evidence")

    def clean(self, _: Target, run: Run, __: Any) -> list[str]:
        self.step(f"clean {len(run.id)}")
        return self.left


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    made = Steps()
    target = Target(None, "eu-west-1")
    target.__dict__["caller"] = {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/me"}
    monkeypatch.setattr(command, "real_aws", lambda: target)
    monkeypatch.setattr(command, "deploy", made.deploy)
    monkeypatch.setattr(command, "run_checks", made.run_checks)
    monkeypatch.setattr(Aws, "prepare", lambda _: made.step("prepare"))
    monkeypatch.setattr(Aws, "count_queries", lambda _: 12)
    monkeypatch.setattr(cleanup, "clean", made.clean)
    monkeypatch.setattr(cleanup, "runs", lambda _: ["fedc9876"])
    return made


ONE = ("--check", "views-read")


def test_run_deploys_checks_and_cleans(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--yes", "--json", *ONE]) == 0
    assert steps.done == ["deploy", "prepare", "views-read", "clean 8"]
    output = capsys.readouterr()
    document = json.loads(output.out)
    assert [one["Check"] for one in document["Results"]] == ["views-read", "cleanup"]
    assert document["Queries"] == 12
    assert "account 123456789012, region eu-west-1, as arn:aws:iam::123456789012:user/me" in output.err
    assert "costs about 0.07 USD" in output.err
    assert "make verify-aws CLEAN=fedc9876" in output.err


def test_nothing_is_deployed_unless_somebody_agrees(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*ONE]) == command.USAGE
    assert "pass --yes" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, code in (("", command.USAGE), ("no", command.USAGE), ("y", 0)):
        steps.done.clear()
        monkeypatch.setattr("rich.console.Console.input", lambda *_, answer=answer: answer)
        assert command.main([*ONE]) == code
        assert bool(steps.done) is (code == 0)


@pytest.mark.parametrize(
    ("step", "error", "code", "shown"),
    [
        ("deploy", LocalAwsError("sam deploy failed with exit code 1"), 3, "The run failed: sam deploy failed"),
        ("prepare", TimeoutError("still [] after 180 s"), 3, "The run failed: still [] after 180 s"),
        ("deploy", KeyboardInterrupt(), 130, "Interrupted."),
        ("views-read", KeyboardInterrupt(), 130, "Interrupted."),
    ],
)
def test_everything_is_deleted_after_a_failure(
    steps: Steps, capsys: pytest.CaptureFixture[str], step: str, error: BaseException, code: int, shown: str
) -> None:
    steps.failing[step] = error
    assert command.main(["--yes", *ONE]) == code
    assert steps.done[-2:] == [step, "clean 8"]
    assert shown in capsys.readouterr().out


def test_what_is_left_differs(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    steps.left = ["bucket quilt-verify-x: still exists"]
    assert command.main(["--yes", *ONE]) == command.DIFFERS
    assert "bucket quilt-verify-x: still exists" in capsys.readouterr().out


def test_failing_deletion_names_the_run(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    steps.failing["clean 8"] = RuntimeError("no connection")
    assert command.main(["--yes", *ONE]) == command.DIFFERS
    output = " ".join(capsys.readouterr().out.split())
    assert "could not be finished (no connection): make verify-aws CLEAN=" in output


def test_difference_is_an_exit_code(steps: Steps) -> None:
    steps.status = Status.DIFFERS
    assert command.main(["--yes", *ONE]) == command.DIFFERS
    steps.status = Status.NOT_VERIFIABLE
    assert command.main(["--yes", *ONE]) == 0


def test_unknown_check_is_rejected(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--yes", "--check", "nothing"]) == command.USAGE
    assert "There is no check nothing; there are glue-expression" in capsys.readouterr().out
    assert steps.done == []


def test_clean_deletes_one_run(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--clean", "0123abcd"]) == 0
    assert steps.done == ["clean 8"]
    assert "Nothing of run 0123abcd exists." in capsys.readouterr().out
    assert command.main(["--clean", "all"]) == command.USAGE
    steps.left = ["bucket x: denied"]
    assert command.main(["--clean", "0123abcd"]) == command.FAILED


def test_failed_run_is_not_recorded(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(page, "record", lambda target, _: kept.append(target))
    steps.failing["prepare"] = TimeoutError("x")
    command.main(["--yes", "--record", *ONE])
    assert kept == []


def test_recorded_run_has_all_checks(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--yes", "--record", *ONE]) == command.USAGE
    assert "--record needs all checks" in capsys.readouterr().out
    assert steps.done == []


def test_folder_of_a_run_is_deleted(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def deploy(_target: Target, _run: Run, work: Path) -> dict[str, str]:
        folders.append(work)
        return {}

    monkeypatch.setattr(command, "deploy", deploy)
    command.main(["--yes", *ONE])
    assert [folder.exists() for folder in folders] == [False]
    assert steps.done == ["prepare", "views-read", "clean 8"]
