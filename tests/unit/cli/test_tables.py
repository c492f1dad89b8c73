"""Tables on a terminal: fitted to it, or wide, or vertical, and through a pager where they are long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quilt_athena.cli.output import tables
from quilt_athena.cli.output.tables import print_table, print_vertical
from tests.unit.cli.terminal import set_up, terminal

COLUMNS = ["user", "name", "timestamp", "tophash", "logical_key", "size", "hash", "meta", "user_meta"]
ROW: list[Any] = [
    "imaging",
    "cells",
    "latest",
    "ab" * 32,
    "plate-1/well-A1/field-0.tiff",
    1234567890123,
    "sha256:" + "cd" * 32,
    {"user_meta": {"cellindex": ["5"]}},
    None,
]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch)


def drawn(columns: list[str], rows: list[list[Any]], *, wide: bool = False, width: int = 80) -> list[str]:
    """The lines of a table on a terminal."""
    with terminal(width) as (stream, screen):
        assert print_table(columns, rows, stream, wide=wide) == len(rows)
    return screen.text.splitlines()


def test_every_row_is_one_line_that_fits() -> None:
    lines = drawn(COLUMNS, [ROW] * 3)
    assert all(len(line) <= 80 for line in lines[:5])
    assert lines[0] == "user     name   timestamp  tophash   logical…           size  hash      meta"
    assert lines[2] == 'imaging  cells  latest     abababa…  plate-1…  1234567890123  sha256:…  {"user_…'
    assert lines[2:5] == [lines[2]] * 3
    assert lines[5:] == ["Not shown: user_meta. Use --wide or --format vertical to see everything."]


def test_truncated_values_are_pointed_out() -> None:
    assert drawn(["a"], [["x" * 50]], width=20)[2:] == [
        "x" * 19 + "…",
        "Some values are truncated. Use --wide or --format vertical to see them.",
    ]
    assert len(drawn(["a"], [["x" * 20]], width=20)) == 3, "nothing is truncated"


def test_wide_truncates_nothing() -> None:
    lines = drawn(COLUMNS, [ROW], wide=True)
    assert len(lines) == 3
    for value in ("ab" * 32, "1234567890123", '{"user_meta": {"cellindex": ["5"]}}', "NULL"):
        assert value in lines[2]


def test_numbers_are_complete_and_aligned() -> None:
    lines = drawn(["n", "text"], [[5, "x" * 30], [1234567890123456789, None]], width=30)
    assert lines[2:4] == ["                  5  xxxxxxxx…", "1234567890123456789  NULL"]


def test_rows_after_the_first_batch_keep_the_widths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BATCH_ROWS", 1)
    assert drawn(["a", "n"], [["xx", 1], ["xxxx", 22]])[2:] == ["xx  1", "x…  22"]


def test_wide_characters_take_two_columns() -> None:
    assert drawn(["a", "b"], [["日本語日本語", "x"], ["é", "y"]], width=12)[2:4] == ["日本語日…  x", "é          y"]


def test_values_cannot_control_the_terminal() -> None:
    (line,) = drawn(["a"], [["\x1b[2Jred\nblue\t\x07\u202e\ud800"]], wide=True)[2:]
    assert line == r"\x1b[2Jred\nblue\t\x07\u202e\ud800"


def test_without_unicode_the_ellipsis_is_a_tilde() -> None:
    with terminal(20, encoding="ascii") as (stream, screen):
        print_table(["a"], [["x" * 50]], stream, wide=False)
    assert screen.text.splitlines()[1:3] == ["-" * 20, "x" * 19 + "~"]


@pytest.mark.parametrize(("no_color", "begin"), [("", "\x1b[1ma  b\x1b[0m"), ("1", "a  b")])
def test_colours_can_be_turned_off(monkeypatch: pytest.MonkeyPatch, no_color: str, begin: str) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    lines = drawn(["a", "b"], [["1", None]])
    assert lines[0] == begin
    assert ("\x1b[2mNULL\x1b[0m" in lines[2]) == (no_color == "")


def test_vertical_shows_every_value_completely() -> None:
    rows: list[list[Any]] = [["x" * 100, None], [{"k": 1}, "two\nlines"]]
    with terminal(40) as (stream, screen):
        assert print_vertical(["a", "long name"], rows, stream) == 2
    assert screen.text.splitlines() == [
        "-[ row 1 ]-",
        f"a          {'x' * 100}",
        "long name  NULL",
        "-[ row 2 ]-",
        'a          {"k": 1}',
        r"long name  two\nlines",
    ]


def pager(folder: Path, script: str) -> str:
    """A pager that runs a script."""
    path = folder / "pager"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_more_than_a_screen_goes_through_the_pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, pager(tmp_path, f'echo "$LESS" > {tmp_path}/options; cat > {tmp_path}/read; echo left'))
    rows = [[number] for number in range(30)]
    assert drawn(["n"], rows[:15])[-1] == "14", "15 rows have room"
    assert not (tmp_path / "read").exists()
    assert drawn(["n"], rows) == ["left"]
    assert (tmp_path / "read").read_text().splitlines()[2:] == [f"{number:2}" for number in range(30)]
    assert (tmp_path / "options").read_text() == "FRXS\n"


def test_leaving_the_pager_ends_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, pager(tmp_path, "head -1"))
    read = 0

    def endless() -> Iterator[list[str]]:
        nonlocal read
        while True:
            read += 1
            yield ["x" * 100]

    for print_rows in (print_table, print_vertical):
        with terminal() as (stream, screen):
            assert print_rows(["a"], endless(), stream) is None
        assert len(screen.text.splitlines()) == 1
    assert read < 100_000


@pytest.mark.parametrize("command", ["", "cat", "no-such-pager-here", "'"])
def test_no_pager_is_needed(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    set_up(monkeypatch, command)
    assert len(drawn(["n"], [[number] for number in range(200)])) == 202


def test_own_variable_comes_before_pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, pager(tmp_path, "cat > /dev/null; echo paged"))
    monkeypatch.setenv("QUILT_ATHENA_PAGER", "cat")
    assert len(drawn(["n"], [[number] for number in range(200)])) == 202
    monkeypatch.delenv("QUILT_ATHENA_PAGER")
    assert drawn(["n"], [[number] for number in range(200)]) == ["paged"]
