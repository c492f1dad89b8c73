"""The saved queries that the stack ships: a file each, in `saved/`.

A file is a comment that describes the query, a comment that names its parameters, and the SQL. Requests get the SQL
from here. template.yaml repeats it (`python -m tools.saved_queries`), so that consoles show the queries, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "saved"

_HEADER = re.compile(r"-- (?P<description>.+)\n-- Parameters: (?P<parameters>.+)\n(?P<sql>(?!--)[\s\S]+)")


@dataclass(frozen=True)
class StackQuery:
    """A saved query of the stack; `parameters` name its `?` in order."""

    name: str
    description: str
    parameters: tuple[str, ...]
    sql: str

    @classmethod
    def read(cls, path: Path) -> StackQuery:
        """Read a file.

        Raises:
            ValueError: its header is missing, or names another number of parameters than the SQL has.
        """
        match = _HEADER.fullmatch(path.read_text(encoding="utf-8"))
        if match is None:
            raise ValueError(f"{path.name}: expected `-- <description>`, `-- Parameters: <names>`, and the SQL")
        names = tuple(name.strip() for name in match["parameters"].split(","))
        sql = match["sql"].strip()
        if sql.count("?") != len(names):
            raise ValueError(f"{path.name}: {len(names)} parameters are named, and the SQL has {sql.count('?')}")
        return cls(path.stem, match["description"], names, sql)


@cache
def stack_queries() -> dict[str, StackQuery]:
    """All of them, by name."""
    return {path.stem: StackQuery.read(path) for path in sorted(FOLDER.glob("*.sql"))}
