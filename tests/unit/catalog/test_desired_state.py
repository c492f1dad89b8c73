"""The desired state of a bucket: one value, whose fingerprint changes whenever it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from quilt_athena.catalog.declaration_types import ALL_BUCKETS, Declaration, TableDeclaration
from quilt_athena.catalog.declarations import DECLARATIONS, MANIFESTS, OBJECTS_VIEW, PACKAGES, PACKAGES_VIEW
from quilt_athena.catalog.desired_state import (
    BUCKET_PARAMETER,
    CatalogSettings,
    LegacyViews,
    columns_fingerprint,
    desired_state,
    expected_names,
    fill,
)
from quilt_athena.catalog.views import Column, is_view
from quilt_athena.errors import InvalidBucketNameError
from tests.desired import DEPLOYED, SETTINGS

BUCKET = "my-bucket"
ALL_SETTINGS = [
    CatalogSettings("quilt_query", location, legacy_views)
    for location in ("", "s3://results/all-buckets/")
    for legacy_views in LegacyViews
]


@pytest.mark.parametrize("settings", ALL_SETTINGS)
@pytest.mark.parametrize("bucket", [BUCKET, "my.data", "My-Bucket", ALL_BUCKETS])
def test_every_object_names_its_bucket_and_no_view_has_a_description(bucket: str, settings: CatalogSettings) -> None:
    state = desired_state(bucket, settings)
    for table in (*state.tables, *state.unwanted):
        assert table.table_input["Parameters"][BUCKET_PARAMETER] == bucket
        # With a Description, Trino treats a view as a table, and cannot read it.
        assert is_view(table.table_input) == ("Description" not in table.table_input)
        assert is_view(table.table_input) != isinstance(table.declaration, TableDeclaration)


@pytest.mark.parametrize("settings", ALL_SETTINGS)
@pytest.mark.parametrize("bucket", [BUCKET, "My-Bucket", ALL_BUCKETS])
def test_expected_names_are_those_of_the_desired_state(bucket: str, settings: CatalogSettings) -> None:
    state = desired_state(bucket, settings)
    wanted = {table.name: True for table in state.tables} | {table.name: False for table in state.unwanted}
    assert expected_names(bucket, settings) == wanted
    assert set(state.names) == set(wanted)


def test_a_bucket_has_a_partition_of_every_all_buckets_table() -> None:
    assert desired_state(BUCKET, SETTINGS).partitions == ()
    assert desired_state(ALL_BUCKETS, DEPLOYED).partitions == ()
    partitions = desired_state(BUCKET, DEPLOYED).partitions
    assert [one.name for one in partitions] == [
        "all_buckets_quilt_manifests/bucket=my-bucket",
        "all_buckets_quilt_packages/bucket=my-bucket",
    ]
    locations = [one.partition_input["StorageDescriptor"]["Location"] for one in partitions]
    assert locations == ["s3://my-bucket/.quilt/packages/", "s3://my-bucket/.quilt/named_packages/"]


def test_an_illegal_bucket_name_has_no_desired_state() -> None:
    with pytest.raises(InvalidBucketNameError):
        desired_state("a'b", SETTINGS)


def test_a_desired_state_is_plain_json() -> None:
    state = desired_state(BUCKET, DEPLOYED)
    for plain in [*(table.table_input for table in state.tables), *(one.partition_input for one in state.partitions)]:
        assert json.loads(json.dumps(plain)) == plain


def replaced(old: Declaration, new: Declaration | None) -> tuple[Declaration, ...]:
    """The declarations with another one in the place of ``old``, or (None) without it."""
    changed = (new if one is old else one for one in DECLARATIONS)
    return tuple(one for one in changed if one)


def altered_declarations() -> Iterator[tuple[str, tuple[Declaration, ...]]]:
    """Each part of the declarations, changed once."""
    column = Column("extra", "string")
    yield "a column", replaced(MANIFESTS, replace(MANIFESTS, columns=(*MANIFESTS.columns, column)))
    yield "their order", replaced(MANIFESTS, replace(MANIFESTS, columns=MANIFESTS.columns[::-1]))
    yield "a prefix", replaced(MANIFESTS, replace(MANIFESTS, prefix=".quilt/"))
    yield "a serde", replaced(MANIFESTS, replace(MANIFESTS, serde="org.apache.hive.hcatalog.data.JsonSerDe"))
    yield "its parameters", replaced(MANIFESTS, replace(MANIFESTS, serde_parameters=MappingProxyType({})))
    yield "a format", replaced(MANIFESTS, replace(MANIFESTS, output_format=PACKAGES.output_format))
    yield "a description", replaced(MANIFESTS, replace(MANIFESTS, description="other"))
    yield "the SQL of a view", replaced(PACKAGES_VIEW, replace(PACKAGES_VIEW, sql=OBJECTS_VIEW.sql))
    yield "a column of a view", replaced(OBJECTS_VIEW, replace(OBJECTS_VIEW, columns=OBJECTS_VIEW.columns[:-1]))
    yield "a view less", replaced(OBJECTS_VIEW, None)


@pytest.mark.parametrize(("what", "declarations"), list(altered_declarations()))
def test_the_fingerprint_changes_with_every_part_of_a_declaration(
    what: str, declarations: tuple[Declaration, ...]
) -> None:
    before = desired_state(BUCKET, SETTINGS).fingerprint
    assert desired_state(BUCKET, SETTINGS).fingerprint == before
    assert desired_state(BUCKET, replace(SETTINGS, declarations=declarations)).fingerprint != before, what


def test_fingerprints_differ_by_bucket_and_by_setting() -> None:
    states = [desired_state(bucket, one) for bucket in ("a-1", "a.1") for one in (*ALL_SETTINGS, CatalogSettings("d"))]
    assert len({state.fingerprint for state in states}) == len(states)


def test_the_columns_fingerprint_changes_with_columns_only() -> None:
    before = columns_fingerprint()
    assert columns_fingerprint(replaced(MANIFESTS, replace(MANIFESTS, description="other"))) == before
    assert columns_fingerprint(replaced(PACKAGES_VIEW, replace(PACKAGES_VIEW, sql="SELECT 1"))) == before
    assert columns_fingerprint(replaced(OBJECTS_VIEW, replace(OBJECTS_VIEW, columns=PACKAGES_VIEW.columns))) != before


def test_an_unknown_placeholder_is_named() -> None:
    assert fill("SELECT {a} {64}", {"a": 'x"y'}, "d") == 'SELECT "d"."x""y" {64}'
    with pytest.raises(ValueError, match=r"\{b\} is not one of the placeholders a"):
        fill("SELECT {b}", {"a": "x"}, "d")
