"""The time that is left of an invocation."""

from __future__ import annotations

from typing import cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.runtime.deadlines import has_more_than


class Context:
    """An invocation with a number of milliseconds left."""

    def __init__(self, milliseconds: int) -> None:
        """Start with so many."""
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        """The milliseconds left."""
        return self.milliseconds


@pytest.mark.parametrize(("milliseconds", "expected"), [(90_001, True), (90_000, False), (0, False)])
def test_has_more_than_compares_with_the_remaining_time(milliseconds: int, expected: bool) -> None:
    assert has_more_than(90, cast(LambdaContext, Context(milliseconds)))() is expected


def test_has_more_than_is_evaluated_at_each_call() -> None:
    context = Context(100_000)
    has_time = has_more_than(90, cast(LambdaContext, context))
    assert has_time()
    context.milliseconds = 1000
    assert not has_time()
