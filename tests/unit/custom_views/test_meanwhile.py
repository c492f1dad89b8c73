"""What others do while views are made, and an execution that is killed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from quilt_athena.catalog.views import stored_sql
from quilt_athena.custom_views.statements import SEAL_PARAMETER, seal_of
from tests.unit.custom_views.workshop import NAMES, Workshop, views


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
