"""SHOW and DESCRIBE."""

from __future__ import annotations

import pytest

from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake


def line(*fields: str) -> str:
    """A line of DESCRIBE."""
    return "\t".join(f"{field:<20}" for field in fields)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SHOW TABLES", [("t",), ("v",)]),
        ("SHOW TABLES IN `quilt_query`", [("t",), ("v",)]),
        ("show tables in quilt_query 't*|x'", [("t",)]),
        ("SHOW VIEWS", [("v",)]),
        ("SHOW DATABASES", [("quilt_query",)]),
        ("show schemas like 'q*'", [("quilt_query",)]),
        ("SHOW DATABASES 'x*'", []),
        ("SHOW COLUMNS IN t", [(f"{'a':<20}",), (f"{'b':<20}",)]),
        ("SHOW COLUMNS FROM t IN quilt_query", [(f"{'a':<20}",), (f"{'b':<20}",)]),
        ("DESCRIBE t", [(line("a", "string", ""),), (line("b", "array<int>", ""),)]),
        ("desc quilt_query.v;", [(line("a", "string", ""),)]),
        ("SHOW CREATE VIEW v", [("CREATE VIEW quilt_query.v AS",), ("SELECT a",), ("FROM t",)]),
    ],
)
def test_show_lists_what_the_catalog_has(lake: Lake, run: Run, sql: str, rows: list[tuple[str, ...]]) -> None:
    lake.add_json_table([], {"a": "string", "b": "array<int>"})
    run("CREATE VIEW v AS SELECT a\nFROM t")
    result = run(sql)
    assert (result.statement_type, result.rows) == ("UTILITY", rows)
    assert {column.type for column in result.columns} == {"string"}
