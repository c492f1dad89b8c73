"""All paths of the query state machine: they end in time, and leave no query running."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

from quilt_athena.query.orphans import ERRORS_AFTER_THE_END
from tests.unit.query.asl import DEFINITION, EXPRESS, STANDARD, STATES
from tests.unit.query.walk import Path, Walk

LIMITS = (STANDARD, EXPRESS)
#: Seconds after which Step Functions ends an Express execution.
EXPRESS_ENDS = 300
STOPPED = ("StopQuery", "WaitForStop", "ConfirmStop", "CheckStop")


@cache
def ends(limit: int) -> list[Path]:
    """The ends of all paths of the machine with this maximum timeout."""
    return list(Walk(limit).ends())


@pytest.mark.parametrize("limit", LIMITS)
def test_every_state_is_on_a_path(limit: int) -> None:
    assert {state for path in ends(limit) for state in path.states} == {*STATES, "End"}


def test_longest_path_fits_the_timeout_of_the_machine() -> None:
    longest = max(ends(STANDARD), key=lambda path: path.seconds)
    assert STANDARD < longest.seconds < json.loads(DEFINITION.read_text())["TimeoutSeconds"], longest.states


@pytest.mark.parametrize("name", ["package", "requested_query", "scheduled_query"])
def test_machines_that_run_any_query_wait_for_its_longest_path(name: str) -> None:
    parent = json.loads((DEFINITION.parent / f"{name}.asl.json").read_text())
    query = json.loads(DEFINITION.read_text())
    assert query["TimeoutSeconds"] < parent["States"]["RunQuery"]["TimeoutSeconds"] < parent["TimeoutSeconds"]


def test_express_execution_ends_its_query_in_time_however_slow_aws_is() -> None:
    # Fetching the rows may take longer, but then the query has ended.
    longest = max((path for path in ends(EXPRESS) if "FetchResults" not in path.states), key=lambda path: path.seconds)
    assert EXPRESS < longest.seconds <= EXPRESS_ENDS, longest.states


@pytest.mark.parametrize("limit", LIMITS)
def test_query_that_may_run_is_stopped_before_an_execution_ends(limit: int) -> None:
    # Unless Athena never confirms its end, or never returns its id: then an event has it found and stopped.
    leaving = {(path.states[-2], path.error) for path in ends(limit) if path.may_run}
    assert leaving == {("CheckStop", "QueryNotStopped"), ("FindQuery", "ServiceTimedOut")}
    assert not {error for _, error in leaving} & ERRORS_AFTER_THE_END


@pytest.mark.parametrize("limit", LIMITS)
def test_query_that_timed_out_was_stopped_and_its_end_confirmed(limit: int) -> None:
    stopped = [path for path in ends(limit) if path.state == "TimeOutQuery"]
    assert stopped
    assert all(path.states[-5:-1] == STOPPED and not path.may_run for path in stopped)


@pytest.mark.parametrize("limit", LIMITS)
def test_errors_are_documented(limit: int) -> None:
    errors = {path.error for path in ends(limit)} - {None}
    page = (DEFINITION.parents[1] / "docs" / "contracts.md").read_text()
    documented = re.findall(r"^\| `(\w+)` \|", page.partition("### Query errors")[2].partition("##")[0], re.MULTILINE)
    assert errors <= set(documented)
    assert {"QueryNotStarted", "ServiceTimedOut", "QueryNotStopped"} <= errors


def test_start_waits_for_capacity_until_the_deadline() -> None:
    waited = [path for path in ends(STANDARD) if path.state == "FailToStart"]
    assert waited
    assert all(path.states[-3:-1] == ("WaitForCapacity", "DecideStart") for path in waited)
    assert all(path.seconds > STANDARD and not path.may_run for path in waited)
