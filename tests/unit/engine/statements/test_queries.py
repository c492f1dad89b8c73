"""Whole queries over small tables: clauses, names and types of columns, and order, as Trino documents them."""

from __future__ import annotations

import pytest

from local.engine import Engine, QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake

LETTERS = "(VALUES (1, 'a', 10), (2, 'b', NULL), (3, 'a', 30), (4, NULL, 40)) AS t(id, letter, n)"

# SQL, rows.
QUERIES = [
    (f"SELECT id FROM {LETTERS} WHERE letter = 'a' ORDER BY id", ["1", "3"]),
    (f"SELECT n FROM {LETTERS} ORDER BY n", ["10", "30", "40", None]),
    (f"SELECT n FROM {LETTERS} ORDER BY n DESC", ["40", "30", "10", None]),
    (f"SELECT n FROM {LETTERS} ORDER BY n DESC NULLS FIRST", [None, "40", "30", "10"]),
    (f"SELECT id FROM {LETTERS} ORDER BY id LIMIT 2", ["1", "2"]),
    (f"SELECT id FROM {LETTERS} ORDER BY id LIMIT ALL", ["1", "2", "3", "4"]),
    (f"SELECT id FROM {LETTERS} ORDER BY id OFFSET 1 ROW FETCH FIRST 2 ROWS ONLY", ["2", "3"]),
    (f"SELECT id FROM {LETTERS} ORDER BY id OFFSET 3 LIMIT 5", ["4"]),
    (f"SELECT DISTINCT letter FROM {LETTERS} ORDER BY 1", ["a", "b", None]),
    (f"SELECT count(*) FROM {LETTERS}", ["4"]),
    (f"SELECT count(letter) FROM {LETTERS}", ["3"]),
    (f"SELECT count(DISTINCT letter) FROM {LETTERS}", ["2"]),
    (f"SELECT sum(n) FROM {LETTERS}", ["80"]),
    (f"SELECT sum(n) / count(n) FROM {LETTERS}", ["26"]),
    (f"SELECT avg(n) FROM {LETTERS} WHERE id < 3", ["10.0"]),
    (f"SELECT 100.0 * count_if(letter = 'a') / count(*) FROM {LETTERS}", ["50.0"]),
    (f"SELECT count(*) FILTER (WHERE letter = 'a') FROM {LETTERS}", ["2"]),
    (f"SELECT count_if(n > 10) FROM {LETTERS}", ["2"]),
    (f"SELECT max_by(letter, id) FROM {LETTERS} WHERE id < 4", ["a"]),
    (f"SELECT array_agg(id ORDER BY id DESC) FROM {LETTERS}", ["[4, 3, 2, 1]"]),
    (f"SELECT array_agg(letter ORDER BY id) FROM {LETTERS}", ["[a, b, a, null]"]),
    (f"SELECT listagg(letter, ',') WITHIN GROUP (ORDER BY id) FROM {LETTERS}", ["a,b,a"]),
    (f"SELECT arbitrary(letter) FROM {LETTERS} WHERE letter = 'b'", ["b"]),
    (f"SELECT approx_distinct(letter) FROM {LETTERS}", ["2"]),
    (f"SELECT letter FROM {LETTERS} GROUP BY letter HAVING count(*) > 1", ["a"]),
    (f"SELECT letter || '!' FROM {LETTERS} WHERE id = 1", ["a!"]),
    (f"SELECT (SELECT max(id) FROM {LETTERS})", ["4"]),
    (f"SELECT id FROM {LETTERS} WHERE id IN (SELECT n / 10 FROM {LETTERS}) ORDER BY id", ["1", "3", "4"]),
    (f"SELECT id FROM {LETTERS} WHERE EXISTS (SELECT 1 FROM (VALUES 3) AS u(x) WHERE u.x = t.id)", ["3"]),
    (f"WITH a AS (SELECT id FROM {LETTERS}), b AS (SELECT id + 1 AS id FROM a) SELECT max(id) FROM b", ["5"]),
    ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT count(*) FROM r", ["5"]),
    ("SELECT x FROM (VALUES 1, 2) AS t(x) UNION SELECT 2 ORDER BY x", ["1", "2"]),
    ("SELECT x FROM (VALUES 1, 2) AS t(x) UNION ALL SELECT 2 ORDER BY 1", ["1", "2", "2"]),
    ("SELECT x FROM (VALUES 1, 2) AS t(x) INTERSECT SELECT 2", ["2"]),
    ("SELECT x FROM (VALUES 1, 2) AS t(x) EXCEPT SELECT 2", ["1"]),
    ("(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1 DESC LIMIT 1", ["2"]),
    (f"SELECT row_number() OVER (ORDER BY id DESC) FROM {LETTERS} ORDER BY id", ["4", "3", "2", "1"]),
    (f"SELECT lag(id) OVER (ORDER BY id) FROM {LETTERS} ORDER BY id", [None, "1", "2", "3"]),
    (f"SELECT last_value(n) IGNORE NULLS OVER (ORDER BY id) FROM {LETTERS} ORDER BY id", ["10", "10", "30", "40"]),
    (f"SELECT sum(id) OVER (PARTITION BY letter ORDER BY id) FROM {LETTERS} ORDER BY id", ["1", "2", "4", "4"]),
    ("SELECT x FROM UNNEST(ARRAY['a', 'b']) AS t(x)", ["a", "b"]),
    ("SELECT x || cast(n AS varchar) FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n)", ["a1", "b2"]),
    ("SELECT k FROM UNNEST(map(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v) WHERE v = 2", ["b"]),
    ("SELECT y FROM (VALUES (1, ARRAY[5, 6])) AS t(id, ys) CROSS JOIN UNNEST(ys) AS u(y)", ["5", "6"]),
    ("SELECT y FROM (VALUES (1, ARRAY[5, 6])) AS t(id, ys), UNNEST(ys) AS u(y)", ["5", "6"]),
    ("SELECT y FROM (VALUES (1, ARRAY[])) AS t(id, ys) LEFT JOIN UNNEST(ys) AS u(y) ON true", [None]),
    ("SELECT a || b FROM UNNEST(ARRAY['x', 'y'], ARRAY['1', '2']) AS t(a, b)", ["x1", "y2"]),
    ("SELECT b FROM UNNEST(ARRAY['x', 'y'], ARRAY['1']) AS t(a, b)", ["1", None]),
    ("SELECT y FROM UNNEST(ARRAY[CAST(ROW(1, 'p') AS ROW(x integer, y varchar))]) AS t(x, y)", ["p"]),
    ("SELECT k FROM UNNEST(CAST(json_parse('{\"a\":1}') AS map(varchar, json))) AS t(k, v)", ["a"]),
    ("SELECT t.x FROM (VALUES 1) AS t(x) JOIN (VALUES 1, 2) AS u(x) USING (x)", None),
    ("SELECT a.x FROM (VALUES 1) AS a(x) FULL OUTER JOIN (VALUES 2) AS b(x) ON a.x = b.x ORDER BY 1", ["1", None]),
    ("SELECT r.x FROM (SELECT CAST(ROW(1, 'a') AS ROW(x integer, y varchar)) AS r)", ["1"]),
    (f"SELECT grouping(letter) FROM {LETTERS} GROUP BY ROLLUP (letter) ORDER BY 1 DESC LIMIT 1", ["1"]),
    ("SELECT (SELECT sum(z) FROM UNNEST(ARRAY[a.x, 5]) AS u(z)) FROM (VALUES 1) AS a(x)", ["6"]),
    ("SELECT (SELECT max(a.x / b.y) FROM (VALUES 2) AS b(y)) FROM (VALUES 5) AS a(x)", ["2"]),
    ("VALUES 1, 2", ["1", "2"]),
    ("TABLE t", None),
    ("SELECT sum(x) FROM UNNEST(sequence(1, 100)) AS t(x)", ["5050"]),
    ("SELECT DISTINCT ON_ FROM (VALUES 1) AS t(on_)", ["1"]),
    ("SELECT 'a;b' -- a comment; with a semicolon\n;", ["a;b"]),
    ("/* first */ SELECT 1 ; ; ", ["1"]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "column"), [query for query in QUERIES if query[1] is not None])
def test_query_returns_the_column(empty_engine: Engine, sql: str, column: list[str | None]) -> None:
    assert [row[0] for row in empty_engine.run(sql, database="quilt_query").rows] == column


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT 1, 2 AS Foo, 3", ["_col0", "Foo", "_col2"]),
        ('SELECT 1 AS "Mixed Case"', ["Mixed Case"]),
        ("SELECT * FROM (SELECT 1, 'a' AS b)", ["_col0", "b"]),
        ("SELECT * FROM (VALUES (1, 2))", ["_col0", "_col1"]),
        ("VALUES (1, 2)", ["_col0", "_col1"]),
        ("SELECT t.* FROM (VALUES (1, 2)) AS t(A, b)", ["A", "b"]),
        ("SELECT max(x) FROM (VALUES 1) AS t(x)", ["_col0"]),
        ("SELECT X FROM (VALUES 1) AS t(x)", ["X"]),
        ("SELECT cast(x AS varchar) FROM (VALUES 1) AS t(x)", ["_col0"]),
        ("SELECT 1 AS a UNION ALL SELECT 2 AS b", ["a"]),
        ("SELECT a, a FROM (VALUES 1) AS t(a)", ["a", "a"]),
    ],
)
def test_columns_are_named_as_in_athena(empty_engine: Engine, sql: str, names: list[str]) -> None:
    assert [column.name for column in empty_engine.run(sql, database="quilt_query").columns] == names


def test_null_differs_from_empty_text(run: Run) -> None:
    assert run("SELECT '', CAST(NULL AS varchar), ARRAY['', NULL]").rows == [("", None, "[, null]")]


def test_column_info_has_athenas_types_and_sizes(run: Run) -> None:
    sql = "SELECT 'a', 1, 1e0, CAST(1 AS real), DECIMAL '1.50', ROW(1), ARRAY[1], now(), DATE '2020-01-01', true"
    columns = run(sql).columns
    assert [(column.base_type, column.precision, column.scale) for column in columns] == [
        ("varchar", 1, 0),
        ("integer", 10, 0),
        ("double", 17, 0),
        ("float", 17, 0),
        ("decimal", 3, 2),
        ("row", 0, 0),
        ("array", 0, 0),
        ("timestamp with time zone", 3, 0),
        ("date", 0, 0),
        ("boolean", 0, 0),
    ]


PARAMETERS = [
    ("SELECT ?", ["'it''s ? \"x\"'"], ['it\'s ? "x"']),
    ("SELECT ? + ?", ["1", "2"], ["3"]),
    ("SELECT ? - ?", ["1", "-2"], ["3"]),
    ("SELECT DATE '2020-01-02' = ?", ["DATE '2020-01-02'"], ["true"]),
    ("SELECT ? FROM (VALUES 1, 2) AS t(x) WHERE x IN (?, ?) ORDER BY x LIMIT ?", ["'r'", "1", "2", "1"], ["r"]),
    ("SELECT '?', ? -- ?", ["5"], ["?", "5"]),
    ("SELECT ? IS NULL", ["NULL"], ["true"]),
    ("SELECT ?, ?", ["Washington", "TRUE"], ["Washington", "true"]),
    ("SELECT x FROM (VALUES 'a') AS t(x) WHERE x LIKE ?", ["'%a%'"], ["a"]),
    ("WITH a AS (SELECT ? AS x) SELECT x, ? FROM a", ["1", "'z'"], ["1", "z"]),
]


@pytest.mark.parametrize(("sql", "parameters", "row"), PARAMETERS)
def test_parameters_are_bound_in_the_order_of_the_text(
    run: Run, sql: str, parameters: list[str], row: list[str]
) -> None:
    assert run(sql, parameters).rows == [tuple(row)]


STATEMENT_FAILURES = [
    ("SELECT ?, ?", ["1"], "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 2 but found 1"),
    ("SELECT 1", ["1"], "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 0 but found 1"),
    ("SELECT ?", ["it's"], "SYNTAX_ERROR: line 1:1: the execution parameter"),
    ("SELECT ?", ["a.b"], "SYNTAX_ERROR: line 1:1: the execution parameter 'a.b' is not one constant expression"),
    ("SELECT ?", ["1 FROM secrets"], "SYNTAX_ERROR: line 1:1: the execution parameter"),
    ("SELECT ?", ["(SELECT 1)"], "SYNTAX_ERROR: line 1:1: the execution parameter"),
    ("", [], "SYNTAX_ERROR: line 1:1: mismatched input '<EOF>'"),
    ("-- nothing", [], "SYNTAX_ERROR"),
    ("SELEC 1", [], "SYNTAX_ERROR: line 1:1: mismatched input 'SELEC'"),
    ("SELECT 1 FROM", [], "SYNTAX_ERROR: line 1:"),
    ("SELECT 'open", [], "SYNTAX_ERROR"),
    ("SELECT 1; SELECT 2", [], "Only one sql statement is allowed"),
    ("SELECT * FROM nope", [], "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.quilt_query.nope' does not exist"),
    ("SELECT *\nFROM Nope", [], "TABLE_NOT_FOUND: line 2:6: Table 'awsdatacatalog.quilt_query.nope' does not exist"),
    ("SELECT * FROM other.t", [], "SCHEMA_NOT_FOUND: line 1:15: Schema 'other' does not exist"),
    ("SELECT * FROM cat.quilt_query.t", [], "CATALOG_NOT_FOUND: line 1:15: Catalog 'cat' does not exist"),
    ("SELECT nope FROM (VALUES 1) AS t(x)", [], "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved"),
    ("SELECT t.nope FROM (VALUES 1) AS t(x)", [], "COLUMN_NOT_FOUND: line 1:8: Column 't.nope' cannot be resolved"),
    ("SELECT 1, p.x FROM (VALUES 1) AS t(x)", [], "COLUMN_NOT_FOUND: line 1:11: Column 'p.x' cannot be resolved"),
    ("SELECT x, count(*) FROM (VALUES 1) AS t(x)", [], "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate"),
    ("SELECT * FROM (VALUES 1) AS t(x) TABLESAMPLE BERNOULLI (10)", [], "NOT_SUPPORTED: "),
    ("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", [], "NOT_SUPPORTED: the local engine can't run MERGE"),
    ("INSERT INTO t SELECT 1", [], "TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.quilt_query.t' does not exist"),
    ("SELECT * FROM read_csv('/etc/passwd')", [], "SYNTAX_ERROR: line 1:23: mismatched input '('"),
    ("SELECT * FROM '/etc/passwd'", [], "SYNTAX_ERROR: line 1:15: mismatched input"),
    ("SELECT (SELECT 1 UNION ALL SELECT 2)", [], "SUBQUERY_MULTIPLE_ROWS"),
    ("SELECT 1 WHERE length('a')", [], "TYPE_MISMATCH: line 1:16: WHERE clause must evaluate to a boolean"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "parameters", "reason"), STATEMENT_FAILURES)
def test_statement_fails_with_athenas_reason(run: Run, sql: str, parameters: list[str], reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        run(sql, parameters)
    assert caught.value.reason.startswith(reason)
    assert "Traceback" not in caught.value.reason


def test_unqualified_name_requires_a_database(engine: Engine) -> None:
    with pytest.raises(QueryError, match="MISSING_SCHEMA_NAME"):
        engine.run("SELECT * FROM t", database="")


def test_table_names_ignore_case(lake: Lake, run: Run) -> None:
    lake.add_json_table(['{"a": "x"}'], {"a": "string"})
    assert run('SELECT A FROM "AwsDataCatalog".Quilt_Query."T" WHERE T.a = \'x\'').rows == [("x",)]


def test_with_query_hides_the_table_of_its_name(lake: Lake, run: Run) -> None:
    lake.add_json_table(['{"a": "x"}'], {"a": "string"})
    assert run("WITH t AS (SELECT 1 AS b) SELECT * FROM t").rows == [("1",)]
    assert run("WITH t AS (SELECT a || '!' AS a FROM t) SELECT * FROM t").rows == [("x!",)]
    assert run("WITH t AS (SELECT 1 AS b) SELECT * FROM quilt_query.t").rows == [("x",)]
    assert run("SELECT * FROM (WITH t AS (SELECT 2 AS b) SELECT * FROM t) CROSS JOIN t").rows == [("2", "x")]


def test_column_may_be_qualified_with_its_database(lake: Lake, run: Run) -> None:
    lake.add_json_table(['{"a": "x", "r": {"f": "y"}}'], {"a": "string", "r": "struct<f:string>"})
    assert run("SELECT quilt_query.t.a, t.r.f, r.f FROM quilt_query.t").rows == [("x", "y", "y")]


def test_subscript_of_rows_with_and_without_an_array(lake: Lake, run: Run) -> None:
    lines = ['{"a": ["x"], "m": {"k": 1}, "s": "u/v"}', "{}", '{"a": ["y", "z"], "m": {"k": 2}, "s": "w"}']
    lake.add_json_table(lines, {"a": "array<string>", "m": "map<string,int>", "s": "string"})
    sql = "SELECT a[1], m['k'], split_part(s, '/', 2), element_at(a, 2) FROM t"
    assert run(sql).rows == [("x", "1", "v", None), (None, None, None, None), ("y", "2", None, "z")]
    assert run("SELECT try(a[2]) FROM t").rows == [(None,), (None,), ("z",)]
    with pytest.raises(QueryError, match="Array subscript must be less than or equal to array length: 2 > 1"):
        run("SELECT a[2] FROM t")
    with pytest.raises(QueryError, match="Key not present in map: z"):
        run("SELECT m['z'] FROM t")
