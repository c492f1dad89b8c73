"""The rounds of the views state machine: make a plan, return statements for Athena, record their results.

The plan is stored first, and each round takes the next part of it, so what the state machine carries does not grow with
the number of buckets. If an execution is interrupted, the next one makes a new plan and finds what has been done. An
execution also makes a new plan if files or buckets have changed by its end, because the executions that those changes
started may have ended by then.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quilt_athena.aws.backoff import Chance, retry_delay
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.custom_views.batches import next_statements
from quilt_athena.custom_views.contracts import CustomViewsRequest
from quilt_athena.custom_views.execution import ViewsPlan, ViewsProgress
from quilt_athena.custom_views.limits import DEFAULT_LIMITS, ViewLimits
from quilt_athena.custom_views.planner import ViewPlanner
from quilt_athena.custom_views.recording import ResultRecorder
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.custom_views.store import ViewStore
from quilt_athena.registration.registry import Registry


@dataclass(frozen=True)
class ViewRounds:
    """The custom views of one database."""

    store: ViewStore
    registry: Registry
    catalog: GlueCatalog
    chance: Chance = field(default_factory=random.SystemRandom)
    limits: ViewLimits = DEFAULT_LIMITS

    def run(
        self,
        request: CustomViewsRequest,
        progress: Mapping[str, Any],
        results: Iterable[Mapping[str, Any]],
        execution: str,
    ) -> dict[str, Any]:
        """Run one round.

        Args:
            request: The execution's input.
            progress: The ``Progress`` that the previous round returned; empty in the first.
            results: Those of the ``Statements`` that the previous round returned: ``File``, ``Bucket`` and ``Tries`` of
                each, with ``Error`` and ``Reason`` if the view could not be created.
            execution: The execution's name.

        Returns:
            ``Done`` and the ``Result``; or ``Progress``, ``Statements`` (with their ``QueryString``) and the
            ``WaitSeconds`` before them. The state machine's definition reads these keys.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: files, registry or catalog cannot be read or written.
        """
        if progress:
            report, done = ViewsReport.from_json(progress["Report"]), ViewsProgress.from_json(progress)
            plan = ViewsPlan.from_json(self.store.read_plan(f"{execution}/{done.plans}"))
            versions: Mapping[str, str] = self.store.versions()
        else:
            report, done, plan = self._begin(request, execution, ViewsProgress())
            versions = plan.versions
        recorder = ResultRecorder(self.catalog, self.limits)
        for result in results:
            recorder.record(result, plan, report, done)
        statements = self._next_statements(plan, done, report, versions)
        if not statements and progress and self._planner.is_outdated(plan, versions):
            if done.plans >= self.limits.plans or done.attempted >= self.limits.statements:
                report.remaining += len(plan.delete) + len(plan.delete_after)
                return {"Done": True, "Result": report.as_json()}
            earlier = report
            report, done, plan = self._begin(request, execution, done)
            report.continue_from(earlier)
            statements = self._next_statements(plan, done, report, plan.versions)
        if statements:
            done.attempted += len(statements) + self.limits.statements_for_a_round
            return {
                "Done": False,
                "Progress": {"Report": report.as_json(), **done.as_json()},
                "Statements": statements,
                "WaitSeconds": self._wait(max(one["Tries"] for one in statements)),
            }
        # Deletions come last, so that a view exists until its replacement does.
        replaced = [view for view, file in plan.delete_after if done.rejections.get(file, 0) is None]
        report.add_deleted(self.catalog.delete([*plan.delete, *replaced]))
        return {"Done": True, "Result": report.as_json()}

    @property
    def _planner(self) -> ViewPlanner:
        return ViewPlanner(self.store, self.registry, self.catalog, self.limits)

    def _begin(
        self, request: CustomViewsRequest, execution: str, earlier: ViewsProgress
    ) -> tuple[ViewsReport, ViewsProgress, ViewsPlan]:
        """Make and store a plan; the report and the progress at its beginning."""
        plan, report, accepted_files = self._planner.plan(request, execution)
        number = earlier.plans + 1
        if plan.create:
            self.store.write_plan(f"{execution}/{number}", plan.as_json())
        rejections = dict.fromkeys(plan.files, 0) | dict.fromkeys(accepted_files)
        return report, ViewsProgress(attempted=earlier.attempted, plans=number, rejections=rejections), plan

    def _next_statements(
        self, plan: ViewsPlan, progress: ViewsProgress, report: ViewsReport, versions: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        return next_statements(
            plan, progress, report, versions=versions, database=self.catalog.database, limits=self.limits
        )

    def _wait(self, tries: int) -> int:
        """Seconds before a round: none at first, then more each time, at random so that executions get out of step."""
        if not tries:
            return 0
        limits = self.limits
        return round(retry_delay(tries, first=limits.first_wait, longest=limits.longest_wait, chance=self.chance))
