"""Mutation testing: which faults are made, what the tests make of them, and how the list of survivors is checked."""

from __future__ import annotations

import json
import weakref
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from tools.mutation.areas import AREAS
from tools.mutation.code_objects import ImportedFunctions
from tools.mutation.definition import mutants_of_definition
from tools.mutation.jsonata_code import mutants_of_jsonata
from tools.mutation.mutants import ROOT, Mutant, Outcome
from tools.mutation.python_code import mutants_of_python
from tools.mutation.survivors import Survivors, as_toml

SOURCE = '''"""Module."""
from __future__ import annotations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

LIMIT = 10


class Box:
    def fits(self, size: int | Decimal) -> bool | None:
        return size <= LIMIT and size != 3
'''
PATH = ROOT / "box.py"


def changes(mutants: Sequence[Mutant]) -> set[tuple[str, str]]:
    return {(mutant.place, mutant.after) for mutant in mutants}


def test_python_has_faults_in_constants_and_functions_but_not_in_annotations() -> None:
    assert changes([*mutants_of_python(PATH, SOURCE)]) == {
        ("module", "LIMIT = 11"),
        ("module", "LIMIT = 9"),
        ("Box.fits", "return size < LIMIT and size != 3"),
        ("Box.fits", "return size > LIMIT and size != 3"),
        ("Box.fits", "return size <= LIMIT or size != 3"),
        ("Box.fits", "return size <= LIMIT and size == 3"),
        ("Box.fits", "return size <= LIMIT and size != 4"),
        ("Box.fits", "return size <= LIMIT and size != 2"),
    }


def test_python_has_no_faults_where_only_mistakes_are_rejected() -> None:
    source = """@dataclass(frozen=True)
class Box:
    config = Config(strict=True)

    def pairs(self):
        return zip(self.a, self.b, strict=True)
"""
    assert {after for _, after in changes([*mutants_of_python(PATH, source)])} == {"", "config = Config(strict=False)"}


def test_jsonata_has_faults_in_operators_numbers_names_and_regular_expressions() -> None:
    text = "{% $Attempt < 2 and $contains($Reason, /one|two/) ? 'FAILED' : 'It took too long' %}"
    faults = {mutated.removeprefix("{% ").removesuffix(" %}") for _, _, mutated in mutants_of_jsonata(text)}
    rest = "and $contains($Reason, /one|two/) ? 'FAILED' : 'It took too long'"
    assert faults == {
        f"$Attempt <= 2 {rest}",
        f"$Attempt >= 2 {rest}",
        f"$Attempt < 3 {rest}",
        f"$Attempt < 1 {rest}",
        f"$Attempt < 2 {rest.replace('and', 'or')}",
        f"$Attempt < 2 {rest.replace('one|two', 'one')}",
        f"$Attempt < 2 {rest.replace('one|two', 'two')}",
        f"$Attempt < 2 {rest.replace('FAILED', 'XFAILED')}",
    }


def test_definition_has_faults_in_rules_transitions_times_and_variables() -> None:
    definition = {
        "StartAt": "Call",
        "States": {
            "Call": {
                "Type": "Task",
                "Comment": "not mutated",
                "TimeoutSeconds": 5,
                "Retry": [{"ErrorEquals": ["A", "B"], "MaxAttempts": 2}],
                "Catch": [{"ErrorEquals": ["C"], "Next": "End"}, {"ErrorEquals": ["States.ALL"], "Next": "Call"}],
                "Assign": {"Known": False},
                "Next": "End",
            },
            "End": {"Type": "Succeed"},
        },
    }
    found = {(one.place, one.after) for one in mutants_of_definition(ROOT / "a.asl.json", json.dumps(definition))}
    assert found == {
        ("StartAt", '"End"'),
        ("Call.TimeoutSeconds", "10"),
        ("Call.TimeoutSeconds", "2"),
        ("Call.Retry.0", "(missing)"),
        ("Call.Retry.0.ErrorEquals.0", "(missing)"),
        ("Call.Retry.0.ErrorEquals.1", "(missing)"),
        ("Call.Retry.0.MaxAttempts", "3"),
        ("Call.Retry.0.MaxAttempts", "1"),
        ("Call.Catch.0", "(missing)"),
        ("Call.Catch.0", "(after States.ALL -> Call)"),
        ("Call.Catch.0.ErrorEquals.0", "(missing)"),
        ("Call.Catch.0.Next", '"Call"'),
        ("Call.Catch.1", "(missing)"),
        ("Call.Catch.1.ErrorEquals.0", "(missing)"),
        ("Call.Catch.1.Next", '"End"'),
        ("Call.Assign.Known", "(missing)"),
        ("Call.Assign.Known", "true"),
        ("Call.Next", '"Call"'),
    }


def test_functions_get_the_code_of_a_mutant_unless_it_differs_at_import(tmp_path: Path) -> None:
    path = str(tmp_path / "box.py")
    imported: dict[str, object] = {}
    exec(compile(SOURCE, path, "exec", dont_inherit=True), imported)  # noqa: S102 - the text above
    box = imported["Box"]()  # type: ignore[operator]  # a class
    functions = ImportedFunctions()
    assert not functions.replace(path, SOURCE, SOURCE.replace("10", "2"))
    assert box.fits(3) is False
    assert functions.replace(path, SOURCE, SOURCE.replace("!= 3", "== 3"))
    assert box.fits(3) is True


def test_functions_are_found_beside_references_to_what_no_longer_exists() -> None:
    box = type("Box", (), {})()
    reference = weakref.proxy(box)
    del box
    with pytest.raises(ReferenceError):
        assert reference.size
    ImportedFunctions()


@cache
def computed() -> object:
    return object()


@cache
def kept() -> object:
    return object()


def test_caches_of_the_project_are_cleared_but_for_those_that_hold_for_every_mutant() -> None:
    before = computed(), kept()
    ImportedFunctions([f"{__name__}.kept"]).clear_caches()
    assert (computed() is before[0], kept() is before[1]) == (False, True)


MUTANT, OTHER = [*mutants_of_python(PATH, SOURCE)][:2]


def listed(folder: Path, *mutants: Mutant, equivalent: bool = False, reason: str = "Harmless") -> Survivors:
    """The list with one group."""
    entries = "\n".join(map(as_toml, mutants))
    path = folder / "survivors.toml"
    path.write_text(
        f'[[group]]\nreason = "{reason}"\nequivalent = {str(equivalent).lower()}\nmutants = [\n{entries}\n]\n'
    )
    return Survivors.read(path)


def test_survivor_must_be_listed(tmp_path: Path) -> None:
    outcomes = {MUTANT: Outcome.SURVIVED, OTHER: Outcome.KILLED}
    assert listed(tmp_path, MUTANT).problems(outcomes, complete=False) == []
    (problem,) = listed(tmp_path).problems(outcomes, complete=False)
    assert problem == f"It survived and is not listed:\n{as_toml(MUTANT)}"


def test_listed_mutant_must_survive(tmp_path: Path) -> None:
    survivors = listed(tmp_path, MUTANT)
    (problem,) = survivors.problems({MUTANT: Outcome.KILLED}, complete=False)
    assert "a test fails for it" in problem
    assert survivors.problems({MUTANT: Outcome.TIMED_OUT}, complete=False) == []
    (problem,) = survivors.problems({OTHER: Outcome.KILLED}, complete=True)
    assert "no such mutant any more" in problem


def test_survivor_of_another_file_of_the_same_name_is_not_missing(tmp_path: Path) -> None:
    other = next(mutants_of_python(ROOT / "another" / "box.py", SOURCE))
    assert listed(tmp_path, other).problems({MUTANT: Outcome.KILLED}, complete=True) == []


def test_too_many_survivors_are_a_problem_though_listed(tmp_path: Path) -> None:
    outcomes = {MUTANT: Outcome.SURVIVED, OTHER: Outcome.KILLED}
    (problem,) = listed(tmp_path, MUTANT).problems(outcomes, complete=True)
    assert problem == "Only 50.0% of the mutants that tests could notice were killed, not 92%"
    assert listed(tmp_path, MUTANT, equivalent=True).problems(outcomes, complete=True) == []


def test_survivors_need_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no reason"):
        listed(tmp_path, MUTANT, reason=" ")


def test_committed_list_and_areas_name_what_exists() -> None:
    names = {f"{path.parent.name}/{path.name}" for area in AREAS for path in area.paths()}
    assert {key[0] for key in Survivors.read().listed} <= names
    for area in AREAS:
        assert all((ROOT / test).exists() for test in area.tests)
        for module, _, name in (one.rpartition(".") for one in area.keeps):
            assert hasattr(getattr(import_module(module), name), "cache_clear")
