"""The tables and views of a bucket as CREATE statements like those of Quilt's notebook, from the declarations.

Nothing in the stack runs them: they are for people who read, review or run DDL. What they create differs only in what
DDL cannot express: the description of a table, and the parameter of a view that names its bucket.
Source of the syntax: https://docs.aws.amazon.com/athena/latest/ug/create-table.html and ``create-view.html``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quilt_athena.catalog.declaration_types import Declaration, TableDeclaration, ViewDeclaration
from quilt_athena.catalog.declarations import DECLARATIONS, named
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER, TEXT_INPUT_FORMAT, fill, location
from quilt_athena.names import sql_identifier

_DELIMITED = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


def create_statements(
    bucket: str, database: str, declarations: Iterable[Declaration] = DECLARATIONS
) -> tuple[str, ...]:
    """A CREATE statement for each table and view of ``bucket``, in the order in which they have to be run.

    Athena runs one statement per query, so none ends in a semicolon.

    Raises:
        InvalidBucketNameError: S3 does not allow such a bucket name.
    """
    declared = named(bucket, declarations)
    names = {one.placeholder: name for name, one in declared.items() if one.placeholder}
    return tuple(
        _create_view(name, fill(declaration.sql, names, database), database)
        if isinstance(declaration, ViewDeclaration)
        else _create_table(name, declaration, bucket, database)
        for name, declaration in declared.items()
        if declaration.has_ddl
    )


def _create_table(name: str, declaration: TableDeclaration, bucket: str, database: str) -> str:
    """In Hive's DDL, with Hive's quotes."""
    columns = ",\n".join(f"  {_hive_identifier(column.name)} {column.type}" for column in declaration.columns)
    return "\n".join(
        (
            f"CREATE EXTERNAL TABLE IF NOT EXISTS {_hive_identifier(database)}.{_hive_identifier(name)} (",
            f"{columns})",
            *_row_format(declaration),
            f"STORED AS INPUTFORMAT {_hive_string(TEXT_INPUT_FORMAT)}",
            f"OUTPUTFORMAT {_hive_string(declaration.output_format)}",
            f"LOCATION {_hive_string(location(declaration, bucket))}",
            f"TBLPROPERTIES ({_properties({'has_encrypted_data': 'false', BUCKET_PARAMETER: bucket})})",
        )
    )


def _create_view(name: str, sql: str, database: str) -> str:
    """In Trino's SQL, with Trino's quotes."""
    return f"CREATE OR REPLACE VIEW {sql_identifier(database)}.{sql_identifier(name)} AS\n{sql}"


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
    # Hive escapes with a backslash, where Trino doubles the quote.
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
