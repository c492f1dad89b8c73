"""Every table and view that quilt-athena manages, declared once: all other code derives from this list.

The tables and views of a bucket are those of Quilt's documentation ("Querying package metadata with Athena"), with the
same names and with its columns first. The formats of what they read are Quilt's: https://docs.quiltdata.com/mentalmodel
and ``quilt3.packages``.

The legacy views have the names and columns of what Quilt's platform maintains: before version 1.70 two views, with the
columns that public integrations read (https://github.com/quiltdata/quilt-iceberg-lambda); since then four Iceberg
tables (https://docs.quilt.bio/quilt-platform-catalog-user/advanced/iceberg-tables), with the columns of
``quilt_shared.iceberg_queries`` in https://github.com/quiltdata/quilt.

To add a view to every bucket, add its SQL file to ``sql/`` and its declaration to ``DECLARATIONS``, after those that it
reads; then its documentation and a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from quilt_athena.catalog.declaration_types import (
    ALL_BUCKETS,
    Declaration,
    KnownView,
    LegacyViewDeclaration,
    Scope,
    TableDeclaration,
    ViewCheck,
    ViewDeclaration,
)
from quilt_athena.catalog.views import Column

_SQL_FILES = Path(__file__).with_name("sql")


def sql_file(name: str) -> str:
    """The text of ``sql/<name>``."""
    return (_SQL_FILES / name).read_text(encoding="utf-8").strip()


def all_buckets_table(table: TableDeclaration) -> TableDeclaration:
    """The same table over all buckets, with a partition for each: ``WHERE bucket = '...'`` reads that bucket only."""
    return replace(
        table,
        scope=Scope.ALL_BUCKETS,
        description=f"{table.description}; a partition for each bucket",
        check=ViewCheck.NONE,
        has_ddl=False,
    )


def all_buckets_view(view: ViewDeclaration, sql: str, indexed_sql: str) -> ViewDeclaration:
    """The same view over all buckets, with the bucket's name as first column."""
    return replace(
        view,
        scope=Scope.ALL_BUCKETS,
        description=f"{view.description}; of all buckets",
        columns=(Column("bucket", "varchar"), *view.columns),
        sql=sql,
        indexed_sql=indexed_sql,
        notebook=(),
        has_ddl=False,
    )


def platform_view(kind: str, description: str, columns: tuple[Column, ...]) -> LegacyViewDeclaration:
    """A view with the name and the columns of an Iceberg table of Quilt's platform."""
    return LegacyViewDeclaration(
        suffix=f"package_{kind}",
        description=f"{description}, as Quilt has it since version 1.70",
        sql=sql_file(f"platform_{kind}.sql"),
        indexed_sql=sql_file(f"indexed_platform_{kind}.sql"),
        columns=columns,
    )


MANIFESTS = TableDeclaration(
    suffix="quilt_manifests",
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
    has_ddl=True,
)

PACKAGES = TableDeclaration(
    suffix="quilt_packages",
    description="One row for each pointer of a package: the top hash of a revision, or of the latest",
    prefix=".quilt/named_packages/",
    columns=(Column("hash", "string"),),
    output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serde="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    serde_parameters=MappingProxyType({"field.delim": ",", "serialization.format": ","}),
    # A pointer is 64 bytes.
    check=ViewCheck.READ_ONE_ROW,
    has_ddl=True,
)

PACKAGES_VIEW = ViewDeclaration(
    suffix="quilt_packages_view",
    description="One row for each revision of a package: its name, top hash, time, message and metadata",
    sql=sql_file("packages_view.sql"),
    indexed_sql=sql_file("indexed_packages_view.sql"),
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
    notebook=(KnownView(("user", "name", "hash", "timestamp", "message", "meta"), reads=("packages", "manifests")),),
    has_ddl=True,
)

OBJECTS_VIEW = ViewDeclaration(
    suffix="quilt_objects_view",
    description="One row for each entry of each revision of a package: its keys, size, hash and metadata",
    sql=sql_file("objects_view.sql"),
    indexed_sql=sql_file("indexed_objects_view.sql"),
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
    notebook=(
        KnownView(
            (
                "user", "name", "timestamp", "tophash", "logical_key", "physical_keys", "size", "hash", "meta",
                "user_meta",
            ),
            reads=("manifests", "packages_view"),
        ),
        # The notebook of 2022 has no size.
        KnownView(
            ("user", "name", "timestamp", "tophash", "logical_key", "physical_keys", "hash", "meta", "user_meta"),
            reads=("manifests", "packages_view"),
        ),
    ),
    has_ddl=True,
)  # fmt: skip

LEGACY_PACKAGES_VIEW = LegacyViewDeclaration(
    suffix="packages-view",
    description="One row for each revision of a package, as Quilt had it before version 1.70",
    sql=sql_file("legacy_packages_view.sql"),
    columns=(
        Column("pkg_name", "varchar"),
        Column("top_hash", "varchar"),
        Column("timestamp", "varchar"),
        Column("message", "varchar"),
        Column("user_meta", "varchar"),
        Column("meta", "varchar"),
    ),
)

LEGACY_OBJECTS_VIEW = LegacyViewDeclaration(
    suffix="objects-view",
    description="One row for each entry of each revision of a package, as Quilt had it before version 1.70",
    sql=sql_file("legacy_objects_view.sql"),
    columns=(
        Column("pkg_name", "varchar"),
        Column("top_hash", "varchar"),
        Column("timestamp", "varchar"),
        Column("logical_key", "varchar"),
        Column("physical_key", "varchar"),
        Column("size", "bigint"),
        Column("hash", "row(type varchar, value varchar)"),
        Column("meta", "varchar"),
    ),
)

PLATFORM_VIEWS = (
    platform_view(
        "revision",
        "One row for each revision of a package",
        (Column("pkg_name", "varchar"), Column("timestamp", "timestamp(3)"), Column("top_hash", "varchar")),
    ),
    platform_view(
        "tag",
        "One row for each pointer of a package that isn't a time",
        (Column("pkg_name", "varchar"), Column("tag_name", "varchar"), Column("top_hash", "varchar")),
    ),
    platform_view(
        "manifest",
        "One row for each package manifest",
        (Column("top_hash", "varchar"), Column("message", "varchar"), Column("metadata", "varchar")),
    ),
    platform_view(
        "entry",
        "One row for each entry of each package manifest",
        (
            Column("top_hash", "varchar"),
            Column("logical_key", "varchar"),
            Column("physical_key", "varchar"),
            Column("hash_type", "varchar"),
            Column("hash_value", "varchar"),
            Column("size", "bigint"),
            Column("metadata", "varchar"),
        ),
    ),
)

#: In the order of creation: a view comes after what it reads.
DECLARATIONS: tuple[Declaration, ...] = (
    MANIFESTS,
    PACKAGES,
    PACKAGES_VIEW,
    OBJECTS_VIEW,
    LEGACY_PACKAGES_VIEW,
    LEGACY_OBJECTS_VIEW,
    *PLATFORM_VIEWS,
    all_buckets_table(MANIFESTS),
    all_buckets_table(PACKAGES),
    all_buckets_view(PACKAGES_VIEW, sql_file("all_packages_view.sql"), sql_file("indexed_all_packages_view.sql")),
    all_buckets_view(OBJECTS_VIEW, sql_file("all_objects_view.sql"), sql_file("indexed_all_objects_view.sql")),
)


def named(bucket: str, declarations: Iterable[Declaration] = DECLARATIONS) -> dict[str, Declaration]:
    """By their names, the declarations of all that a bucket (or ``ALL_BUCKETS``) can have, in the order of creation.

    Raises:
        InvalidBucketNameError: S3 does not allow such a bucket name.
    """
    scope = Scope.ALL_BUCKETS if bucket == ALL_BUCKETS else Scope.BUCKET
    of_scope = ((declaration.name(bucket), declaration) for declaration in declarations if declaration.scope is scope)
    return {name: declaration for name, declaration in of_scope if name is not None}


def placeholders(declarations: Iterable[Declaration] = DECLARATIONS) -> frozenset[str]:
    """The placeholders of SQL files; no custom view may be named like one."""
    return frozenset(declaration.placeholder for declaration in declarations if declaration.placeholder)
