"""Queries of stored views: fresh, stale, broken and recursive ones."""

from __future__ import annotations

import pytest

from local.engine import QueryError
from local.engine.tables.views import View, encode
from local.engine.types.parse import parse
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake


def make_view(lake: Lake, name: str, sql: str, **columns: str) -> None:
    view = View(sql, tuple((column, parse(kind)) for column, kind in columns.items()), "quilt_query")
    lake.create_table("quilt_query", encode(name, view))


@pytest.mark.parametrize(
    ("sql", "columns", "reason"),
    [
        (
            "SELECT 1 AS a",
            {"a": "varchar"},
            "VIEW_IS_STALE: line 1:15: View 'awsdatacatalog.quilt_query.v' is stale or in invalid state: column .a. of "
            "type integer projected from query view at position 0 cannot be coerced to column .a. of type varchar "
            "stored in view definition",
        ),
        ("SELECT 1 AS a, 2 AS b", {"a": "integer"}, "VIEW_IS_STALE: .*stored view column count \\(1\\) does not match"),
        ("SELECT 1 AS b", {"a": "integer"}, "VIEW_IS_STALE: .*has a different name from column \\[a\\]"),
        ("SELECT x AS a FROM t", {"a": "integer"}, "INVALID_VIEW: line 1:15: Failed analyzing stored view .*TABLE_NOT"),
        ("SELECT a FROM v", {"a": "integer"}, "VIEW_IS_RECURSIVE"),
        ("SELEC", {"a": "integer"}, "INVALID_VIEW: .*SYNTAX_ERROR"),
    ],
)  # fmt: skip
def test_view_that_is_wrong_fails(lake: Lake, run: Run, sql: str, columns: dict[str, str], reason: str) -> None:
    make_view(lake, "v", sql, **columns)
    with pytest.raises(QueryError, match=reason):
        run("SELECT * FROM v")


def test_views_that_read_each_other_are_recursive(lake: Lake, run: Run) -> None:
    make_view(lake, "v", "SELECT a FROM w", a="integer")
    make_view(lake, "w", "SELECT a FROM v", a="integer")
    with pytest.raises(QueryError, match="VIEW_IS_RECURSIVE"):
        run("SELECT * FROM v")


def test_view_with_broken_text_is_invalid(lake: Lake, run: Run) -> None:
    make_view(lake, "v", "SELECT 1 AS a", a="integer")
    lake.databases["quilt_query"]["v"]["ViewOriginalText"] = "/* Presto View: !!! */"
    with pytest.raises(QueryError, match=r"INVALID_VIEW: .*can't be decoded"):
        run("SELECT * FROM v")


def test_view_has_its_stored_columns_and_schema(lake: Lake, run: Run) -> None:
    lake.create_database({"Name": "elsewhere"})
    lake.add_json_table(['{"a": "x"}'], {"a": "string"})
    columns = (("a", parse("varchar")), ("n", parse("bigint")))
    view = View("SELECT a, cast(5 AS integer) AS n FROM t", columns, "quilt_query")
    lake.create_table("elsewhere", encode("v", view))
    result = run("SELECT n, a, v.* FROM elsewhere.v")
    assert (result.rows, [column.type for column in result.columns]) == (
        [("5", "x", "x", "5")],
        ["bigint", "varchar", "varchar", "bigint"],
    )


def test_view_of_a_view_reads_the_table_each_time_it_is_named(lake: Lake, run: Run) -> None:
    lake.add_json_table(['{"a": "x"}', '{"a": "y"}'], {"a": "string"})
    make_view(lake, "v", 'SELECT a, "$path" AS p FROM t', a="varchar", p="varchar")
    make_view(lake, "w", "SELECT v.a || '!' AS b FROM v JOIN v AS u ON v.a = u.a", b="varchar")
    result = run("SELECT * FROM w ORDER BY b")
    assert result.rows == [("x!",), ("y!",)]
    assert result.data_scanned_bytes == 2 * len(lake.buckets["data"]["t/lines.json"])
