"""CREATE EXTERNAL TABLE, ALTER TABLE, MSCK REPAIR, SHOW and DESCRIBE of Hive tables."""

from __future__ import annotations

from typing import Any

import pytest

from local.engine import QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import LAZY, Lake

CREATE = r"""
/* a comment */ -- and another
CREATE EXTERNAL TABLE IF NOT EXISTS `quilt_query`.`Events` (
  `Id` BIGINT COMMENT 'it''s',
  tags ARRAY<STRING>,
  pair STRUCT<A: INT, `b-c`: DECIMAL(10, 2)>)
COMMENT 'all\tevents'
PARTITIONED BY (`day` date COMMENT 'of the event', hour int)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' ESCAPED BY '\\' COLLECTION ITEMS TERMINATED BY '|'
  MAP KEYS TERMINATED BY ':' LINES TERMINATED BY '\n' NULL DEFINED AS ''
STORED AS TEXTFILE
LOCATION 's3://data/events/'
TBLPROPERTIES ('skip.header.line.count' = '1', "classification" = "csv");
"""


def test_create_external_table_stores_what_it_says(lake: Lake, run: Run) -> None:
    assert run(CREATE).substatement_type == "CREATE_TABLE"
    table = lake.databases["quilt_query"]["events"]
    storage = table["StorageDescriptor"]
    assert storage["Columns"] == [
        {"Name": "id", "Type": "bigint", "Comment": "its"},
        {"Name": "tags", "Type": "array<string>"},
        {"Name": "pair", "Type": "struct<a:int,b-c:decimal(10,2)>"},
    ]
    assert table["PartitionKeys"] == [
        {"Name": "day", "Type": "date", "Comment": "of the event"},
        {"Name": "hour", "Type": "int"},
    ]
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": LAZY,
        "Parameters": {
            "serialization.format": "\t",
            "field.delim": "\t",
            "escape.delim": "\\",
            "collection.delim": "|",
            "mapkey.delim": ":",
            "line.delim": "\n",
            "serialization.null.format": "",
        },
    }
    assert table["Parameters"].pop("transient_lastDdlTime").isdecimal()
    assert table["Parameters"] == {
        "EXTERNAL": "TRUE",
        "comment": "all\tevents",
        "skip.header.line.count": "1",
        "classification": "csv",
    }
    run(CREATE)


@pytest.mark.parametrize(
    ("clauses", "serde", "input_format"),
    [
        ("STORED AS PARQUET", "ParquetHiveSerDe", "MapredParquetInputFormat"),
        ("STORED AS ORC", "OrcSerde", "OrcInputFormat"),
        (
            "ROW FORMAT SERDE 'x.OpenCSVSerde' WITH SERDEPROPERTIES ('quoteChar'='\"')",
            "OpenCSVSerde",
            "TextInputFormat",
        ),
        ("ROW FORMAT SERDE 'x.S' STORED AS INPUTFORMAT 'a.In' OUTPUTFORMAT 'a.Out'", "S", "In"),
    ],
)
def test_create_external_table_knows_formats(lake: Lake, run: Run, clauses: str, serde: str, input_format: str) -> None:
    run(f"CREATE EXTERNAL TABLE t (a string) {clauses} LOCATION 's3://data/t'")
    storage = lake.databases["quilt_query"]["t"]["StorageDescriptor"]
    assert storage["SerdeInfo"]["SerializationLibrary"].endswith(f".{serde}")
    assert storage["InputFormat"].endswith(f".{input_format}")


@pytest.mark.parametrize(
    ("serde", "output_format"),
    [
        ("org.openx.data.jsonserde.JsonSerDe", "IgnoreKeyTextOutputFormat"),
        ("org.apache.hadoop.hive.serde2.OpenCSVSerde", "HiveIgnoreKeyTextOutputFormat"),
    ],
)
def test_create_external_table_has_the_output_format_of_its_serde(
    lake: Lake, run: Run, serde: str, output_format: str
) -> None:
    run(f"CREATE EXTERNAL TABLE t (a string) ROW FORMAT SERDE '{serde}' LOCATION 's3://data/t'")
    storage = lake.databases["quilt_query"]["t"]["StorageDescriptor"]
    assert storage["OutputFormat"] == f"org.apache.hadoop.hive.ql.io.{output_format}"


def test_databases_have_locations_and_are_dropped_with_their_tables(lake: Lake, run: Run) -> None:
    run("CREATE DATABASE IF NOT EXISTS `if-new` COMMENT 'c' LOCATION 's3://x/' WITH DBPROPERTIES ('a' = 'b')")
    assert lake.described["if-new"] == {
        "Name": "if-new",
        "Description": "c",
        "LocationUri": "s3://x/",
        "Parameters": {"a": "b"},
    }
    run("CREATE SCHEMA IF NOT EXISTS awsdatacatalog.`if-new`")
    run("CREATE EXTERNAL TABLE `if-new`.t (a string) LOCATION 's3://x/'")
    with pytest.raises(QueryError, match="Database if-new is not empty"):
        run("DROP DATABASE `if-new`")
    run("DROP SCHEMA IF EXISTS `if-new` CASCADE")
    run("DROP DATABASE IF EXISTS `if-new`")
    assert list(lake.databases) == ["quilt_query"]


def test_alter_table_changes_partitions(lake: Lake, run: Run) -> None:
    run(CREATE)
    run(
        "ALTER TABLE events ADD PARTITION (day = '2020-01-01', hour = 07) LOCATION 's3://data/odd/' "
        "PARTITION (hour = 8, day = '2020-01-02')"
    )
    partitions = lake.split["quilt_query.events"]
    assert [(one["Values"], one["StorageDescriptor"]["Location"]) for one in partitions] == [
        (["2020-01-01", "7"], "s3://data/odd/"),
        (["2020-01-02", "8"], "s3://data/events/day=2020-01-02/hour=8"),
    ]
    with pytest.raises(QueryError, match="Partition already exists"):
        run("ALTER TABLE events ADD PARTITION (day = '2020-01-01', hour = 7)")
    run("ALTER TABLE events ADD IF NOT EXISTS PARTITION (day = '2020-01-01', hour = 7)")
    run("ALTER TABLE events PARTITION (day = '2020-01-01', hour = 7) SET LOCATION 's3://data/even/'")
    run(
        "ALTER TABLE events PARTITION (day = '2020-01-02', hour = 8) RENAME TO PARTITION (day = '2020-01-03', hour = 9)"
    )
    assert run("SHOW PARTITIONS events").rows == [("day=2020-01-01/hour=7",), ("day=2020-01-03/hour=9",)]
    run("ALTER TABLE events DROP PARTITION (day = '2020-01-01'), PARTITION (hour = 9)")
    assert run("SHOW PARTITIONS events").rows == []
    with pytest.raises(QueryError, match="Partition not found"):
        run("ALTER TABLE events DROP PARTITION (hour = 9)")
    run("ALTER TABLE events DROP IF EXISTS PARTITION (hour = 9)")
    with pytest.raises(QueryError, match="Error 10207"):
        run("ALTER TABLE events ADD PARTITION (hour = 9)")


def test_alter_table_changes_columns_location_and_properties(lake: Lake, run: Run) -> None:
    run("CREATE EXTERNAL TABLE t (a string, b int) LOCATION 's3://data/t/'")
    run("ALTER TABLE t ADD COLUMNS (c array<int>, d date COMMENT 'x')")
    run("ALTER TABLE `t` CHANGE COLUMN b bb bigint COMMENT 'y' FIRST")
    run("ALTER TABLE t CHANGE a a string AFTER c")
    columns = lake.databases["quilt_query"]["t"]["StorageDescriptor"]["Columns"]
    assert [(one["Name"], one["Type"], one.get("Comment")) for one in columns] == [
        ("bb", "bigint", "y"),
        ("c", "array<int>", None),
        ("a", "string", None),
        ("d", "date", "x"),
    ]
    run("ALTER TABLE t REPLACE COLUMNS (z string)")
    run("ALTER TABLE t SET LOCATION 's3://data/u/'")
    run("ALTER TABLE t SET TBLPROPERTIES ('a' = '1', 'b' = '2')")
    table = lake.databases["quilt_query"]["t"]
    assert (table["StorageDescriptor"]["Columns"], table["StorageDescriptor"]["Location"]) == (
        [{"Name": "z", "Type": "string"}],
        "s3://data/u/",
    )
    assert run("SHOW TBLPROPERTIES t ('b')").rows == [("2",)]
    assert ("a\t1",) in run("SHOW TBLPROPERTIES t").rows


def test_msck_repair_adds_the_partitions_that_have_folders(lake: Lake, run: Run) -> None:
    run(CREATE)
    for key in ("Day=2020-01-01/hour=7/x", "day=2020-01-02/hour=%31/y", "day=2020-01-02/x", "other/hour=1/x"):
        lake.put("data", f"events/{key}", "header\n1\n")
    rows = run("MSCK REPAIR TABLE events").rows
    assert rows == [
        ("Partitions not in metastore:\tevents:day=2020-01-01/hour=7\tevents:day=2020-01-02/hour=1",),
        ("Repair: Added partition to metastore events:day=2020-01-01/hour=7",),
        ("Repair: Added partition to metastore events:day=2020-01-02/hour=1",),
    ]
    assert run("MSCK REPAIR TABLE events").rows == []
    assert run("SELECT id, day, hour FROM events WHERE day > DATE '2020-01-01'").rows == [("1", "2020-01-02", "1")]


def test_show_create_table_prints_a_statement_that_creates_the_same_table(lake: Lake, run: Run) -> None:
    run(CREATE)
    before = lake.databases["quilt_query"]["events"]
    lines = [line for (line,) in run("SHOW CREATE TABLE events").rows if line]
    assert lines[:7] == [
        "CREATE EXTERNAL TABLE `events`(",
        "  `id` bigint COMMENT 'its', ",
        "  `tags` array<string>, ",
        "  `pair` struct<a:int,b-c:decimal(10,2)>)",
        "COMMENT 'all\\tevents'",
        "PARTITIONED BY ( ",
        "  `day` date COMMENT 'of the event', ",
    ]
    run("DROP TABLE events")
    run("\n".join(lines))
    assert lake.databases["quilt_query"]["events"] == before


def test_describe_prints_hives_lines(run: Run) -> None:
    run("CREATE EXTERNAL TABLE t (a string COMMENT 'x') PARTITIONED BY (p int) LOCATION 's3://data/t/'")
    header = "# col_name            \tdata_type           \tcomment             "
    rows = [line for (line,) in run("DESCRIBE t").rows if line is not None]
    assert rows == [
        "a                   \tstring              \tx                   ",
        "p                   \tint                 \t                    ",
        "\t \t ",
        "# Partition Information\t \t ",
        header,
        "\t \t ",
        "p                   \tint                 \t                    ",
    ]
    formatted = [str(line) for (line,) in run("DESCRIBE FORMATTED quilt_query.t").rows]
    assert formatted[0] == header
    assert "Location:           \ts3://data/t         \t " in formatted
    assert "\tserialization.format\t1                   " in formatted
    extended = [str(line) for (line,) in run("DESC EXTENDED t").rows]
    assert extended[-1].startswith("Detailed Table Information\tTable(tableName:t, dbName:quilt_query, ")
    names = [column.name for column in run("DESCRIBE t").columns]
    assert names == ["col_name", "data_type", "comment"]


@pytest.mark.parametrize(
    ("kind", "text", "where"),
    [
        ("int", "7", "p = 7"),
        ("bigint", "-3", "p < 0"),
        ("date", "2020-01-31", "p = DATE '2020-01-31'"),
        ("timestamp", "2020-01-31 10:00:00", "p > TIMESTAMP '2020-01-31 00:00:00'"),
        ("decimal(5,2)", "1.50", "p = DECIMAL '1.5'"),
        ("double", "0.5", "p < 1e0"),
        ("boolean", "true", "p"),
        ("string", "a'b", "p = 'a''b'"),
        ("varchar(10)", "x", "p LIKE 'x%'"),
    ],
)
def test_partitions_have_any_primitive_type(lake: Lake, run: Run, kind: str, text: str, where: str) -> None:
    run(f"CREATE EXTERNAL TABLE t (a string) PARTITIONED BY (p {kind}) LOCATION 's3://data/t/'")
    for value in (text, "__HIVE_DEFAULT_PARTITION__"):
        partition = {"Values": [value], "StorageDescriptor": {"Location": f"s3://data/{value[:1]}/"}}
        lake.create_partitions("quilt_query", "t", [partition])
        lake.put("data", f"{value[:1]}/x", "a row\n")
    assert run("SELECT count(*), count(p) FROM t").rows == [("2", "1")]
    found = run(f"SELECT a FROM t WHERE {where}")
    assert (found.rows, found.data_scanned_bytes) == ([("a row",)], 6)


def test_partition_value_that_is_not_of_its_type_fails_the_query(lake: Lake, run: Run) -> None:
    run("CREATE EXTERNAL TABLE t (a string) PARTITIONED BY (p int) LOCATION 's3://data/t/'")
    partition: dict[str, Any] = {"Values": ["x"], "StorageDescriptor": {"Location": "s3://data/x/"}}
    lake.create_partitions("quilt_query", "t", [partition])
    with pytest.raises(QueryError, match="HIVE_INVALID_PARTITION_VALUE: Invalid partition value 'x' for int"):
        run("SELECT a FROM t")
