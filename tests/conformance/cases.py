"""Cases: statements with their results, and the files that have them, as text."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

#: What the lines of results begin with, and those of results in Athena.
RESULT, ATHENA = "-->", "athena "
_PLAIN_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class Result:
    """What a statement returns: columns (name and Trino's type) and rows as Trino's protocol has them, or an error.

    ``error`` is an error name; ``message`` is for readers, and isn't compared.
    """

    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    error: str = ""
    message: str = ""

    def lines(self) -> list[str]:
        """The lines of a case file, without their prefix."""
        if self.error:
            return [f"error {self.error}: {' '.join(self.message.split())}"]
        names = [name if _PLAIN_NAME.fullmatch(name) else json.dumps(name) for name, _ in self.columns]
        head = " | ".join(f"{name} {kind}" for name, (_, kind) in zip(names, self.columns, strict=True))
        return [head, *(json.dumps(row, ensure_ascii=False) for row in self.rows)]


@dataclass
class Case:
    """A statement, what Trino returned (None: not recorded yet), and what differs in Athena or in the local engine."""

    topic: str
    section: str
    statement: str
    trino: Result | None = None
    athena: Result | None = None
    athena_reason: str = ""
    not_supported_because: str = ""
    parameters: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Identifies the case as long as its statement is the same."""
        digest = hashlib.sha256(json.dumps([self.statement, self.parameters]).encode()).hexdigest()
        return f"{self.topic} {digest[:8]}"

    @property
    def is_ordered(self) -> bool:
        """Whether the order of rows counts: the statement itself ends in ORDER BY."""
        text, before = re.sub(r"'[^']*'", "''", self.statement), ""
        while text != before:
            text, before = re.sub(r"\([^()]*\)", "", text), text
        return re.search(r"\bORDER\s+BY\b", text, re.I) is not None

    def record(self, found: Result) -> None:
        """Take in what Trino returned. Rows in another order are the same, unless their order counts."""
        if self.is_ordered or self.trino is None or sorted(found.lines()) != sorted(self.trino.lines()):
            self.trino = found


@dataclass(frozen=True)
class LinesTable:
    """A table over literal lines: its Hive columns, the short name of its SerDe, and the SerDe's properties."""

    name: str
    columns: tuple[tuple[str, str], ...]
    serde: str
    properties: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


@dataclass
class CaseFile:
    """A file: text (kept as it is) and cases in their order, and the tables that it declares."""

    topic: str
    parts: list[str | Case] = field(default_factory=list)
    tables: list[LinesTable] = field(default_factory=list)

    @property
    def cases(self) -> list[Case]:
        """The cases in their order."""
        return [part for part in self.parts if isinstance(part, Case)]

    def text(self) -> str:
        """The content of the file, with the results that the cases have now."""
        return "".join(part if isinstance(part, str) else _render(part) for part in self.parts)


def _render(case: Case) -> str:
    lines = [f"{RESULT} {line}" for line in case.trino.lines()] if case.trino else []
    lines += [f"{RESULT} {ATHENA}{line}" for line in case.athena.lines()] if case.athena else []
    return "\n".join([case.statement + ";", *lines]) + "\n"
