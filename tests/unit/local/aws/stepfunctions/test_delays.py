"""Executions start at once."""

from __future__ import annotations

import time
from types import SimpleNamespace

from ministack.services import stepfunctions

from local.aws.stepfunctions.delays import without_delay


def test_only_the_delay_before_the_first_state_is_left_out() -> None:
    slept: list[float] = []
    found = without_delay(SimpleNamespace(sleep=slept.append, time=time.time))
    for seconds in (0.15, 1, 0.3):
        found.sleep(seconds)
    assert slept == [1, 0.3]
    assert found.time is time.time


def test_ministack_still_has_that_delay() -> None:
    assert 0.15 in stepfunctions._run_execution.__code__.co_consts
