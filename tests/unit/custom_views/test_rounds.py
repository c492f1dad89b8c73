"""Rejected and throttled statements, and the limits of an execution."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from quilt_athena.custom_views.contracts import CustomViewsRequest
from quilt_athena.custom_views.rounds import ViewRounds
from quilt_athena.errors import ServiceUnavailableError
from tests.desired import DATABASE
from tests.unit.custom_views.harness import BUCKET, NAMES, Harness, created, failed, rejecting


@pytest.mark.exhaustive
def test_views_that_always_fail_do_not_block_others(harness: Harness) -> None:
    harness.limit(views=3)
    buckets = [f"bucket-{number}" for number in range(4)]
    harness.register(*buckets)
    harness.put("a", NAMES)
    harness.put("b", NAMES)
    bad = [f"{bucket.replace('-', '_')}_quilt_a" for bucket in buckets]
    for number in range(20):
        harness.run(athena=rejecting(*bad), execution=f"execution-{number}")
    assert harness.existing_views() == {name.replace("quilt_a", "quilt_b") for name in bad}


def test_rejected_view_does_not_affect_others(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.put("others", NAMES)
    result = harness.run(athena=rejecting("one_quilt_names"))
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
    assert harness.existing_views() == {"one_quilt_others", "two_quilt_names", "two_quilt_others"}
    assert harness.waits == [0]


def test_throttled_views_are_retried_after_growing_waits(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    tried: list[str] = []

    def throttle(name: str, statement: Mapping[str, Any]) -> dict[str, str] | None:
        tried.append(name)
        return {"Error": "Athena.TooManyRequestsException", "Reason": "slow down"} if statement["Tries"] < 3 else None

    result = harness.run(athena=throttle)
    assert (result["Created"]["Count"], result["Failed"]["Count"]) == (2, 0)
    assert tried == ["one_quilt_names", "two_quilt_names"] * 4
    assert harness.waits == [0, 15, 30, 60]


def test_view_that_is_always_throttled_is_reported_as_failed(harness: Harness) -> None:
    harness.register("one")
    harness.put("names", NAMES)
    result = harness.run(athena=rejecting("one_quilt_names", error="Athena.TooManyRequestsException"))
    assert failed(result) == [("names.sql", "one", "Athena.TooManyRequestsException")]
    assert harness.waits == [0, 15, 30, 60, 120, 240]


def test_views_beyond_the_limits_are_left_to_the_next_execution(harness: Harness) -> None:
    buckets = [f"bucket-{number}" for number in range(6)]
    harness.register(*buckets)
    harness.put("names", NAMES)
    throttled = {f"{bucket.replace('-', '_')}_quilt_names" for bucket in buckets}
    harness.limit(waiting=4)
    result = harness.run(athena=rejecting(*throttled, error="Athena.ThrottlingException"))
    assert (result["Remaining"], result["Failed"]["Count"]) == (2, 4)
    harness.limit(statements=10)
    harness.limit(round_statements=3)
    result = harness.run(athena=rejecting(*throttled, error="Athena.ThrottlingException"))
    assert (result["Remaining"], result["Failed"]["Count"]) == (6, 0)
    assert len(harness.waits) == 2
    assert harness.run()["Created"]["Count"] + harness.run()["Created"]["Count"] == 6


@pytest.mark.exhaustive
def test_file_rejected_for_many_buckets_is_not_tried_for_more(harness: Harness) -> None:
    harness.limit(round_statements=10)
    buckets = [f"bucket-{number:02}" for number in range(35)]
    harness.register(*buckets)
    harness.put("good", NAMES)
    harness.put("sometimes", NAMES)
    harness.put("wrong", NAMES)
    tried: list[str] = []

    def reject(name: str, statement: Mapping[str, Any]) -> dict[str, str] | None:
        tried.append(statement["File"])
        fails = statement["File"] == "wrong" or (statement["File"] == "sometimes" and not name.startswith("bucket_03"))
        return {"Error": "QueryFailed", "Reason": "line 1:8: no"} if fails else None

    result = harness.run(athena=reject)
    # A file that is valid for one bucket may be valid for others.
    counts = {name: tried.count(name) for name in set(tried)}
    assert (counts["good"], counts["sometimes"]) == (35, 35)
    assert 20 <= counts["wrong"] < 30
    assert (result["Created"]["Count"], result["Failed"]["Count"], result["Remaining"]) == (36, 34 + 35, 0)
    harness.delete("good")
    harness.delete("sometimes")
    errors = [one["Error"] for one in harness.run(athena=reject)["Failed"]["Views"]]
    assert errors == ["QueryFailed"] * 20 + ["NotTried"] * 15


@pytest.mark.exhaustive
def test_next_execution_tries_a_rejected_file_for_other_buckets(harness: Harness) -> None:
    harness.limit(round_statements=10)
    harness.limit(rejections=10)
    buckets = [f"bucket-{number:02}" for number in range(25)]
    harness.register(*buckets)
    harness.put("names", NAMES)
    bad = {f"bucket_{number:02}_quilt_names" for number in range(15)}
    for number in range(5):
        harness.run(athena=rejecting(*bad), execution=f"execution-{number}")
    assert harness.existing_views() == {f"bucket_{number}_quilt_names" for number in range(15, 25)}


@pytest.mark.exhaustive
def test_every_failed_file_is_listed(harness: Harness) -> None:
    buckets = [f"bucket-{number:02}" for number in range(60)]
    harness.register(*buckets)
    harness.put("aaa", NAMES)
    harness.put("zzz", f"-- buckets: bucket-07\n{NAMES}")

    def reject(_: str, __: Mapping[str, Any]) -> dict[str, str]:
        return {"Error": "QueryFailed", "Reason": "line 1:8: no"}

    result = harness.run(athena=reject)
    assert result["Failed"]["Count"] == 61
    named = [one["File"] for one in result["Failed"]["Views"]]
    assert (len(named), named.count("zzz.sql")) == (50, 1)


@pytest.mark.exhaustive
def test_rounds_fit_the_payload_of_a_state_machine(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    buckets = [f"bucket-{number:02}" for number in range(25)]
    harness.register(*buckets)
    for number in range(4):
        harness.put(f"names_{number}", NAMES)
    harness.put("large", f"SELECT '{'x' * 70_000}' AS x")
    sizes: list[int] = []
    run = ViewRounds.run

    def measure(*arguments: Any) -> dict[str, Any]:
        output = run(*arguments)
        sizes.append(len(json.dumps(output)))
        return output

    monkeypatch.setattr(ViewRounds, "run", measure)
    result = harness.run()
    assert (result["Created"]["Count"], len(result["Created"]["Views"])) == (125, 50)
    assert max(sizes) < 200_000
    # Two of the large statements per round, and forty of the others.
    assert harness.round_count >= 13 + 2
    harness.limit(views=10)
    for bucket in buckets:
        harness.drop_view(f"{bucket.replace('-', '_')}_quilt_names_0")
    counts = [(one["Remaining"], one["Unchanged"]) for one in (harness.run() for _ in range(4))]
    assert counts == [(15, 100), (5, 110), (0, 120), (0, 125)]


def test_statement_that_is_too_long_is_reported_as_failed(harness: Harness) -> None:
    harness.register("b" * 60)
    harness.put("names", f"SELECT 1 AS x {'UNION SELECT 2 FROM {objects_view} ' * 2500}")
    (failure,) = harness.run()["Failed"]["Views"]
    assert failure["Error"] == "InvalidViewFileError"
    assert failure["Reason"].startswith(
        "expected a statement of at most 120,000 bytes with all names filled in, found 300,197"
    )


def test_files_beyond_fifty_are_invalid(harness: Harness) -> None:
    for number in range(52):
        harness.put(f"names_{number:02}", NAMES)
    harness.put("folder/names", NAMES)
    result = harness.run()
    assert result["Files"] == 50
    assert failed(result) == [(f"names_{number}.sql", None, "InvalidViewFileError") for number in (50, 51)]


def test_too_large_file_is_not_read(harness: Harness) -> None:
    harness.put("names", b"x" * 100_001)
    (failure,) = harness.run()["Failed"]["Views"]
    assert failure["Reason"] == "expected at most 100,000 bytes (as JSON), found 100,001"


def test_repeated_round_returns_the_same(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    first = harness.view_rounds.run(CustomViewsRequest(), {}, [], "one")
    assert harness.view_rounds.run(CustomViewsRequest(), {}, [], "one") == first
    results = [{key: one[key] for key in ("File", "Bucket", "Tries")} for one in first["Statements"]]
    ends = [harness.view_rounds.run(CustomViewsRequest(), first["Progress"], results, "one") for _ in range(2)]
    assert ends[0] == ends[1]


def test_missing_bucket_of_files_raises_an_error_with_its_name(harness: Harness) -> None:
    harness.stack.clients.s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(ServiceUnavailableError, match="s3:ListBucket on s3://view-files/views/ failed: NoSuchBucket"):
        harness.run()


def with_keys_of_release_0_1(value: Any) -> Any:
    """Keys as release 0.1 wrote them, at all levels."""
    older = {
        "Created": "Made",
        "Deleted": "Removed",
        "Waiting": "Again",
        "Rejections": "Refusals",
        "Attempted": "Tried",
        "Create": "Make",
        "Delete": "Remove",
        "DeleteAfter": "RemoveAfter",
    }
    if not isinstance(value, dict):
        return value
    return {older.get(key, key): with_keys_of_release_0_1(inner) for key, inner in value.items()}


def test_round_continues_an_execution_of_release_0_1(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("old", NAMES)
    harness.run()
    harness.delete("old")
    harness.put("names", NAMES)
    harness.limit(round_statements=1)
    s3, plan_key = harness.stack.clients.s3, "plans/upgraded/1.json"
    first = harness.view_rounds.run(CustomViewsRequest(), {}, [], "upgraded")
    plan = json.loads(s3.get_object(Bucket=BUCKET, Key=plan_key)["Body"].read())
    s3.put_object(Bucket=BUCKET, Key=plan_key, Body=json.dumps(with_keys_of_release_0_1(plan)).encode())
    progress = with_keys_of_release_0_1(first["Progress"])
    assert set(progress) == {"Report", "Position", "Again", "Tried", "Plans", "Refusals"}
    assert set(progress["Report"]) == {"Scope", "Files", "Made", "Removed", "Unchanged", "Failed", "Remaining"}
    throttled = harness.execute(
        first["Statements"][0], rejecting("one_quilt_names", error="Athena.TooManyRequestsException")
    )
    second = harness.view_rounds.run(CustomViewsRequest(), progress, [throttled], "upgraded")
    # The definition of release 0.1 reads these keys.
    assert set(second) == {"Done", "Progress", "Statements", "WaitSeconds"}
    assert {key for one in second["Statements"] for key in one} == {"File", "Bucket", "Tries", "QueryString"}
    output = second
    while not output["Done"]:
        results = [harness.execute(one) for one in output["Statements"]]
        progress = with_keys_of_release_0_1(output["Progress"])
        output = harness.view_rounds.run(CustomViewsRequest(), progress, results, "upgraded")
    assert sorted(created(output["Result"])) == ["one_quilt_names", "two_quilt_names"]
    assert output["Result"]["Deleted"] == {"Count": 2, "Views": ["one_quilt_old", "two_quilt_old"]}


def test_an_execution_for_some_buckets_reports_what_waits_for_one_for_all(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("old", NAMES)
    assert "NotChecked" not in harness.run()
    harness.delete("old")
    result = harness.run("one")
    assert result["Deleted"]["Count"] == 0
    assert result["NotChecked"].startswith("Views of deleted files, and global views")
    assert harness.run()["Deleted"]["Views"] == ["one_quilt_old", "two_quilt_old"]


def test_a_view_without_storage_is_created_again(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.run()
    glue = harness.stack.clients.glue
    table: Any = glue.get_table(DatabaseName=DATABASE, Name="one_quilt_names")["Table"]
    partial: Any = {key: table[key] for key in ("Name", "TableType", "Parameters", "ViewOriginalText")}
    glue.update_table(DatabaseName=DATABASE, TableInput=partial)
    assert created(harness.run()) == ["one_quilt_names"]
