"""The rounds of a refresh: the state machine carries progress from one to the next, then it runs the view checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quilt_athena.refresh.limits import RefreshLimits
from quilt_athena.refresh.refresher import Refresher, Round
from quilt_athena.refresh.reports import Report
from quilt_athena.refresh.requests import RefreshRequest
from quilt_athena.refresh.view_checks import NOT_CHECKED_YET, choose, view_check


@dataclass(frozen=True)
class RefreshRounds:
    """A refresh, as rounds that each end before their time is up."""

    refresher: Refresher
    limits: RefreshLimits = field(default_factory=RefreshLimits)

    def run(
        self,
        request: RefreshRequest,
        progress: Mapping[str, Any],
        execution: str,
        has_time: Callable[[], bool],
    ) -> dict[str, Any]:
        """One round. ``progress`` is empty in the first, and later the ``Progress`` that the round before returned.

        Returns ``Progress`` (with ``More``), and after the last round the ``ViewChecks`` to run.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the registry or the catalog cannot be read at all.
        """
        everything = request.buckets is None
        report = Report.from_json(progress["Report"]) if progress else Report(scope="all" if everything else "some")
        after = progress["Cursor"] if progress else ""
        done = self.refresher.run(report, request.buckets, after=after, seed=execution, has_time=has_time)
        earlier = list(progress["Due"]) if progress else []
        due = list(dict.fromkeys([*earlier, *done.due]))
        self._postpone(due[self.limits.view_checks :], done)
        more = done.cursor is not None
        return {
            "Progress": {
                "Report": report.as_json(),
                "Cursor": done.cursor or "",
                "Due": due[: self.limits.view_checks],
                "More": more,
            },
            "ViewChecks": [] if more else self._view_checks(due, done, execution, with_sample=everything),
        }

    def _view_checks(
        self, due: Iterable[str], done: Round, execution: str, *, with_sample: bool
    ) -> list[dict[str, Any]]:
        chosen = choose(
            due,
            set(done.others).difference(due),
            limit=self.limits.view_checks,
            sample=self.limits.sampled_view_checks if with_sample else 0,
            seed=execution,
        )
        desired_state = self.refresher.registrar.reconciler.desired_state
        return [view_check(desired_state(bucket), noted=bucket in done.with_view_problem) for bucket in chosen]

    def _postpone(self, buckets: Iterable[str], done: Round) -> None:
        """Let the next refresh check the views that this one has no room for."""
        if self.limits.view_checks:
            for bucket in buckets:
                if bucket not in done.with_view_problem:
                    self.refresher.registrar.registry.note_view_problem(bucket, NOT_CHECKED_YET)
