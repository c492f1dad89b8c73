"""Standard streams as a shell sets them up: no locale, full disk or closed stream ends in a traceback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quilt_athena.cli.streams import argument_text, prepare
from tests.unit.cli.terminal import terminal

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def shell(script: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in which $QA is the command."""
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "QA": f"{sys.executable} -m quilt_athena.cli",
        **environment,
    }
    return subprocess.run(["bash", "-c", script], env=variables, capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize("arguments", ["ddl a-bucket --database db", "--help"])
def test_a_full_disk_behind_standard_output_is_one_line(arguments: str) -> None:
    done = shell(f"$QA {arguments} > /dev/full")
    assert done.returncode == 5
    assert done.stderr == b"OutputError: standard output can't be written: no space left on device\n"


def test_a_closed_standard_output_is_no_error() -> None:
    assert shell("$QA ddl a-bucket --database db >&-").returncode == 0


def test_output_is_utf8_in_every_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    written = {"stdout": io.BytesIO(), "stderr": io.BytesIO()}
    for name, buffer in written.items():
        monkeypatch.setattr(sys, name, io.TextIOWrapper(buffer, encoding="ascii"))
    prepare()
    print("é\ud800")  # noqa: T201
    print("é\ud800", file=sys.stderr)  # noqa: T201
    sys.stdout.flush()
    sys.stderr.flush()
    assert written["stdout"].getvalue() == "é\\ud800\n".encode()
    assert written["stderr"].getvalue() == b"\\xe9\\ud800\n", "messages are for a terminal"


def test_a_terminal_gets_what_it_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(encoding="ascii") as (stream, screen):
        monkeypatch.setattr(sys, "stdout", stream)
        prepare()
        print("é")  # noqa: T201
    assert screen.text == "\\xe9\n"


def test_arguments_of_an_ascii_locale_are_no_traceback() -> None:
    done = shell("$QA query \"SELECT 'é'\" --param ü --local 1", **ASCII)
    assert done.returncode == 3
    assert b"StackNotFoundError" in done.stderr
    assert b"Traceback" not in done.stderr


def test_arguments_are_utf8_in_every_locale() -> None:
    assert argument_text("é") == "é"
    assert argument_text(os.fsdecode("é".encode())) == "é"
    assert argument_text("é".encode().decode("ascii", "surrogateescape")) == "é"


def test_a_file_in_another_encoding_is_a_usage_error(tmp_path: Path) -> None:
    path = tmp_path / "report.sql"
    path.write_bytes("SELECT 1\n  AS é".encode("latin-1"))
    done = shell(f"$QA query --file {path}; echo $?; $QA query --file - <&-; echo $?", QUILT_ATHENA_LOCAL="1")
    assert done.stdout == b"2\n2\n"
    assert f"{path}, line 2: expected UTF-8 text".encode() in done.stderr
    assert b"standard input can't be read" in done.stderr
    assert b"Traceback" not in done.stderr
