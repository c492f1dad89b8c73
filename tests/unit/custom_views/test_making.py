"""Which views are made, made anew, removed and left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from quilt_athena.catalog.views import stored_sql
from quilt_athena.errors import ServiceRejectedError
from tests.unit.custom_views.workshop import NAMES, Workshop, failed, refusing, views


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


def test_an_upgrade_of_the_stacks_custom_views_has_them_checked_anew(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.register("one")
    workshop.put("names", NAMES)
    workshop.make()
    monkeypatch.setattr("quilt_athena.custom_views.statements._COLUMNS", "of a later release")
    assert views(workshop.make()) == ["one_quilt_names"]


def test_what_is_not_ours_is_left_and_told(workshop: Workshop) -> None:
    workshop.register("one", "two")
    workshop.create("one_quilt_names", "SELECT 1 AS x")
    workshop.create("one_quilt_mine", "SELECT 1 AS x")
    workshop.stack.clients.glue.create_table(DatabaseName="quilt_query", TableInput={"Name": "two_quilt_names"})
    workshop.put("names", NAMES)
    result = workshop.make()
    assert failed(result) == [
        ("names.sql", "one", "UnmanagedTableError"),
        ("names.sql", "two", "UnmanagedTableError"),
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


def test_a_bucket_whose_name_begins_another_keeps_to_its_own(workshop: Workshop) -> None:
    workshop.register("abc", "abc-quilt-b")
    workshop.put("names", NAMES)
    workshop.make()
    workshop.remove("abc")
    assert workshop.make("abc")["Removed"]["Views"] == ["abc_quilt_names"]
    assert workshop.standing() == {"abc_quilt_b_quilt_names"}


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
        raise ServiceRejectedError("glue:UpdateTable failed: InvalidInputException: no")

    monkeypatch.setattr(type(workshop.work.catalog), "add_parameters", refuse)
    assert failed(workshop.make()) == [("names.sql", "one", "ServiceRejectedError")]


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
