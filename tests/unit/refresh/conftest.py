"""A refresher on moto, and buckets that are registered and onboarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from quilt_athena.refresh.refresher import Limits, Refresher, Round
from quilt_athena.refresh.reports import Report
from quilt_athena.registration.bucket_events import EventKind
from tests.unit.moto_stack import MotoStack, bucket_event


@dataclass
class Fleet:
    """What a refresh does to the registered buckets."""

    stack: MotoStack
    limits: Limits = field(default_factory=lambda: Limits(existence_checks=1000, workers=1, removes_missing=False))

    def onboard(self, *buckets: str) -> None:
        """Make buckets and register them; the announcements of it are taken away."""
        for bucket in buckets:
            self.stack.make_bucket(bucket)
            self.stack.registrar.process(bucket_event(bucket, EventKind.ADDED))
        self.stack.announcements()

    def problem(self, bucket: str) -> str:
        """What the registry says is wrong with a bucket."""
        known = self.stack.registration(bucket)
        return (known and known.problem) or ""

    def view_problem(self, bucket: str) -> str | None:
        """What the registry says of a bucket's views."""
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
        refresher = Refresher(self.stack.registrar, self.limits)
        return refresher.run(report, buckets, after=after, seed="an-execution", has_time=has_time)


@pytest.fixture
def fleet(stack: MotoStack) -> Fleet:
    """No bucket yet."""
    return Fleet(stack)
