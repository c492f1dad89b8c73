"""The tables and views of a bucket, read from the catalog that onboarding created."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quilt_athena.catalog.column_types import hive_to_presto
from quilt_athena.catalog.declaration_types import TableDeclaration
from quilt_athena.catalog.declarations import named
from quilt_athena.client.catalog import Catalog
from quilt_athena.client.connections import Connections
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidBucketNameError
from quilt_athena.registration.bucket_events import EventKind
from tests.desired import DATABASE
from tests.unit.moto_stack import MotoStack, bucket_event

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import ColumnTypeDef, TableInputTypeDef


def catalog() -> Catalog:
    """The catalog of the stack in moto."""
    return Catalog(Stack(Connections(), "test", {"DatabaseName": DATABASE}))


def test_tables_have_the_declared_columns_in_query_types(stack: MotoStack) -> None:
    stack.make_bucket("my-bucket")
    stack.registrar.process(bucket_event("my-bucket", EventKind.ADDED))
    tables = catalog().tables("my-bucket")
    declared = {name: one for name, one in named("my-bucket").items() if one.has_ddl}
    assert [table.name for table in tables] == list(declared)
    for table, declaration in zip(tables, declared.values(), strict=True):
        is_table = isinstance(declaration, TableDeclaration)
        assert (table.kind, table.description, table.bucket) == (
            "table" if is_table else "view",
            declaration.description,
            "my-bucket",
        )
        assert [(column.name, column.type) for column in table.columns] == [
            (column.name, hive_to_presto(column.type) if is_table else column.type) for column in declaration.columns
        ]


def test_unmanaged_tables_are_returned_as_they_are(stack: MotoStack) -> None:
    glue = stack.clients.glue
    columns: list[ColumnTypeDef] = [{"Name": "a", "Type": "string"}, {"Name": "b", "Type": "uniontype<int,string>"}]
    glue.create_table(
        DatabaseName=DATABASE,
        TableInput={"Name": "my_bucket_quilt_manifests", "StorageDescriptor": {"Columns": columns}},
    )
    glue.create_table(
        DatabaseName=DATABASE,
        TableInput={
            "Name": "my_bucket_quilt_packages_view",
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": "/* Presto View: broken */",
            "StorageDescriptor": {"Columns": columns[:1]},
        },
    )
    table, view = catalog().tables("my-bucket")
    assert [column.type for column in table.columns] == ["varchar", "uniontype<int,string>"]
    assert [column.type for column in view.columns] == ["varchar"]
    assert (table.bucket, view.kind) == (None, "view")


@pytest.mark.usefixtures("stack")
def test_unregistered_bucket_has_no_tables() -> None:
    assert catalog().tables("my-bucket") == []


@pytest.mark.usefixtures("stack")
def test_invalid_bucket_name_is_rejected() -> None:
    with pytest.raises(InvalidBucketNameError):
        catalog().tables("My Bucket")


def test_list_has_the_tables_of_all_buckets_with_their_partitions(stack: MotoStack) -> None:
    stack.make_bucket("my-bucket")
    stack.registrar.process(bucket_event("my-bucket", EventKind.ADDED))
    keys: list[ColumnTypeDef] = [{"Name": "day", "Type": "string"}]
    columns: list[ColumnTypeDef] = [{"Name": "well", "Type": "int"}]
    table: TableInputTypeDef = {
        "Name": "plates",
        "PartitionKeys": keys,
        "StorageDescriptor": {"Columns": columns},
    }
    stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table)
    tables = {table.name: table for table in catalog().list()}
    assert list(tables) == sorted(tables)
    assert set(tables) == {"plates", *(table.name for table in catalog().tables("my-bucket"))}
    assert tables["plates"].bucket is None
    assert [(column.name, column.type) for column in tables["plates"].columns] == [
        ("well", "integer"),
        ("day", "varchar"),
    ]
