"""Adding a view to every bucket takes its SQL and its declaration: everything else follows from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quilt_athena.catalog.ddl import create_statements
from quilt_athena.catalog.declaration_types import ViewDeclaration
from quilt_athena.catalog.declarations import DECLARATIONS, PACKAGES_VIEW, placeholders
from quilt_athena.catalog.desired_state import LegacyViews
from quilt_athena.catalog.views import Column, decode_view
from quilt_athena.errors import UnmanagedTableError
from quilt_athena.refresh.view_checks import view_check_sql
from quilt_athena.registration.bucket_events import EventKind
from tests.desired import DATABASE, table_names
from tests.unit.aws_calls import AwsCalls
from tests.unit.catalog.notebook_catalog import glue_view
from tests.unit.moto_stack import MotoStack, bucket_event
from tests.unit.refresh.conftest import Fleet

BUCKET = "my-bucket"
USERS_VIEW = ViewDeclaration(
    suffix="quilt_users_view",
    description="One row for each user that owns a package",
    sql='SELECT "user", count(DISTINCT name) AS packages FROM {packages_view} GROUP BY "user"',
    columns=(Column("user", "varchar"), Column("packages", "bigint")),
    has_ddl=True,
)
NAME = "my_bucket_quilt_users_view"
#: After those that it reads, before the legacy views.
EXTENDED = (*DECLARATIONS[:4], USERS_VIEW, *DECLARATIONS[4:])


@pytest.fixture
def extended(stack: MotoStack) -> MotoStack:
    """A stack, as it is deployed, whose declarations have one more view."""
    extended = stack.all_buckets().with_settings(declarations=EXTENDED)
    extended.make_bucket(BUCKET)
    return extended


def put(stack: MotoStack, table_input: Any) -> None:
    stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table_input)


def test_a_registered_bucket_gets_the_view(extended: MotoStack) -> None:
    changes = extended.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    assert NAME in {change.name for change in changes}
    extended.assert_in_sync(BUCKET)
    view = decode_view(extended.tables(BUCKET)[NAME])
    assert f'FROM "{DATABASE}"."my_bucket_quilt_packages_view"' in view.sql
    assert view.columns == USERS_VIEW.columns
    ((event,),) = [extended.announcements()]
    assert {"name": NAME, "action": "created"} in event["detail"]["changes"]


def test_a_bucket_registered_before_gets_the_view_with_the_next_refresh(stack: MotoStack, calls: AwsCalls) -> None:
    fleet = Fleet(stack.all_buckets())
    fleet.onboard(BUCKET)
    fleet.stack = fleet.stack.with_settings(declarations=EXTENDED)
    calls.clear()
    done = fleet.refresh()
    assert done.report.repaired.buckets == [{"Bucket": BUCKET, "Changes": [{"Name": NAME, "Action": "created"}]}]
    assert done.due == (BUCKET,)
    assert calls.table_writes == [(NAME, "created")]
    fleet.stack.assert_in_sync(BUCKET)
    assert fleet.refresh().report.repaired.count == 0


def test_a_refresh_recreates_the_view(extended: MotoStack) -> None:
    fleet = Fleet(extended)
    extended.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    extended.clients.glue.delete_table(DatabaseName=DATABASE, Name=NAME)
    changes = [{"Name": NAME, "Action": "created"}]
    assert fleet.refresh().report.repaired.buckets == [{"Bucket": BUCKET, "Changes": changes}]


def test_the_view_check_includes_the_view(extended: MotoStack) -> None:
    sql = view_check_sql(extended.desired_state(BUCKET))
    assert f'SELECT \'{NAME}\' AS name, count(*) AS rows_seen FROM "{DATABASE}"."{NAME}" WHERE false' in sql


def test_a_removed_bucket_loses_the_view(extended: MotoStack) -> None:
    extended.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    changes = extended.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 1))
    assert (NAME, "deleted") in {(change.name, change.action.value) for change in changes}
    assert extended.tables(BUCKET) == {}


@pytest.mark.parametrize(
    ("existing", "reason"),
    [
        ({"Name": NAME, "TableType": "EXTERNAL_TABLE"}, f"table {NAME} is not an Athena view"),
        ({**glue_view("packages_view"), "Name": NAME}, r"expected a view with the columns \(user, packages\), found"),
    ],
)
def test_an_unmanaged_view_of_that_name_is_an_error_that_names_it(
    extended: MotoStack, existing: dict[str, Any], reason: str
) -> None:
    put(extended, existing)
    message = rf"{DATABASE}\.{NAME} already exists and isn't managed by quilt-athena, .* bucket {BUCKET}: {reason}"
    with pytest.raises(UnmanagedTableError, match=message):
        extended.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    assert set(extended.tables(BUCKET)) == {NAME}
    report = Fleet(extended).refresh().report
    (failed,) = [one for one in report.failed.buckets if one["Bucket"] == BUCKET]
    assert (failed["Error"], NAME in failed["Reason"]) == ("UnmanagedTableError", True)


def test_a_view_that_ddl_created_is_adopted(extended: MotoStack) -> None:
    (desired,) = [table for table in extended.desired_state(BUCKET).tables if table.name == NAME]
    put(extended, {**desired.table_input, "Parameters": {"presto_view": "true", "comment": "Presto View"}})
    extended.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    extended.assert_in_sync(BUCKET)


def test_ddl_creates_the_view() -> None:
    statements = create_statements(BUCKET, DATABASE, EXTENDED)
    assert len(statements) == len(table_names(BUCKET)) + 1
    assert statements[-1].startswith(f'CREATE OR REPLACE VIEW "{DATABASE}"."{NAME}" AS\nSELECT "user"')


def test_no_custom_view_may_have_the_name_of_the_view() -> None:
    assert placeholders(EXTENDED) - placeholders() == {"users_view"}


def test_a_new_fingerprint_alone_writes_nothing_to_glue(stack: MotoStack, calls: AwsCalls) -> None:
    """Such as that of a setting that removes views which do not exist."""
    fleet = Fleet(stack)
    fleet.onboard(BUCKET)
    before = stack.desired_state(BUCKET).fingerprint
    fleet.stack = stack.with_settings(legacy_views=LegacyViews.REMOVE)
    assert fleet.stack.desired_state(BUCKET).fingerprint != before
    calls.clear()
    done = fleet.refresh()
    assert (done.report.repaired.count, done.due, calls.table_writes) == (0, (), [])
    assert calls.names == [
        "dynamodb:Scan", "glue:GetTables", "s3:HeadBucket",
        "glue:GetTables", *["glue:GetTable"] * 6, "dynamodb:UpdateItem",
    ]  # fmt: skip
    fleet.stack.assert_in_sync(BUCKET)
    assert stack.announcements() == []


def test_a_view_without_its_declaration_is_kept(stack: MotoStack) -> None:
    """A release without the view does not know it: it stays until somebody drops it."""
    extended = stack.with_settings(declarations=EXTENDED)
    fleet = Fleet(extended)
    fleet.onboard(BUCKET)
    fleet.stack = stack.with_settings(declarations=DECLARATIONS)
    assert fleet.refresh().report.repaired.count == 0
    assert NAME in stack.all_tables()


def test_sql_that_reads_an_undeclared_view_is_an_error(stack: MotoStack) -> None:
    broken = replace(PACKAGES_VIEW, sql="SELECT 1 FROM {users_view}")
    with pytest.raises(ValueError, match=r"\{users_view\} is not one of the placeholders"):
        stack.with_settings(declarations=(broken,)).desired_state(BUCKET)
