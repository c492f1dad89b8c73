"""Whatever somebody puts under one of the stack's names, a refresh ends, reports it, and repairs everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from quilt_athena.catalog.declaration_types import (
    ALL_BUCKETS,
    Declaration,
    LegacyViewDeclaration,
    Scope,
    ViewDeclaration,
)
from quilt_athena.catalog.declarations import DECLARATIONS, LEGACY_PACKAGES_VIEW, OBJECTS_VIEW
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER, LegacyViews
from quilt_athena.catalog.views import Column, View, decode_view, encode_view
from quilt_athena.refresh.requests import RefreshRequest
from quilt_athena.refresh.rounds import RefreshRounds
from tests.desired import DATABASE
from tests.unit.aws_calls import AwsCalls, refusal
from tests.unit.refresh.conftest import Fleet

MISSING = "two_quilt_packages"
#: An object that Glue accepts under any name, made from the one that is replaced.
REPLACEMENTS: dict[str, Any] = {
    "table": lambda _: {
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": "one", "Type": "int"}],
            "Location": "s3://somebody/else/",
            "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
        },
    },
    "view": lambda original: encode_view(
        original["Name"], View("SELECT 1 AS one", (Column("one", "integer"),), DATABASE)
    ),
    "Iceberg table": lambda _: {
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"table_type": "ICEBERG", "metadata_location": "s3://somebody/else/metadata/1.json"},
        "StorageDescriptor": {"Columns": [{"Name": "one", "Type": "int"}], "Location": "s3://somebody/else/"},
    },
    "resource link": lambda _: {
        "TargetTable": {"CatalogId": "123456789012", "DatabaseName": "theirs", "Name": "table"}
    },
    "view that cannot be decoded": lambda _: {
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true"},
        "ViewOriginalText": "/* Presto View: W1tbW10= */",
    },
    "name alone": lambda _: {},
    "no StorageDescriptor": lambda original: {key: original[key] for key in original if key != "StorageDescriptor"},
    "no Parameters": lambda original: {key: original[key] for key in original if key != "Parameters"},
    "no TableType": lambda original: {key: original[key] for key in original if key != "TableType"},
    "no columns": lambda original: {
        **original,
        "StorageDescriptor": {**original["StorageDescriptor"], "Columns": []},
    },
}

#: All legacy views are treated alike.
REPLACED = [one for one in DECLARATIONS if not isinstance(one, LegacyViewDeclaration) or one is LEGACY_PACKAGES_VIEW]
#: The views that only quilt-athena creates.
VIEWS = [one for one in DECLARATIONS if isinstance(one, ViewDeclaration) and not isinstance(one, LegacyViewDeclaration)]


@pytest.fixture
def fleet(stack: Any) -> Fleet:
    """Two buckets with everything that can be declared; a table of the second is missing."""
    fleet = Fleet(stack.all_buckets().with_settings(legacy_views=LegacyViews.CREATE))
    fleet.onboard("one", "two")
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=MISSING)
    return fleet


def name_of(declaration: Declaration) -> str:
    name = declaration.name(ALL_BUCKETS if declaration.scope is Scope.ALL_BUCKETS else "one")
    assert name
    return name


def replace(fleet: Fleet, declaration: Declaration, replacement: str, **parameters: str) -> None:
    """Replace the object of bucket "one", or of all buckets, through Glue."""
    glue, name = fleet.stack.clients.glue, name_of(declaration)
    state = fleet.stack.desired_state(ALL_BUCKETS if declaration.scope is Scope.ALL_BUCKETS else "one")
    original: Mapping[str, Any] = next(table.table_input for table in state.tables if table.name == name)
    table: Any = {**REPLACEMENTS[replacement](original), "Name": name}
    if parameters:
        table["Parameters"] = {**table.get("Parameters", {}), **parameters}
    glue.delete_table(DatabaseName=DATABASE, Name=name)
    glue.create_table(DatabaseName=DATABASE, TableInput=table)


def refresh(fleet: Fleet) -> dict[str, Any]:
    """The report of a refresh, and its view checks, which the state machine carries as JSON."""
    result = RefreshRounds(fleet.refresher, fleet.limits).run(RefreshRequest(), {}, "an-execution", lambda: True)
    report: dict[str, Any] = result["Progress"]["Report"]
    return report


def buckets(report: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {one["Bucket"]: one for one in report[kind]["Buckets"]}


@pytest.mark.exhaustive
@pytest.mark.parametrize("replacement", REPLACEMENTS)
@pytest.mark.parametrize("declaration", REPLACED, ids=lambda one: f"{one.scope.value}-{one.suffix}")
def test_a_replaced_object_is_reported_and_everything_else_is_refreshed(
    fleet: Fleet, declaration: Declaration, replacement: str
) -> None:
    owner = ALL_BUCKETS if declaration.scope is Scope.ALL_BUCKETS else "one"
    replace(fleet, declaration, replacement)
    check_refresh(fleet, declaration, marked=False)
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=MISSING)
    replace(fleet, declaration, replacement, **{BUCKET_PARAMETER: owner})
    check_refresh(fleet, declaration, marked=True)


def check_refresh(fleet: Fleet, declaration: Declaration, *, marked: bool) -> None:
    """A refresh repairs the other bucket, and repairs the replaced object or reports it."""
    owner = ALL_BUCKETS if declaration.scope is Scope.ALL_BUCKETS else "one"
    report = refresh(fleet)
    repaired, failed = buckets(report, "Repaired"), buckets(report, "Failed")
    assert {"Name": MISSING, "Action": "created"} in repaired["two"]["Changes"]
    assert fleet.stack.tables("two").keys() == set(fleet.stack.desired_state("two").names)
    if owner in failed:
        assert not marked
        assert failed[owner]["Error"] == "UnmanagedTableError"
        assert name_of(declaration) in failed[owner]["Reason"]
    elif not isinstance(declaration, LegacyViewDeclaration) or marked:
        assert {"Name": name_of(declaration), "Action": "updated"} in repaired[owner]["Changes"]
        fleet.stack.assert_declared(owner)
    assert set(failed) <= {owner}


@pytest.mark.parametrize("declaration", VIEWS, ids=lambda one: f"{one.scope.value}-{one.suffix}")
def test_a_view_that_a_statement_replaced_is_repaired_and_archived(fleet: Fleet, declaration: Declaration) -> None:
    owner, name = ALL_BUCKETS if declaration.scope is Scope.ALL_BUCKETS else "one", name_of(declaration)
    replace(fleet, declaration, "view")
    assert buckets(refresh(fleet), "Repaired")[owner]["Changes"] == [{"Name": name, "Action": "updated"}]
    fleet.stack.assert_declared(owner)
    versions = fleet.stack.clients.glue.get_table_versions(DatabaseName=DATABASE, TableName=name)["TableVersions"]
    assert "SELECT 1 AS one" in {decode_view(version["Table"]).sql for version in versions}
    assert buckets(refresh(fleet), "Repaired") == {}


def test_a_view_is_not_repaired_where_nothing_is_managed(fleet: Fleet) -> None:
    fleet.stack.clients.glue.batch_delete_table(
        DatabaseName=DATABASE, TablesToDelete=list(fleet.stack.desired_state("one").names)
    )
    name = name_of(OBJECTS_VIEW)
    theirs: Any = {**REPLACEMENTS["view"]({"Name": name}), "Name": name}
    fleet.stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=theirs)
    assert buckets(refresh(fleet), "Failed")["one"]["Error"] == "UnmanagedTableError"
    assert set(fleet.stack.tables("one")) == {name}


@pytest.mark.parametrize(
    ("code", "error"),
    [("InvalidInputException", "ServiceRejectedError"), ("AccessDeniedException", "ServiceUnavailableError")],
)
def test_partitions_that_cannot_be_read_are_reported(fleet: Fleet, calls: AwsCalls, code: str, error: str) -> None:
    with calls.answering("glue:GetPartitions", lambda: refusal(code)):
        report = refresh(fleet)
    assert buckets(report, "Failed")[ALL_BUCKETS]["Error"] == error
    assert set(buckets(report, "Repaired")) == {"two"}


def test_a_failure_of_the_all_buckets_tables_affects_no_bucket(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name="all_buckets_quilt_objects_view")
    with calls.answering("glue:CreateTable", lambda: next(answers, None)):
        answers = iter([refusal("InternalServiceException", 500)])
        report = refresh(fleet)
    assert buckets(report, "Failed")[ALL_BUCKETS]["Error"] == "ServiceUnavailableError"
    assert set(buckets(report, "Repaired")) == {"two"}
    assert set(buckets(refresh(fleet), "Repaired")) == {ALL_BUCKETS}
