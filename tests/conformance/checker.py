"""Runs cases in the local engine, and compares its results with the recorded ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from threading import Timer

from local.engine import CancelToken, Engine, QueryError, QueryResult
from tests.conformance.athena_text import athena_text, same
from tests.conformance.cases import Case, CaseFile, Result
from tests.conformance.sample_lake import DATABASE, sample_lake
from tests.conformance.types import spelled, type_name

#: A statement that takes longer fails: none of them reads more than a few kilobytes.
_SECONDS = 30
KNOWN_FAILURES = Path(__file__).parent / "known_failures.txt"


class Outcome(Enum):
    """What became of a case."""

    EQUAL = "equal"
    NOT_SUPPORTED = "not supported"
    WRONG_TYPE = "wrong type"
    WRONG_ERROR = "wrong error"
    WRONG = "wrong"


@dataclass(frozen=True)
class Checked:
    """A case, its outcome, and the first difference."""

    case: Case
    outcome: Outcome
    difference: str = ""

    @property
    def passed(self) -> bool:
        """Whether the engine does what the case says: it may reject only what the case declares."""
        wanted = Outcome.NOT_SUPPORTED if self.case.not_supported_because else Outcome.EQUAL
        return self.outcome is wanted


class Checker:
    """Runs cases over the sample tables, which it creates once."""

    def __init__(self, files: Iterable[CaseFile]) -> None:
        lake = sample_lake(files)
        self._engine = Engine(lake, lake)

    def check(self, case: Case) -> Checked:
        """Run one case."""
        expected = case.athena or case.trino
        if expected is None:
            raise ValueError(f"{case.topic}: no result is recorded of: {case.statement}")
        cancel = CancelToken()
        timer = Timer(_SECONDS, cancel.cancel)
        timer.start()
        try:
            result = self._engine.run(case.statement, database=DATABASE, parameters=case.parameters, cancel=cancel)
        except QueryError as error:
            return _failed(case, expected, error.reason)
        except Exception as error:  # an engine that crashes fails this case, and no other
            return Checked(case, Outcome.WRONG, f"{type(error).__name__}: {error}")
        finally:
            timer.cancel()
        if expected.error:
            return Checked(case, Outcome.WRONG, f"returned {_shown(result)}, expected {expected.error}")
        return _compared(case, expected, result)


def known_failures() -> dict[str, str]:
    """The lines of known_failures.txt, by the keys of their cases."""
    lines = KNOWN_FAILURES.read_text(encoding="utf-8").splitlines()
    return {" ".join(line.split()[:2]): line for line in lines if line and not line.startswith("#")}


def write_known_failures(failed: Iterable[Checked]) -> None:
    """Replace known_failures.txt."""
    kept = [line for line in KNOWN_FAILURES.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines = [f"{one.case.key}  {' '.join(one.case.statement.split())[:100]}" for one in failed]
    KNOWN_FAILURES.write_text("\n".join([*kept, *sorted(lines)]) + "\n", encoding="utf-8")


def _failed(case: Case, expected: Result, reason: str) -> Checked:
    name = reason.partition(":")[0]
    if name == expected.error:
        return Checked(case, Outcome.EQUAL)
    if name == "NOT_SUPPORTED":
        return Checked(case, Outcome.NOT_SUPPORTED, reason)
    wanted = expected.error or "rows"
    return Checked(case, Outcome.WRONG_ERROR, f"failed with {reason}, expected {wanted}")


def _compared(case: Case, expected: Result, result: QueryResult) -> Checked:
    names = [column.name for column in result.columns]
    if names != [name for name, _ in expected.columns]:
        return Checked(case, Outcome.WRONG, f"columns {names}, expected {[name for name, _ in expected.columns]}")
    kinds = [type_name(kind) for _, kind in expected.columns]
    wanted = [tuple(map(athena_text, row, kinds)) for row in expected.rows]
    actual = list(result.rows)
    if not case.is_ordered:
        wanted, actual = sorted(wanted, key=repr), sorted(actual, key=repr)
    if len(actual) != len(wanted):
        return Checked(case, Outcome.WRONG, f"{len(actual)} rows, expected {len(wanted)}: {actual[:3]}")
    for got, want in zip(actual, wanted, strict=True):
        if not all(map(same, got, want, kinds)):
            return Checked(case, Outcome.WRONG, f"row {got}, expected {want}")
    for column, (_, kind) in zip(result.columns, expected.columns, strict=True):
        if spelled(column.type) != spelled(kind):
            return Checked(case, Outcome.WRONG_TYPE, f"type {column.type}, expected {kind}")
    return Checked(case, Outcome.EQUAL)


def _shown(result: QueryResult) -> str:
    return f"{[(column.name, column.type) for column in result.columns]} {result.rows[:3]}"
