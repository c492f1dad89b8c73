"""The declaration of a bucket's tables and views, against the notebook's DDL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from quilt_athena.catalog import tables
from quilt_athena.catalog.column_types import hive_to_presto
from quilt_athena.catalog.tables import (
    DECLARATIONS,
    MANIFESTS,
    PACKAGES,
    TableDeclaration,
    ViewDeclaration,
    definition_names,
    definitions,
    fingerprint,
)
from quilt_athena.catalog.views import Column, decode_view
from quilt_athena.errors import InvalidBucketNameError
from tests.unit.catalog import notebook_catalog as notebook

BUCKET, DATABASE = "my-bucket", "quilt_query"


def declared(kind: str) -> dict[str, Any]:
    """The TableInput of a kind."""
    return next(entry for entry in definitions(BUCKET, DATABASE) if entry["Name"] == f"my_bucket_{kind}")


@pytest.mark.parametrize(
    ("statement", "new_columns"),
    [("manifests", [("workflow", "string")]), ("packages", [])],
)
def test_tables_are_the_notebooks_with_new_columns_last(statement: str, new_columns: list[tuple[str, str]]) -> None:
    create = notebook.ddl(statement)
    table = declared(f"quilt_{statement}")
    storage = table["StorageDescriptor"]
    assert table["Name"] == notebook.table_name(create)
    assert [(one["Name"], one["Type"]) for one in storage["Columns"]] == notebook.columns(create) + new_columns
    # Athena asks for the trailing slash, which the notebook leaves out.
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
def test_views_are_the_notebooks_with_new_columns_last(statement: str, new_columns: list[str]) -> None:
    create = notebook.ddl(statement)
    table = declared("quilt_" + statement.removesuffix("_2022"))
    wanted = notebook.view_columns(create)
    assert table["Name"] == notebook.table_name(create)
    found = [column.name for column in decode_view(table).columns]
    if statement.endswith("_2022"):
        assert "size" not in wanted  # which the notebook's next version put there
        wanted.insert(wanted.index("physical_keys") + 1, "size")
    assert found == wanted + new_columns


@pytest.mark.parametrize("declaration", [one for one in DECLARATIONS if isinstance(one, ViewDeclaration)])
def test_a_views_sql_yields_its_declared_columns(declaration: ViewDeclaration) -> None:
    select = sqlglot.parse_one(tables.view_sql(declaration, "my.data", "my-db"), dialect="athena")
    assert isinstance(select, exp.Select)
    assert [column.alias_or_name for column in select.selects] == [column.name for column in declaration.columns]
    ctes = {cte.alias for cte in select.find_all(exp.CTE)}
    read = {(table.db, table.name) for table in select.find_all(exp.Table) if table.name not in ctes}
    assert read == {("my-db", name) for name in definition_names("my.data")[:2]}


def test_what_a_view_passes_through_has_the_tables_type() -> None:
    manifests = {column.name: hive_to_presto(column.type) for column in MANIFESTS.columns}
    for column in tables.OBJECTS_VIEW.columns:
        if column.name in manifests:
            assert column.type == manifests[column.name]


def test_views_come_after_what_they_read() -> None:
    kinds = [isinstance(declaration, ViewDeclaration) for declaration in DECLARATIONS]
    assert kinds == sorted(kinds)
    assert definition_names(BUCKET) == tuple(table["Name"] for table in definitions(BUCKET, DATABASE))


def test_each_definition_names_its_bucket_and_says_what_it_is() -> None:
    for table in definitions("my.data", DATABASE):
        assert table["Parameters"]["quilt_athena.bucket"] == "my.data"
        assert table["Description"]


def test_an_illegal_bucket_has_no_definitions() -> None:
    with pytest.raises(InvalidBucketNameError):
        definitions("a'b", DATABASE)


def altered_declarations() -> Iterator[tuple[str, tuple[TableDeclaration | ViewDeclaration, ...]]]:
    """Each part of the declarations, changed once."""
    rest = DECLARATIONS[1:]
    column = Column("extra", "string")
    yield "a column", (replace(MANIFESTS, columns=(*MANIFESTS.columns, column)), *rest)
    yield "their order", (replace(MANIFESTS, columns=MANIFESTS.columns[::-1]), *rest)
    yield "a prefix", (replace(MANIFESTS, prefix=".quilt/"), *rest)
    yield "a serde", (replace(MANIFESTS, serde="org.apache.hive.hcatalog.data.JsonSerDe"), *rest)
    yield "its parameters", (replace(MANIFESTS, serde_parameters=MappingProxyType({})), *rest)
    yield "a format", (replace(MANIFESTS, output_format=PACKAGES.output_format), *rest)
    yield "a description", (replace(MANIFESTS, description="other"), *rest)
    yield (
        "a view's SQL",
        (*DECLARATIONS[:2], replace(tables.PACKAGES_VIEW, sql_file="objects_view.sql"), tables.OBJECTS_VIEW),
    )
    yield "a view's column", (*DECLARATIONS[:3], replace(tables.OBJECTS_VIEW, columns=tables.OBJECTS_VIEW.columns[:-1]))
    yield "a view less", DECLARATIONS[:3]


@pytest.mark.parametrize(("what", "declarations"), list(altered_declarations()))
def test_the_fingerprint_changes_with_every_definition(
    what: str, declarations: tuple[TableDeclaration | ViewDeclaration, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(BUCKET, DATABASE)
    assert fingerprint(BUCKET, DATABASE) == before
    monkeypatch.setattr(tables, "DECLARATIONS", declarations)
    assert fingerprint(BUCKET, DATABASE) != before, what


def test_the_fingerprint_tells_buckets_and_databases_apart() -> None:
    assert len({fingerprint(bucket, database) for bucket in ("a-1", "a.1") for database in ("d", "e")}) == 4


def test_definitions_are_plain_json() -> None:
    for table in definitions(BUCKET, DATABASE):
        assert json.loads(json.dumps(table)) == table
