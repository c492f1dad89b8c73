"""What Athena refuses or has no time for, and what an execution can carry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from quilt_athena.custom_views import rounds
from quilt_athena.custom_views.requests import ViewsRequest
from quilt_athena.errors import ServiceUnavailableError
from tests.unit.custom_views.workshop import BUCKET, NAMES, Workshop, failed, made, refusing


def test_what_fails_each_time_leaves_room_for_others(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "MAX_VIEWS", 3)
    buckets = [f"bucket-{number}" for number in range(4)]
    workshop.register(*buckets)
    workshop.put("a", NAMES)
    workshop.put("b", NAMES)
    bad = [f"{bucket.replace('-', '_')}_quilt_a" for bucket in buckets]
    for number in range(20):
        workshop.make(athena=refusing(*bad), execution=f"execution-{number}")
    assert workshop.standing() == {name.replace("quilt_a", "quilt_b") for name in bad}


def test_one_refusal_stops_nothing_else(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    workshop.put("others", NAMES)
    result = workshop.make(athena=refusing("one_quilt_names"))
    assert result["Failed"] == {
        "Count": 1,
        "Views": [
            {
                "File": "names.sql",
                "View": "one_quilt_names",
                "Bucket": "one",
                "Error": "QueryFailed",
                "Reason": "line 1:8: no",
            }
        ],
    }
    assert workshop.standing() == {"one_quilt_others", "two_quilt_names", "two_quilt_others"}
    assert workshop.waits == [0]


def test_what_athena_has_no_time_for_is_tried_again_after_growing_waits(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    tried: list[str] = []

    def busy(name: str, statement: Mapping[str, Any]) -> dict[str, str] | None:
        tried.append(name)
        return {"Error": "Athena.TooManyRequestsException", "Reason": "slow down"} if statement["Tries"] < 3 else None

    result = workshop.make(athena=busy)
    assert (result["Made"]["Count"], result["Failed"]["Count"]) == (2, 0)
    assert tried == ["one_quilt_names", "two_quilt_names"] * 4
    assert workshop.waits == [0, 15, 30, 60]


def test_in_the_end_it_is_told(workshop: Workshop) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)
    result = workshop.make(athena=refusing("one_quilt_names", error="Athena.TooManyRequestsException"))
    assert failed(result) == [("names.sql", "one", "Athena.TooManyRequestsException")]
    assert workshop.waits == [0, 15, 30, 60, 120, 240]


def test_what_an_execution_cannot_carry_is_left_to_the_next(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets = [f"bucket-{number}" for number in range(6)]
    workshop.register(*buckets)
    workshop.put("names", NAMES)
    busy = {f"{bucket.replace('-', '_')}_quilt_names" for bucket in buckets}
    monkeypatch.setattr(rounds, "MAX_WAITING", 4)
    result = workshop.make(athena=refusing(*busy, error="Athena.ThrottlingException"))
    assert (result["Remaining"], result["Failed"]["Count"]) == (2, 4)
    monkeypatch.setattr(rounds, "MAX_STATEMENTS", 10)
    monkeypatch.setattr(rounds, "_ROUND_VIEWS", 3)
    result = workshop.make(athena=refusing(*busy, error="Athena.ThrottlingException"))
    assert (result["Remaining"], result["Failed"]["Count"]) == (6, 0)
    assert len(workshop.waits) == 2
    assert workshop.make()["Made"]["Count"] + workshop.make()["Made"]["Count"] == 6


def test_a_file_that_athena_refuses_for_many_is_tried_for_no_more(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "_ROUND_VIEWS", 10)
    buckets = [f"bucket-{number:02}" for number in range(35)]
    workshop.register(*buckets)
    workshop.put("good", NAMES)
    workshop.put("sometimes", NAMES)
    workshop.put("wrong", NAMES)
    tried: list[str] = []

    def refused(name: str, statement: Mapping[str, Any]) -> dict[str, str] | None:
        tried.append(statement["File"])
        fails = statement["File"] == "wrong" or (statement["File"] == "sometimes" and not name.startswith("bucket_03"))
        return {"Error": "QueryFailed", "Reason": "line 1:8: no"} if fails else None

    result = workshop.make(athena=refused)
    # One that is right for a bucket may be right for others.
    counts = {name: tried.count(name) for name in set(tried)}
    assert (counts["good"], counts["sometimes"]) == (35, 35)
    assert 20 <= counts["wrong"] < 30
    assert (result["Made"]["Count"], result["Failed"]["Count"], result["Remaining"]) == (36, 34 + 35, 0)
    workshop.delete("good")
    workshop.delete("sometimes")
    errors = [one["Error"] for one in workshop.make(athena=refused)["Failed"]["Views"]]
    assert errors == ["QueryFailed"] * 20 + ["NotTried"] * 15


def test_other_buckets_are_tried_the_next_time(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "_ROUND_VIEWS", 10)
    monkeypatch.setattr(rounds, "MAX_REFUSALS", 10)
    buckets = [f"bucket-{number:02}" for number in range(25)]
    workshop.register(*buckets)
    workshop.put("names", NAMES)
    bad = {f"bucket_{number:02}_quilt_names" for number in range(15)}
    for number in range(5):
        workshop.make(athena=refusing(*bad), execution=f"execution-{number}")
    assert workshop.standing() == {f"bucket_{number}_quilt_names" for number in range(15, 25)}


def test_one_wrong_file_hides_no_other(workshop: Workshop) -> None:
    buckets = [f"bucket-{number:02}" for number in range(60)]
    workshop.register(*buckets)
    workshop.put("aaa", NAMES)
    workshop.put("zzz", f"-- buckets: bucket-07\n{NAMES}")

    def all_wrong(_: str, __: Mapping[str, Any]) -> dict[str, str]:
        return {"Error": "QueryFailed", "Reason": "line 1:8: no"}

    result = workshop.make(athena=all_wrong)
    assert result["Failed"]["Count"] == 61
    named = [one["File"] for one in result["Failed"]["Views"]]
    assert (len(named), named.count("zzz.sql")) == (50, 1)


def test_many_views_take_rounds_that_a_state_machine_can_carry(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets = [f"bucket-{number:02}" for number in range(25)]
    workshop.register(*buckets)
    for number in range(4):
        workshop.put(f"names_{number}", NAMES)
    workshop.put("large", f"SELECT '{'x' * 70_000}' AS x")
    sizes: list[int] = []
    run = rounds.ViewRounds.run

    def measured(*arguments: Any) -> dict[str, Any]:
        answer = run(*arguments)
        sizes.append(len(json.dumps(answer)))
        return answer

    monkeypatch.setattr(rounds.ViewRounds, "run", measured)
    result = workshop.make()
    assert (result["Made"]["Count"], len(result["Made"]["Views"])) == (125, 50)
    assert max(sizes) < 200_000
    # Two of the large ones a round, and forty of the others.
    assert workshop.rounds >= 13 + 2
    monkeypatch.setattr(rounds, "MAX_VIEWS", 10)
    for bucket in buckets:
        workshop.drop(f"{bucket.replace('-', '_')}_quilt_names_0")
    counts = [(one["Remaining"], one["Unchanged"]) for one in (workshop.make() for _ in range(4))]
    assert counts == [(15, 100), (5, 110), (0, 120), (0, 125)]


def test_a_statement_that_is_too_long_with_its_names_is_told(workshop: Workshop) -> None:
    workshop.register("b" * 60)
    workshop.put("names", f"SELECT 1 AS x {'UNION SELECT 2 FROM {objects_view} ' * 2500}")
    (failure,) = workshop.make()["Failed"]["Views"]
    assert failure["Error"] == "InvalidViewFile"
    assert failure["Reason"].startswith("its statement is 300,197 bytes with all names filled in")


def test_there_may_be_fifty_files(workshop: Workshop) -> None:
    for number in range(52):
        workshop.put(f"names_{number:02}", NAMES)
    workshop.put("folder/names", NAMES)
    result = workshop.make()
    assert result["Files"] == 50
    assert failed(result) == [(f"names_{number}.sql", None, "InvalidViewFile") for number in (50, 51)]


def test_a_file_of_many_bytes_is_not_even_read(workshop: Workshop) -> None:
    workshop.put("names", b"x" * 100_001)
    (failure,) = workshop.make()["Failed"]["Views"]
    assert failure["Reason"] == "expected at most 100,000 bytes (as JSON), found 100,001"


def test_a_round_that_is_repeated_gives_the_same(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    first = workshop.work.run(ViewsRequest(), {}, [], "one")
    assert workshop.work.run(ViewsRequest(), {}, [], "one") == first
    results = [{key: one[key] for key in ("File", "Bucket", "Tries")} for one in first["Statements"]]
    ends = [workshop.work.run(ViewsRequest(), first["Progress"], results, "one") for _ in range(2)]
    assert ends[0] == ends[1]


def test_what_cannot_be_read_is_said(workshop: Workshop) -> None:
    workshop.stack.clients.s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(ServiceUnavailableError, match="s3:ListBucket on s3://view-files/views/ failed: NoSuchBucket"):
        workshop.make(athena=made)
