"""Which views of users' files are to be made, and which removed: the files and buckets against the catalog."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from quilt_athena.custom_views.files import ViewFile
from quilt_athena.custom_views.statements import fingerprint, fingerprint_of, is_sealed
from quilt_athena.names import bucket_id


class Wanted(NamedTuple):
    """A view that should be there: a file's, of a bucket (None: its one view)."""

    file: ViewFile
    bucket: str | None

    @property
    def view(self) -> str:
        """Its name."""
        return self.file.view_name(self.bucket)


@dataclass
class ViewPlan:
    """``remove`` are names of views, ``remove_after`` of those that are to go once a file's (its name) stand in their
    place; ``unmanaged`` can't be made, because something that isn't ours stands there; ``standing`` are names of
    files of which a view stands as it should.
    """

    make: list[Wanted] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    remove_after: list[tuple[str, str]] = field(default_factory=list)
    unmanaged: list[Wanted] = field(default_factory=list)
    unchanged: int = 0
    standing: set[str] = field(default_factory=set)


def wanted_views(files: Iterable[ViewFile], buckets: Collection[str], *, with_global: bool) -> dict[str, Wanted]:
    """The views that should be there, by their names, in the order in which they are made."""
    found = [
        Wanted(file, bucket)
        for file in files
        for bucket in ((None,) if file.is_global else buckets)
        if bucket is None or file.is_for(bucket)
    ]
    return {one.view: one for one in found if with_global or one.bucket is not None}


def plan_views(
    wanted: Mapping[str, Wanted],
    tables: Iterable[Mapping[str, Any]],
    database: str,
    *,
    wrong_files: Collection[str],
    buckets: Collection[str],
) -> ViewPlan:
    """What differs between the views wanted and the ``tables`` that there are (as Glue gives them).

    Views of ``wrong_files`` (names) stay as they are, where their buckets are still among ``buckets``, and those that a
    file isn't for any more until it has others: nothing goes before its replacement stands.
    """
    plan, missing = ViewPlan(), dict(wanted)
    kept_ids = {"all_buckets", *map(bucket_id, buckets)}
    wanted_files = {one.file.name for one in wanted.values()}
    for table in tables:
        name = table["Name"]
        found = missing.pop(name, None)
        if found is None:
            prefix, _, file = name.rpartition("_quilt_")
            if table.get("TableType") != "VIRTUAL_VIEW" or (file in wrong_files and prefix in kept_ids):
                continue
            if fingerprint_of(table) is None:
                continue
            if file in wanted_files and prefix in kept_ids:
                plan.remove_after.append((name, file))
            else:
                plan.remove.append(name)
            continue
        mark = fingerprint_of(table)
        if mark is None:
            plan.unmanaged.append(found)
        elif mark == fingerprint(*found, database) and is_sealed(table):
            plan.unchanged += 1
            plan.standing.add(found.file.name)
        else:
            plan.make.append(found)
    plan.make = [one for name, one in wanted.items() if name in missing] + plan.make
    return plan
