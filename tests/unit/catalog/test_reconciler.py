"""Reconciling: the number of Glue calls, and that the catalog ends as declared, whatever it contained."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.catalog.desired_state import CatalogSettings, desired_state
from quilt_athena.catalog.plan import plan_tables
from quilt_athena.catalog.views import Column, View, encode_view
from quilt_athena.errors import CatalogConflictError, ServiceUnavailableError
from tests.desired import DATABASE, table_inputs, table_names
from tests.unit.aws_calls import AwsCalls, on_parameters, refusal, success
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
NAMES = table_names(BUCKET)
MANIFESTS, PACKAGES, PACKAGES_VIEW, OBJECTS_VIEW = NAMES
Alteration = Callable[[dict[str, Any]], None]


def alter(stack: MotoStack, name: str, alteration: Alteration) -> None:
    """Change one of the tables in Glue, as somebody else might."""
    table_input = next(copy.deepcopy(one) for one in table_inputs(BUCKET) if one["Name"] == name)
    alteration(table_input)
    stack.clients.glue.update_table(DatabaseName=DATABASE, TableInput=table_input)  # type: ignore[arg-type]  # plain data


def test_a_new_bucket_takes_five_calls(stack: MotoStack, calls: AwsCalls) -> None:
    assert stack.reconcile(BUCKET) == {(name, "created") for name in NAMES}
    assert calls.names == ["glue:GetTables", *["glue:CreateTable"] * 4]
    stack.assert_declared(BUCKET)


def test_an_unchanged_bucket_takes_one_call(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    calls.clear()
    assert stack.reconcile(BUCKET) == set()
    assert calls.names == ["glue:GetTables"]


def test_a_bucket_in_a_database_of_many_pages_takes_a_call_for_each_table_that_the_first_page_lacks(
    stack: MotoStack, calls: AwsCalls
) -> None:
    stack.reconcile(BUCKET)
    some = [stack.tables(BUCKET)[PACKAGES]]
    calls.clear()
    with calls.answering("glue:GetTables", lambda: success(TableList=some, NextToken="more")):
        assert stack.reconcile(BUCKET) == set()
    assert calls.names == ["glue:GetTables", *["glue:GetTable"] * 3]


def set_column(**change: str) -> Alteration:
    return lambda table: table["StorageDescriptor"]["Columns"][0].update(change)


def set_storage(**change: Any) -> Alteration:
    return lambda table: table["StorageDescriptor"].update(change)


def set_serde(**change: str) -> Alteration:
    return lambda table: table["StorageDescriptor"]["SerdeInfo"].update(change)


def set_serde_parameter(key: str, value: str) -> Alteration:
    return lambda table: table["StorageDescriptor"]["SerdeInfo"]["Parameters"].update({key: value})


def set_parameter(key: str, value: str) -> Alteration:
    return lambda table: table["Parameters"].update({key: value})


def drop_parameter(key: str) -> Alteration:
    return lambda table: table["Parameters"].pop(key)


def set_key(**change: Any) -> Alteration:
    return lambda table: table.update(change)


def set_view(sql: str) -> Alteration:
    view = View(sql, (Column("user", "varchar"),), DATABASE)
    encoded = encode_view("any", view)
    return lambda table: table.update({key: encoded[key] for key in ("ViewOriginalText", "StorageDescriptor")})


ALTERATIONS = [
    pytest.param(MANIFESTS, set_column(Type="int"), id="column type"),
    pytest.param(MANIFESTS, set_column(Name="key"), id="column name"),
    pytest.param(MANIFESTS, lambda table: table["StorageDescriptor"]["Columns"].reverse(), id="column order"),
    pytest.param(MANIFESTS, lambda table: table["StorageDescriptor"]["Columns"].pop(), id="missing column"),
    pytest.param(PACKAGES, set_storage(Columns=[{"Name": "hash"}]), id="column without type"),
    pytest.param(MANIFESTS, set_storage(Location="s3://my-bucket/.quilt/"), id="location"),
    pytest.param(MANIFESTS, set_storage(Location="s3://my-bucket/.quilt/packages"), id="location's slash"),
    pytest.param(MANIFESTS, set_storage(InputFormat="other"), id="input format"),
    pytest.param(MANIFESTS, set_storage(OutputFormat="other"), id="output format"),
    pytest.param(MANIFESTS, set_storage(Compressed=True), id="compressed"),
    pytest.param(MANIFESTS, set_storage(BucketColumns=["size"]), id="bucket columns"),
    pytest.param(MANIFESTS, set_storage(SortColumns=[{"Column": "size", "SortOrder": 1}]), id="sort columns"),
    pytest.param(MANIFESTS, set_storage(SerdeInfo={}), id="no serde"),
    pytest.param(MANIFESTS, set_serde(SerializationLibrary="org.apache.hive.hcatalog.data.JsonSerDe"), id="serde"),
    pytest.param(MANIFESTS, set_serde_parameter("ignore.malformed.json", "false"), id="serde parameter"),
    pytest.param(MANIFESTS, set_serde_parameter("case.insensitive", "false"), id="new serde parameter"),
    pytest.param(PACKAGES, set_serde_parameter("field.delim", ";"), id="delimiter"),
    pytest.param(PACKAGES, set_parameter("skip.header.line.count", "1"), id="skipped lines"),
    pytest.param(PACKAGES, set_parameter("projection.enabled", "true"), id="partition projection"),
    pytest.param(PACKAGES, set_parameter("storage.location.template", "s3://x/"), id="location template"),
    pytest.param(PACKAGES, set_parameter("table_type", "ICEBERG"), id="Iceberg"),
    pytest.param(PACKAGES, set_parameter("spark.sql.sources.provider", "delta"), id="Delta Lake"),
    pytest.param(PACKAGES, set_parameter("transactional", "true"), id="ACID table"),
    pytest.param(PACKAGES, drop_parameter("EXTERNAL"), id="external"),
    pytest.param(PACKAGES, set_key(TableType="MANAGED_TABLE"), id="managed"),
    pytest.param(PACKAGES, set_key(Description="mine"), id="description"),
    pytest.param(PACKAGES, set_key(PartitionKeys=[{"Name": "day", "Type": "string"}]), id="partition keys"),
    pytest.param(OBJECTS_VIEW, set_key(Description="One row for each entry"), id="view's description"),
    pytest.param(OBJECTS_VIEW, set_view("SELECT 1"), id="view text"),
    pytest.param(OBJECTS_VIEW, set_key(ViewExpandedText="SELECT 1"), id="view's expanded text"),
    pytest.param(OBJECTS_VIEW, set_column(Name="usr"), id="view's column name"),
    pytest.param(OBJECTS_VIEW, set_column(Type="int"), id="view's column type"),
    pytest.param(OBJECTS_VIEW, drop_parameter("presto_view"), id="view's flag"),
    pytest.param(OBJECTS_VIEW, set_key(TableType="EXTERNAL_TABLE"), id="table for a view"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "alteration"), ALTERATIONS)
def test_an_altered_managed_table_is_repaired(
    stack: MotoStack, calls: AwsCalls, name: str, alteration: Alteration
) -> None:
    stack.reconcile(BUCKET)
    alter(stack, name, alteration)
    calls.clear()
    assert stack.reconcile(BUCKET) == {(name, "updated")}
    assert calls.names == ["glue:GetTables", "glue:UpdateTable"]
    stack.assert_declared(BUCKET)
    assert stack.reconcile(BUCKET) == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_deleted_managed_table_is_recreated(stack: MotoStack, name: str) -> None:
    stack.reconcile(BUCKET)
    stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=name)
    assert stack.reconcile(BUCKET) == {(name, "created")}
    stack.assert_declared(BUCKET)


def test_an_alteration_that_does_not_affect_reading_is_kept(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    alter(stack, PACKAGES, set_parameter("classification", "csv"))
    alter(stack, MANIFESTS, set_key(Owner="somebody", Retention=3))
    calls.clear()
    assert stack.reconcile(BUCKET) == set()
    assert calls.names == ["glue:GetTables"]


def test_a_repair_keeps_parameters_that_do_not_affect_reading(stack: MotoStack) -> None:
    stack.reconcile(BUCKET)

    def alteration(table: dict[str, Any]) -> None:
        table["Parameters"] |= {"classification": "csv", "skip.header.line.count": "1", "cost.center": "7"}

    alter(stack, PACKAGES, alteration)
    assert stack.reconcile(BUCKET) == {(PACKAGES, "updated")}
    parameters = stack.tables(BUCKET)[PACKAGES]["Parameters"]
    assert "skip.header.line.count" not in parameters
    assert parameters.items() >= {"classification": "csv", "cost.center": "7"}.items()
    assert stack.reconcile(BUCKET) == set()


def test_an_update_names_the_version_that_was_compared(stack: MotoStack) -> None:
    stack.reconcile(BUCKET)
    alter(stack, PACKAGES, set_key(Description="mine"))
    sent: list[dict[str, Any]] = []
    with on_parameters(stack.clients.glue, "UpdateTable", sent.append):
        stack.reconcile(BUCKET)
    # An account may have a million table versions: a replaced declaration is not worth one.
    assert [(one["VersionId"], one["SkipArchive"]) for one in sent] == [("2", True)]


def test_tables_created_by_others_in_between_are_no_error(stack: MotoStack, calls: AwsCalls) -> None:
    with calls.meanwhile(2, lambda: stack.reconcile(BUCKET)) as interference:
        assert stack.reconcile(BUCKET) == set()
    assert interference.happened == "glue:CreateTable"
    stack.assert_declared(BUCKET)


def test_a_table_that_a_listing_omits_is_read_by_its_name(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    alter(stack, PACKAGES, set_key(Description="mine"))
    calls.clear()
    with calls.answering("glue:GetTables", lambda: success(TableList=[])):
        assert stack.reconcile(BUCKET) == {(PACKAGES, "updated")}
    assert calls.count("glue:GetTables") == 1
    stack.assert_declared(BUCKET)


def test_a_table_altered_by_others_in_between_is_compared_again(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    alter(stack, PACKAGES, set_key(Description="mine"))
    answers = [refusal("ConcurrentModificationException")]
    calls.clear()
    with calls.answering("glue:UpdateTable", lambda: answers.pop() if answers else None):
        assert stack.reconcile(BUCKET) == {(PACKAGES, "updated")}
    assert calls.names == ["glue:GetTables", "glue:UpdateTable", *["glue:GetTable"] * 4, "glue:UpdateTable"]
    stack.assert_declared(BUCKET)


def test_a_table_deleted_by_others_in_between_is_recreated(stack: MotoStack, calls: AwsCalls) -> None:
    stack.reconcile(BUCKET)
    alter(stack, PACKAGES, set_key(Description="mine"))

    def drop() -> object:
        return stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=PACKAGES)

    with calls.meanwhile(2, drop):
        assert stack.reconcile(BUCKET) == {(PACKAGES, "created")}
    stack.assert_declared(BUCKET)


def test_changes_before_a_conflict_are_reported(stack: MotoStack, calls: AwsCalls) -> None:
    answers = [None, refusal("AlreadyExistsException")]
    with calls.answering("glue:CreateTable", lambda: answers.pop(0) if answers else None):
        assert stack.reconcile(BUCKET) == {(name, "created") for name in NAMES}


@pytest.mark.parametrize(
    ("operation", "code"),
    [("CreateTable", "AlreadyExistsException"), ("UpdateTable", "ConcurrentModificationException")],
)
def test_a_conflict_in_every_round_is_an_error(stack: MotoStack, calls: AwsCalls, operation: str, code: str) -> None:
    if operation == "UpdateTable":
        stack.reconcile(BUCKET)
        alter(stack, PACKAGES, set_key(Description="mine"))
    calls.clear()
    with (
        calls.answering(f"glue:{operation}", lambda: refusal(code)),
        pytest.raises(CatalogConflictError, match="the tables of bucket my-bucket were changed by others 5 times"),
    ):
        stack.reconcile(BUCKET)
    assert calls.count(f"glue:{operation}") == 5


def test_a_missing_database_is_an_error_that_names_it(stack: MotoStack) -> None:
    stack.clients.glue.delete_database(Name=DATABASE)
    with pytest.raises(ServiceUnavailableError, match="glue:GetTables on quilt_query failed: EntityNotFoundException"):
        stack.reconcile(BUCKET)


def test_a_database_deleted_in_between_is_an_error_that_names_the_table(stack: MotoStack, calls: AwsCalls) -> None:
    with (
        calls.answering("glue:CreateTable", lambda: refusal("EntityNotFoundException")),
        pytest.raises(ServiceUnavailableError, match=f"glue:CreateTable on quilt_query.{MANIFESTS} failed"),
    ):
        stack.reconcile(BUCKET)


def test_each_plan_is_announced_before_it_is_applied(stack: MotoStack, calls: AwsCalls) -> None:
    reconciler, state = stack.registrar.reconciler, stack.desired_state(BUCKET)
    announced: list[tuple[list[Change], list[str]]] = []
    reconciler.reconcile(
        state, registered=True, before_apply=lambda changes: announced.append((list(changes), list(calls.names)))
    )
    assert announced == [([Change(name, Action.CREATED) for name in NAMES], ["glue:GetTables"])]
    reconciler.reconcile(state, registered=True, before_apply=lambda _: pytest.fail("nothing changed"))


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_a_plan_leads_to_the_desired_state(existing: set[str], altered: set[str]) -> None:
    desired, state = table_inputs(BUCKET), desired_state(BUCKET, CatalogSettings(DATABASE))
    found = {table["Name"]: copy.deepcopy(table) for table in desired if table["Name"] in existing}
    for name in existing & altered:
        found[name]["Description"] = "mine"
    for step in plan_tables(state, found):
        assert step.table_input
        assert (step.change.name in found) == (step.change.action is Action.UPDATED)
        found[step.change.name] = dict(step.table_input)
    assert found == {table["Name"]: table for table in desired}
    assert plan_tables(state, found) == ()
    assert [step.change.name for step in plan_tables(state, found, registered=False)] == list(reversed(NAMES))
