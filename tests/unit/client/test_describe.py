"""The tables and views of a bucket, read back from the catalog that onboarding made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quilt_athena.catalog.column_types import hive_to_presto
from quilt_athena.catalog.declaration_types import TableDeclaration
from quilt_athena.catalog.declarations import named
from quilt_athena.client.connections import Connections
from quilt_athena.client.describe import describe_bucket
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidBucketNameError
from quilt_athena.registration.bucket_events import EventKind
from tests.desired import DATABASE
from tests.unit.moto_stack import MotoStack, bucket_event

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import ColumnTypeDef

STACK = Stack("test", {"DatabaseName": DATABASE})


def test_everything_is_as_declared_in_the_types_of_the_query_language(stack: MotoStack) -> None:
    stack.make_bucket("my-bucket")
    stack.registrar.process(bucket_event("my-bucket", EventKind.ADDED))
    tables = describe_bucket(Connections(), STACK, "my-bucket")
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


def test_what_somebody_else_made_is_shown_as_it_is(stack: MotoStack) -> None:
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
    table, view = describe_bucket(Connections(), STACK, "my-bucket")
    assert [column.type for column in table.columns] == ["varchar", "uniontype<int,string>"]
    assert [column.type for column in view.columns] == ["varchar"]
    assert (table.bucket, view.kind) == (None, "view")


@pytest.mark.usefixtures("stack")
def test_a_bucket_that_is_not_registered_has_nothing() -> None:
    assert describe_bucket(Connections(), STACK, "my-bucket") == []


@pytest.mark.usefixtures("stack")
def test_an_illegal_name_is_refused() -> None:
    with pytest.raises(InvalidBucketNameError):
        describe_bucket(Connections(), STACK, "My Bucket")
