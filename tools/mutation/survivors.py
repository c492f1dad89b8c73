"""The committed list of mutants that no test notices, each with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.mutation.mutants import Mutant, Outcome

LIST = Path(__file__).with_name("survivors.toml")
Key = tuple[str, str, str, str]
#: Of the mutants that tests could notice, at least this part must be killed, in each area.
REQUIRED = 0.92


@dataclass(frozen=True)
class Survivors:
    """The listed mutants; those in ``equivalent`` behave as the code does, so that no test can notice them."""

    listed: frozenset[Key]
    equivalent: frozenset[Key]

    @classmethod
    def read(cls, path: Path = LIST) -> Survivors:
        """Read the list.

        Raises:
            ValueError: a group has no reason, or a mutant is listed twice.
        """
        listed: set[Key] = set()
        equivalent: set[Key] = set()
        for group in tomllib.loads(path.read_text(encoding="utf-8")).get("group", []):
            if not group["reason"].strip():
                raise ValueError(f"{path}: a group of survivors has no reason")
            for one in group["mutants"]:
                key = (one["file"], one["place"], one["before"], one["after"])
                if key in listed:
                    raise ValueError(f"{path}: {key} is listed twice")
                listed.add(key)
                if group["equivalent"]:
                    equivalent.add(key)
        return cls(frozenset(listed), frozenset(equivalent))

    def problems(self, outcomes: Mapping[Mutant, Outcome], *, complete: bool) -> list[str]:
        """What is wrong with the outcomes of an area; ``complete`` if those are of all its mutants."""
        found = [
            f"It survived and is not listed:\n{as_toml(mutant)}"
            for mutant, outcome in outcomes.items()
            if outcome is Outcome.SURVIVED and mutant.key not in self.listed
        ]
        found += [
            f"It is listed as a survivor, but a test fails for it: remove it from {LIST.name}\n{mutant}"
            for mutant, outcome in outcomes.items()
            if outcome is Outcome.KILLED and mutant.key in self.listed
        ]
        if complete:
            existing = {mutant.key for mutant in outcomes}
            files = {key[0] for key in existing}
            gone = sorted(key for key in self.listed - existing if key[0] in files)
            found += [f"There is no such mutant any more: remove it from {LIST.name}\n{key}" for key in gone]
            if (part := self.killed(outcomes)) < REQUIRED:
                found.append(f"Only {part:.1%} of the mutants that tests could notice were killed, not {REQUIRED:.0%}")
        return found

    def killed(self, outcomes: Mapping[Mutant, Outcome]) -> float:
        """The part of the mutants that are not equivalent for which a test fails."""
        counted = [outcome for mutant, outcome in outcomes.items() if mutant.key not in self.equivalent]
        return sum(outcome is not Outcome.SURVIVED for outcome in counted) / len(counted) if counted else 1.0


def as_toml(mutant: Mutant) -> str:
    """A mutant as an entry of the list."""
    fields: Iterable[tuple[str, str]] = zip(("file", "place", "before", "after"), mutant.key, strict=True)
    return "  { " + ", ".join(f"{name} = {_quoted(value)}" for name, value in fields) + " },"


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
