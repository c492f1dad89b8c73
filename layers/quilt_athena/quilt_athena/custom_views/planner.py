"""The plan of an execution: read the files, the registered buckets and the catalog, and choose what to do."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.custom_views.comparison import DesiredView, ViewDifferences, compare_views, desired_views
from quilt_athena.custom_views.contracts import CustomViewsRequest
from quilt_athena.custom_views.execution import ViewsPlan
from quilt_athena.custom_views.files import SUFFIX, ViewFile, is_view_file_name
from quilt_athena.custom_views.limits import DEFAULT_LIMITS, ViewLimits
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.custom_views.store import ViewFiles, ViewStore
from quilt_athena.registration.registry import Registry


class Planned(NamedTuple):
    """A plan, the report before anything of it is done, and the names of the files that Athena is known to accept."""

    plan: ViewsPlan
    report: ViewsReport
    accepted_files: Collection[str]


@dataclass(frozen=True)
class ViewPlanner:
    """Makes plans for the custom views of one database."""

    store: ViewStore
    registry: Registry
    catalog: GlueCatalog
    limits: ViewLimits = DEFAULT_LIMITS

    def plan(self, request: CustomViewsRequest, execution: str) -> Planned:
        """What an execution has to do; ``execution`` is its name.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: files, registry or catalog cannot be read.
        """
        is_for_all = request.buckets is None
        found = self.store.read()
        report = ViewsReport("all" if is_for_all else "some", files=len(found.files))
        for name, reason in found.invalid.items():
            report.add_invalid_file(name, reason)
        if not found.versions and not (is_for_all and self.store.has_had_files()):
            return Planned(ViewsPlan({}, [], [], [], found.versions), report, ())
        differences = self._differences(found, request.buckets)
        report.unchanged = differences.unchanged
        report.remaining = max(0, len(differences.create) - self.limits.views)
        for one in differences.unmanaged:
            reason = (
                f"{self.catalog.database}.{one.view} already exists and was not created from a file: rename or drop it"
            )
            report.add_failed(one.view, one.file.name + SUFFIX, one.bucket, "UnmanagedTableError", reason)
        chosen = self._chosen(differences.create, execution)
        files = {one.file.name: one.file for one in chosen}
        create = [(one.file.name, one.bucket) for one in chosen]
        plan = ViewsPlan(files, create, differences.delete, differences.delete_after, found.versions)
        return Planned(plan, report, differences.files_in_use)

    def is_outdated(self, plan: ViewsPlan, versions: Mapping[str, str]) -> bool:
        """Whether files have changed since the plan was made, or buckets whose views it creates have been removed."""
        if versions != plan.versions:
            return True
        return not all(map(self._is_registered, {bucket for _, bucket in plan.create if bucket is not None}))

    def _differences(self, found: ViewFiles, requested: Sequence[str] | None) -> ViewDifferences:
        if requested is None:
            buckets = sorted(known.bucket for known in self.registry.walk() if known.registered)
            tables: Iterable[Mapping[str, Any]] = (table for page in self.catalog.walk() for table in page)
        else:
            unique = sorted(set(requested))
            buckets = [bucket for bucket in unique if self._is_registered(bucket)]
            invalid = [ViewFile(name, "") for name in found.invalid_names if is_view_file_name(name)]
            candidates = [file.view_name(bucket) for bucket in unique for file in (*found.files, *invalid)]
            tables = self.catalog.read_exactly(candidates).values()
        desired = desired_views(found.files, buckets, with_global=requested is None)
        return compare_views(desired, tables, self.catalog.database, invalid_files=found.invalid_names, buckets=buckets)

    def _chosen(self, views: list[DesiredView], execution: str) -> list[DesiredView]:
        """As many views as an execution creates: at random, so that views that fail each time do not block others."""
        if len(views) <= min(self.limits.rejections, self.limits.views):
            return views
        chance = random.Random(execution)  # noqa: S311 - repeatable, and nothing secret
        return chance.sample(views, min(self.limits.views, len(views)))

    def _is_registered(self, bucket: str) -> bool:
        known = self.registry.get(bucket)
        return known is not None and known.registered
