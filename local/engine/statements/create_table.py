"""CREATE EXTERNAL TABLE, as sqlglot parses Hive's DDL, turned into Glue's ``TableInput``.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from local.engine.errors import QueryError, cannot_run

_TEXT = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
)
_LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


def table_input(name: str, schema: exp.Schema, properties: exp.Properties | None) -> dict[str, Any]:
    """The Glue ``TableInput`` that Athena creates for a CREATE EXTERNAL TABLE.

    Raises:
        QueryError: it has no LOCATION, or a clause that the engine can't handle.
    """
    serde, serde_parameters = _LAZY_SIMPLE, {"serialization.format": "1"}
    formats, location, comment = _TEXT, "", None
    parameters = {"EXTERNAL": "TRUE"}
    for item in properties.expressions if properties else ():
        if isinstance(item, exp.RowFormatSerdeProperty):
            serde = item.this.name
            given = item.args.get("serde_properties")
            serde_parameters |= {one.this.name: one.args["value"].name for one in (given.expressions if given else ())}
        elif isinstance(item, exp.RowFormatDelimitedProperty):
            serde_parameters |= _delimiters(item)
        elif isinstance(item, exp.FileFormatProperty):
            formats = _formats(item)
        elif isinstance(item, exp.LocationProperty):
            location = item.this.name
        elif isinstance(item, exp.SchemaCommentProperty):
            comment = item.this.name
        elif isinstance(item, exp.PartitionedByProperty):
            raise cannot_run("CREATE TABLE with PARTITIONED BY")
        elif type(item) is exp.Property:
            parameters[item.this.name] = item.args["value"].name
        elif not isinstance(item, exp.ExternalProperty):
            raise cannot_run(f"CREATE TABLE with {item.key.removesuffix('property').upper()}")
    if not location:
        raise QueryError("FAILED: SemanticException: CREATE EXTERNAL TABLE requires a LOCATION")
    if comment is not None:
        parameters["comment"] = comment
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [_column(column) for column in schema.expressions],
            "Location": location,
            "InputFormat": formats[0],
            "OutputFormat": formats[1],
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters},
        },
    }


def _column(column: exp.Expr) -> dict[str, str]:
    if not isinstance(column, exp.ColumnDef) or column.kind is None:
        raise cannot_run(f"the column definition {column.sql('hive')}")
    # Hive's parser loses no part of a type that it read, and quotes the names of fields, which Glue doesn't.
    kind = column.kind.sql("hive").lower().replace(" ", "").replace("`", "")
    comments = [constraint.kind.this.name for constraint in column.constraints if hasattr(constraint.kind, "this")]
    return {"Name": column.name.lower(), "Type": kind, **({"Comment": comments[0]} if comments else {})}


def _delimiters(item: exp.RowFormatDelimitedProperty) -> Mapping[str, str]:
    names = {
        "fields": "field.delim",
        "escaped": "escape.delim",
        "collection_items": "collection.delim",
        "map_keys": "mapkey.delim",
        "lines": "line.delim",
        "null": "serialization.null.format",
    }
    found = {name: item.args[key].name for key, name in names.items() if item.args.get(key)}
    # Hive sets both parameters.
    return found | ({"serialization.format": found["field.delim"]} if "field.delim" in found else {})


def _formats(item: exp.FileFormatProperty) -> tuple[str, str]:
    if isinstance(item.this, exp.InputOutputFormat):
        return item.this.args["input_format"].name, item.this.args["output_format"].name
    if item.this.name.upper() != "TEXTFILE":
        raise cannot_run(f"CREATE TABLE with STORED AS {item.this.name.upper()}")
    return _TEXT
