"""The rounds of a refresh, as the state machine carries them: progress in, progress out, and at the end what to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from quilt_athena.refresh.refresher import Refresher, RefreshRequest, Round
from quilt_athena.refresh.reports import Report
from quilt_athena.refresh.view_checks import NOT_CHECKED_YET, choose, view_check


@dataclass(frozen=True)
class RefreshRounds:
    """A refresher, and how many buckets' views to check: at most ``max_view_checks``, ``sample`` of them unchanged."""

    refresher: Refresher
    max_view_checks: int
    sample: int

    def run(
        self,
        request: RefreshRequest,
        progress: Mapping[str, Any],
        execution_id: str,
        has_time: Callable[[], bool],
    ) -> dict[str, Any]:
        """One round. ``progress`` is empty at first, and what the round before gave as ``Progress`` after that.

        Returns ``Progress`` (with ``More``), and ``Probes`` when all is done.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: registry or catalog can't be read at all.
        """
        everything = request.buckets is None
        report = Report.from_json(progress["Report"]) if progress else Report(scope="all" if everything else "some")
        after = progress["Cursor"] if progress else ""
        done = self.refresher.run(report, request.buckets, after=after, seed=execution_id, has_time=has_time)
        earlier = list(progress["Due"]) if progress else []
        due = list(dict.fromkeys([*earlier, *done.due]))
        self._put_off(due[self.max_view_checks :], done)
        more = done.cursor is not None
        answer: dict[str, Any] = {
            "Progress": {
                "Report": report.as_json(),
                "Cursor": done.cursor or "",
                "Due": due[: self.max_view_checks],
                "More": more,
            },
            "Probes": [],
        }
        if not more:
            sample = self.sample if everything else 0
            others = set(done.others).difference(due)
            chosen = choose(due, others, limit=self.max_view_checks, sample=sample, seed=execution_id)
            database = self.refresher.registrar.catalog.database
            answer["Probes"] = [view_check(bucket, database, noted=bucket in done.noted) for bucket in chosen]
        return answer

    def _put_off(self, buckets: list[str], done: Round) -> None:
        """Have the next refresh ask the views that this one has no room for."""
        if self.max_view_checks:
            for bucket in buckets:
                if bucket not in done.noted:
                    self.refresher.registrar.registry.note_view_problem(bucket, NOT_CHECKED_YET)
