"""What the declaration of a table or view says, and how its name follows from that of a bucket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from quilt_athena.catalog.views import Column
from quilt_athena.names import bucket_id, validate_bucket_name

#: Stands for all buckets where otherwise the name of one does; S3 allows no such name.
ALL_BUCKETS = "*"
#: What ``bucket_id`` is for a bucket; ``names.RESERVED_IDS`` keeps it from being a bucket's.
ALL_BUCKETS_ID = "all_buckets"

#: The Glue catalog holds names of at most 255 bytes, in lower case.
_MAX_NAME_LENGTH = 255
_LOWER_CASE = re.compile(r"[a-z0-9._-]+")
#: How SQL files refer to a table or view.
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
#: In ``indexed_sql``: the names of the indexed buckets among those of the view, as string literals.
INDEXED_BUCKETS = "{indexed_buckets}"
#: The tables of the index by their placeholders in ``indexed_sql``; Athena creates them.
INDEX_TABLE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "manifests_index": f"{ALL_BUCKETS_ID}_quilt_manifests_index",
        "packages_index": f"{ALL_BUCKETS_ID}_quilt_packages_index",
    }
)


class Scope(Enum):
    """What an object spans."""

    BUCKET = "bucket"
    #: The tables belong to the stack, and each has a partition for every registered bucket. A union of the buckets'
    #: views would have to be rewritten for each new bucket, and exceeds Athena's limits at a few hundred of them.
    ALL_BUCKETS = "all buckets"


class ViewCheck(Enum):
    """What the view check of a refresh does with an object."""

    NONE = "left out"
    #: A query that returns no rows: Athena compares a view with its declared columns before it reads anything.
    ANALYZE = "analyzed"
    #: Reading one row proves that the objects in S3 can be read.
    READ_ONE_ROW = "one row is read"


@dataclass(frozen=True)
class KnownView:
    """A view that the notebook creates under a declared name, recognised by its columns and by what it selects from.

    Athena reformats the SQL that it stores, so the text itself cannot be compared. ``reads`` are placeholders.
    """

    columns: tuple[str, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Declaration:
    """A table or view. ``suffix`` ends its name; ``columns`` have Hive types in tables and Presto types in views."""

    suffix: str
    description: str
    columns: tuple[Column, ...]
    scope: Scope = Scope.BUCKET
    check: ViewCheck = ViewCheck.NONE
    #: Whether ``quilt-athena ddl`` prints a CREATE statement for it. What such a statement or the notebook creates has
    #: no bucket parameter, and is adopted: a table at the same location, a view with the same columns and sources.
    has_ddl: bool = False

    @property
    def placeholder(self) -> str | None:
        """How SQL files, users' too, refer to it: ``{packages_view}``. No custom view may have this name."""
        return self.suffix.removeprefix("quilt_")

    def name(self, bucket: str) -> str | None:
        """Its name for a bucket, or for ``ALL_BUCKETS``; None if this bucket has no such object.

        Raises:
            InvalidBucketNameError: S3 does not allow such a bucket name.
        """
        return f"{identifier(bucket)}_{self.suffix}"


@dataclass(frozen=True, kw_only=True)
class TableDeclaration(_Declaration):
    """An external table over the objects of one ``prefix`` of a bucket."""

    prefix: str
    output_format: str
    serde: str
    serde_parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ViewDeclaration(_Declaration):
    """A view: ``sql`` is its SELECT, with placeholders for the tables and views that it reads."""

    sql: str
    #: The SELECT with the same rows of indexed buckets from the index; empty if the view reads other views.
    indexed_sql: str = ""
    #: Besides the view itself, what the versions of the notebook create under its name.
    notebook: tuple[KnownView, ...] = ()
    check: ViewCheck = ViewCheck.ANALYZE

    @property
    def reads(self) -> tuple[str, ...]:
        """The placeholders in its SQL."""
        return tuple(dict.fromkeys(PLACEHOLDER.findall(self.sql)))


@dataclass(frozen=True, kw_only=True)
class LegacyViewDeclaration(ViewDeclaration):
    """A view for queries that were written for Quilt's platform, with a name of that platform. It exists if the setting
    ``LegacyViews`` asks for it.

    An unmanaged view or table of the same name is left alone, without an error: it may be Quilt's own.
    """

    check: ViewCheck = ViewCheck.NONE

    @property
    def placeholder(self) -> str | None:
        """Nothing refers to it."""
        return None

    def name(self, bucket: str) -> str | None:
        """The bucket's name with its hyphens, so that SQL has to quote it.

        None where the Glue catalog could not distinguish it from another bucket's (capitals), or it is too long.
        """
        name = f"{validate_bucket_name(bucket)}_{self.suffix}"
        return name if _LOWER_CASE.fullmatch(bucket) and len(name) <= _MAX_NAME_LENGTH else None


Declaration = TableDeclaration | ViewDeclaration


def identifier(bucket: str) -> str:
    """What the names of a bucket's tables begin with: ``my-bucket`` -> ``my_bucket``, ``*`` -> ``all_buckets``.

    Raises:
        InvalidBucketNameError: S3 does not allow such a bucket name.
    """
    return ALL_BUCKETS_ID if bucket == ALL_BUCKETS else bucket_id(bucket)


def described(bucket: str) -> str:
    """A bucket, or all of them, in messages."""
    return "all buckets" if bucket == ALL_BUCKETS else f"bucket {bucket}"
