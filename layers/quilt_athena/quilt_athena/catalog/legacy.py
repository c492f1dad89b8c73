"""The views that Quilt's platform made before version 1.70, for integrations that still ask for them.

Their names hold the bucket's as it is, hyphens and all, so that SQL has to quote them. Their columns are those that
public integrations read: https://github.com/quiltdata/quilt-iceberg-lambda and Quilt's documentation of that time.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from quilt_athena.catalog.tables import BUCKET_PARAMETER, ViewDeclaration, view_sql
from quilt_athena.catalog.views import Column, View, encode_view
from quilt_athena.names import validate_bucket_name

#: Glue holds names of at most 255 bytes, in lower case: what another bucket could be taken for gets no such views.
_MAX_NAME_LENGTH = 255
_NAMEABLE = re.compile(r"[a-z0-9._-]+")
_KINDS = ("packages-view", "objects-view")


class LegacyViews(StrEnum):
    """What is to become of them."""

    #: Nothing: there are none, and nobody looks for them.
    NONE = "none"
    CREATE = "create"
    #: Those that were made are taken away.
    REMOVE = "remove"


DECLARATIONS = (
    ViewDeclaration(
        kind=_KINDS[0],
        description="One row for each revision of a package, as Quilt had it before version 1.70",
        sql_file="legacy_packages_view.sql",
        columns=(
            Column("pkg_name", "varchar"),
            Column("top_hash", "varchar"),
            Column("timestamp", "varchar"),
            Column("message", "varchar"),
            Column("user_meta", "varchar"),
            Column("meta", "varchar"),
        ),
    ),
    ViewDeclaration(
        kind=_KINDS[1],
        description="One row for each entry of each revision of a package, as Quilt had it before version 1.70",
        sql_file="legacy_objects_view.sql",
        columns=(
            Column("pkg_name", "varchar"),
            Column("top_hash", "varchar"),
            Column("timestamp", "varchar"),
            Column("logical_key", "varchar"),
            Column("physical_key", "varchar"),
            Column("size", "bigint"),
            Column("hash", "row(type varchar, value varchar)"),
            Column("meta", "varchar"),
        ),
    ),
)


def legacy_names(bucket: str) -> tuple[str, ...]:
    """The names of a bucket's views; none where Glue could not tell them from another bucket's.

    Raises:
        InvalidBucketNameError: S3 doesn't allow such a name.
    """
    validate_bucket_name(bucket)
    names = tuple(f"{bucket}_{kind}" for kind in _KINDS)
    fits = _NAMEABLE.fullmatch(bucket) and max(map(len, names)) <= _MAX_NAME_LENGTH
    return names if fits else ()


def is_legacy_name(name: str) -> bool:
    """Whether a table's name is that of such a view: no other name of ours has a hyphen."""
    return name.endswith(tuple(f"_{kind}" for kind in _KINDS))


def legacy_definitions(bucket: str, database: str) -> tuple[dict[str, Any], ...]:
    """The Glue ``TableInput`` of each, made after the bucket's custom views, which they read."""
    owner = {BUCKET_PARAMETER: bucket}
    return tuple(
        encode_view(name, View(view_sql(declaration, bucket, database), declaration.columns, database), owner)
        | {"Description": declaration.description}
        for name, declaration in zip(legacy_names(bucket), DECLARATIONS, strict=False)  # of some buckets there are none
    )
