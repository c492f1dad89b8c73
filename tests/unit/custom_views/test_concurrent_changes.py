"""Changes that others make during an execution, and an interrupted execution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from quilt_athena.catalog.views import stored_sql
from quilt_athena.custom_views.statements import CHECKSUM_PARAMETER, checksum_of
from tests.unit.custom_views.harness import NAMES, Harness, created


def test_view_created_by_another_execution_counts_as_created(harness: Harness) -> None:
    harness.register("one")
    harness.put("names", NAMES)

    def race(name: str, statement: Mapping[str, Any]) -> dict[str, str]:
        harness.create_view(name, statement["QueryString"].partition(" AS ")[2])
        if statement["Tries"]:
            (found,) = harness.view_rounds.catalog.read_exactly([name]).values()
            harness.view_rounds.catalog.add_parameters(found, {CHECKSUM_PARAMETER: checksum_of(found)})
        return {"Error": "QueryFailed", "Reason": "Table was concurrently modified"}

    result = harness.run(athena=race)
    assert (created(result), result["Failed"]["Count"]) == (["one_quilt_names"], 0)
    # Only the checksum shows that nobody has altered it.
    assert harness.waits == [0, 15]


def test_file_changed_during_an_execution_is_read_again(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)
    harness.put("old", NAMES)
    harness.run()
    harness.put("names", NAMES + " WHERE 1 = 1")
    harness.delete("old")
    done: list[str] = []

    def change(name: str, _: Mapping[str, Any]) -> None:
        if name == "two_quilt_names" and not done:
            done.append(name)
            harness.put("names", NAMES + " WHERE 2 = 2")
            harness.put("old", NAMES)

    result = harness.run(athena=change)
    for name in ("one_quilt_names", "two_quilt_names"):
        (table,) = harness.view_rounds.catalog.read_exactly([name]).values()
        assert "2 = 2" in (stored_sql(table) or "")
    assert harness.existing_views() == {
        f"{bucket}_quilt_{file}" for bucket in ("one", "two") for file in ("names", "old")
    }
    assert (result["Created"]["Count"], result["Deleted"]["Count"], result["Unchanged"]) == (4, 0, 0)


def test_files_that_keep_changing_are_left_to_the_next_execution(harness: Harness) -> None:
    harness.register("one")
    harness.put("old", NAMES)
    harness.run()
    harness.delete("old")
    harness.put("names", NAMES)
    numbers = iter(range(100))

    def change(_: str, __: Mapping[str, Any]) -> None:
        harness.put("names", f"{NAMES} WHERE {next(numbers)} > 0")

    result = harness.run(athena=change)
    assert (next(numbers), result["Remaining"]) == (4, 1)
    assert harness.run()["Deleted"]["Views"] == ["one_quilt_old"]


def test_bucket_removed_during_an_execution_has_no_views_left(harness: Harness) -> None:
    harness.register("one", "two")
    harness.put("names", NAMES)

    def remove(name: str, _: Mapping[str, Any]) -> None:
        if name == "one_quilt_names":
            harness.unregister("one")

    result = harness.run(athena=remove)
    assert result["Deleted"]["Views"] == ["one_quilt_names"]
    assert harness.existing_views() == {"two_quilt_names"}


def test_execution_continues_after_an_interrupted_one(harness: Harness) -> None:
    harness.register("one", "two", "three")
    harness.put("names", NAMES)

    class ExecutionInterruptedError(Exception):
        pass

    def interrupt(name: str, _: Mapping[str, Any]) -> None:
        if name == "three_quilt_names":
            raise ExecutionInterruptedError

    with pytest.raises(ExecutionInterruptedError):
        harness.run(athena=interrupt)
    result = harness.run()
    assert (result["Unchanged"] + result["Created"]["Count"], result["Failed"]["Count"]) == (3, 0)
    assert harness.existing_views() == {"one_quilt_names", "two_quilt_names", "three_quilt_names"}
