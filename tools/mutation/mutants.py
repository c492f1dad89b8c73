"""A mutant: one fault in one file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Outcome(Enum):
    """What the tests made of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@dataclass(frozen=True)
class Mutant:
    """A file's content with one fault in it.

    ``place`` is the function, class or state that has the fault. ``before`` and ``after`` are the code that differs;
    together with file and place they identify a mutant, whatever changes elsewhere in the file.
    """

    path: Path
    place: str
    before: str
    after: str
    text: str
    lines: range = range(0)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What identifies it in the list of survivors; several folders have a file of the same name."""
        return (f"{self.path.parent.name}/{self.path.name}", self.place, self.before, self.after)

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}: {self.place}\n    - {self.before}\n    + {self.after}"
