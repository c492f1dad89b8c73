"""Rounds, as the state machine carries them: the payload stays small, and postponed view checks are not forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from quilt_athena.contracts.limits import MAX_NAMED, shortened
from quilt_athena.refresh.reports import Report
from quilt_athena.refresh.requests import parse_refresh_request
from quilt_athena.refresh.rounds import RefreshRounds
from quilt_athena.refresh.view_checks import NOT_CHECKED_YET, choose
from quilt_athena.registration.bucket_events import EventKind
from tests.desired import DATABASE, table_names
from tests.unit.moto_stack import bucket_event
from tests.unit.refresh.conftest import Fleet


def run(
    fleet: Fleet,
    request: dict[str, Any],
    *,
    max_view_checks: int = 3,
    sample: int = 1,
    progress: Any = None,
    time: bool = True,
) -> dict[str, Any]:
    limits = replace(fleet.limits, view_checks=max_view_checks, sampled_view_checks=sample)
    rounds = RefreshRounds(fleet.refresher, limits)
    result = rounds.run(parse_refresh_request(request), progress or {}, "an-execution", lambda: time)
    loaded: dict[str, Any] = json.loads(json.dumps(result))  # as Step Functions carries it
    return loaded


def break_tables(fleet: Fleet, *buckets: str) -> None:
    for bucket in buckets:
        fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=table_names(bucket)[2])


def checked(result: dict[str, Any]) -> list[str]:
    return [view_check["Bucket"] for view_check in result["ViewChecks"]]


def test_all_buckets_views_are_checked_after_a_repair_and_at_random(fleet: Fleet) -> None:
    fleet.stack = fleet.stack.all_buckets()
    fleet.onboard("one")
    assert checked(run(fleet, {}, sample=0)) == []
    assert sorted(checked(run(fleet, {}, sample=3))) == ["*", "one"]
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name="all_buckets_quilt_objects_view")
    (view_check,) = run(fleet, {}, sample=0)["ViewChecks"]
    assert (view_check["Bucket"], view_check["Noted"]) == ("*", False)
    assert '"all_buckets_quilt_objects_view" WHERE false' in view_check["QueryString"]
    assert checked(run(fleet, {"Buckets": ["one"]}, sample=3)) == ["one"]


def test_changed_buckets_are_checked_and_a_sample_of_the_others(fleet: Fleet) -> None:
    fleet.onboard("one", "two", "three", "four")
    break_tables(fleet, "two")
    result = run(fleet, {})
    assert checked(result)[0] == "two"
    assert len(set(checked(result))) == 2
    assert "two_quilt_objects_view" in result["ViewChecks"][0]["QueryString"]
    assert checked(run(fleet, {}, sample=0)) == []


def test_view_checks_beyond_the_limit_are_run_by_the_next_refresh(fleet: Fleet) -> None:
    fleet.onboard("a-1", "a-2", "a-3", "a-4", "a-5")
    break_tables(fleet, "a-1", "a-2", "a-3", "a-4")
    assert checked(run(fleet, {})) == ["a-1", "a-2", "a-3"]
    assert fleet.view_problem("a-4") == NOT_CHECKED_YET
    assert fleet.view_problem("a-3") is None
    second = run(fleet, {}, sample=0)
    assert [(view_check["Bucket"], view_check["Noted"]) for view_check in second["ViewChecks"]] == [("a-4", True)]
    fleet.stack.assert_in_sync("a-4")


def test_nothing_is_postponed_if_the_limit_is_zero(fleet: Fleet) -> None:
    fleet.onboard("one")
    break_tables(fleet, "one")
    assert checked(run(fleet, {}, max_view_checks=0)) == []
    assert fleet.view_problem("one") is None


def test_buckets_of_the_request_are_checked_whether_changed_or_not(fleet: Fleet) -> None:
    fleet.onboard("one", "two", "three")
    assert checked(run(fleet, {"Buckets": ["three", "one"]})) == ["one", "three"]


def test_a_removed_bucket_is_not_checked(fleet: Fleet) -> None:
    fleet.onboard("one")
    fleet.stack.registrar.process(bucket_event("one", EventKind.REMOVED, 10))
    assert checked(run(fleet, {"Buckets": ["one"]})) == []
    assert checked(run(fleet, {})) == []


def test_rounds_accumulate(fleet: Fleet) -> None:
    buckets = [f"bucket-{number}" for number in range(6)]
    fleet.onboard(*buckets)
    break_tables(fleet, *buckets)
    first = run(fleet, {}, max_view_checks=100, time=False)
    assert (first["Progress"]["More"], first["ViewChecks"]) == (True, [])
    second = run(fleet, {}, max_view_checks=100, progress=first["Progress"], time=False)
    assert second["Progress"]["More"] is False
    assert second["Progress"]["Report"]["Repaired"]["Count"] == 6
    assert checked(second) == buckets


def test_a_report_about_10_000_broken_buckets_fits_into_an_event() -> None:
    report = Report("all")
    for number in range(10_000):
        name = f"{number:05}" + "b" * 58
        report.failed.add(name, Error="BucketAccessDeniedError", Reason=shortened("é" * 2000))
        report.repaired.add(name, Changes=[{"Name": name + "_quilt_packages_view", "Action": "updated"}] * 8)
        report.missing.add(name, Removed=False)
        report.unregistered.add(name)
    text = json.dumps(report.as_json(), ensure_ascii=False)
    view_checks = [{"Bucket": "b" * 63, "Error": "QueryFailed", "Reason": "é" * 400}] * MAX_NAMED
    assert len(text.encode()) + len(json.dumps(view_checks, ensure_ascii=False).encode()) < 256 * 1024 - 16 * 1024
    assert report.failed.count == 10_000
    assert Report.from_json(json.loads(text)) == report


@pytest.mark.parametrize(
    ("limit", "sample", "expected"), [(5, 2, 4), (3, 2, 3), (2, 9, 2), (1, 1, 1), (0, 3, 0), (9, 9, 5)]
)
def test_no_more_buckets_are_chosen_than_the_limit(limit: int, sample: int, expected: int) -> None:
    chosen = choose(["a", "b", "a"], ["c", "d", "e"], limit=limit, sample=sample, seed="s")
    assert len(chosen) == len(set(chosen)) == expected
    assert chosen[:2] == ["a", "b"][:limit]
