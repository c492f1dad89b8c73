"""Which custom views to create and which to delete: the files and buckets compared with the catalog."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from quilt_athena.custom_views.files import ViewFile
from quilt_athena.custom_views.statements import fingerprint_of, is_unaltered, view_fingerprint
from quilt_athena.names import bucket_id


class DesiredView(NamedTuple):
    """A view that should exist: of a file, for a bucket (None: a global view)."""

    file: ViewFile
    bucket: str | None

    @property
    def view(self) -> str:
        """The view's name."""
        return self.file.view_name(self.bucket)


@dataclass
class ViewDifferences:
    """How the catalog differs from the desired views."""

    #: Views that are missing, outdated or altered.
    create: list[DesiredView] = field(default_factory=list)
    #: Names of views that are no longer desired.
    delete: list[str] = field(default_factory=list)
    #: Names of views that are no longer desired once a file (its name) has another view in their place.
    delete_after: list[tuple[str, str]] = field(default_factory=list)
    #: Views that cannot be created, because something that was not created from a file has their name.
    unmanaged: list[DesiredView] = field(default_factory=list)
    unchanged: int = 0
    #: Names of files of which at least one view is up to date.
    files_in_use: set[str] = field(default_factory=set)


def desired_views(files: Iterable[ViewFile], buckets: Collection[str], *, with_global: bool) -> dict[str, DesiredView]:
    """The views that should exist, by name, in the order in which they are created."""
    found = [
        DesiredView(file, bucket)
        for file in files
        for bucket in ((None,) if file.is_global else buckets)
        if bucket is None or file.is_for(bucket)
    ]
    return {one.view: one for one in found if with_global or one.bucket is not None}


def compare_views(
    desired: Mapping[str, DesiredView],
    tables: Iterable[Mapping[str, Any]],
    database: str,
    *,
    invalid_files: Collection[str],
    buckets: Collection[str],
) -> ViewDifferences:
    """Compare the desired views with the ``tables`` that exist (as Glue returns them).

    No view is deleted before its replacement exists. So the views of ``invalid_files`` (names) are kept if their bucket
    is still one of ``buckets``, and views for which a file is no longer meant are kept until the file has others.
    """
    differences, missing = ViewDifferences(), dict(desired)
    kept_ids = {"all_buckets", *map(bucket_id, buckets)}
    known_files = {one.file.name for one in desired.values()}.union(invalid_files)
    for table in tables:
        name = table["Name"]
        found, current = missing.pop(name, None), fingerprint_of(table)
        if found is None:
            prefix, _, file = name.rpartition("_quilt_")
            if table.get("TableType") != "VIRTUAL_VIEW" or current is None:
                continue
            if prefix not in kept_ids or file not in known_files:
                differences.delete.append(name)
            elif file not in invalid_files:
                differences.delete_after.append((name, file))
        elif current is None:
            differences.unmanaged.append(found)
        elif current == view_fingerprint(*found, database) and is_unaltered(table):
            differences.unchanged += 1
            differences.files_in_use.add(found.file.name)
        else:
            differences.create.append(found)
    differences.create = [one for name, one in desired.items() if name in missing] + differences.create
    return differences
