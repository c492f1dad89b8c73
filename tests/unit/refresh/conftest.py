"""A refresher on moto, and registered buckets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from quilt_athena.refresh.limits import RefreshLimits
from quilt_athena.refresh.refresher import Refresher, Round
from quilt_athena.refresh.reports import Report
from quilt_athena.registration.bucket_events import EventKind
from tests.unit.moto_stack import MotoStack, bucket_event


@dataclass
class Fleet:
    """The registered buckets, and refreshes of them."""

    stack: MotoStack
    limits: RefreshLimits = field(default_factory=lambda: RefreshLimits(workers=1))
    removes_missing_buckets: bool = False

    def onboard(self, *buckets: str) -> None:
        """Create buckets and register them; the events about that are discarded."""
        for bucket in buckets:
            self.stack.make_bucket(bucket)
            self.stack.registrar.process(bucket_event(bucket, EventKind.ADDED))
        self.stack.announcements()

    @property
    def refresher(self) -> Refresher:
        """A refresher of the stack."""
        return Refresher(self.stack.registrar, self.removes_missing_buckets, self.limits)

    def problem(self, bucket: str) -> str:
        """The problem that the registry has for a bucket."""
        known = self.stack.registration(bucket)
        return (known and known.problem) or ""

    def view_problem(self, bucket: str) -> str | None:
        """The view problem that the registry has for a bucket."""
        known = self.stack.registration(bucket)
        assert known
        return known.view_problem

    def refresh(
        self,
        buckets: Sequence[str] | None = None,
        *,
        after: str = "",
        report: Report | None = None,
        has_time: Callable[[], bool] = lambda: True,
    ) -> Round:
        """One round."""
        report = report or Report(scope="some" if buckets else "all")
        return self.refresher.run(report, buckets, after=after, seed="an-execution", has_time=has_time)


@pytest.fixture
def fleet(stack: MotoStack) -> Fleet:
    """No bucket yet."""
    return Fleet(stack)
