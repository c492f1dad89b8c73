"""The tables and views of a bucket as the CREATE statements of Quilt's notebook, from the one declaration.

BucketRegistrar calls Glue and does not run them: they are for people who read, review or run DDL. What they create
differs only in what DDL cannot express: the descriptions, and the bucket that a view belongs to.
Source of the syntax: https://docs.aws.amazon.com/athena/latest/ug/create-table.html and ``create-view.html``.
"""

from __future__ import annotations

from collections.abc import Mapping

from quilt_athena.catalog.tables import (
    BUCKET_PARAMETER,
    DECLARATIONS,
    TableDeclaration,
    ViewDeclaration,
    location,
    view_sql,
)
from quilt_athena.names import sql_identifier, table_name

_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_DELIMITED = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


def create_statements(bucket: str, database: str) -> tuple[str, ...]:
    """A CREATE statement for each table and view of ``bucket``, in the order in which they can be run.

    Athena runs one statement a query, so none ends in a semicolon.

    Raises:
        InvalidBucketNameError: S3 doesn't allow such a bucket name.
    """
    return tuple(
        create_view(declaration, bucket, database)
        if isinstance(declaration, ViewDeclaration)
        else create_table(declaration, bucket, database)
        for declaration in DECLARATIONS
    )


def create_table(declaration: TableDeclaration, bucket: str, database: str) -> str:
    """The CREATE EXTERNAL TABLE statement (Hive's DDL, with its quotes) of one table."""
    columns = ",\n".join(f"  {_hive_identifier(column.name)} {column.type}" for column in declaration.columns)
    name = f"{_hive_identifier(database)}.{_hive_identifier(table_name(bucket, declaration.kind))}"
    return "\n".join(
        (
            f"CREATE EXTERNAL TABLE IF NOT EXISTS {name} (",
            f"{columns})",
            *_row_format(declaration),
            f"STORED AS INPUTFORMAT {_hive_string(_TEXT_INPUT)}",
            f"OUTPUTFORMAT {_hive_string(declaration.output_format)}",
            f"LOCATION {_hive_string(location(declaration, bucket))}",
            f"TBLPROPERTIES ({_properties({'has_encrypted_data': 'false', BUCKET_PARAMETER: bucket})})",
        )
    )


def create_view(declaration: ViewDeclaration, bucket: str, database: str) -> str:
    """The CREATE OR REPLACE VIEW statement (Trino's, with its quotes) of one view."""
    name = f"{sql_identifier(database)}.{sql_identifier(table_name(bucket, declaration.kind))}"
    return f"CREATE OR REPLACE VIEW {name} AS\n{view_sql(declaration, bucket, database)}"


def _row_format(declaration: TableDeclaration) -> tuple[str, ...]:
    parameters = dict(declaration.serde_parameters)
    if declaration.serde == _DELIMITED:
        # Hive writes the delimiter into both parameters.
        return ("ROW FORMAT DELIMITED", f"  FIELDS TERMINATED BY {_hive_string(parameters['field.delim'])}")
    return (
        f"ROW FORMAT SERDE {_hive_string(declaration.serde)}",
        f"WITH SERDEPROPERTIES ({_properties(parameters)})",
    )


def _properties(properties: Mapping[str, str]) -> str:
    return ", ".join(f"{_hive_string(key)}={_hive_string(value)}" for key, value in properties.items())


def _hive_identifier(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _hive_string(value: str) -> str:
    # Hive escapes by backslash where Trino doubles.
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
