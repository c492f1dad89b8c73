"""The table that a statement is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


_CREATE = re.compile(
    rf"CREATE\s+(?P<external>EXTERNAL\s+)?TABLE\s+(?P<exists>IF\s+NOT\s+EXISTS\s+)?{NAME}\s*(?P<next>\(|WITH\b|AS\b)",
    re.I,
)
_ICEBERG = re.compile(r"table_type['\"]?\s*=\s*'iceberg'", re.I)


@dataclass(frozen=True)
class Created:
    """The beginning of a CREATE TABLE; ``name`` is database and table."""

    name: tuple[str, str]
    external: bool
    if_not_exists: bool
    from_query: bool


def created(text: str, database: str) -> Created | None:
    """The Iceberg table that a statement creates; None if it doesn't create one."""
    statement = without_comment(text)
    head = _CREATE.match(statement)
    name = parse_name(head["name"], database) if head else None
    if head is None or name is None or not _ICEBERG.search(statement):
        return None
    return Created(name, bool(head["external"]), bool(head["exists"]), head["next"] != "(")


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
