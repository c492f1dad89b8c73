"""The declared tables and views, compared with the notebook's DDL and with each other."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from quilt_athena.catalog.column_types import hive_to_presto
from quilt_athena.catalog.declaration_types import ALL_BUCKETS, Scope, ViewDeclaration
from quilt_athena.catalog.declarations import (
    DECLARATIONS,
    MANIFESTS,
    OBJECTS_VIEW,
    PACKAGES,
    PACKAGES_VIEW,
    named,
    placeholders,
)
from quilt_athena.catalog.desired_state import CatalogSettings, DesiredTable, LegacyViews, desired_state
from quilt_athena.catalog.views import decode_view
from tests.desired import table_inputs
from tests.unit.catalog import notebook_catalog as notebook

BUCKET = "my-bucket"


def declared(suffix: str) -> dict[str, Any]:
    """The TableInput of a suffix."""
    return next(entry for entry in table_inputs(BUCKET) if entry["Name"] == f"my_bucket_{suffix}")


@pytest.mark.parametrize(
    ("statement", "new_columns"),
    [("manifests", [("workflow", "string")]), ("packages", [])],
)
def test_tables_are_those_of_the_notebook_with_new_columns_last(
    statement: str, new_columns: list[tuple[str, str]]
) -> None:
    create = notebook.ddl(statement)
    table = declared(f"quilt_{statement}")
    storage = table["StorageDescriptor"]
    assert table["Name"] == notebook.table_name(create)
    assert [(one["Name"], one["Type"]) for one in storage["Columns"]] == notebook.columns(create) + new_columns
    # Athena requires the trailing slash, which the notebook omits.
    assert storage["Location"] == notebook.location(create) + "/"
    assert (storage["InputFormat"], storage["OutputFormat"]) == notebook.formats(create)
    assert table["TableType"] == "EXTERNAL_TABLE"
    assert table["Parameters"] == {
        "EXTERNAL": "TRUE",
        "has_encrypted_data": notebook.properties(create)["has_encrypted_data"],
        "quilt_athena.bucket": BUCKET,
    }


def test_manifests_are_read_as_the_notebook_reads_them() -> None:
    create = notebook.ddl("manifests")
    serde = declared("quilt_manifests")["StorageDescriptor"]["SerdeInfo"]
    wanted = create.find(exp.RowFormatSerdeProperty)
    assert wanted
    assert serde["SerializationLibrary"] == wanted.this.name
    assert serde["Parameters"]["ignore.malformed.json"] == notebook.properties(create)["ignore.malformed.json"]


def test_pointers_are_read_as_the_notebook_reads_them() -> None:
    delimited = notebook.ddl("packages").find(exp.RowFormatDelimitedProperty)
    assert delimited
    serde = declared("quilt_packages")["StorageDescriptor"]["SerdeInfo"]
    assert serde["SerializationLibrary"] == "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"  # Hive's for DELIMITED
    assert serde["Parameters"]["field.delim"] == delimited.args["fields"].name


@pytest.mark.parametrize(
    ("statement", "new_columns"),
    [
        ("packages_view", ["user_meta", "workflow"]),
        ("objects_view", ["physical_key"]),
        ("objects_view_2022", ["physical_key"]),
    ],
)
def test_views_are_those_of_the_notebook_with_new_columns_last(statement: str, new_columns: list[str]) -> None:
    create = notebook.ddl(statement)
    table = declared("quilt_" + statement.removesuffix("_2022"))
    wanted = notebook.view_columns(create)
    assert table["Name"] == notebook.table_name(create)
    found = [column.name for column in decode_view(table).columns]
    if statement.endswith("_2022"):
        assert "size" not in wanted  # the next version of the notebook added it
        wanted.insert(wanted.index("physical_keys") + 1, "size")
    assert found == wanted + new_columns


VIEWS = [
    pytest.param(table, id=table.name)
    for bucket in ("my.data", ALL_BUCKETS)
    for table in desired_state(bucket, CatalogSettings("my-db", "s3://results/", LegacyViews.CREATE)).tables
    if isinstance(table.declaration, ViewDeclaration)
]


@pytest.mark.parametrize("view", VIEWS)
def test_the_sql_of_a_view_returns_its_declared_columns(view: DesiredTable) -> None:
    assert isinstance(view.declaration, ViewDeclaration)
    select = sqlglot.parse_one(decode_view(view.table_input).sql, dialect="athena")
    assert isinstance(select, exp.Select)
    assert [column.alias_or_name for column in select.selects] == [column.name for column in view.declaration.columns]
    ctes = {cte.alias for cte in select.find_all(exp.CTE)}
    read = {(table.db, table.name) for table in select.find_all(exp.Table) if table.db or table.name not in ctes}
    assert read == {("my-db", view.names[placeholder]) for placeholder in view.declaration.reads}


@pytest.mark.parametrize("scope", Scope)
def test_a_view_comes_after_what_it_reads(scope: Scope) -> None:
    created: list[str | None] = []
    for declaration in DECLARATIONS:
        if declaration.scope is scope:
            assert set(declaration.reads if isinstance(declaration, ViewDeclaration) else ()) <= set(created)
            created.append(declaration.placeholder)


@pytest.mark.parametrize("bucket", ["my-bucket", "my.data", "Old_Bucket", "all-buckets", "b" * 63, ALL_BUCKETS])
def test_the_names_of_a_bucket_are_distinct_and_fit_into_glue(bucket: str) -> None:
    scope = Scope.ALL_BUCKETS if bucket == ALL_BUCKETS else Scope.BUCKET
    names = list(named(bucket))
    expected = [one for one in DECLARATIONS if one.scope is scope and one.name(bucket)]
    assert len(set(names)) == len(expected)
    assert all(len(name) <= 255 and name == name.lower() for name in names)


def test_what_can_be_adopted_is_what_ddl_creates() -> None:
    adopting = [one for one in DECLARATIONS if one.has_ddl]
    assert adopting == [MANIFESTS, PACKAGES, PACKAGES_VIEW, OBJECTS_VIEW]
    assert not any(one.notebook for one in DECLARATIONS if isinstance(one, ViewDeclaration) and not one.has_ddl)


def test_the_placeholders_are_the_suffixes_without_quilt() -> None:
    assert placeholders() == {"manifests", "packages", "packages_view", "objects_view"}
    for declaration in DECLARATIONS:
        assert declaration.placeholder is None or declaration.suffix == f"quilt_{declaration.placeholder}"


def test_a_column_that_a_view_passes_through_has_the_type_of_the_table() -> None:
    manifests = {column.name: hive_to_presto(column.type) for column in MANIFESTS.columns}
    for column in OBJECTS_VIEW.columns:
        if column.name in manifests:
            assert column.type == manifests[column.name]
