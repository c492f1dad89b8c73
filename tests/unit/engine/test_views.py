"""Views as Glue stores them: the project's own, the notebook's made by its DDL, stale, broken and recursive ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from local.engine import QueryError
from quilt_athena.catalog import tables
from quilt_athena.catalog.views import Column, View, decode_view, encode_view
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake, entry

QUESTION = """
SELECT * FROM quilt_query.my_bucket_quilt_objects_view
WHERE substr(logical_key, -5)='.tiff'
-- extract and query package-level metadata
AND json_extract_scalar(meta, '$.user_meta.nucmembsegmentationalgorithmversion') LIKE '1.3%'
AND json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '5');
"""


@pytest.fixture
def pushed(lake: Lake) -> str:
    """A bucket with two packages, and what real buckets hold besides; the top hash of the one that matters."""
    top_hash = lake.push(
        "my-bucket",
        "team/cells",
        [
            entry("a/one.tiff", NucMembSegmentationAlgorithmVersion="1.3.0", CellIndex=["5", "6"]),
            entry("a/two.tiff", NucMembSegmentationAlgorithmVersion="1.2.0", CellIndex=["5"]),
            entry("a/three.tiff", NucMembSegmentationAlgorithmVersion="1.3.1", CellIndex=["7"]),
            entry("a/four.csv", NucMembSegmentationAlgorithmVersion="1.3.0", CellIndex=["5"]),
            entry("plain.tiff"),
            {"logical_key": "a/", "meta": {"user_meta": {"Dir": True}}},
        ],
        header={"message": "first", "user_meta": {"Owner": "Ann"}, "workflow": {"id": "Alpha"}},
    )
    lake.push("my-bucket", "other/bare", [entry("x")], timestamp=1600000000)
    lake.put("my-bucket", ".quilt/packages/manifest.parquet", b"PAR1\x00\n\xff")
    lake.put("my-bucket", f".quilt/packages/{'0' * 64}", '{"version": "v0"}\n{broken\n{"logical_key": "orphan"}\n')
    return top_hash


@pytest.fixture
def onboarded(lake: Lake) -> None:
    """The project's own tables and views."""
    for definition in tables.definitions("my-bucket", "quilt_query"):
        lake.create_table("quilt_query", definition)


@pytest.mark.usefixtures("onboarded")
class TestOwnViews:
    """What onboarding makes."""

    def test_the_notebooks_question(self, pushed: str, run: Run) -> None:
        result = run(QUESTION)
        assert [column.type for column in result.columns] == [column.type for column in tables.OBJECTS_VIEW.columns]
        assert sorted(result.rows) == [
            (
                "team", "cells", timestamp, pushed, "a/one.tiff", "[s3://my-bucket/a/one.tiff?versionId=1]", "10",
                f"{{type=SHA256, value={'ab' * 32}}}",
                '{"user_meta":{"nucmembsegmentationalgorithmversion":"1.3.0","cellindex":["5","6"]}}',
                None, "s3://my-bucket/a/one.tiff?versionId=1",
            )
            for timestamp in ("1700000000", "latest")
        ]  # fmt: skip

    def test_packages(self, pushed: str, run: Run) -> None:
        view = 'SELECT * FROM my_bucket_quilt_packages_view WHERE "user" = ? ORDER BY timestamp'
        rows = run(view, ["'team'"]).rows
        assert rows == [
            ("team", "cells", pushed, timestamp, "first", None, '{"owner":"Ann"}', '{"id":"Alpha"}')
            for timestamp in ("1700000000", "latest")
        ]

    def test_a_question_reads_each_object_for_each_table_that_names_it(self, pushed: str, lake: Lake, run: Run) -> None:
        assert pushed
        size = sum(map(len, lake.buckets["my-bucket"].values()))
        assert run("SELECT count(*) FROM my_bucket_quilt_objects_view").data_scanned_bytes == size

    def test_an_empty_bucket_has_no_rows(self, lake: Lake, run: Run) -> None:
        lake.buckets["my-bucket"] = {}
        assert run("SELECT * FROM my_bucket_quilt_objects_view").rows == []


def notebook_ddl(database: str, bucket: str) -> dict[str, str]:
    """The DDL statements of Quilt's notebook of 2023, word for word."""
    url, bucket_id = f"s3://{bucket}", bucket.replace("-", "_")
    slash, s1 = r"\/([^\/]+)", r"\/"
    s3_match = f"^s3:{s1}{slash}{slash}{slash}{slash}"
    text = (Path(__file__).parent / "notebook_2023.sql").read_text()
    for name, value in {
        "DATABASE": database, "URL": url, "ID": bucket_id, "S3_MATCH": s3_match, "SLASH": slash,
    }.items():  # fmt: skip
        text = text.replace(f"<<{name}>>", value)
    statements = re.split(r"^-- ==.*\n", text, flags=re.M)[1:]
    return dict(zip(("manifests", "packages", "packages_view", "objects_view"), statements, strict=True))


class TestNotebook:
    """The notebook's own way: DDL through Athena."""

    @pytest.fixture(autouse=True)
    def made(self, run: Run) -> None:
        for statement in notebook_ddl("quilt_query", "my-bucket").values():
            result = run(statement)
            assert (result.statement_type, result.rows, result.data_scanned_bytes) == ("DDL", [], 0)

    def test_tables_are_what_athena_makes_of_them(self, lake: Lake) -> None:
        table: Any = lake.get_table("quilt_query", "my_bucket_quilt_manifests")
        storage = table["StorageDescriptor"]
        assert table["TableType"] == "EXTERNAL_TABLE"
        assert storage["Columns"][1:4] == [
            {"Name": "physical_keys", "Type": "array<string>"},
            {"Name": "size", "Type": "string"},
            {"Name": "hash", "Type": "struct<type:string,value:string>"},
        ]
        assert storage["Location"] == "s3://my-bucket/.quilt/packages"
        assert storage["SerdeInfo"] == {
            "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
            "Parameters": {"serialization.format": "1", "ignore.malformed.json": "true"},
        }
        packages: Any = lake.get_table("quilt_query", "my_bucket_quilt_packages")
        assert packages["StorageDescriptor"]["SerdeInfo"]["Parameters"] == {
            "field.delim": ",",
            "serialization.format": ",",
        }

    def test_views_are_stored_as_trino_does_with_the_types_that_they_yield(self, lake: Lake) -> None:
        view = decode_view(lake.databases["quilt_query"]["my_bucket_quilt_objects_view"])
        assert [(column.name, column.type) for column in view.columns] == [
            (column.name, column.type) for column in tables.OBJECTS_VIEW.columns[:10]
        ]

    def test_its_question(self, pushed: str, run: Run) -> None:
        rows = run(QUESTION).rows
        assert sorted(row[:5] for row in rows) == [
            ("team", "cells", timestamp, pushed, "a/one.tiff") for timestamp in ("1700000000", "latest")
        ]

    def test_made_again(self, run: Run) -> None:
        for statement in notebook_ddl("quilt_query", "my-bucket").values():
            run(statement)


def make_view(lake: Lake, name: str, sql: str, **columns: str) -> None:
    view = View(sql=sql, columns=tuple(Column(*column) for column in columns.items()), schema="quilt_query")
    lake.create_table("quilt_query", encode_view(name, view))


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
def test_views_that_are_wrong(lake: Lake, run: Run, sql: str, columns: dict[str, str], reason: str) -> None:
    make_view(lake, "v", sql, **columns)
    with pytest.raises(QueryError, match=reason):
        run("SELECT * FROM v")


def test_views_that_read_each_other(lake: Lake, run: Run) -> None:
    make_view(lake, "v", "SELECT a FROM w", a="integer")
    make_view(lake, "w", "SELECT a FROM v", a="integer")
    with pytest.raises(QueryError, match="VIEW_IS_RECURSIVE"):
        run("SELECT * FROM v")


def test_a_view_whose_text_is_broken(lake: Lake, run: Run) -> None:
    make_view(lake, "v", "SELECT 1 AS a", a="integer")
    lake.databases["quilt_query"]["v"]["ViewOriginalText"] = "/* Presto View: !!! */"
    with pytest.raises(QueryError, match=r"INVALID_VIEW: .*can't be read"):
        run("SELECT * FROM v")


def test_a_view_has_its_stored_columns_and_its_own_schema(lake: Lake, run: Run) -> None:
    lake.create_database("elsewhere")
    lake.add_json_table(['{"a": "x"}'], {"a": "string"})
    view = View(sql="SELECT a, cast(5 AS integer) AS n FROM t", schema="quilt_query",
                columns=(Column("a", "varchar"), Column("n", "bigint")))  # fmt: skip
    lake.create_table("elsewhere", encode_view("v", view))
    result = run("SELECT n, a, v.* FROM elsewhere.v")
    assert (result.rows, [column.type for column in result.columns]) == (
        [("5", "x", "x", "5")],
        ["bigint", "varchar", "varchar", "bigint"],
    )


def test_views_on_views(lake: Lake, run: Run) -> None:
    lake.add_json_table(['{"a": "x"}', '{"a": "y"}'], {"a": "string"})
    make_view(lake, "v", 'SELECT a, "$path" AS p FROM t', a="varchar", p="varchar")
    make_view(lake, "w", "SELECT v.a || '!' AS b FROM v JOIN v AS u ON v.a = u.a", b="varchar")
    result = run("SELECT * FROM w ORDER BY b")
    assert result.rows == [("x!",), ("y!",)]
    assert result.data_scanned_bytes == 2 * len(lake.buckets["data"]["t/lines.json"])
