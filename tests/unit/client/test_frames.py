"""Results as Python objects, Arrow, pandas, Polars, Parquet and HTML."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow.parquet as pq
import pytest

from quilt_athena.client import MissingExtraError, ResultUnreadableError, arrow
from quilt_athena.client.results import QueryResult
from tests.unit.client.deployed import answer

_NOON = datetime(2026, 11, 20, 12, 0, 0, 250000)  # noqa: DTZ001 - Athena's timestamp has no zone
_UTC_NOON = _NOON.replace(tzinfo=UTC)

#: By column: Athena's type, the JSON value of the contract, the Python value, Arrow's type, and Arrow's value if other.
TYPED: dict[str, tuple[Any, ...]] = {
    "i": ("integer", 7, 7, "int32"),
    "l": ("bigint", 2**40, 2**40, "int64"),
    "s": ("smallint", 7, 7, "int16"),
    "y": ("tinyint", 7, 7, "int8"),
    "f": ("float", 0.5, 0.5, "float"),
    "d": ("double", "Infinity", float("inf"), "double"),
    "b": ("boolean", True, True, "bool"),
    "day": ("date", "2026-11-20", date(2026, 11, 20), "date32[day]"),
    "clock": ("time", "12:00:00.250", time(12, 0, 0, 250000), "time64[us]"),
    "at": ("timestamp", "2026-11-20 12:00:00.250", _NOON, "timestamp[us]"),
    "utc": ("timestamp with time zone", "2026-11-20 12:00:00.250 UTC", _UTC_NOON, "timestamp[us, tz=UTC]"),
    "city": (
        "timestamp with time zone",
        "2026-11-20 13:00:00.250 Europe/Berlin",
        _NOON.replace(hour=13, tzinfo=ZoneInfo("Europe/Berlin")),
        "timestamp[us, tz=UTC]",
    ),
    "offset": (
        "timestamp with time zone",
        "2026-11-20 06:30:00.250 -05:30",
        _NOON.replace(hour=6, minute=30, tzinfo=timezone(-timedelta(hours=5, minutes=30))),
        "timestamp[us, tz=UTC]",
    ),
    "p": ("decimal(10,2)", "12.50", Decimal("12.50"), "decimal128(10, 2)"),
    "large": ("decimal(38,1)", "-" + "9" * 37 + ".5", Decimal("-" + "9" * 37 + ".5"), "decimal128(38, 1)"),
    "old": ("decimal", "12.50", Decimal("12.50"), "string", "12.50"),
    "bytes": ("varbinary", "00 ff", b"\x00\xff", "binary"),
    "j": ("json", {"a": 1}, {"a": 1}, "string", '{"a": 1}'),
    "r": ("array", "[1, 2]", "[1, 2]", "string"),
    "m": ("map", "{a=1}", "{a=1}", "string"),
    "w": ("row", "{a=1}", "{a=1}", "string"),
    "t": ("varchar", "", "", "string"),
}
NULLS: dict[str, Any] = dict.fromkeys(TYPED)


def result_of(kinds: dict[str, str], rows: list[dict[str, Any]], **fields: Any) -> QueryResult:
    columns = [{"Name": name, "Type": kind} for name, kind in kinds.items()]
    return QueryResult(answer(rows, Columns=columns, **fields))


@pytest.fixture
def typed() -> QueryResult:
    """A row with a value of each type, and one of NULLs."""
    rows = [{name: case[1] for name, case in TYPED.items()}, NULLS]
    return result_of({name: case[0] for name, case in TYPED.items()}, rows)


def test_iterating_yields_python_objects(typed: QueryResult) -> None:
    first, second = typed
    assert first == {name: case[2] for name, case in TYPED.items()}
    assert {name: type(value) for name, value in first.items()} == {name: type(case[2]) for name, case in TYPED.items()}
    assert first["city"] == first["utc"] == first["offset"]
    assert second == NULLS
    assert typed.to_list() == [first, second]


def test_json_rows_are_those_of_the_contract(typed: QueryResult) -> None:
    assert list(typed.json_rows()) == typed.output["Rows"]


def test_value_that_python_does_not_have_is_reported_with_its_column() -> None:
    result = result_of({"day": "date"}, [{"day": "+12026-11-20"}])
    with pytest.raises(ResultUnreadableError, match=r"column day: Python has no value for the date '\+12026-11-20'"):
        list(result)
    assert list(result.json_rows()) == [{"day": "+12026-11-20"}]


def test_async_iteration_yields_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quilt_athena.client.results._ASYNC_ROWS", 2)
    rows = [{"n": str(number)} for number in range(5)]

    async def read(result: QueryResult) -> list[Any]:
        return [row async for row in result]

    read_rows = asyncio.run(read(result_of({"n": "decimal(3,0)"}, rows)))
    assert read_rows == [{"n": Decimal(number)} for number in range(5)]


def test_arrow_has_the_querys_types(typed: QueryResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "BATCH_ROWS", 1)
    table = typed.to_arrow()
    assert {field.name: str(field.type) for field in table.schema} == {name: case[3] for name, case in TYPED.items()}
    assert table.to_pylist() == [{name: case[-1] if len(case) > 4 else case[2] for name, case in TYPED.items()}, NULLS]


def test_parquet_has_the_querys_types(typed: QueryResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "BATCH_ROWS", 1)
    path = tmp_path / "result.parquet"
    assert typed.to_parquet(path) == 2
    assert pq.ParquetFile(path).num_row_groups == 2
    assert pq.read_table(path).equals(typed.to_arrow())


def test_pandas_keeps_integers_and_booleans_beside_nulls(typed: QueryResult) -> None:
    frame = typed.to_pandas()
    assert list(frame.columns) == list(TYPED)
    kinds = {name: str(frame[name].dtype) for name in ("i", "l", "s", "y", "b", "d", "at", "utc")}
    assert kinds == {
        "i": "Int32",
        "l": "Int64",
        "s": "Int16",
        "y": "Int8",
        "b": "boolean",
        "d": "float64",
        "at": "datetime64[us]",
        "utc": "datetime64[us, UTC]",
    }
    assert (frame["l"][0], frame["p"][0], frame["day"][0]) == (2**40, Decimal("12.50"), date(2026, 11, 20))
    assert frame.iloc[1].isna().all()


def test_polars_has_the_querys_types(typed: QueryResult) -> None:
    frame = typed.to_polars()
    assert frame.schema["p"] == pl.Decimal(10, 2)
    assert frame.schema["utc"] == pl.Datetime("us", "UTC")
    assert frame.select("l", "p", "utc").rows() == [(2**40, Decimal("12.50"), _UTC_NOON), (None, None, None)]


@pytest.mark.parametrize("method", ["to_arrow", "to_pandas", "to_polars"])
def test_frames_without_rows_have_the_columns(method: str) -> None:
    frame = getattr(result_of({"a": "bigint", "b": "varchar"}, []), method)()
    assert (list(getattr(frame, "column_names", frame.columns)), len(frame)) == (["a", "b"], 0)


@pytest.mark.parametrize(
    ("method", "library", "extra"),
    [
        ("to_arrow", "pyarrow", "parquet"),
        ("to_pandas", "pandas", "pandas"),
        ("to_pandas", "pyarrow", "parquet"),
        ("to_polars", "polars", "polars"),
    ],
)
def test_missing_library_is_reported_with_its_extra(
    method: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError) as missing:
        getattr(result_of({"a": "bigint"}, []), method)()
    assert str(missing.value) == f"{method}() requires {library}: pip install 'quilt-athena[{extra}]'"


def test_html_shows_the_first_rows_escaped() -> None:
    rows: list[dict[str, Any]] = [
        {"n": 1, "t": "<b>"},
        {"n": None, "t": "x" * 300},
        *({"n": 3, "t": ""} for _ in range(30)),
    ]
    html = result_of({"n": "bigint", "t": "varchar"}, rows)._repr_html_()
    assert html.startswith('<table><thead><tr><th title="bigint">n</th><th title="varchar">t</th></tr></thead>')
    assert "<tr><td>1</td><td>&lt;b&gt;</td></tr>" in html
    assert f"<tr><td><i>NULL</i></td><td>{'x' * 200}…</td></tr>" in html
    assert html.count("<tr>") == 21
    assert "<p>the first 20 of 32 rows, 2,048 bytes scanned, about 0.000048 USD</p>" in html


@pytest.mark.parametrize(
    ("rows", "truncated", "caption"),
    [
        (0, False, "0 rows, "),
        (1, False, "1 row, "),
        (2, False, "2 rows, "),
        (2, True, "the first 2 of more than 2 rows, "),
    ],
)
def test_html_says_how_many_rows_there_are(rows: int, truncated: bool, caption: str) -> None:
    html = result_of({"n": "bigint"}, [{"n": 1}] * rows, Truncated=truncated)._repr_html_()
    assert f"<p>{caption}" in html
