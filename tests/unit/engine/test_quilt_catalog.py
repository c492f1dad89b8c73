"""The catalog of a Quilt bucket: as quilt-athena declares it, and as the DDL of Quilt's notebook creates it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from local.engine.tables.views import decode
from quilt_athena.catalog.declarations import OBJECTS_VIEW
from tests.desired import table_inputs
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake, entry

QUERY = """
SELECT * FROM quilt_query.my_bucket_quilt_objects_view
WHERE substr(logical_key, -5)='.tiff'
-- extract and query package-level metadata
AND json_extract_scalar(meta, '$.user_meta.nucmembsegmentationalgorithmversion') LIKE '1.3%'
AND json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '5');
"""


@pytest.fixture
def pushed(lake: Lake) -> str:
    """A bucket with two packages and stray objects, as real buckets have; the top hash of the first package."""
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
def declared(lake: Lake) -> None:
    """The tables and views that quilt-athena declares."""
    for definition in table_inputs("my-bucket"):
        lake.create_table("quilt_query", definition)


@pytest.mark.usefixtures("declared")
class TestDeclaredCatalog:
    """What quilt-athena creates."""

    def test_declared_views_answer_the_notebooks_query(self, pushed: str, run: Run) -> None:
        result = run(QUERY)
        assert [column.type for column in result.columns] == [column.type for column in OBJECTS_VIEW.columns]
        assert sorted(result.rows) == [
            (
                "team", "cells", timestamp, pushed, "a/one.tiff", "[s3://my-bucket/a/one.tiff?versionId=1]", "10",
                f"{{type=SHA256, value={'ab' * 32}}}",
                '{"user_meta":{"nucmembsegmentationalgorithmversion":"1.3.0","cellindex":["5","6"]}}',
                None, "s3://my-bucket/a/one.tiff?versionId=1",
            )
            for timestamp in ("1700000000", "latest")
        ]  # fmt: skip

    def test_packages_view_has_a_row_for_each_pointer(self, pushed: str, run: Run) -> None:
        view = 'SELECT * FROM my_bucket_quilt_packages_view WHERE "user" = ? ORDER BY timestamp'
        rows = run(view, ["'team'"]).rows
        assert rows == [
            ("team", "cells", pushed, timestamp, "first", None, '{"owner":"Ann"}', '{"id":"Alpha"}')
            for timestamp in ("1700000000", "latest")
        ]

    def test_objects_view_scans_each_object_once_per_table(self, pushed: str, lake: Lake, run: Run) -> None:
        assert pushed
        size = sum(map(len, lake.buckets["my-bucket"].values()))
        assert run("SELECT count(*) FROM my_bucket_quilt_objects_view").data_scanned_bytes == size

    def test_objects_view_of_an_empty_bucket_has_no_rows(self, lake: Lake, run: Run) -> None:
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
    """What the notebook's DDL creates."""

    @pytest.fixture(autouse=True)
    def created(self, run: Run) -> None:
        for statement in notebook_ddl("quilt_query", "my-bucket").values():
            result = run(statement)
            assert (result.statement_type, result.rows, result.data_scanned_bytes) == ("DDL", [], 0)

    def test_tables_are_stored_as_athena_stores_them(self, lake: Lake) -> None:
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

    def test_views_are_stored_with_the_types_of_their_queries(self, lake: Lake) -> None:
        view = decode(lake.databases["quilt_query"]["my_bucket_quilt_objects_view"])
        assert [(name, str(kind)) for name, kind in view.columns] == [
            (column.name, column.type) for column in OBJECTS_VIEW.columns[:10]
        ]

    def test_views_answer_the_notebooks_query(self, pushed: str, run: Run) -> None:
        rows = run(QUERY).rows
        assert sorted(row[:5] for row in rows) == [
            ("team", "cells", timestamp, pushed, "a/one.tiff") for timestamp in ("1700000000", "latest")
        ]

    def test_statements_can_be_run_again(self, run: Run) -> None:
        for statement in notebook_ddl("quilt_query", "my-bucket").values():
            run(statement)
