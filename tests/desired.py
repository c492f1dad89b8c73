"""Shortcuts to the desired state of a bucket in a catalog with default settings."""

from __future__ import annotations

from typing import Any

from quilt_athena.catalog.declaration_types import ALL_BUCKETS
from quilt_athena.catalog.desired_state import CatalogSettings, DesiredPartition, desired_partitions, desired_state

DATABASE = "quilt_query"
ALL_BUCKETS_LOCATION = "s3://results/all-buckets/"
SETTINGS = CatalogSettings(DATABASE)
#: As a stack is deployed.
DEPLOYED = CatalogSettings(DATABASE, ALL_BUCKETS_LOCATION)


def table_names(bucket: str) -> tuple[str, ...]:
    """The names of a bucket's tables and views, in the order of creation."""
    return desired_state(bucket, SETTINGS).names


def table_inputs(bucket: str, database: str = DATABASE) -> tuple[dict[str, Any], ...]:
    """Glue's TableInput of each of a bucket's tables and views, in the order of creation."""
    return tuple(dict(table.table_input) for table in desired_state(bucket, CatalogSettings(database)).tables)


def all_buckets_names() -> tuple[str, ...]:
    """The names of the all-buckets tables and views, in the order of creation."""
    return desired_state(ALL_BUCKETS, DEPLOYED).names


def all_buckets_inputs(settings: CatalogSettings = DEPLOYED) -> tuple[dict[str, Any], ...]:
    """Glue's TableInput of each all-buckets table and view, in the order of creation."""
    return tuple(dict(table.table_input) for table in desired_state(ALL_BUCKETS, settings).tables)


def partitions(bucket: str) -> tuple[DesiredPartition, ...]:
    """A bucket's partitions of the all-buckets tables."""
    return desired_partitions(bucket, DEPLOYED)
