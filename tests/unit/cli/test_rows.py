"""Query results in each format: values are complete and unambiguous."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.cli.output import tables
from quilt_athena.cli.output.parquet import write_parquet
from quilt_athena.cli.output.rows import WRITERS, write_result
from quilt_athena.client.results import QueryResult
from tests.unit.client.deployed import answer


def result(columns: dict[str, str], rows: list[dict[str, Any]]) -> QueryResult:
    """A result of these columns and rows."""
    described = [{"Name": name, "Type": kind} for name, kind in columns.items()]
    return QueryResult(answer(rows, Columns=described))


ROWS: list[dict[str, Any]] = [
    {"text": 'a,"b"\nc', "number": 1, "ratio": 0.5, "flag": True, "tree": {"k": [1, None]}},
    {"text": "", "number": None, "ratio": "NaN", "flag": False, "tree": "plain"},
    {"text": None, "number": -2, "ratio": 1e21, "flag": None, "tree": None},
]
RESULT = result({"text": "varchar", "number": "bigint", "ratio": "double", "flag": "boolean", "tree": "json"}, ROWS)
EMPTY = result({"a": "varchar", "b": "bigint"}, [])


def written(format_: str, what: QueryResult) -> str:
    """The text of a writer, which returns the number of rows."""
    output = io.StringIO()
    assert WRITERS[format_](what, output) == len(list(what))
    return output.getvalue()


def test_csv_distinguishes_null_from_an_empty_string() -> None:
    assert written("csv", RESULT) == (
        "text,number,ratio,flag,tree\r\n"
        '"a,""b""\nc",1,0.5,true,"{""k"": [1, null]}"\r\n'
        '"",,NaN,false,plain\r\n'
        ",-2,1e+21,,\r\n"
    )
    assert written("csv", EMPTY) == "a,b\r\n"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_csv_is_read_back_unchanged(texts: list[list[str]]) -> None:
    text = written("csv", result({"a": "varchar", "b": "varchar"}, [{"a": a, "b": b} for a, b in texts]))
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [["a", "b"], *texts]


def test_json_is_an_array_of_rows() -> None:
    assert json.loads(written("json", RESULT)) == ROWS
    assert written("json", EMPTY) == "[]\n"


def test_json_lines_have_one_row_each() -> None:
    assert [json.loads(line) for line in written("jsonl", RESULT).splitlines()] == ROWS
    assert written("jsonl", EMPTY) == ""


def test_json_result_has_all_rows_and_the_price() -> None:
    fetched = [{"n": number, "t": None} for number in range(5)]
    truncated = QueryResult(answer(fetched[:2], Truncated=True), fetch=lambda: iter(fetched))
    output = io.StringIO()
    assert write_result(truncated, output) == 5
    whole = json.loads(output.getvalue())
    assert whole["Rows"] == fetched
    assert whole["RowCount"] == 5
    assert whole["EstimatedPrice"] == truncated.estimated_price
    assert whole["Statistics"] == answer()["Statistics"]
    assert "Truncated" not in whole, "nothing is missing here"


def test_piped_table_has_one_complete_line_per_row() -> None:
    long = "x" * 500
    rows: list[dict[str, Any]] = [{"a": "back\\slash\n", "b": None}, {"a": long, "b": 12}]
    assert written("table", result({"a": "varchar", "b": "bigint"}, rows)).splitlines() == [
        "a" + " " * 501 + "b",
        "-" * 500 + "  ----",
        r"back\\slash\n" + " " * 489 + "NULL",
        long + "  12",
    ]
    assert written("table", EMPTY) == "a  b\n-  -\n"


def test_table_is_printed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BATCH_ROWS", 2)
    rows = [{"a": "1"}, {"a": "22"}, {"a": "333"}]
    assert written("table", result({"a": "varchar"}, rows)).splitlines() == ["a", "--", "1", "22", "333"]


def test_parquet_without_rows_has_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "result.parquet"
    assert write_parquet(EMPTY, path) == 0
    assert pq.read_table(path).column_names == ["a", "b"]
