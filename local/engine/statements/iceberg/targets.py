"""The table that a statement is about."""

from __future__ import annotations

import re

from local.engine.interface import CATALOG

_PART = r'(?:`[^`]+`|"[^"]+"|\w+)'
NAME = rf"(?P<name>{_PART}(?:\s*\.\s*{_PART}){{0,2}})"
_COMMENTS = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)+", re.DOTALL)
_HEAD = re.compile(
    r"(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE|MERGE\s+INTO|OPTIMIZE|VACUUM|ALTER\s+TABLE|DROP\s+TABLE(?:\s+IF\s+EXISTS)?"
    r"|SHOW\s+CREATE\s+TABLE|SHOW\s+TBLPROPERTIES|DESC(?:RIBE)?(?:\s+(?:FORMATTED|EXTENDED))?"
    rf"|SHOW\s+COLUMNS\s+(?:IN|FROM))\s+{NAME}",
    re.I,
)


def without_comment(text: str) -> str:
    """A statement without the blanks and comments before it."""
    found = _COMMENTS.match(text)
    return text[found.end() :] if found else text


def target(text: str, database: str) -> tuple[str, str] | None:
    """The database and the table that a statement changes or shows; None if it doesn't name one in this place."""
    found = _HEAD.match(without_comment(text))
    return parse_name(found["name"], database) if found else None


def parse_name(name: str, database: str) -> tuple[str, str] | None:
    """Database and table; None if the name has another catalog.

    In Hive's DDL one pair of backticks may hold both.
    """
    parts = [part for quoted in re.findall(_PART, name) for part in _unquoted(quoted)]
    if len(parts) == 3 and parts[0] == CATALOG:
        parts = parts[1:]
    if len(parts) > 2:
        return None
    return (parts[0], parts[1]) if len(parts) == 2 else (database, parts[0])


def _unquoted(part: str) -> list[str]:
    if part.startswith("`"):
        return part.strip("`").lower().split(".")
    return [part.strip('"').lower()]
