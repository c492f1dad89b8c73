"""Results become typed rows, as many as requested and as fit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.query.fetching import (
    MAX_ROW_BYTES,
    STATE_BYTES,
    byte_budget,
    query_result,
    rows_within,
)
from quilt_athena.query.results import convert, unique_names
from tests.unit.query.pages import PAGE_ROWS, Pages, Row

SUCCEEDED = {
    "QueryExecutionId": "query-1",
    "State": "SUCCEEDED",
    "StatementType": "DML",
    "OutputLocation": "s3://results/query-1.csv",
    "Statistics": {"DataScannedInBytes": 5, "TotalExecutionTimeInMillis": 7, "ServiceProcessingTimeInMillis": 1},
}
LARGEST_REQUEST = 192 * 1024


def describe(
    pages: Pages, max_rows: int = 1000, request_bytes: int = 100, query: dict[str, Any] | None = None, **options: Any
) -> dict[str, Any]:
    """The result for pages of a query that succeeded."""
    described = SUCCEEDED | (query or {})
    reader = pages.reader(described["StatementType"], max_rows + 2)
    return query_result(described, reader, max_rows=max_rows, request_bytes=request_bytes, attempts=1, **options)


def numbers(count: int) -> list[Row]:
    """``count`` rows of one number."""
    return [[str(number)] for number in range(count)]


def json_bytes(value: object) -> int:
    """The size of a value as JSON in ASCII. NaN, which JSON does not have, is an error."""
    return len(json.dumps(value, separators=(",", ":"), allow_nan=False))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (None, "bigint", None),
        (None, "varchar", None),
        ("", "varchar", ""),
        ("-9223372036854775808", "bigint", -9223372036854775808),
        ("127", "tinyint", 127),
        ("1", "smallint", 1),
        ("1", "integer", 1),
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("1.5", "double", 1.5),
        ("1.0E-10", "double", 1e-10),
        ("-0.5", "real", -0.5),
        ("2.5", "float", 2.5),
        ("NaN", "double", "NaN"),
        ("Infinity", "double", "Infinity"),
        ("-Infinity", "real", "-Infinity"),
        ("123456789012345678901234567890.50", "decimal", "123456789012345678901234567890.50"),
        ("2026-11-20", "date", "2026-11-20"),
        ("2026-11-20 01:02:03.456", "timestamp", "2026-11-20 01:02:03.456"),
        ("2026-11-20 01:02:03.456 UTC", "timestamp with time zone", "2026-11-20 01:02:03.456 UTC"),
        ("01:02:03.456", "time", "01:02:03.456"),
        ('{"a":[1,null,"é"]}', "json", {"a": [1, None, "é"]}),
        ("null", "json", None),
        ("9007199254740993", "json", 9007199254740993),
        ("[a, b]", "array", "[a, b]"),
        ("{k=v}", "map", "{k=v}"),
        ("{type=SHA256, value=}", "row", "{type=SHA256, value=}"),
        ("00 ff", "varbinary", "00 ff"),
        ("abc  ", "char", "abc  "),
        ("2 00:00:00.000", "interval day to second", "2 00:00:00.000"),
        ("127.0.0.1", "ipaddress", "127.0.0.1"),
    ],
)
def test_convert_handles_every_type(text: str | None, kind: str, value: object) -> None:
    converted = convert(text, kind)
    assert converted == value
    assert type(converted) is type(value)


@given(st.lists(st.sampled_from(["a", "b", "a_2", "a_3", "a_2_2", "", "_2"])))
def test_unique_names_keeps_first_occurrences(names: list[str]) -> None:
    unique = unique_names(names)
    assert len(unique) == len(names) == len(set(unique))
    for position, (name, new) in enumerate(zip(names, unique, strict=True)):
        if name not in names[:position]:
            assert new == name
        else:
            assert new.startswith(f"{name}_")
            assert new[len(name) + 1 :].isdigit()


@pytest.mark.parametrize(
    ("names", "unique"),
    [
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["a", "a", "a_2"], ["a", "a_3", "a_2"]),
        (["a_2", "a", "a"], ["a_2", "a", "a_3"]),
        (["_col0", "_col1"], ["_col0", "_col1"]),
    ],
)
def test_unique_names_numbers_repeated_names(names: list[str], unique: list[str]) -> None:
    assert unique_names(names) == unique


def test_rows_are_typed_by_column() -> None:
    pages = Pages([("n", "bigint"), ("n", "varchar"), ("flag", "boolean")], [["1", "", "true"], [None, None, None]])
    result = describe(pages)
    assert result["Columns"] == [
        {"Name": "n", "Type": "bigint"},
        {"Name": "n_2", "Type": "varchar"},
        {"Name": "flag", "Type": "boolean"},
    ]
    assert result["Rows"] == [{"n": 1, "n_2": "", "flag": True}, {"n": None, "n_2": None, "flag": None}]


def test_type_of_a_decimal_has_precision_and_scale() -> None:
    kinds = ["decimal(10,2)", "decimal(38,0)", "varchar"]
    pages = Pages([(f"c{number}", kind) for number, kind in enumerate(kinds)], [["1.50", "7", "x"]])
    assert [column["Type"] for column in describe(pages)["Columns"]] == kinds


def test_decimal_without_a_scale_has_whole_numbers() -> None:
    assert describe(Pages([("n", "decimal(38)")], [["7"]]))["Columns"] == [{"Name": "n", "Type": "decimal(38,0)"}]


def test_result_describes_the_query() -> None:
    result = describe(Pages([("n", "bigint")], [["1"]]))
    assert {key: result[key] for key in result if key not in ("Columns", "Rows")} == {
        "QueryExecutionId": "query-1",
        "StatementType": "DML",
        "RowCount": 1,
        "Truncated": False,
        "OutputLocation": "s3://results/query-1.csv",
        "OutputETag": None,
        "Attempts": 1,
        "Statistics": {
            "DataScannedInBytes": 5,
            "EngineExecutionTimeInMillis": 0,
            "QueryQueueTimeInMillis": 0,
            "TotalExecutionTimeInMillis": 7,
            "ReusedPreviousResult": False,
            # 10 MB, of which a terabyte of 5 USD holds 104,857.6.
            "EstimatedPriceUSD": 0.000047684,
        },
    }


def test_statistics_that_athena_omits_are_zero() -> None:
    statistics = describe(Pages([("n", "bigint")], []), query={"Statistics": {}})["Statistics"]
    assert {name: value for name, value in statistics.items() if name != "EstimatedPriceUSD"} == {
        "DataScannedInBytes": 0,
        "EngineExecutionTimeInMillis": 0,
        "QueryQueueTimeInMillis": 0,
        "TotalExecutionTimeInMillis": 0,
        "ReusedPreviousResult": False,
    }


def test_result_reports_reuse() -> None:
    statistics = {"Statistics": {"ResultReuseInformation": {"ReusedPreviousResult": True}}}
    result = describe(Pages([("n", "bigint")], []), query=statistics)
    assert result["Statistics"]["ReusedPreviousResult"] is True
    assert result["Statistics"]["EstimatedPriceUSD"] == 0


def test_result_uses_the_regions_price() -> None:
    statistics = {"Statistics": {"DataScannedInBytes": 1024**4}}
    result = describe(Pages([("n", "bigint")], []), query=statistics, price_per_tb=6.75)
    assert result["Statistics"]["EstimatedPriceUSD"] == 6.75


def test_managed_result_has_no_location() -> None:
    managed = {key: value for key, value in SUCCEEDED.items() if key != "OutputLocation"}
    reader = Pages([("n", "bigint")], []).reader()
    assert query_result(managed, reader, max_rows=1, request_bytes=1, attempts=1)["OutputLocation"] is None


@pytest.mark.parametrize("kind", ["UTILITY", "DDL"])
def test_statement_other_than_select_has_no_header(kind: str) -> None:
    # A table may have the name of the column.
    pages = Pages([("tab_name", "string")], [["tab_name"], ["other"]], header=False)
    result = describe(pages, query={"StatementType": kind})
    assert result["Rows"] == [{"tab_name": "tab_name"}, {"tab_name": "other"}]
    assert result["StatementType"] == kind


@pytest.mark.parametrize("columns", [[], [("rows", "bigint")]], ids=["none", "rows"])
@pytest.mark.parametrize("kind", ["DML", "DDL"])
def test_statement_that_writes_has_no_rows(columns: list[tuple[str, str]], kind: str) -> None:
    result = describe(Pages(columns, [], header=False), query={"StatementType": kind})
    assert (result["Rows"], result["RowCount"], result["Truncated"]) == ([], 0, False)


def test_row_equal_to_the_header_is_kept() -> None:
    result = describe(Pages([("a", "varchar"), ("b", "varchar")], [["a", "b"], ["a", "b"]]))
    assert result["Rows"] == [{"a": "a", "b": "b"}] * 2


@pytest.mark.parametrize("count", [0, 1, 998, 999, 1000, 1001, 1999, 2000, 2001])
@pytest.mark.parametrize("max_rows", [0, 1, 998, 999, 1000, 1001, 2000, 2001])
@pytest.mark.parametrize("header", [True, False])
def test_rows_stop_at_max_rows(count: int, max_rows: int, header: bool) -> None:
    pages = Pages([("n", "bigint")], numbers(count), header)
    result = describe(pages, max_rows, query={"StatementType": "DML" if header else "UTILITY"})
    assert result["Rows"] == [{"n": number} for number in range(min(count, max_rows))]
    assert result["RowCount"] == len(result["Rows"])
    assert result["Truncated"] is (count > max_rows)


@pytest.mark.parametrize(("count", "max_rows", "calls"), [(5, 1000, 1), (100_000, 10, 1), (2500, 2000, 3)])
def test_only_necessary_pages_are_read(count: int, max_rows: int, calls: int) -> None:
    pages = Pages([("n", "bigint")], numbers(count))
    describe(pages, max_rows)
    sizes = [request["MaxResults"] for request in pages.requests]
    assert sizes == [min(max_rows + 2, PAGE_ROWS)] + [PAGE_ROWS] * (calls - 1)


def test_rows_stop_at_the_byte_budget() -> None:
    pages = Pages([("n", "bigint")], numbers(100_000))
    result = describe(pages, 100_000)
    assert result["Truncated"] is True
    assert 0 < json_bytes(result["Rows"]) <= MAX_ROW_BYTES
    # Pages beyond the budget are not read.
    assert len(pages.requests) * PAGE_ROWS <= result["RowCount"] + 2 * PAGE_ROWS


def test_row_larger_than_the_budget_is_left_out() -> None:
    pages = Pages([("t", "varchar")], [["x" * (MAX_ROW_BYTES + 1)], ["small"]])
    result = describe(pages)
    assert (result["Rows"], result["RowCount"], result["Truncated"]) == ([], 0, True)


@given(
    st.lists(st.lists(st.one_of(st.none(), st.text(max_size=20)), min_size=2, max_size=2), max_size=30),
    st.integers(0, 31),
    st.integers(0, 2000),
)
def test_rows_within_returns_the_longest_beginning_that_fits(
    rows: list[list[str | None]], max_rows: int, max_bytes: int
) -> None:
    given_rows = [{"a": first, "b": second} for first, second in rows]
    kept, more = rows_within(iter(given_rows), max_rows, max_bytes)
    assert kept == given_rows[: len(kept)]
    assert more is (len(kept) < len(given_rows))
    assert json_bytes(kept) <= max_bytes + 2
    # One more would have been too many, or too much.
    if more and len(kept) < max_rows:
        assert json_bytes([*kept, given_rows[len(kept)]]) > max_bytes


@pytest.mark.parametrize(("max_bytes", "count"), [(0, 0), (7, 0), (8, 1), (15, 1), (16, 2), (25, 2), (26, 3), (27, 3)])
def test_row_counts_as_ascii_json_and_a_comma(max_bytes: int, count: int) -> None:
    # 7, 7 and 9 bytes.
    rows: list[dict[str, Any]] = [{"a": 1}, {"b": 2}, {"c": "x"}]
    assert rows_within(iter(rows), 10, max_bytes) == (rows[:count], count < 3)


@pytest.mark.parametrize("character", ["x", '"', "\n", "\x01", "é", "𝄞"])
@pytest.mark.parametrize("request_bytes", [0, 60 * 1024, LARGEST_REQUEST])
def test_result_fits_beside_its_request(character: str, request_bytes: int) -> None:
    result = describe(Pages([("t", "varchar")], [[character * 50]] * 9000), 9000, request_bytes)
    assert result["Truncated"] is True
    assert json_bytes(result) + request_bytes < STATE_BYTES


def test_long_column_names_count_towards_the_budget() -> None:
    columns = [(f"{number:03}_" + "é" * 250, "varchar") for number in range(60)]
    request_bytes = 100 * 1024
    result = describe(Pages(columns, [["x"] * 60] * 100), request_bytes=request_bytes)
    assert json_bytes(result) + request_bytes < STATE_BYTES
    assert result["Truncated"] is True


@pytest.mark.parametrize(
    ("request_bytes", "budget"),
    [
        (0, 184_320),  # 180 KiB
        (61_440, 184_320),  # of 256 KiB, without 16 for everything else
        (61_441, 184_319),
        (LARGEST_REQUEST, 48 * 1024),
        (245_759, 1),
        (245_760, 0),
        (STATE_BYTES, 0),
    ],
)
def test_byte_budget_is_what_the_request_leaves(request_bytes: int, budget: int) -> None:
    assert byte_budget(request_bytes) == budget


@pytest.mark.parametrize(
    "text",
    ["1e400", '{"a":[-1e999]}', "1" * 5000, "[" * 100_000 + "]" * 100_000],
    ids=["inf", "nested", "long", "deep"],
)
def test_json_that_python_cannot_hold_remains_text(text: str) -> None:
    assert convert(text, "json") == text


def test_output_of_describe_is_split_at_tabs() -> None:
    columns = [("col_name", "string"), ("data_type", "string"), ("comment", "string")]
    rows: list[Row] = [
        ["hash                \tstring              \t                    "],
        ["# Partition Information"],
    ]
    result = describe(Pages(columns, rows, header=False), query={"StatementType": "UTILITY"})
    assert result["Rows"] == [
        {"col_name": "hash", "data_type": "string", "comment": ""},
        {"col_name": "# Partition Information", "data_type": None, "comment": None},
    ]


def test_rows_without_columns_get_column_names() -> None:
    rows: list[Row] = [["Partitions not in metastore:\tt:day=1"], ["Repair: Added partition to metastore t:day=1"]]
    result = describe(Pages([], rows, header=False), query={"StatementType": "DDL"})
    assert result["Columns"] == [{"Name": "_col0", "Type": "string"}]
    assert [row["_col0"] for row in result["Rows"]] == [row[0] for row in rows]


def test_rows_without_columns_have_as_many_values_as_the_first() -> None:
    result = describe(Pages([], [["a", "b"], ["c"]], header=False), query={"StatementType": "DDL"})
    assert result["Rows"] == [{"_col0": "a", "_col1": "b"}, {"_col0": "c", "_col1": None}]


def test_single_row_without_columns_gets_a_column_name() -> None:
    result = describe(Pages([], [["Repaired"]], header=False), query={"StatementType": "DDL"})
    assert result["Rows"] == [{"_col0": "Repaired"}]


def test_null_in_the_output_of_describe_is_kept() -> None:
    columns = [("col_name", "string"), ("data_type", "string")]
    result = describe(Pages(columns, [[None], ["a\tb", "c"]], header=False), query={"StatementType": "UTILITY"})
    # Only a single text is split.
    assert result["Rows"] == [{"col_name": None, "data_type": None}, {"col_name": "a\tb", "data_type": "c"}]


def test_only_value_of_a_row_is_not_split() -> None:
    result = describe(Pages([("createtab_stmt", "string")], [["a\tb"]], header=False), query={"StatementType": "DDL"})
    assert result["Rows"] == [{"createtab_stmt": "a\tb"}]
