"""Statements that change the catalog."""

from __future__ import annotations

import pytest

from local.engine import Engine, QueryError
from local.engine.tables.views import decode
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake


def test_ddl_creates_and_drops_databases_tables_and_views(lake: Lake, run: Run) -> None:
    assert run("CREATE DATABASE new_one").substatement_type == "CREATE_DATABASE"
    assert run("create schema if not exists new_one").substatement_type == "CREATE_DATABASE"
    made = run("CREATE EXTERNAL TABLE `new_one.t` (`a` string COMMENT 'what it is', B int) LOCATION 's3://data/t/'")
    assert (made.statement_type, made.substatement_type, made.columns) == ("DDL", "CREATE_TABLE", ())
    columns = lake.databases["new_one"]["t"]["StorageDescriptor"]["Columns"]
    assert columns == [{"Name": "a", "Type": "string", "Comment": "what it is"}, {"Name": "b", "Type": "int"}]
    assert run("CREATE VIEW new_one.v AS SELECT a, b AS n FROM new_one.t").substatement_type == "CREATE_VIEW"
    assert run("DROP VIEW new_one.v").substatement_type == "DROP_VIEW"
    assert run("DROP TABLE `new_one`.`t`;").substatement_type == "DROP_TABLE"
    run("DROP TABLE IF EXISTS new_one.t")
    run("DROP VIEW IF EXISTS new_one.v")
    assert lake.databases["new_one"] == {}


def test_create_view_stores_the_types_of_its_query(lake: Lake, run: Run) -> None:
    lake.add_json_table([], {"a": "string", "r": "struct<x:int,y:array<string>>"})
    run("CREATE OR REPLACE VIEW v AS SELECT a AS Name, r, 1.5 AS d, now() > now() AS b, count(*) OVER () AS n FROM t")
    view = decode(lake.databases["quilt_query"]["v"])
    assert [(name, str(kind)) for name, kind in view.columns] == [
        ("name", "varchar"),
        ("r", "row(x integer, y array(varchar))"),
        ("d", "double"),
        ("b", "boolean"),
        ("n", "bigint"),
    ]
    assert lake.reads == []
    run("CREATE OR REPLACE VIEW quilt_query.v AS SELECT 'x' AS y")
    assert run("SELECT * FROM v").rows == [("x",)]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE DATABASE quilt_query", "FAILED: Execution Error, .*Database quilt_query already exists"),
        ("CREATE EXTERNAL TABLE t (a string) LOCATION 's3://data/'", "AlreadyExistsException.message:Table t already"),
        ("CREATE EXTERNAL TABLE nowhere.t (a string) LOCATION 's3://data/'", "SCHEMA_NOT_FOUND"),
        ("CREATE EXTERNAL TABLE u (a string)", "requires a LOCATION"),
        ("CREATE EXTERNAL TABLE u (a string", "FAILED: ParseException"),
        ("CREATE EXTERNAL TABLE u (a string) PARTITIONED BY (a int) LOCATION 's3://x'", "Duplicate column name: a"),
        ("CREATE EXTERNAL TABLE u (a string) STORED AS KUDU LOCATION 's3://x/'", "Unrecognized file format .*'KUDU'"),
        ("CREATE EXTERNAL TABLE u (a strin) LOCATION 's3://x/'", "ParseException: 'strin' is not a type"),
        ("CREATE EXTERNAL TABLE u (a string) LOCATION '/tmp/x'", "must be an S3 URL"),
        ("CREATE TABLE u (a string) LOCATION 's3://x/'", "use CREATE EXTERNAL TABLE"),
        ("CREATE VIEW v AS SELECT 1 AS a", "VIEW_ALREADY_EXISTS"),
        ("CREATE OR REPLACE VIEW t AS SELECT 1 AS a", "TABLE_ALREADY_EXISTS"),
        ("CREATE VIEW w AS SELECT 1", "MISSING_COLUMN_NAME: .*position 1"),
        ("CREATE VIEW w AS SELECT 1 AS a, 2 AS A", "DUPLICATE_COLUMN_NAME: .*Column name 'a' specified more than once"),
        ("CREATE VIEW w AS SELECT * FROM (SELECT 1 AS a, 2 AS A) AS x", "DUPLICATE_COLUMN_NAME: .*'a' specified more"),
        ("CREATE VIEW w AS SELECT * FROM (SELECT a, b FROM (SELECT '' AS a, 2 AS b) AS y JOIN t USING (a)) AS x (c, c)",
         "DUPLICATE_COLUMN_NAME: .*'c' specified more"),
        ("CREATE VIEW w AS WITH x AS (SELECT 1 AS a, 2 AS a) SELECT * FROM x", "DUPLICATE_COLUMN_NAME: .*'a'"),
        ("CREATE VIEW w AS WITH x AS (SELECT 1 AS a) SELECT y.*, z.* FROM x AS y, x AS z", "DUPLICATE_COLUMN_NAME"),
        ("CREATE VIEW w AS SELECT * FROM (SELECT 1 AS a, 2 AS a UNION ALL SELECT 3 AS b, 4 AS c) AS x", "DUPLICATE"),
        ("CREATE VIEW w AS SELECT * FROM (SELECT t.*, v.* FROM t, v) AS x", "DUPLICATE_COLUMN_NAME: .*'a'"),
        ("CREATE VIEW w AS SELECT json_parse('1') AS j", "NOT_SUPPORTED: .*json"),
        ("CREATE VIEW w AS SELECT a FROM missing", "TABLE_NOT_FOUND"),
        ("DROP TABLE missing", "Table not found quilt_query.missing"),
        ("DROP VIEW missing", "TABLE_NOT_FOUND: .*View 'awsdatacatalog.quilt_query.missing' does not exist"),
        ("DROP TABLE v", "Cannot drop a view with DROP TABLE"),
        ("DROP VIEW t", "Cannot drop a table with DROP VIEW"),
        ("DROP DATABASE quilt_query", "Database quilt_query is not empty"),
        ("DROP DATABASE missing", "Database does not exist: missing"),
        ("ALTER TABLE t ADD COLUMNS (a string)", "Duplicate column name: a"),
        ("ALTER TABLE t CHANGE b b int", "Invalid column reference b"),
        ("ALTER TABLE t ADD PARTITION (d = 1)", "Non-Partition column .*: d"),
        ("ALTER TABLE t RENAME TO u", "NOT_SUPPORTED"),
        ("ALTER TABLE v ADD COLUMNS (b int)", "Error 10131"),
        ("MSCK REPAIR TABLE t", "not partitioned"),
        ("SHOW PARTITIONS t", "Table t is not a partitioned table"),
        ("SHOW CREATE TABLE v", "use SHOW CREATE VIEW"),
        ("DESCRIBE missing", "Table not found quilt_query.missing"),
        ("SHOW TABLES IN nowhere", "Database does not exist: nowhere"),
        ("SHOW CREATE VIEW t", "t is a table, not a view"),
    ],
)  # fmt: skip
def test_ddl_that_fails_changes_nothing(lake: Lake, run: Run, sql: str, reason: str) -> None:
    lake.add_json_table([], {"a": "string"})
    run("CREATE VIEW v AS SELECT a FROM t")
    before = {name: dict(tables) for name, tables in lake.databases.items()}
    with pytest.raises(QueryError, match=reason):
        run(sql)
    assert lake.databases == before


def test_ddl_rejects_parameters(run: Run) -> None:
    with pytest.raises(QueryError, match="Execution parameters can't be used in DROP"):
        run("DROP TABLE IF EXISTS t", ["1"])


def test_ddl_without_a_writer_is_not_supported(lake: Lake) -> None:
    with pytest.raises(QueryError, match="NOT_SUPPORTED: the local engine can't run CREATE VIEW"):
        Engine(lake, lake).run("CREATE VIEW v AS SELECT 1 AS a", database="quilt_query")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM (SELECT 1 AS a, 2 AS b) AS x JOIN (SELECT 1 AS a, 3 AS c) AS y USING (a)",
        "SELECT * FROM (SELECT 1 AS a, 2 AS a) AS x (a, b)",
        "WITH x (a, b) AS (SELECT 1 AS a, 2 AS a) SELECT * FROM x",
        "WITH x AS (SELECT 1 AS a) SELECT y.*, 2 AS b FROM x AS y, x AS z",
        "SELECT * FROM (SELECT t.*, u.a AS b FROM quilt_query.t AS t JOIN t AS u ON t.a = u.a) AS x",
        "SELECT * FROM (SELECT * FROM t JOIN t AS u USING (a)) AS x",
        "SELECT x.a, y.a AS b FROM (SELECT 1 AS a) AS x, (SELECT 2 AS a) AS y",
    ],
)
def test_create_view_accepts_columns_whose_final_names_are_distinct(lake: Lake, run: Run, sql: str) -> None:
    lake.add_json_table([], {"a": "string"})
    assert run(f"CREATE VIEW v AS {sql}").statement_type == "DDL"
