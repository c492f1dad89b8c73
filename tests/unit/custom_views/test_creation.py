"""Which views an execution creates, replaces, deletes and keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from quilt_athena.catalog.views import stored_sql
from quilt_athena.errors import ServiceRejectedError
from tests.unit.custom_views.harness import NAMES, Harness, created, failed, rejecting


def test_execution_creates_missing_views_and_no_others(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.put("all", "-- scope: global\nSELECT count(*) AS x FROM {objects_view}")
    result = harness.run()
    assert created(result) == ["all_buckets_quilt_all", "one_quilt_names", "two_quilt_names"]
    assert [one["Bucket"] for one in result["Created"]["Views"]] == ["*", "one", "two"]
    assert (result["Files"], result["Unchanged"], result["Remaining"]) == (2, 0, 0)
    again = harness.run()
    assert (again["Created"]["Count"], again["Unchanged"]) == (0, 3)
    assert harness.round_count == 1


def test_execution_without_files_does_not_read_the_catalog(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    harness.register("one")
    monkeypatch.setattr(type(harness.view_rounds.catalog), "walk", lambda _: pytest.fail("the catalog was read"))
    assert harness.run()["Files"] == harness.run("one")["Files"] == 0


def test_deleted_file_has_its_views_deleted(harness: Harness) -> None:
    harness.register("one")
    harness.put("names", NAMES)
    harness.run()
    harness.delete("names")
    assert harness.run()["Deleted"] == {"Count": 1, "Views": ["one_quilt_names"]}
    assert harness.existing_views() == set()
    assert harness.run()["Deleted"]["Count"] == 0


def test_removed_bucket_has_its_views_deleted(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.put("all", "-- scope: global\nSELECT 1 AS x")
    harness.run()
    harness.unregister("one")
    assert harness.run("one")["Deleted"]["Views"] == ["one_quilt_names"]
    assert harness.existing_views() == {"two_quilt_names", "all_buckets_quilt_all"}


def test_removed_bucket_has_its_views_deleted_even_if_the_file_is_invalid(harness: Harness) -> None:
    harness.register("one")
    harness.put("names", NAMES)
    harness.run()
    harness.put("names", "SELECT (")
    harness.unregister("one")
    assert harness.run("one")["Deleted"]["Views"] == ["one_quilt_names"]


@pytest.mark.parametrize("buckets", [(), ("one",)])
def test_invalid_file_keeps_its_existing_views(harness: Harness, buckets: tuple[str, ...]) -> None:
    harness.register("one")
    harness.put("names", NAMES)
    harness.run()
    harness.put("names", "SELECT (")
    harness.put("Wrong name", NAMES)
    result = harness.run(*buckets)
    assert failed(result) == [
        ("Wrong name.sql", None, "InvalidViewFileError"),
        ("names.sql", None, "InvalidViewFileError"),
    ]
    assert harness.existing_views() == {"one_quilt_names"}
    assert result["Deleted"]["Count"] == 0


def test_changed_file_has_its_views_replaced_and_surplus_ones_deleted(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.run()
    harness.put("names", "-- buckets: t*\n" + NAMES)
    result = harness.run()
    assert created(result) == ["two_quilt_names"]
    assert result["Deleted"]["Views"] == ["one_quilt_names"]


def test_dropped_and_outdated_views_are_created_again(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.run()
    harness.drop_view("one_quilt_names")
    harness.put("names", NAMES + " WHERE false")
    assert created(harness.run()) == ["one_quilt_names", "two_quilt_names"]


def test_upgrade_that_changes_the_stacks_views_recreates_custom_views(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.register("one")
    harness.put("names", NAMES)
    harness.run()
    monkeypatch.setattr("quilt_athena.custom_views.statements._COLUMNS", "those of a later release")
    assert created(harness.run()) == ["one_quilt_names"]


def test_unmanaged_tables_are_kept_and_reported(harness: Harness) -> None:
    harness.register("one", "two")
    harness.create_view("one_quilt_names", "SELECT 1 AS x")
    harness.create_view("one_quilt_mine", "SELECT 1 AS x")
    harness.stack.clients.glue.create_table(DatabaseName="quilt_query", TableInput={"Name": "two_quilt_names"})
    harness.put("names", NAMES)
    result = harness.run()
    assert failed(result) == [
        ("names.sql", "one", "UnmanagedTableError"),
        ("names.sql", "two", "UnmanagedTableError"),
    ]
    assert (
        "quilt_query.one_quilt_names already exists and was not created from a file"
        in result["Failed"]["Views"][0]["Reason"]
    )
    assert harness.existing_views() == {"one_quilt_names", "one_quilt_mine", "two_quilt_names"}


def test_copies_of_custom_views_under_other_names_are_kept(harness: Harness) -> None:
    harness.register("one")
    harness.put("names", NAMES)
    harness.run()
    (view,) = harness.view_rounds.catalog.read_exactly(["one_quilt_names"]).values()
    for name in ("my_copy", "one_quilt_copy"):
        harness.create_view(name, stored_sql(view) or "")
    harness.delete("names")
    assert harness.run()["Deleted"]["Views"] == ["one_quilt_names"]
    assert harness.existing_views() == {"my_copy", "one_quilt_copy"}


def test_removed_bucket_keeps_views_of_buckets_with_a_longer_name(harness: Harness) -> None:
    harness.register("abc", "abc-quilt-b")
    harness.put("names", NAMES)
    harness.run()
    harness.unregister("abc")
    assert harness.run("abc")["Deleted"]["Views"] == ["abc_quilt_names"]
    assert harness.existing_views() == {"abc_quilt_b_quilt_names"}


def test_altered_views_are_replaced(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.run()
    (edited,) = harness.view_rounds.catalog.read_exactly(["one_quilt_names"]).values()
    # In the editor of Athena's console, which keeps the mark.
    harness.create_view("one_quilt_names", (stored_sql(edited) or "").replace("name", "'nobody' AS name"))
    # In Glue's console.
    (other,) = harness.view_rounds.catalog.read_exactly(["two_quilt_names"]).values()
    storage = {**other["StorageDescriptor"], "Columns": [{"Name": "y", "Type": "string"}]}
    altered = {key: other[key] for key in ("Name", "Parameters", "TableType", "ViewOriginalText", "ViewExpandedText")}
    harness.stack.clients.glue.update_table(
        DatabaseName="quilt_query",
        TableInput={**altered, "StorageDescriptor": storage},  # type: ignore[typeddict-item]  # plain data
    )
    assert sorted(created(harness.run())) == ["one_quilt_names", "two_quilt_names"]
    assert harness.run()["Unchanged"] == 2


def test_view_without_a_checksum_is_reported_as_failed(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    harness.register("one")
    harness.put("names", NAMES)

    def reject(*_: Any) -> bool:
        raise ServiceRejectedError("glue:UpdateTable failed: InvalidInputException: no")

    monkeypatch.setattr(type(harness.view_rounds.catalog), "add_parameters", reject)
    assert failed(harness.run()) == [("names.sql", "one", "ServiceRejectedError")]


@pytest.mark.parametrize(
    "text", ["-- scope: global\n" + NAMES.replace("{bucket}", "bucket"), "-- buckets: t*\n" + NAMES]
)
def test_replaced_views_are_deleted_once_athena_accepts_the_replacement(harness: Harness, text: str) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.run()
    before = harness.existing_views()
    harness.put("names", text)
    result = harness.run(athena=rejecting("all_buckets_quilt_names", "two_quilt_names"))
    assert (result["Failed"]["Count"], result["Deleted"]["Count"]) == (1, 0)
    assert harness.existing_views() == before
    # The views of a removed bucket are deleted at once.
    harness.unregister("one")
    result = harness.run(athena=rejecting("all_buckets_quilt_names", "two_quilt_names"))
    assert result["Deleted"]["Views"] == ["one_quilt_names"]
    harness.run()
    assert harness.existing_views() == {"all_buckets_quilt_names" if "global" in text else "two_quilt_names"}


def test_renamed_file_has_its_new_view_before_the_old_one_is_deleted(harness: Harness) -> None:
    harness.register("one")
    harness.put("names", NAMES)
    harness.run()
    harness.delete("names")
    harness.put("titles", NAMES)

    def check(_: str, __: Mapping[str, Any]) -> None:
        assert "one_quilt_names" in harness.existing_views()

    assert harness.run(athena=check)["Deleted"]["Views"] == ["one_quilt_names"]
    assert harness.existing_views() == {"one_quilt_titles"}
