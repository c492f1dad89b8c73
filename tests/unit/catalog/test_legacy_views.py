"""The legacy views: created, kept and deleted as the setting requires, and ignored without it."""

from __future__ import annotations

import pytest

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.catalog.declaration_types import INDEX_TABLE_NAMES
from quilt_athena.catalog.desired_state import CatalogSettings, DesiredTable, LegacyViews, desired_state
from quilt_athena.catalog.views import decode_view, is_view
from quilt_athena.refresh.drift import detect_drift
from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.registration.registration import Registration
from tests.desired import DATABASE, table_names
from tests.unit.aws_calls import AwsCalls
from tests.unit.moto_stack import MotoStack, bucket_event

BUCKET = "my-bucket"
SUFFIXES = (
    "packages-view", "objects-view", "package_revision", "package_tag", "package_manifest", "package_entry",
)  # fmt: skip
NAMES = tuple(f"{BUCKET}_{suffix}" for suffix in SUFFIXES)


def legacy_views(bucket: str) -> list[DesiredTable]:
    """The views of a bucket in a catalog that creates them."""
    tables = desired_state(bucket, CatalogSettings(DATABASE, legacy_views=LegacyViews.CREATE)).tables
    return [table for table in tables if table.name not in table_names(bucket)]


def known(stack: MotoStack) -> Registration:
    found = stack.registration(BUCKET)
    assert found is not None
    return found


@pytest.fixture
def old(stack: MotoStack) -> MotoStack:
    """A stack that creates them, with a registered bucket."""
    created = stack.with_settings(legacy_views=LegacyViews.CREATE)
    created.make_bucket(BUCKET)
    created.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    return created


def differs(stack: MotoStack) -> bool:
    pages = stack.registrar.reconciler.catalog.walk()
    return BUCKET in detect_drift([known(stack)], pages, stack.settings).differing


#: Columns of other types than varchar.
TYPES = {
    "objects-view.size": "bigint",
    "objects-view.hash": "row(type varchar, value varchar)",
    "package_revision.timestamp": "timestamp(3)",
    "package_entry.size": "bigint",
}


@pytest.mark.parametrize(
    ("suffix", "columns"),
    [
        ("packages-view", "pkg_name top_hash timestamp message user_meta meta"),
        ("objects-view", "pkg_name top_hash timestamp logical_key physical_key size hash meta"),
        ("package_revision", "pkg_name timestamp top_hash"),
        ("package_tag", "pkg_name tag_name top_hash"),
        ("package_manifest", "top_hash message metadata"),
        ("package_entry", "top_hash logical_key physical_key hash_type hash_value size metadata"),
    ],
)
def test_legacy_views_have_the_columns_of_the_platform(suffix: str, columns: str) -> None:
    (view,) = (view.table_input for view in legacy_views(BUCKET) if view.name == f"{BUCKET}_{suffix}")
    assert {column.name: column.type for column in decode_view(view).columns} == {
        name: TYPES.get(f"{suffix}.{name}", "varchar") for name in columns.split()
    }


@pytest.mark.parametrize("name", NAMES)
def test_legacy_views_read_the_index_if_the_views_of_the_bucket_do(name: str) -> None:
    settings = CatalogSettings(DATABASE, legacy_views=LegacyViews.CREATE)

    def reads_index(*indexed: str) -> bool:
        inputs = [table.table_input for table in desired_state(BUCKET, settings, indexed).tables]
        views = {table["Name"]: decode_view(table).sql for table in inputs if is_view(table)}
        read = [sql for other, sql in views.items() if f'"{other}"' in views[name]]
        return any(index in sql for sql in (views[name], *read) for index in INDEX_TABLE_NAMES.values())

    assert not reads_index()
    assert not reads_index("another")
    assert reads_index(BUCKET, "another")


@pytest.mark.parametrize(
    ("bucket", "names"),
    [
        (BUCKET, NAMES),
        ("my.data", tuple(f"my.data_{suffix}" for suffix in SUFFIXES)),
        ("My-Bucket", ()),  # Glue would not distinguish it from my-bucket's
        ("b" * 238, tuple("b" * 238 + f"_{suffix}" for suffix in SUFFIXES)),
        ("b" * 243, ("b" * 243 + "_package_tag",)),
    ],
)
def test_legacy_views_are_named_after_the_bucket(bucket: str, names: tuple[str, ...]) -> None:
    assert tuple(view.name for view in legacy_views(bucket)) == names


def test_legacy_views_are_created_and_deleted_with_the_bucket(old: MotoStack) -> None:
    assert set(old.all_tables()) == {*table_names(BUCKET), *NAMES}
    assert not differs(old)
    assert old.registrar.process(bucket_event(BUCKET, EventKind.UPDATED, 1)) == ()
    removed = old.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 2))
    assert {change.name for change in removed} == {*table_names(BUCKET), *NAMES}
    assert set(old.all_tables()) == set()


def test_missing_or_altered_legacy_views_are_repaired(old: MotoStack) -> None:
    glue = old.clients.glue
    glue.delete_table(DatabaseName=DATABASE, Name=NAMES[0])
    altered = {**legacy_views(BUCKET)[1].table_input, "Description": "mine"}
    glue.update_table(DatabaseName=DATABASE, TableInput=altered)  # type: ignore[arg-type]  # plain data
    assert differs(old)
    assert old.synchronize(BUCKET) == (
        Change(NAMES[1], Action.UPDATED),
        Change(NAMES[0], Action.CREATED),
    )
    assert not differs(old)


def test_a_registered_bucket_gets_legacy_views_once_the_setting_asks_for_them(stack: MotoStack) -> None:
    stack.make_bucket(BUCKET)
    stack.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    later = stack.with_settings(legacy_views=LegacyViews.CREATE)
    assert not known(later).is_in_sync(later.desired_state(BUCKET).fingerprint)
    assert differs(later)
    changes = later.synchronize(BUCKET)
    assert changes == tuple(sorted(Change(name, Action.CREATED) for name in NAMES))
    assert known(later).is_in_sync(later.desired_state(BUCKET).fingerprint)


def test_legacy_views_are_deleted_once_the_setting_asks_for_it(old: MotoStack) -> None:
    later = old.with_settings(legacy_views=LegacyViews.REMOVE)
    assert differs(later)
    assert {change.name for change in later.synchronize(BUCKET)} == set(NAMES)
    assert set(later.all_tables()) == set(table_names(BUCKET))
    assert not differs(later)
    assert later.synchronize(BUCKET) == ()


def test_legacy_views_are_not_looked_for_without_the_setting(old: MotoStack, calls: AwsCalls) -> None:
    plain = old.with_settings(legacy_views=LegacyViews.NONE)
    assert not differs(plain)
    calls.clear()
    plain.synchronize(BUCKET)
    assert [name for name in calls.names if name.startswith("glue:")] == ["glue:GetTables"]
    assert set(plain.all_tables()) >= set(NAMES)


@pytest.mark.parametrize("legacy", [LegacyViews.CREATE, LegacyViews.REMOVE])
def test_unmanaged_views_of_these_names_are_kept(stack: MotoStack, legacy: LegacyViews) -> None:
    table = {"Name": NAMES[0], "TableType": "VIRTUAL_VIEW", "Parameters": {}}
    stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table)  # type: ignore[arg-type]  # plain data
    stack.make_bucket(BUCKET)
    later = stack.with_settings(legacy_views=legacy)
    later.registrar.process(bucket_event(BUCKET, EventKind.ADDED))
    expected = NAMES if legacy is LegacyViews.CREATE else NAMES[:1]
    assert set(later.all_tables()) - set(table_names(BUCKET)) == set(expected)
    assert not differs(later)  # or every refresh would work on it
    later.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 1))
    assert set(later.all_tables()) == {NAMES[0]}


def test_buckets_that_differ_by_capitals_share_no_legacy_views(stack: MotoStack) -> None:
    later = stack.with_settings(legacy_views=LegacyViews.CREATE)
    for bucket in (BUCKET, "My-Bucket"):
        later.reconcile(bucket, registered=True)
    later.reconcile("My-Bucket", registered=False)
    assert set(later.all_tables()) >= set(NAMES)


def test_the_setting_changes_the_fingerprint(stack: MotoStack) -> None:
    fingerprints = {
        stack.with_settings(legacy_views=legacy).desired_state(BUCKET).fingerprint for legacy in LegacyViews
    }
    assert len(fingerprints) == 3
