"""What is mutated, and the unit tests that must notice."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.mutation.definition import mutants_of_definition
from tools.mutation.mutants import ROOT, Mutant
from tools.mutation.python_code import mutants_of_python

LAYER = ROOT / "layers" / "quilt_athena" / "quilt_athena"
UNIT = "tests/unit"


@dataclass(frozen=True)
class Area:
    """Files that are mutated, and the tests of them, in the order in which they are cheapest.

    ``files`` are patterns below the layer's package, or below the repository for state machine definitions. ``keeps``
    are cached functions of the tests whose results follow from their arguments alone, whatever is mutated.
    """

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    keeps: tuple[str, ...] = ()

    def paths(self) -> list[Path]:
        """The files; each pattern must match one."""
        found = [sorted((ROOT if pattern.endswith(".json") else LAYER).glob(pattern)) for pattern in self.files]
        if not all(found):
            raise FileNotFoundError(f"a pattern of {self.name} matches no file")
        return [path for paths in found for path in paths]

    def mutants(self, since: str | None = None) -> Iterator[Mutant]:
        """The mutants of all files, or those that they did not have at a git revision."""
        for path in self.paths():
            old = {mutant.key for mutant in _mutants(path, _text_at(since, path))} if since else set()
            yield from (mutant for mutant in _mutants(path, path.read_text("utf-8")) if mutant.key not in old)


def _mutants(path: Path, text: str) -> Iterator[Mutant]:
    if text:
        yield from mutants_of_definition(path, text) if path.suffix == ".json" else mutants_of_python(path, text)


def _text_at(revision: str, path: Path) -> str:
    """A file's text at a git revision; empty if it had none."""
    known = ["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]
    subprocess.run(known, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    shown = ["git", "show", f"{revision}:{path.relative_to(ROOT)}"]
    return subprocess.run(shown, cwd=ROOT, check=False, capture_output=True, text=True).stdout


AREAS: Sequence[Area] = (
    Area("names", ("names.py",), (f"{UNIT}/test_names.py", f"{UNIT}/golden/test_table_names.py")),
    Area(
        "literals",
        ("query/literals.py", "contracts/json_numbers.py"),
        (f"{UNIT}/query/test_literals.py", f"{UNIT}/contracts/test_json_numbers.py"),
    ),
    Area(
        "results",
        (
            "query/results.py",
            "query/fetching.py",
            "query/csv_results.py",
            "query/rows.py",
            "query/pricing.py",
            "query/result_files.py",
        ),
        (
            f"{UNIT}/query/test_results.py",
            f"{UNIT}/query/test_csv_results.py",
            f"{UNIT}/query/test_pricing.py",
            f"{UNIT}/query/test_result_files.py",
            f"{UNIT}/query/test_handlers.py",
        ),
    ),
    Area(
        "registration",
        ("registration/*.py",),
        # Not the faults, which take most of the time of this folder and go through the same code.
        (
            f"{UNIT}/registration/test_codec.py",
            f"{UNIT}/registration/test_events.py",
            f"{UNIT}/registration/test_registrar.py",
            f"{UNIT}/registration/test_registration.py",
            f"{UNIT}/registration/test_registry.py",
            f"{UNIT}/functions/test_onboard_bucket.py",
            f"{UNIT}/schemas",
        ),
    ),
    Area("packages", ("packages/*.py",), (f"{UNIT}/packages", f"{UNIT}/schemas")),
    Area(
        "query-machine",
        ("statemachines/query.asl.json",),
        (
            f"{UNIT}/query/test_calls.py",
            f"{UNIT}/query/test_scenarios.py",
            f"{UNIT}/query/test_decisions.py",
            f"{UNIT}/query/test_causes.py",
            f"{UNIT}/query/test_polling.py",
            f"{UNIT}/query/test_paths.py",
        ),
        # They parse and evaluate expressions, by their texts.
        (
            "tests.unit.query.asl.expression",
            "tests.unit.query.scenario._parsed",
            "tests.unit.query.walk._evaluated",
            "tests.unit.query.walk._parsed",
        ),
    ),
)
