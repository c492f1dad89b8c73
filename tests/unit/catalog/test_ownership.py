"""Whose a table is: the notebook's are adopted, unmanaged ones never touched, and removal takes what is ours."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from quilt_athena.catalog.ownership import Owner, owner_of
from quilt_athena.catalog.tables import BUCKET_PARAMETER, definition_names, definitions
from quilt_athena.catalog.views import Column, View, decode_view, encode_view, is_view
from quilt_athena.errors import ServiceUnavailableError, UnmanagedTableError
from tests.unit.aws_calls import AwsCalls, refusal, success
from tests.unit.catalog.notebook_catalog import glue_table, glue_view, notebook_catalog
from tests.unit.moto_stack import DATABASE, MotoStack

BUCKET = "my-bucket"
NAMES = definition_names(BUCKET)
MANIFESTS, PACKAGES, PACKAGES_VIEW, OBJECTS_VIEW = NAMES


def put(stack: MotoStack, tables: Sequence[dict[str, Any]]) -> None:
    """Make tables in Glue, as others do."""
    for table in tables:
        stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table)  # type: ignore[arg-type]  # plain data


def reconcile(stack: MotoStack, bucket: str = BUCKET, *, registered: bool = True) -> set[tuple[str, str]]:
    """The (name, action) of what was changed."""
    changes = stack.registrar.catalog.reconcile(bucket, registered=registered)
    return {(change.name, change.action.value) for change in changes}


@pytest.mark.parametrize("bucket", ["my-bucket", "lab2-data"])
@pytest.mark.parametrize("year", [2022, 2023])
def test_the_notebooks_tables_and_views_are_adopted(stack: MotoStack, calls: AwsCalls, year: int, bucket: str) -> None:
    put(stack, notebook_catalog(bucket, year))
    calls.clear()
    assert reconcile(stack, bucket) == {(name, "updated") for name in definition_names(bucket)}
    assert calls.count("glue:") == 5
    stack.assert_declared(bucket)
    # What was set by hand, and doesn't change how the table is read, stays.
    assert stack.tables(bucket)[definition_names(bucket)[0]]["Parameters"]["transient_lastDdlTime"] == "1605312102"
    assert reconcile(stack, bucket) == set()


def test_the_notebooks_definitions_can_be_looked_up_afterwards(stack: MotoStack) -> None:
    put(stack, notebook_catalog())
    sent: list[dict[str, Any]] = []
    events = stack.clients.glue.meta.events
    events.register("provide-client-params.glue.UpdateTable", lambda params, **_: sent.append(params), unique_id="sent")
    try:
        reconcile(stack)
    finally:
        events.unregister("provide-client-params.glue.UpdateTable", unique_id="sent")
    assert [one["SkipArchive"] for one in sent] == [False] * 4


def test_what_the_notebook_lacks_is_added_to_it(stack: MotoStack) -> None:
    put(stack, notebook_catalog()[:2])
    assert reconcile(stack) == {
        (MANIFESTS, "updated"), (PACKAGES, "updated"), (PACKAGES_VIEW, "created"), (OBJECTS_VIEW, "created"),
    }  # fmt: skip


@pytest.mark.parametrize("bucket", ["my-bucket", "my.data"])
def test_views_made_by_ddl_are_adopted(stack: MotoStack, bucket: str) -> None:
    # A statement can't give a view the parameter that names the bucket, nor a description.
    made = copy.deepcopy([dict(table) for table in definitions(bucket, DATABASE)])
    for table in made:
        del table["Description"]
        if is_view(table):
            del table["Parameters"][BUCKET_PARAMETER]
    put(stack, made)
    assert reconcile(stack, bucket) == {(name, "updated") for name in definition_names(bucket)}
    stack.assert_declared(bucket)


def test_a_view_with_our_columns_that_reads_something_else_is_foreign(stack: MotoStack) -> None:
    ours = decode_view(definitions(BUCKET, DATABASE)[3])
    put(stack, [encode_view(OBJECTS_VIEW, View("SELECT * FROM somewhere_else", ours.columns, DATABASE))])
    with pytest.raises(UnmanagedTableError):
        reconcile(stack)


def unmanaged(table: dict[str, Any], *, storage: dict[str, Any] | None = None, **change: Any) -> dict[str, Any]:
    """A table of the notebook's, changed so that it is somebody else's."""
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
MINE = definitions(BUCKET, DATABASE)
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
        unmanaged(glue_table("packages"), Name=PACKAGES_VIEW), "is not a view of Athena's", id="table for a view"
    ),
    pytest.param(
        unmanaged(glue_view("objects_view"), ViewOriginalText="SELECT 1"), "is not a view of Athena's", id="Hive's view"
    ),
    pytest.param(notebook_view("SELECT * FROM mine"), "it doesn't read my_bucket_quilt_manifests", id="SQL"),
    pytest.param(
        notebook_view("SELECT * FROM quilt_query.my_bucket_quilt_manifests, not_my_bucket_quilt_packages_view"),
        "it doesn't read my_bucket_quilt_packages_view",
        id="SQL that reads another view",
    ),
    pytest.param(
        notebook_view(columns=OBJECT_COLUMNS[::-1]), "expected the columns of the notebook's view", id="columns' order"
    ),
    pytest.param(
        notebook_view(columns=(*OBJECT_COLUMNS, Column("a", "varchar"))), "found user, .*, a. It", id="a column"
    ),
    pytest.param(marked(glue_table("packages"), "my.bucket"), "names another bucket, my.bucket", id="another bucket's"),
    pytest.param(marked(MINE[3], "other"), "names another bucket, other", id="another bucket's view"),
]  # fmt: skip


@pytest.mark.parametrize("table", [param.values[0] for param in UNMANAGED], ids=[param.id for param in UNMANAGED])
def test_a_foreign_table_is_not_ours(table: Any) -> None:
    wanted = next(one for one in MINE if one["Name"] == table["Name"])
    assert owner_of(table, BUCKET, wanted)[0] is Owner.UNMANAGED


@pytest.mark.parametrize(("table", "reason"), UNMANAGED)
def test_a_foreign_table_is_named_and_nothing_is_written(
    stack: MotoStack, calls: AwsCalls, table: dict[str, Any], reason: str
) -> None:
    put(stack, [table])
    before = stack.tables(BUCKET)
    calls.clear()
    with pytest.raises(UnmanagedTableError, match=reason) as caught:
        reconcile(stack)
    assert f"quilt_query.{table['Name']} stands where a table of bucket my-bucket belongs" in str(caught.value)
    assert calls.names == ["glue:GetTables"]
    assert stack.tables(BUCKET) == before


def test_a_foreign_table_among_ours_keeps_ours_from_being_touched(stack: MotoStack) -> None:
    put(stack, [*notebook_catalog()[:3], notebook_view("SELECT 1")])
    before = stack.tables(BUCKET)
    with pytest.raises(UnmanagedTableError, match=OBJECTS_VIEW):
        reconcile(stack)
    assert stack.tables(BUCKET) == before


def test_removal_takes_ours(stack: MotoStack, calls: AwsCalls) -> None:
    reconcile(stack)
    calls.clear()
    assert reconcile(stack, registered=False) == {(name, "deleted") for name in NAMES}
    assert calls.names == [*["glue:GetTable"] * 4, "glue:BatchDeleteTable"]
    assert stack.tables(BUCKET) == {}
    assert reconcile(stack, registered=False) == set()


def test_removal_takes_what_was_adopted(stack: MotoStack) -> None:
    put(stack, notebook_catalog())
    reconcile(stack)
    assert reconcile(stack, registered=False) == {(name, "deleted") for name in NAMES}


def test_removal_leaves_what_was_never_adopted(stack: MotoStack, calls: AwsCalls) -> None:
    put(stack, notebook_catalog())
    calls.clear()
    assert reconcile(stack, registered=False) == set()
    assert calls.names == ["glue:GetTable"] * 4
    assert set(stack.tables(BUCKET)) == set(NAMES)


def test_removal_takes_the_views_that_the_notebook_made_over_our_tables(stack: MotoStack) -> None:
    reconcile(stack)
    views = [table for table in notebook_catalog() if is_view(table)]
    for view in views:
        stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=view["Name"])
    put(stack, views)
    assert reconcile(stack, registered=False) == {(name, "deleted") for name in NAMES}
    assert stack.tables(BUCKET) == {}


@pytest.mark.parametrize(("table", "reason"), UNMANAGED)
def test_removal_leaves_what_is_foreign(stack: MotoStack, table: dict[str, Any], reason: str) -> None:
    put(stack, [table])
    put(stack, [dict(one) for one in MINE if one["Name"] != table["Name"]])
    before = stack.tables(BUCKET)[table["Name"]]
    assert reconcile(stack, registered=False) == {(name, "deleted") for name in NAMES if name != table["Name"]}
    assert stack.tables(BUCKET) == {table["Name"]: before}, reason


@pytest.mark.parametrize("neighbour", ["aaa-quilt-b", "aaa-quilt-manifests", "aaa.quilt", "AAA", "aaa-1", "aaaa"])
def test_removal_leaves_the_neighbours(stack: MotoStack, neighbour: str) -> None:
    reconcile(stack, "aaa")
    reconcile(stack, neighbour)
    assert reconcile(stack, "aaa") == set()
    reconcile(stack, "aaa", registered=False)
    assert stack.tables("aaa") == {}
    stack.assert_declared(neighbour)


def test_removal_finishes_what_was_half_removed(stack: MotoStack) -> None:
    reconcile(stack)
    stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=PACKAGES)
    assert reconcile(stack, registered=False) == {(name, "deleted") for name in NAMES if name != PACKAGES}


def test_what_somebody_else_deletes_meanwhile_is_not_our_change(stack: MotoStack, calls: AwsCalls) -> None:
    reconcile(stack)
    with calls.meanwhile(5, lambda: stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=PACKAGES)):
        assert reconcile(stack, registered=False) == {(name, "deleted") for name in NAMES if name != PACKAGES}


def test_removal_does_not_rely_on_glues_listing(stack: MotoStack, calls: AwsCalls) -> None:
    reconcile(stack)
    with calls.answering("glue:GetTables", lambda: refusal("InternalServiceException", 500)):
        assert reconcile(stack, registered=False) == {(name, "deleted") for name in NAMES}


def test_a_table_that_glue_fails_to_delete_is_tried_again(stack: MotoStack, calls: AwsCalls) -> None:
    reconcile(stack)
    detail = {"ErrorCode": "ConcurrentModificationException", "ErrorMessage": "busy"}
    answers = [success(Errors=[{"TableName": PACKAGES, "ErrorDetail": detail}])]
    with (
        calls.answering("glue:BatchDeleteTable", answers.pop),
        pytest.raises(ServiceUnavailableError, match=f"{PACKAGES} failed: ConcurrentModificationException: busy"),
    ):
        reconcile(stack, registered=False)
    assert reconcile(stack, registered=False) == {(name, "deleted") for name in NAMES}
