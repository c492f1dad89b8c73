"""Which views are made, made anew, removed and left, whatever else happens meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from functions.plan_views import app
from quilt_athena.aws import ServiceRefusedError
from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.own_views import rounds
from quilt_athena.own_views.requests import ViewsRequest
from quilt_athena.own_views.statements import SEAL_PARAMETER, seal_of
from quilt_athena.views import stored_sql
from tests.unit.functions.test_onboard_bucket import CONTEXT
from tests.unit.own_views.workshop import BUCKET, Workshop, made

NAMES = "SELECT {bucket} AS bucket, name FROM {packages_view}"


def failed(result: Mapping[str, Any]) -> list[tuple[str, str | None, str]]:
    return [(one["File"], one.get("Bucket"), one["Error"]) for one in result["Failed"]["Views"]]


def views(result: Mapping[str, Any]) -> list[str]:
    return [one["View"] for one in result["Made"]["Views"]]


def refusing(*names: str, error: str = "QueryFailed", reason: str = "line 1:8: no") -> Any:
    """Athena as it makes all views but some."""
    return lambda name, _: {"Error": error, "Reason": reason} if name in names else None


def test_each_bucket_gets_its_views_and_nothing_is_made_twice(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    workshop.put("all", "-- scope: global\nSELECT count(*) AS x FROM {objects_view}")
    result = workshop.make()
    assert views(result) == ["all_buckets_quilt_all", "one_quilt_names", "two_quilt_names"]
    assert [one["Bucket"] for one in result["Made"]["Views"]] == ["*", "one", "two"]
    assert (result["Files"], result["Unchanged"], result["Remaining"]) == (2, 0, 0)
    again = workshop.make()
    assert (again["Made"]["Count"], again["Unchanged"]) == (0, 3)
    assert workshop.rounds == 1


def test_without_files_nothing_is_looked_at(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.register("one")
    monkeypatch.setattr(type(workshop.work.catalog), "walk", lambda _: pytest.fail("the catalog was walked"))
    assert workshop.make()["Files"] == workshop.make("one")["Files"] == 0


def test_views_of_a_file_that_is_gone_go(workshop: Workshop) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)
    workshop.make()
    workshop.delete("names")
    assert workshop.make()["Removed"] == {"Count": 1, "Views": ["one_quilt_names"]}
    assert workshop.standing() == set()
    assert workshop.make()["Removed"]["Count"] == 0


def test_views_of_a_bucket_that_is_gone_go_with_its_event(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    workshop.put("all", "-- scope: global\nSELECT 1 AS x")
    workshop.make()
    workshop.remove("one")
    assert workshop.make("one")["Removed"]["Views"] == ["one_quilt_names"]
    assert workshop.standing() == {"two_quilt_names", "all_buckets_quilt_all"}


def test_they_go_too_if_the_file_is_wrong_by_then(workshop: Workshop) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)
    workshop.make()
    workshop.put("names", "SELECT (")
    workshop.remove("one")
    assert workshop.make("one")["Removed"]["Views"] == ["one_quilt_names"]


@pytest.mark.parametrize("buckets", [(), ("one",)])
def test_what_a_wrong_file_made_before_stays(workshop: Workshop, buckets: tuple[str, ...]) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)
    workshop.make()
    workshop.put("names", "SELECT (")
    workshop.put("Wrong name", NAMES)
    result = workshop.make(*buckets)
    assert failed(result) == [("Wrong name.sql", None, "InvalidViewFile"), ("names.sql", None, "InvalidViewFile")]
    assert workshop.standing() == {"one_quilt_names"}
    assert result["Removed"]["Count"] == 0


def test_a_file_that_changes_is_made_anew(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    workshop.make()
    workshop.put("names", "-- buckets: t*\n" + NAMES)
    result = workshop.make()
    assert views(result) == ["two_quilt_names"]
    assert result["Removed"]["Views"] == ["one_quilt_names"]


def test_what_somebody_dropped_or_replaced_is_put_right(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    workshop.make()
    workshop.drop("one_quilt_names")
    workshop.put("names", NAMES + " WHERE false")
    assert views(workshop.make()) == ["one_quilt_names", "two_quilt_names"]


def test_an_upgrade_of_the_stacks_own_views_has_them_checked_anew(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)
    workshop.make()
    monkeypatch.setattr("quilt_athena.own_views.statements._definitions", lambda _: "of a later release")
    assert views(workshop.make()) == ["one_quilt_names"]


def test_what_is_not_ours_is_left_and_told(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.create("one_quilt_names", "SELECT 1 AS x")
    workshop.create("one_quilt_mine", "SELECT 1 AS x")
    workshop.stack.clients.glue.create_table(DatabaseName="quilt_query", TableInput={"Name": "two_quilt_names"})
    workshop.put("names", NAMES)
    result = workshop.make()
    assert failed(result) == [
        ("names.sql", "one", "ForeignTableError"),
        ("names.sql", "two", "ForeignTableError"),
    ]
    assert (
        "quilt_query.one_quilt_names stands there and was not made of a file" in result["Failed"]["Views"][0]["Reason"]
    )
    assert workshop.standing() == {"one_quilt_names", "one_quilt_mine", "two_quilt_names"}


def test_a_copy_that_somebody_made_by_hand_is_theirs(workshop: Workshop) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)
    workshop.make()
    (made_of_file,) = workshop.work.catalog.read_exactly(["one_quilt_names"]).values()
    for name in ("my_copy", "one_quilt_copy"):
        workshop.create(name, stored_sql(made_of_file) or "")
    workshop.delete("names")
    assert workshop.make()["Removed"]["Views"] == ["one_quilt_names"]
    assert workshop.standing() == {"my_copy", "one_quilt_copy"}


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


def test_a_bucket_whose_name_begins_another_keeps_to_its_own(workshop: Workshop) -> None:
    workshop.register("abc", "abc-quilt-b")
    workshop.put("names", NAMES)
    workshop.make()
    workshop.remove("abc")
    assert workshop.make("abc")["Removed"]["Views"] == ["abc_quilt_names"]
    assert workshop.standing() == {"abc_quilt_b_quilt_names"}


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


def test_what_somebody_altered_is_made_anew(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    workshop.make()
    (edited,) = workshop.work.catalog.read_exactly(["one_quilt_names"]).values()
    # By the editor of Athena's console, which keeps all that it doesn't know.
    workshop.create("one_quilt_names", (stored_sql(edited) or "").replace("name", "'nobody' AS name"))
    # By Glue's console.
    (other,) = workshop.work.catalog.read_exactly(["two_quilt_names"]).values()
    storage = {**other["StorageDescriptor"], "Columns": [{"Name": "y", "Type": "string"}]}
    altered = {key: other[key] for key in ("Name", "Parameters", "TableType", "ViewOriginalText", "ViewExpandedText")}
    workshop.stack.clients.glue.update_table(
        DatabaseName="quilt_query",
        TableInput={**altered, "StorageDescriptor": storage},  # type: ignore[typeddict-item]  # plain data
    )
    assert sorted(views(workshop.make())) == ["one_quilt_names", "two_quilt_names"]
    assert workshop.make()["Unchanged"] == 2


def test_a_view_that_could_not_be_sealed_is_told(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)

    def refuse(*_: Any) -> bool:
        raise ServiceRefusedError("glue:UpdateTable failed: InvalidInputException: no")

    monkeypatch.setattr(type(workshop.work.catalog), "add_parameters", refuse)
    assert failed(workshop.make()) == [("names.sql", "one", "ServiceRefusedError")]


@pytest.mark.parametrize(
    "text", ["-- scope: global\n" + NAMES.replace("{bucket}", "bucket"), "-- buckets: t*\n" + NAMES]
)
def test_what_stood_stays_until_athena_takes_what_replaces_it(workshop: Workshop, text: str) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    workshop.make()
    before = workshop.standing()
    workshop.put("names", text)
    result = workshop.make(athena=refusing("all_buckets_quilt_names", "two_quilt_names"))
    assert (result["Failed"]["Count"], result["Removed"]["Count"]) == (1, 0)
    assert workshop.standing() == before
    # A bucket that is gone waits for nothing.
    workshop.remove("one")
    result = workshop.make(athena=refusing("all_buckets_quilt_names", "two_quilt_names"))
    assert result["Removed"]["Views"] == ["one_quilt_names"]
    workshop.make()
    assert workshop.standing() == {"all_buckets_quilt_names" if "global" in text else "two_quilt_names"}


def test_a_view_that_another_execution_made_meanwhile_is_no_failure(workshop: Workshop) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)

    def raced(name: str, statement: Mapping[str, Any]) -> dict[str, str]:
        workshop.create(name, statement["QueryString"].partition(" AS ")[2])
        if statement["Tries"]:
            (found,) = workshop.work.catalog.read_exactly([name]).values()
            workshop.work.catalog.add_parameters(found, {SEAL_PARAMETER: seal_of(found)})
        return {"Error": "QueryFailed", "Reason": "Table was concurrently modified"}

    result = workshop.make(athena=raced)
    assert (views(result), result["Failed"]["Count"]) == (["one_quilt_names"], 0)
    # Only that it was sealed says that it wasn't altered.
    assert workshop.waits == [0, 15]


def test_a_file_that_is_changed_meanwhile_is_made_as_it_is_then(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    workshop.put("old", NAMES)
    workshop.make()
    workshop.put("names", NAMES + " WHERE 1 = 1")
    workshop.delete("old")
    changed: list[str] = []

    def slowly(name: str, _: Mapping[str, Any]) -> None:
        if name == "two_quilt_names" and not changed:
            changed.append(name)
            workshop.put("names", NAMES + " WHERE 2 = 2")
            workshop.put("old", NAMES)

    result = workshop.make(athena=slowly)
    for name in ("one_quilt_names", "two_quilt_names"):
        (table,) = workshop.work.catalog.read_exactly([name]).values()
        assert "2 = 2" in (stored_sql(table) or "")
    assert workshop.standing() == {f"{bucket}_quilt_{file}" for bucket in ("one", "two") for file in ("names", "old")}
    assert (result["Made"]["Count"], result["Removed"]["Count"], result["Unchanged"]) == (4, 0, 0)


def test_files_that_change_all_the_time_are_left_to_the_next(workshop: Workshop) -> None:
    workshop.register("one")
    workshop.put("gone", NAMES)
    workshop.make()
    workshop.delete("gone")
    workshop.put("names", NAMES)
    numbers = iter(range(100))

    def changing(_: str, __: Mapping[str, Any]) -> None:
        workshop.put("names", f"{NAMES} WHERE {next(numbers)} > 0")

    result = workshop.make(athena=changing)
    assert (next(numbers), result["Remaining"]) == (4, 1)
    assert workshop.make()["Removed"]["Views"] == ["one_quilt_gone"]


def test_a_bucket_that_goes_meanwhile_leaves_no_view(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)

    def leaving(name: str, _: Mapping[str, Any]) -> None:
        if name == "one_quilt_names":
            workshop.remove("one")

    result = workshop.make(athena=leaving)
    assert result["Removed"]["Views"] == ["one_quilt_names"]
    assert workshop.standing() == {"two_quilt_names"}


def test_a_renamed_file_stands_before_the_old_one_goes(workshop: Workshop) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)
    workshop.make()
    workshop.delete("names")
    workshop.put("titles", NAMES)

    def looking(_: str, __: Mapping[str, Any]) -> None:
        assert "one_quilt_names" in workshop.standing()

    assert workshop.make(athena=looking)["Removed"]["Views"] == ["one_quilt_names"]
    assert workshop.standing() == {"one_quilt_titles"}


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


def test_killed_half_way_another_execution_goes_on(workshop: Workshop) -> None:
    workshop.register("one", "two", "three")
    workshop.put("names", NAMES)

    class KilledError(Exception):
        pass

    def dying(name: str, _: Mapping[str, Any]) -> None:
        if name == "three_quilt_names":
            raise KilledError

    with pytest.raises(KilledError):
        workshop.make(athena=dying)
    result = workshop.make()
    assert (result["Unchanged"] + result["Made"]["Count"], result["Failed"]["Count"]) == (3, 0)
    assert workshop.standing() == {"one_quilt_names", "two_quilt_names", "three_quilt_names"}


def test_a_round_that_is_repeated_gives_the_same(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.put("names", NAMES)
    first = workshop.work.run(ViewsRequest(), {}, [], "one")
    assert workshop.work.run(ViewsRequest(), {}, [], "one") == first
    results = [{key: one[key] for key in ("File", "Bucket", "Tries")} for one in first["Statements"]]
    ends = [workshop.work.run(ViewsRequest(), first["Progress"], results, "one") for _ in range(2)]
    assert ends[0] == ends[1]


@pytest.fixture
def function(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setattr(app, "_rounds", lambda: workshop.work)
    return workshop


@pytest.mark.usefixtures("function")
def test_the_function_refuses_a_wrong_request() -> None:
    event = {"Request": {"Buckets": []}, "Progress": {}, "Results": [], "Execution": "one"}
    answer = app.handler(event, CONTEXT)
    assert not answer["Valid"]
    assert answer["Cause"]["Message"].startswith("Buckets: ")


def test_the_function_counts(function: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    function.put("names", "SELECT (")
    for request in ({}, {"Buckets": ["one"]}):
        event = {"Request": request, "Progress": {}, "Results": [], "Execution": "one"}
        assert app.handler(event, CONTEXT)["Result"]["Failed"]["Count"] == 1
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "OwnViewsFailed" in line]
        assert [one["OwnViewsFailed"] for one in told] == [[1.0]]


def test_the_function_is_set_up_by_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("DATABASE_NAME", "q"), ("REGISTRY_TABLE_NAME", "r"), ("VIEWS_BUCKET_NAME", BUCKET)):
        monkeypatch.setenv(name, value)
    app._rounds.cache_clear()
    work = app._rounds()
    assert (work.catalog.database, work.registry.table, work.store.bucket) == ("q", "r", BUCKET)
    app._rounds.cache_clear()


def test_what_cannot_be_read_is_said(workshop: Workshop) -> None:
    workshop.stack.clients.s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(ServiceUnavailableError, match="s3:ListBucket on s3://view-files/views/ failed: NoSuchBucket"):
        workshop.make(athena=made)
