"""What completes a word of SQL or of a command, by the text before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from quilt_athena.cli.shell.runner import COMMANDS

#: Those that people type most; of functions, those that need no other tool to be found.
KEYWORDS = (
    "AND", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "COUNT", "CROSS JOIN", "DESC", "DESCRIBE", "DISTINCT", "ELSE",
    "END", "EXISTS", "EXPLAIN", "FROM", "GROUP BY", "HAVING", "IN", "INNER JOIN", "IS NOT NULL", "IS NULL", "JOIN",
    "LEFT JOIN", "LIKE", "LIMIT", "NOT", "NULL", "ON", "OR", "ORDER BY", "SELECT", "SHOW TABLES", "SUM", "THEN",
    "UNION ALL", "UNNEST", "USING", "WHEN", "WHERE", "WITH", "json_array_contains", "json_extract",
    "json_extract_scalar", "max_by", "min_by", "regexp_like", "substr", "try_cast",
)  # fmt: skip
_WORD = re.compile(r"[\w\\?]*\Z")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class Names:
    """What exists: tables and views with their columns, and saved queries."""

    tables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    queries: Sequence[str] = ()


@dataclass(frozen=True)
class Word:
    """A word that completes what was typed, and what it is."""

    text: str
    kind: str


def completions(text: str, names: Names) -> tuple[str, list[Word]]:
    """The beginning of the word at the end of ``text``, and the words that complete it."""
    match = _WORD.search(text)
    begin = match[0] if match else ""
    if text.lstrip().startswith("\\run ") and len(text.split()) <= 1 + bool(begin):
        begin = text.split()[-1] if text[-1:] != " " else ""  # names of queries have hyphens
        return begin, _matching(begin, [Word(name, "saved query") for name in names.queries])
    before = text[: len(text) - len(begin)]
    return begin, _matching(begin, _candidates(before, text, names))


def _candidates(before: str, text: str, names: Names) -> Iterator[Word]:
    if before.strip() == "" and text.strip().startswith("\\"):
        yield from (Word(f"\\{name}", "command") for name in COMMANDS)
        return
    tables = [Word(name, "table") for name in names.tables]
    if before.lstrip().startswith("\\d"):
        yield from tables
        return
    if before.endswith("."):
        table = _NAME.findall(before)[-1:] or [""]
        yield from (Word(column, "column") for column in names.tables.get(table[0], ()))
        yield from tables  # after the name of the database
        return
    if re.search(r"\b(from|join|describe|into|table)\s+\Z", before, re.IGNORECASE):
        yield from tables
        return
    mentioned = [name for name in dict.fromkeys(_NAME.findall(text)) if name in names.tables]
    columns = (column for name in mentioned or names.tables for column in names.tables[name])
    yield from (Word(column, "column") for column in dict.fromkeys(columns))
    yield from tables
    yield from (Word(keyword, "keyword") for keyword in KEYWORDS)


def _matching(begin: str, words: Iterable[Word]) -> list[Word]:
    return [word for word in words if word.text.lower().startswith(begin.lower()) and word.text != begin]
