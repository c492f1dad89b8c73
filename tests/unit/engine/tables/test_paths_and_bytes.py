"""The hidden column ``"$path"``, and how bytes are counted."""

from __future__ import annotations

import pytest

from local.engine import BytesLimitExceeded, QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake


class TestPath:
    """The hidden column ``"$path"``."""

    @pytest.fixture(autouse=True)
    def two_objects(self, lake: Lake) -> None:
        lake.add_table("t", {"a": "string"})
        lake.put("data", "t/1", '{"a": "one"}')
        lake.put("data", "t/2", '{"a": "second"}')

    def test_path_is_not_in_star(self, run: Run) -> None:
        assert run('SELECT *, "$path" FROM t WHERE "$path" LIKE \'%/1\'').rows == [("one", "s3://data/t/1")]
        assert run("SELECT t.* FROM t WHERE t.\"$path\" LIKE '%/1'").rows == [("one",)]
        assert run('SELECT * FROM t JOIN t AS u ON t."$path" = u."$path" ORDER BY 1').rows == [
            ("one", "one"),
            ("second", "second"),
        ]
        assert run('SELECT * FROM t WHERE EXISTS (SELECT "$path" FROM t) ORDER BY 1').rows == [("one",), ("second",)]

    def test_path_can_be_selected_in_a_subquery(self, run: Run) -> None:
        assert run('SELECT * FROM (SELECT "$path" AS p FROM t) ORDER BY 1 LIMIT 1').rows == [("s3://data/t/1",)]
        assert run('SELECT * FROM (SELECT "$path" FROM t) ORDER BY 1 LIMIT 1').rows == [("s3://data/t/1",)]

    @pytest.mark.parametrize(
        ("where", "keys"),
        [
            ("\"$path\" = 's3://data/t/2'", ["t/2"]),
            ("'s3://data/t/2' = \"$path\"", ["t/2"]),
            ("\"$path\" IN ('s3://data/t/2', 's3://data/t/3')", ["t/2"]),
            ("a IS NOT NULL AND (t.\"$path\" = 's3://data/t/1') AND a <> 'z'", ["t/1"]),
            ("\"$path\" = 's3://data/t/1' AND \"$path\" IN ('s3://data/t/2')", []),
            ("\"$path\" = 's3://data/t/1' OR a = 'second'", ["t/1", "t/2"]),
            ("\"$path\" LIKE '%/1'", ["t/1", "t/2"]),
            ("NOT \"$path\" = 's3://data/t/1'", ["t/1", "t/2"]),
        ],
    )
    def test_path_condition_prunes_objects(self, lake: Lake, run: Run, where: str, keys: list[str]) -> None:
        result = run(f"SELECT a FROM t WHERE {where}")
        assert lake.reads == keys
        assert result.data_scanned_bytes == sum(len(lake.buckets["data"][key]) for key in keys)

    @pytest.mark.parametrize(
        ("sql", "reads"),
        [
            ("SELECT a FROM t WHERE {one} UNION SELECT a FROM t", ["t/1", "t/1", "t/2"]),
            ("SELECT a FROM t WHERE {one} UNION SELECT a FROM t WHERE {two}", ["t/1", "t/2"]),
            ("SELECT a FROM t WHERE {one} UNION ALL SELECT a FROM t WHERE {one}", ["t/1", "t/1"]),
            (
                "WITH c AS (SELECT a FROM t WHERE {one}) SELECT * FROM c UNION SELECT * FROM c UNION SELECT a FROM t",
                ["t/1", "t/1", "t/1", "t/2"],
            ),
        ],
    )
    def test_bytes_are_those_that_each_part_of_a_query_reads(
        self, lake: Lake, run: Run, sql: str, reads: list[str]
    ) -> None:
        result = run(sql.format(one="\"$path\" = 's3://data/t/1'", two="\"$path\" = 's3://data/t/2'"))
        assert set(result.rows) == {({"t/1": "one", "t/2": "second"}[key],) for key in reads}
        assert result.data_scanned_bytes == sum(len(lake.buckets["data"][key]) for key in reads)

    def test_path_parameter_prunes_objects(self, lake: Lake, run: Run) -> None:
        assert run('SELECT a FROM t WHERE "$path" = ?', ["'s3://data/t/2'"]).rows == [("second",)]
        assert lake.reads == ["t/2"]


class TestBytes:
    """DataScannedInBytes."""

    @pytest.fixture(autouse=True)
    def table(self, lake: Lake) -> int:
        lake.add_table("t", {"a": "string"})
        lake.put("data", "t/1", '{"a": "one"}')
        lake.put("data", "t/2", '{"a": "second"}')
        return sum(map(len, lake.buckets["data"].values()))

    @pytest.mark.parametrize(
        ("sql", "times"),
        [
            ("SELECT 1", 0),
            ("SELECT a FROM t LIMIT 1", 1),
            ("SELECT count(*) FROM t", 1),
            ("SELECT * FROM t AS x CROSS JOIN t AS y", 2),
            ("WITH c AS (SELECT * FROM t) SELECT * FROM c AS x CROSS JOIN c AS y", 2),
            ("WITH c AS (SELECT * FROM t) SELECT 1", 0),
            ("SELECT a FROM t UNION SELECT a FROM t", 2),
        ],
    )
    def test_bytes_count_each_time_a_table_is_read(self, run: Run, table: int, sql: str, times: int) -> None:
        assert run(sql).data_scanned_bytes == times * table

    def test_bytes_of_cached_objects_count(self, lake: Lake, run: Run, table: int) -> None:
        assert [run("SELECT * FROM t").data_scanned_bytes for _ in range(2)] == [table, table]
        assert lake.reads == ["t/1", "t/2"]
        lake.put("data", "t/2", '{"a": "changed"}')
        assert run("SELECT a FROM t ORDER BY 1").rows == [("changed",), ("one",)]
        assert lake.reads == ["t/1", "t/2", "t/2"]

    def test_bytes_of_an_invalid_query_are_zero(self, lake: Lake, run: Run) -> None:
        with pytest.raises(QueryError) as caught:
            run("SELECT nope FROM t")
        assert (caught.value.data_scanned_bytes, lake.reads) == (0, [])

    def test_bytes_of_a_failed_query_are_reported(self, run: Run, table: int) -> None:
        with pytest.raises(QueryError) as caught:
            run("SELECT CAST(a AS integer) FROM t")
        assert caught.value.data_scanned_bytes == table

    def test_bytes_limit_stops_the_query(self, run: Run, table: int) -> None:
        assert run("SELECT * FROM t", bytes_limit=table).data_scanned_bytes == table
        with pytest.raises(BytesLimitExceeded, match="Bytes scanned limit was exceeded") as caught:
            run("SELECT * FROM t", bytes_limit=table - 1)
        assert caught.value.data_scanned_bytes == table

    def test_progress_is_reported_after_each_object(self, run: Run, table: int) -> None:
        told: list[int] = []
        run("SELECT * FROM t", on_progress=told.append)
        assert told == [len('{"a": "one"}'), table]
