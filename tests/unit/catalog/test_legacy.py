"""The views of older Quilt stacks: made, kept and taken away as the parameter says, and unknown without it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quilt_athena.catalog.legacy import LegacyViews, is_legacy_name, legacy_definitions, legacy_names
from quilt_athena.catalog.plan import Action, Change
from quilt_athena.catalog.tables import definition_names
from quilt_athena.catalog.views import decode_view
from quilt_athena.refresh.drift import inspect
from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.registration.registry import Registration
from tests.unit.aws_calls import AwsCalls
from tests.unit.moto_stack import DATABASE, MotoStack, bucket_event

BUCKET = "my-bucket"
NAMES = ("my-bucket_packages-view", "my-bucket_objects-view")


def with_legacy(stack: MotoStack, legacy: LegacyViews) -> MotoStack:
    catalog = replace(stack.registrar.catalog, legacy=legacy)
    return replace(stack, registrar=replace(stack.registrar, catalog=catalog))


def standing(stack: MotoStack) -> set[str]:
    return {table["Name"] for page in stack.registrar.catalog.walk() for table in page}


def known(stack: MotoStack) -> Registration:
    found = stack.registration(BUCKET)
    assert found is not None
    return found


@pytest.fixture
def old(stack: MotoStack) -> MotoStack:
    """A stack that makes them, with a registered bucket."""
    made = with_legacy(stack, LegacyViews.CREATE)
    made.make_bucket(BUCKET)
    made.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    return made


def differs(stack: MotoStack) -> bool:
    catalog = stack.registrar.catalog
    return BUCKET in inspect([known(stack)], catalog.walk(), catalog).differing


def test_their_columns_are_what_integrations_read() -> None:
    packages, objects = legacy_definitions(BUCKET, DATABASE)
    columns = [column.name for column in decode_view(packages).columns]
    assert columns == ["pkg_name", "top_hash", "timestamp", "message", "user_meta", "meta"]
    assert {column.name: column.type for column in decode_view(objects).columns} == {
        "pkg_name": "varchar",
        "top_hash": "varchar",
        "timestamp": "varchar",
        "logical_key": "varchar",
        "physical_key": "varchar",
        "size": "bigint",
        "hash": "row(type varchar, value varchar)",
        "meta": "varchar",
    }


@pytest.mark.parametrize(
    ("bucket", "names"),
    [
        (BUCKET, NAMES),
        ("my.data", ("my.data_packages-view", "my.data_objects-view")),
        ("My-Bucket", ()),  # Glue would take it for my-bucket's
        ("b" * 241, ("b" * 241 + "_packages-view", "b" * 241 + "_objects-view")),
        ("b" * 242, ()),
    ],
)
def test_their_names_are_the_buckets(bucket: str, names: tuple[str, ...]) -> None:
    assert legacy_names(bucket) == names
    assert [one["Name"] for one in legacy_definitions(bucket, DATABASE)] == list(names)
    assert all(map(is_legacy_name, names))
    assert not any(map(is_legacy_name, definition_names(bucket)))


def test_they_are_made_with_the_bucket_and_go_with_it(old: MotoStack) -> None:
    assert standing(old) == {*definition_names(BUCKET), *NAMES}
    assert not differs(old)
    assert old.registrar.process(bucket_event(BUCKET, EventKind.UPDATED, 1)) == ()
    removed = old.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 2))
    assert {change.name for change in removed} == {*definition_names(BUCKET), *NAMES}
    assert standing(old) == set()


def test_those_that_are_missing_or_altered_are_put_right(old: MotoStack) -> None:
    glue = old.clients.glue
    glue.delete_table(DatabaseName=DATABASE, Name=NAMES[0])
    altered = dict(legacy_definitions(BUCKET, DATABASE)[1]) | {"Description": "mine"}
    glue.update_table(DatabaseName=DATABASE, TableInput=altered)  # type: ignore[arg-type]  # plain data
    assert differs(old)
    assert old.registrar.synchronize(known(old)) == (
        Change(NAMES[1], Action.UPDATED),
        Change(NAMES[0], Action.CREATED),
    )
    assert not differs(old)


def test_a_bucket_from_before_gets_them_when_the_parameter_is_set(stack: MotoStack) -> None:
    stack.make_bucket(BUCKET)
    stack.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    later = with_legacy(stack, LegacyViews.CREATE)
    assert not known(later).is_in_sync(later.registrar.catalog.fingerprint(BUCKET))
    assert differs(later)
    changes = later.registrar.synchronize(known(later))
    assert changes == tuple(sorted(Change(name, Action.CREATED) for name in NAMES))
    assert known(later).is_in_sync(later.registrar.catalog.fingerprint(BUCKET))


def test_they_are_taken_away_when_the_parameter_says_so(old: MotoStack) -> None:
    later = with_legacy(old, LegacyViews.REMOVE)
    assert differs(later)
    assert {change.name for change in later.registrar.synchronize(known(later))} == set(NAMES)
    assert standing(later) == set(definition_names(BUCKET))
    assert not differs(later)
    assert later.registrar.synchronize(known(later)) == ()


def test_without_the_parameter_nobody_looks_for_them(old: MotoStack, calls: AwsCalls) -> None:
    plain = with_legacy(old, LegacyViews.NONE)
    assert not differs(plain)
    calls.clear()
    plain.registrar.synchronize(known(plain))
    assert [name for name in calls.names if name.startswith("glue:")] == ["glue:GetTables"]
    assert standing(plain) >= set(NAMES)


@pytest.mark.parametrize("legacy", [LegacyViews.CREATE, LegacyViews.REMOVE])
def test_quilts_own_are_left_as_they_are(stack: MotoStack, legacy: LegacyViews) -> None:
    table = {"Name": NAMES[0], "TableType": "VIRTUAL_VIEW", "Parameters": {}}
    stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table)  # type: ignore[arg-type]  # plain data
    stack.make_bucket(BUCKET)
    later = with_legacy(stack, legacy)
    later.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    assert standing(later) - set(definition_names(BUCKET)) == set(NAMES if legacy is LegacyViews.CREATE else NAMES[:1])
    assert not differs(later)  # so that no refresh works at it each time
    later.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 1))
    assert standing(later) == {NAMES[0]}


def test_buckets_that_differ_by_capitals_share_none(stack: MotoStack) -> None:
    later = with_legacy(stack, LegacyViews.CREATE)
    for bucket in (BUCKET, "My-Bucket"):
        later.registrar.catalog.reconcile(bucket, registered=True)
    later.registrar.catalog.reconcile("My-Bucket", registered=False)
    assert standing(later) >= set(NAMES)


def test_fingerprints_differ_by_what_is_kept(stack: MotoStack) -> None:
    marks = {with_legacy(stack, legacy).registrar.catalog.fingerprint(BUCKET) for legacy in LegacyViews}
    assert len(marks) == 3
