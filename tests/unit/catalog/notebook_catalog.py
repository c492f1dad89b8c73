"""The tables and views of Quilt's notebook as Athena stores them in Glue, derived from the notebook's DDL."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import sqlglot
from sqlglot import exp

from quilt_athena.catalog.column_types import hive_to_presto
from quilt_athena.catalog.views import Column, View, encode_view

DDL = Path(__file__).parent / "notebook"
DATABASE = "quilt_query"
#: The columns of the objects view that are not strings.
_TYPES = {"physical_keys": "array<string>", "hash": "struct<type:string,value:string>"}


def ddl(name: str, bucket: str = "my-bucket", database: str = DATABASE) -> exp.Create:
    """A statement of the notebook: ``manifests``, ``packages``, ``packages_view``, ``objects_view[_2022]``."""
    text = (DDL / f"{name}.sql").read_text()
    text = text.replace(DATABASE, database).replace("my-bucket", bucket).replace("my_bucket", bucket.replace("-", "_"))
    return cast(exp.Create, sqlglot.parse_one(text, dialect="athena"))


def table_name(create: exp.Create) -> str:
    """The name that a statement creates, without its database (which the notebook puts inside the backticks)."""
    return create.find(exp.Table).name.rpartition(".")[2]  # type: ignore[union-attr]  # a CREATE names a table


def columns(create: exp.Create) -> list[tuple[str, str]]:
    """The (name, Hive type) of each column of a CREATE TABLE."""
    return [
        (column.name, column.args["kind"].sql("hive").lower().replace(": ", ":").replace(", ", ","))
        for column in create.this.expressions
    ]


def view_columns(create: exp.Create) -> list[str]:
    """The names of the columns of a CREATE VIEW."""
    return [column.alias_or_name for column in create.expression.selects]


def properties(create: exp.Create) -> dict[str, str]:
    """TBLPROPERTIES and SERDEPROPERTIES together: they have no names in common."""
    return {
        entry.name: entry.args["value"].name for entry in create.find_all(exp.Property) if type(entry) is exp.Property
    }


def location(create: exp.Create) -> str:
    """The location of a table."""
    return create.find(exp.LocationProperty).this.name  # type: ignore[union-attr,no-any-return]  # a table has one


def formats(create: exp.Create) -> tuple[str, str]:
    """Input and output format."""
    both = create.find(exp.InputOutputFormat)
    assert both
    return both.args["input_format"].name, both.args["output_format"].name


def glue_table(name: str, bucket: str = "my-bucket") -> dict[str, Any]:
    """The TableInput that Athena writes for a CREATE EXTERNAL TABLE of the notebook."""
    create = ddl(name, bucket)
    given = properties(create)
    if serde := create.find(exp.RowFormatSerdeProperty):
        serde_info = {
            "SerializationLibrary": serde.this.name,
            "Parameters": {
                "ignore.malformed.json": given.pop("ignore.malformed.json"),
                "serialization.format": "1",
            },
        }
    else:
        serde_info = {
            "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            "Parameters": {"field.delim": ",", "serialization.format": ","},
        }
    input_format, output_format = formats(create)
    return {
        "Name": table_name(create),
        "Owner": "hadoop",
        "TableType": "EXTERNAL_TABLE",
        "Retention": 0,
        "Parameters": {"EXTERNAL": "TRUE", **given},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": kind} for column, kind in columns(create)],
            "Location": location(create),
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": serde_info,
            "BucketColumns": [],
            "SortColumns": [],
            "Parameters": {},
            "SkewedInfo": {"SkewedColumnNames": [], "SkewedColumnValues": [], "SkewedColumnValueLocationMaps": {}},
            "StoredAsSubDirectories": False,
        },
    }


def glue_view(name: str, bucket: str = "my-bucket", database: str = DATABASE) -> dict[str, Any]:
    """The TableInput that Athena writes for a CREATE VIEW of the notebook, with the SQL as Athena formats it."""
    create = ddl(name, bucket, database)
    sql = create.expression.sql("athena", pretty=True, identify=True, leading_comma=True, comments=False)
    others = {} if name == "packages_view" else _TYPES
    types = [Column(column, hive_to_presto(others.get(column, "string"))) for column in view_columns(create)]
    return {**encode_view(table_name(create), View(sql, tuple(types), database)), "Owner": "hadoop"}


def notebook_catalog(bucket: str = "my-bucket", year: int = 2023, database: str = DATABASE) -> list[dict[str, Any]]:
    """All four, as the notebook of a year creates them."""
    objects_view = "objects_view" if year == 2023 else f"objects_view_{year}"
    return [
        glue_table("manifests", bucket),
        glue_table("packages", bucket),
        glue_view("packages_view", bucket, database),
        glue_view(objects_view, bucket, database),
    ]
