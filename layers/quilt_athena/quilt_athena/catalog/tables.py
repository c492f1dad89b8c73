"""What the tables and views of a bucket are: one declaration, from which everything else is made.

The tables are those of Quilt's documentation ("Querying package metadata with Athena"), by the same names and with
its columns first; the formats of what they read are Quilt's: https://docs.quiltdata.com/mentalmodel and
``quilt3.packages``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from quilt_athena import names
from quilt_athena.catalog.views import Column, View, encode_view
from quilt_athena.names import sql_identifier, table_name

#: The table parameter that says whose a table is; what doesn't carry it isn't ours.
BUCKET_PARAMETER = "quilt_athena.bucket"

_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"


@dataclass(frozen=True)
class TableDeclaration:
    """An external table over one prefix of a bucket."""

    kind: str
    description: str
    prefix: str
    columns: tuple[Column, ...]
    output_format: str
    serde: str
    serde_parameters: Mapping[str, str]


@dataclass(frozen=True)
class ViewDeclaration:
    """A view; its SELECT is ``sql/<sql_file>``, with the tables' names for placeholders."""

    kind: str
    description: str
    sql_file: str
    columns: tuple[Column, ...]


MANIFESTS = TableDeclaration(
    kind=names.MANIFESTS,
    description="One row for each line of each package manifest: a header, then its entries",
    prefix=".quilt/packages/",
    columns=(
        Column("logical_key", "string"),
        Column("physical_keys", "array<string>"),
        Column("size", "string"),
        Column("hash", "struct<type:string,value:string>"),
        Column("meta", "string"),
        Column("user_meta", "string"),
        Column("message", "string"),
        Column("version", "string"),
        Column("workflow", "string"),
    ),
    output_format="org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat",
    serde="org.openx.data.jsonserde.JsonSerDe",
    serde_parameters=MappingProxyType({"ignore.malformed.json": "true", "serialization.format": "1"}),
)

PACKAGES = TableDeclaration(
    kind=names.PACKAGES,
    description="One row for each pointer of a package: the top hash of a revision, or of the latest",
    prefix=".quilt/named_packages/",
    columns=(Column("hash", "string"),),
    output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serde="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    serde_parameters=MappingProxyType({"field.delim": ",", "serialization.format": ","}),
)

PACKAGES_VIEW = ViewDeclaration(
    kind=names.PACKAGES_VIEW,
    description="One row for each revision of a package: its name, top hash, time, message and metadata",
    sql_file="packages_view.sql",
    columns=(
        Column("user", "varchar"),
        Column("name", "varchar"),
        Column("hash", "varchar"),
        Column("timestamp", "varchar"),
        Column("message", "varchar"),
        Column("meta", "varchar"),
        Column("user_meta", "varchar"),
        Column("workflow", "varchar"),
    ),
)

OBJECTS_VIEW = ViewDeclaration(
    kind=names.OBJECTS_VIEW,
    description="One row for each entry of each revision of a package: its keys, size, hash and metadata",
    sql_file="objects_view.sql",
    columns=(
        Column("user", "varchar"),
        Column("name", "varchar"),
        Column("timestamp", "varchar"),
        Column("tophash", "varchar"),
        Column("logical_key", "varchar"),
        Column("physical_keys", "array(varchar)"),
        Column("size", "varchar"),
        Column("hash", "row(type varchar, value varchar)"),
        Column("meta", "varchar"),
        Column("user_meta", "varchar"),
        Column("physical_key", "varchar"),
    ),
)

#: In the order in which they are made: a view comes after what it reads.
DECLARATIONS: tuple[TableDeclaration | ViewDeclaration, ...] = (
    MANIFESTS,
    PACKAGES,
    PACKAGES_VIEW,
    OBJECTS_VIEW,
)


def definitions(bucket: str, database: str) -> tuple[dict[str, Any], ...]:
    """The Glue ``TableInput`` of each table and view of ``bucket``, in the order in which they are made.

    Raises:
        InvalidBucketNameError: S3 doesn't allow such a bucket name.
    """
    return tuple(_table_input(declaration, bucket, database) for declaration in DECLARATIONS)


def definition_names(bucket: str) -> tuple[str, ...]:
    """The names of the tables and views of ``bucket``, in the order in which they are made."""
    return tuple(table_name(bucket, declaration.kind) for declaration in DECLARATIONS)


def fingerprint(bucket: str, database: str, *, all_buckets: bool = False) -> str:
    """What tells one set of definitions from another: 64 hex digits that change whenever a definition does.

    ``all_buckets``: the bucket has partitions too, whose definitions follow from its tables'.
    """
    parts = [*definitions(bucket, database), *(["partitions"] if all_buckets else [])]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def location(declaration: TableDeclaration, bucket: str) -> str:
    """Where a table's objects lie; with the trailing slash that Athena asks for."""
    return f"s3://{bucket}/{declaration.prefix}"


def view_sql(declaration: ViewDeclaration, bucket: str, database: str) -> str:
    """The SELECT of a view of ``bucket``."""
    return bucket_sql(declaration.sql_file, bucket, database)


def bucket_sql(file: str, bucket: str, database: str) -> str:
    """The SQL of ``sql/<file>`` with the names of the bucket's tables and views in the place of ``{manifests}`` and so
    on.
    """
    return sql_of(file, {kind: table_name(bucket, kind) for kind in names.KINDS}, database)


def sql_of(file: str, tables: Mapping[str, str], database: str) -> str:
    """The SQL of ``sql/<file>`` with the names of ``tables`` (by their kinds) in the place of ``{manifests}`` and so
    on.
    """
    sql = _read_sql(file)
    for kind, name in tables.items():
        qualified = f"{sql_identifier(database)}.{sql_identifier(name)}"
        sql = sql.replace("{" + kind.removeprefix("quilt_") + "}", qualified)
    return sql


@cache
def _read_sql(file: str) -> str:
    return resources.files("quilt_athena.catalog").joinpath("sql", file).read_text(encoding="utf-8").strip()


def _table_input(declaration: TableDeclaration | ViewDeclaration, bucket: str, database: str) -> dict[str, Any]:
    name = table_name(bucket, declaration.kind)
    owner = {BUCKET_PARAMETER: bucket}
    if isinstance(declaration, ViewDeclaration):
        view = View(sql=view_sql(declaration, bucket, database), columns=declaration.columns, schema=database)
        return encode_view(name, view, owner) | {"Description": declaration.description}
    return {
        "Name": name,
        "Description": declaration.description,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "has_encrypted_data": "false", **owner},
        "PartitionKeys": [],
        "StorageDescriptor": storage_descriptor(declaration, location(declaration, bucket)),
    }


def storage_descriptor(declaration: TableDeclaration, place: str) -> dict[str, Any]:
    """Glue's ``StorageDescriptor`` of a table, or of a partition, that lies at ``place``."""
    return {
        "Columns": [{"Name": column.name, "Type": column.type} for column in declaration.columns],
        "Location": place,
        "InputFormat": _TEXT_INPUT,
        "OutputFormat": declaration.output_format,
        "SerdeInfo": {
            "SerializationLibrary": declaration.serde,
            "Parameters": dict(declaration.serde_parameters),
        },
    }
