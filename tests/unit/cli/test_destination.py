"""Where rows go: the format by the file's name, and no query whose rows could not be written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.unit.cli.conftest import Run
from tests.unit.client.deployed import QUERY_ID, answer, started, succeeded
from tests.unit.client.fake_aws import FakeAws

CSV = b"n,t\r\n1,one\r\n2,\r\n"


@pytest.fixture(autouse=True)
def succeeding(aws: FakeAws) -> None:
    """Every query succeeds."""
    aws.on("stepfunctions:StartExecution", started).on("stepfunctions:DescribeExecution", succeeded())


def written(run: Run, path: Path, *options: str) -> bytes:
    """What a query writes to a file, and nothing else in its folder."""
    result = run("query", "SELECT 1", "--output", str(path), *options)
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert list(path.parent.iterdir()) == [path]
    return path.read_bytes()


def test_csv_is_selected_by_the_suffix(run: Run, tmp_path: Path) -> None:
    assert written(run, tmp_path / "rows.CSV") == CSV
    assert written(run, tmp_path / "rows.CSV", "--json") == CSV


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.ndjson"])
def test_json_lines_are_selected_by_the_suffix(run: Run, tmp_path: Path, name: str) -> None:
    assert [json.loads(line) for line in written(run, tmp_path / name).splitlines()] == answer()["Rows"]


def test_json_is_an_array_or_the_whole_result(run: Run, tmp_path: Path) -> None:
    assert json.loads(written(run, tmp_path / "rows.json")) == answer()["Rows"]
    assert json.loads(written(run, tmp_path / "rows.json", "--json"))["QueryExecutionId"] == QUERY_ID


def test_parquet_is_selected_by_the_suffix(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    assert written(run, path)
    assert pq.read_table(path).to_pylist() == answer()["Rows"]


@pytest.mark.parametrize("name", ["rows", "rows.txt"])
def test_other_text_is_a_table(run: Run, tmp_path: Path, name: str) -> None:
    assert written(run, tmp_path / name).startswith(b"n  t\n-  ---")


def test_format_comes_before_the_suffix(run: Run, tmp_path: Path) -> None:
    assert written(run, tmp_path / "rows.xlsx", "--format", "csv") == CSV


def test_a_dash_is_standard_output(run: Run) -> None:
    assert run("query", "SELECT 1", "--format", "csv", "-o", "-").stdout_bytes == CSV


def test_a_link_keeps_pointing_to_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "links").mkdir()
    target, link = tmp_path / "target" / "rows.csv", tmp_path / "links" / "latest.csv"
    target.write_text("old")
    link.symlink_to(target)
    assert written(run, link) == CSV
    assert link.is_symlink()
    assert target.read_bytes() == CSV


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("missing/rows.csv", "can't be written: no such file or directory"),
        ("file/rows.csv", "can't be written: not a directory"),
        ("a" * 300 + ".csv", "can't be written: file name too long"),
    ],
)
def test_an_impossible_place_costs_no_query(run: Run, aws: FakeAws, tmp_path: Path, place: str, problem: str) -> None:
    (tmp_path / "file").touch()
    result = run("query", "SELECT 1", "-o", str(tmp_path / place))
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr.startswith("OutputError: ")
    assert result.stderr.endswith(f"{problem}\n")
    assert aws.calls == []


@pytest.mark.parametrize("name", ["rows.csv", "rows.pipe"])
def test_a_file_without_permission_costs_no_query(
    run: Run, aws: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / name
    os.mkfifo(path) if name.endswith(".pipe") else path.touch()
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everything
    assert run("query", "SELECT 1", "-o", str(path)).exit_code == 5
    assert aws.calls == []


@pytest.mark.parametrize("format_", ["table", "vertical", "csv", "json", "jsonl", "parquet"])
def test_a_full_disk_is_reported(run: Run, format_: str) -> None:
    result = run("query", "SELECT 1", "--format", format_, "-o", "/dev/full")
    assert result.exit_code == 5
    assert result.stderr == "OutputError: /dev/full can't be written: no space left on device\n"
    assert Path("/dev/full").is_char_device(), "it was not replaced"
