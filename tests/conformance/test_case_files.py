"""The format of case files."""

from __future__ import annotations

import pytest

from tests.conformance.case_files import parse, read_all
from tests.conformance.cases import LinesTable, Result
from tests.conformance.types import TypeName, type_name

TEXT = """\
-- # Title

-- ## First
-- A sentence.
SELECT 1 AS "a b", 'x
y';
--> "a b" integer | _col1 varchar(3)
--> [1, "x\\ny"]
SELECT 1 / 0; -- not the end
SELECT 2;

--| table t (a int, b struct<c:string,d:int>) openx 'mapping.a'='x' 'dots'='true'
--| {"a": 1}
--|
-- ## Second
-- Parameters: ["'x'"]
-- Athena: it differs. https://docs.aws.amazon.com
-- NOT_SUPPORTED: too odd
SELECT ?;
--> error SYNTAX_ERROR: line 1:1: no
--> athena _col0 double
--> athena [1.5]
"""


def test_case_files_are_written_as_they_were_read() -> None:
    assert parse(TEXT, "topic").text() == TEXT
    for file in read_all():
        assert parse(file.text(), file.topic) == file


def test_cases_have_statements_and_results() -> None:
    first, second, third = parse(TEXT, "topic").cases
    assert first.statement == "SELECT 1 AS \"a b\", 'x\ny'"
    assert first.trino == Result((("a b", "integer"), ("_col1", "varchar(3)")), ((1, "x\ny"),))
    assert (second.statement, second.section, second.trino) == ("SELECT 1 / 0; -- not the end\nSELECT 2", "First", None)
    assert third.section == "Second"
    assert third.parameters == ("'x'",)
    assert third.trino == Result(error="SYNTAX_ERROR", message="line 1:1: no")
    assert third.athena == Result((("_col0", "double"),), ((1.5,),))
    assert third.athena_reason == "it differs. https://docs.aws.amazon.com"
    assert third.not_supported_because == "too odd"


def test_tables_have_their_lines() -> None:
    (table,) = parse(TEXT, "topic").tables
    columns = (("a", "int"), ("b", "struct<c:string,d:int>"))
    assert table == LinesTable("t", columns, "openx", (("mapping.a", "x"), ("dots", "true")), ('{"a": 1}', ""))


def test_a_statement_without_semicolon_is_rejected() -> None:
    with pytest.raises(ValueError, match="lacks its semicolon: SELECT 1"):
        parse("SELECT 1\n", "topic")


@pytest.mark.parametrize(
    ("statement", "is_ordered"),
    [
        ("SELECT 1 ORDER BY 1", True),
        ("SELECT 1 order by 1 LIMIT 5", True),
        ("SELECT * FROM (SELECT 1 ORDER BY 1)", False),
        ("SELECT row_number() OVER (ORDER BY (x))", False),
        ("SELECT ' ORDER BY '", False),
    ],
)
def test_the_order_of_rows_counts_after_order_by(statement: str, is_ordered: bool) -> None:
    assert parse(f"{statement};\n", "topic").cases[0].is_ordered is is_ordered


def test_type_names_are_taken_apart() -> None:
    found = type_name('row(a decimal(2, 1), "b ""c" map(varchar(3), double), INTERVAL DAY TO SECOND, timestamp(3))')
    inner = (
        TypeName("decimal"), TypeName("map", (TypeName("varchar"), TypeName("double"))),
        TypeName("INTERVAL DAY TO SECOND"), TypeName("timestamp"),
    )  # fmt: skip
    assert found == TypeName("row", inner, ("a", 'b "c', "", ""))


@pytest.mark.parametrize(("end", "rows"), [("", ((1,), (2,))), (" ORDER BY 1", ((2,), (1,)))])
def test_rows_in_another_order_are_recorded_if_their_order_counts(end: str, rows: tuple[tuple[int, ...], ...]) -> None:
    (case,) = parse(f"SELECT x FROM t{end};\n--> x integer\n--> [1]\n--> [2]\n", "topic").cases
    case.record(Result((("x", "integer"),), ((2,), (1,))))
    assert case.trino is not None
    assert case.trino.rows == rows
    case.record(Result((("x", "integer"),), ((3,), (1,))))
    assert case.trino.rows == ((3,), (1,))
