"""Ownership: the notebook's tables are adopted, unmanaged ones never changed, and a removal deletes managed ones."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from quilt_athena.catalog.desired_state import BUCKET_PARAMETER, desired_state
from quilt_athena.catalog.ownership import Owner, owner_of
from quilt_athena.catalog.views import Column, View, decode_view, encode_view, is_view
from quilt_athena.errors import ServiceUnavailableError, UnmanagedTableError
from tests.desired import DATABASE, SETTINGS, table_inputs, table_names
from tests.unit.aws_calls import AwsCalls, on_parameters, refusal, success
from tests.unit.catalog.notebook_catalog import glue_table, glue_view, notebook_catalog
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
NAMES = table_names(BUCKET)
MANIFESTS, PACKAGES, PACKAGES_VIEW, OBJECTS_VIEW = NAMES


def put(stack: MotoStack, tables: Sequence[dict[str, Any]]) -> None:
    """Create tables in Glue, as others do."""
    for table in tables:
        stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table)  # type: ignore[arg-type]  # plain data


@pytest.mark.parametrize("bucket", ["my-bucket", "lab2-data"])
@pytest.mark.parametrize("year", [2022, 2023])
def test_the_notebooks_tables_and_views_are_adopted(stack: MotoStack, calls: AwsCalls, year: int, bucket: str) -> None:
    put(stack, notebook_catalog(bucket, year))
    calls.clear()
    assert stack.reconcile(bucket) == {(name, "updated") for name in table_names(bucket)}
    assert calls.count("glue:") == 5
    stack.assert_declared(bucket)
    # Parameters that people set, and that do not affect reading, are kept.
    assert stack.tables(bucket)[table_names(bucket)[0]]["Parameters"]["transient_lastDdlTime"] == "1605312102"
    assert stack.reconcile(bucket) == set()


def test_an_adopted_table_is_archived(stack: MotoStack) -> None:
    put(stack, notebook_catalog())
    sent: list[dict[str, Any]] = []
    with on_parameters(stack.clients.glue, "UpdateTable", sent.append):
        stack.reconcile(BUCKET)
    assert [one["SkipArchive"] for one in sent] == [False] * 4


def test_an_incomplete_notebook_catalog_is_completed(stack: MotoStack) -> None:
    put(stack, notebook_catalog()[:2])
    assert stack.reconcile(BUCKET) == {
        (MANIFESTS, "updated"), (PACKAGES, "updated"), (PACKAGES_VIEW, "created"), (OBJECTS_VIEW, "created"),
    }  # fmt: skip


@pytest.mark.parametrize("bucket", ["my-bucket", "my.data"])
def test_tables_and_views_created_by_ddl_are_adopted(stack: MotoStack, bucket: str) -> None:
    # A statement cannot set the parameter of a view that names the bucket, nor the description of a table.
    created = copy.deepcopy([dict(table) for table in table_inputs(bucket)])
    for table in created:
        table.pop("Description", None)
        if is_view(table):
            del table["Parameters"][BUCKET_PARAMETER]
    put(stack, created)
    assert stack.reconcile(bucket) == {(name, "updated") for name in table_names(bucket)}
    stack.assert_declared(bucket)


def test_a_view_with_the_declared_columns_that_reads_something_else_is_unmanaged(stack: MotoStack) -> None:
    declared = decode_view(table_inputs(BUCKET)[3])
    put(stack, [encode_view(OBJECTS_VIEW, View("SELECT * FROM somewhere_else", declared.columns, DATABASE))])
    with pytest.raises(UnmanagedTableError):
        stack.reconcile(BUCKET)


def unmanaged(table: dict[str, Any], *, storage: dict[str, Any] | None = None, **change: Any) -> dict[str, Any]:
    """A table of the notebook, altered so that it is unmanaged."""
    table = copy.deepcopy(table)
    table["StorageDescriptor"].update(storage or {})
    return {**table, **change}


def notebook_view(sql: str | None = None, columns: tuple[Column, ...] | None = None) -> dict[str, Any]:
    """The notebook's objects view with other SQL or other columns."""
    view = decode_view(glue_view("objects_view"))
    return encode_view(OBJECTS_VIEW, View(sql or view.sql, columns or view.columns, DATABASE))


def marked(table: dict[str, Any], bucket: str) -> dict[str, Any]:
    """The table with the parameter that names its bucket."""
    return {**table, "Parameters": {**table["Parameters"], BUCKET_PARAMETER: bucket}}


OBJECT_COLUMNS = decode_view(glue_view("objects_view")).columns
MINE = table_inputs(BUCKET)
UNMANAGED = [
    pytest.param(
        unmanaged(glue_table("manifests"), storage={"Location": "s3://my-bucket/elsewhere"}),
        r"expected an external table at s3://my-bucket/\.quilt/packages/, found EXTERNAL_TABLE at s3://my-bucket/elsewh",
        id="elsewhere in the bucket",
    ),
    pytest.param(
        unmanaged(glue_table("packages"), storage={"Location": "s3://my-bucket-2/.quilt/named_packages"}),
        "found EXTERNAL_TABLE at s3://my-bucket-2/",
        id="in another bucket",
    ),
    pytest.param(
        unmanaged(glue_table("packages"), storage={"Location": ""}), "found EXTERNAL_TABLE at no location", id="nowhere"
    ),
    pytest.param(
        unmanaged(glue_table("packages"), TableType="MANAGED_TABLE"), "found MANAGED_TABLE at s3://my-b", id="managed"
    ),
    pytest.param(
        unmanaged(glue_table("packages"), Parameters={"table_type": "ICEBERG"}), "found ICEBERG at s3://", id="Iceberg"
    ),
    pytest.param(
        {"Name": PACKAGES, "StorageDescriptor": {"Columns": []}}, "found a table at no location", id="bare table"
    ),
    pytest.param({"Name": PACKAGES}, "found a table at no location", id="barest table"),
    pytest.param(unmanaged(glue_view("packages_view"), Name=PACKAGES), "found VIRTUAL_VIEW at", id="view for a table"),
    pytest.param(
        unmanaged(glue_table("packages"), Name=PACKAGES_VIEW), "is not an Athena view", id="table for a view"
    ),
    pytest.param(
        unmanaged(glue_view("objects_view"), ViewOriginalText="SELECT 1"), "is not an Athena view", id="Hive's view"
    ),
    pytest.param(
        notebook_view("SELECT * FROM mine"), "expected to read my_bucket_quilt_manifests, and it does not", id="SQL"
    ),
    pytest.param(
        notebook_view("SELECT * FROM quilt_query.my_bucket_quilt_manifests, not_my_bucket_quilt_packages_view"),
        "expected to read my_bucket_quilt_packages_view, and it does not",
        id="SQL that reads another view",
    ),
    pytest.param(
        notebook_view(columns=OBJECT_COLUMNS[::-1]),
        r"expected a view with the columns \(user, name, .*\) or \(",
        id="columns' order",
    ),
    pytest.param(
        notebook_view(columns=(*OBJECT_COLUMNS, Column("a", "varchar"))), r"found \(user, .*, a\)\. It", id="a column"
    ),
    pytest.param(marked(glue_table("packages"), "my.bucket"), "names another bucket, my.bucket", id="another bucket's"),
    pytest.param(marked(MINE[3], "other"), "names another bucket, other", id="another bucket's view"),
]  # fmt: skip


@pytest.mark.parametrize("table", [param.values[0] for param in UNMANAGED], ids=[param.id for param in UNMANAGED])
def test_an_unmanaged_table_is_recognised(table: Any) -> None:
    desired = next(one for one in desired_state(BUCKET, SETTINGS).tables if one.name == table["Name"])
    assert owner_of(table, desired)[0] is Owner.UNMANAGED


@pytest.mark.parametrize(("table", "reason"), UNMANAGED)
def test_an_unmanaged_table_is_named_in_the_error_and_nothing_is_written(
    stack: MotoStack, calls: AwsCalls, table: dict[str, Any], reason: str
) -> None:
    put(stack, [table])
    before = stack.tables(BUCKET)
    calls.clear()
    with pytest.raises(UnmanagedTableError, match=reason) as caught:
        stack.reconcile(BUCKET)
    message = f"quilt_query.{table['Name']} already exists and isn't managed by quilt-athena, which needs this name for"
    assert str(caught.value).startswith(f"{message} bucket my-bucket: ")
    assert calls.names == ["glue:GetTables"]
    assert stack.tables(BUCKET) == before


def test_an_unmanaged_table_keeps_the_others_from_being_adopted(stack: MotoStack) -> None:
    put(stack, [*notebook_catalog()[:3], notebook_view("SELECT 1")])
    before = stack.tables(BUCKET)
    with pytest.raises(UnmanagedTableError, match=OBJECTS_VIEW):
        stack.reconcile(BUCKET)
    assert stack.tables(BUCKET) == before


def test_a_removal_deletes_managed_tables(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    calls.clear()
    assert stack.reconcile(BUCKET, registered=False) == {(name, "deleted") for name in NAMES}
    assert calls.names == [*["glue:GetTable"] * 4, "glue:BatchDeleteTable"]
    assert stack.tables(BUCKET) == {}
    assert stack.reconcile(BUCKET, registered=False) == set()


def test_a_removal_deletes_adopted_tables(stack: MotoStack) -> None:
    put(stack, notebook_catalog())
    stack.reconcile(BUCKET)
    assert stack.reconcile(BUCKET, registered=False) == {(name, "deleted") for name in NAMES}


def test_a_removal_keeps_tables_that_were_never_adopted(stack: MotoStack, calls: AwsCalls) -> None:
    put(stack, notebook_catalog())
    calls.clear()
    assert stack.reconcile(BUCKET, registered=False) == set()
    assert calls.names == ["glue:GetTable"] * 4
    assert set(stack.tables(BUCKET)) == set(NAMES)


def test_a_removal_deletes_views_that_the_notebook_created_over_managed_tables(stack: MotoStack) -> None:
    stack.reconcile(BUCKET)
    views = [table for table in notebook_catalog() if is_view(table)]
    for view in views:
        stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=view["Name"])
    put(stack, views)
    assert stack.reconcile(BUCKET, registered=False) == {(name, "deleted") for name in NAMES}
    assert stack.tables(BUCKET) == {}


@pytest.mark.parametrize(("table", "reason"), UNMANAGED)
def test_a_removal_keeps_unmanaged_tables(stack: MotoStack, table: dict[str, Any], reason: str) -> None:
    put(stack, [table])
    put(stack, [dict(one) for one in MINE if one["Name"] != table["Name"]])
    before = stack.tables(BUCKET)[table["Name"]]
    assert stack.reconcile(BUCKET, registered=False) == {(name, "deleted") for name in NAMES if name != table["Name"]}
    assert stack.tables(BUCKET) == {table["Name"]: before}, reason


@pytest.mark.parametrize("neighbour", ["aaa-quilt-b", "aaa-quilt-manifests", "aaa.quilt", "AAA", "aaa-1", "aaaa"])
def test_a_removal_keeps_the_tables_of_buckets_with_similar_names(stack: MotoStack, neighbour: str) -> None:
    stack.reconcile("aaa")
    stack.reconcile(neighbour)
    assert stack.reconcile("aaa") == set()
    stack.reconcile("aaa", registered=False)
    assert stack.tables("aaa") == {}
    stack.assert_declared(neighbour)


def test_a_removal_completes_an_interrupted_one(stack: MotoStack) -> None:
    stack.reconcile(BUCKET)
    stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=PACKAGES)
    assert stack.reconcile(BUCKET, registered=False) == {(name, "deleted") for name in NAMES if name != PACKAGES}


def test_a_table_that_others_delete_in_between_is_not_reported(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    with calls.meanwhile(5, lambda: stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=PACKAGES)):
        assert stack.reconcile(BUCKET, registered=False) == {(name, "deleted") for name in NAMES if name != PACKAGES}


def test_a_removal_does_not_rely_on_listings(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    with calls.answering("glue:GetTables", lambda: refusal("InternalServiceException", 500)):
        assert stack.reconcile(BUCKET, registered=False) == {(name, "deleted") for name in NAMES}


def test_a_table_that_glue_fails_to_delete_is_deleted_by_the_next_delivery(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    detail = {"ErrorCode": "ConcurrentModificationException", "ErrorMessage": "busy"}
    answers = [success(Errors=[{"TableName": PACKAGES, "ErrorDetail": detail}])]
    with (
        calls.answering("glue:BatchDeleteTable", answers.pop),
        pytest.raises(ServiceUnavailableError, match=f"{PACKAGES} failed: ConcurrentModificationException: busy"),
    ):
        stack.reconcile(BUCKET, registered=False)
    assert stack.reconcile(BUCKET, registered=False) == {(name, "deleted") for name in NAMES}
