"""The properties of CREATE TABLE ... AS and UNLOAD, ``(format = 'ORC', partitioned_by = ARRAY['a', 'b'])``."""

from __future__ import annotations

import re
from typing import Any

from local.engine.statements.tokens import Cursor

_ENDING = re.compile(r"\bWITH\s+(?P<no>NO\s+)?DATA\s*$", re.I)


def read_options(cursor: Cursor) -> dict[str, Any]:
    """Read the properties: strings, numbers as text, booleans, and arrays of strings. Raises QueryError."""
    cursor.expect("(")
    options: dict[str, Any] = {}
    while not cursor.accept(")"):
        name = cursor.name()
        cursor.expect("=")
        options[name] = _value(cursor)
        if not cursor.at(")"):
            cursor.expect(",")
    return options


def _value(cursor: Cursor) -> Any:
    if cursor.accept("ARRAY", "["):
        items: list[str] = []
        while not cursor.accept("]"):
            items.append(cursor.trino_string())
            cursor.accept(",")
        return items
    if cursor.accept("TRUE"):
        return True
    if cursor.accept("FALSE"):
        return False
    return cursor.trino_string() if cursor.next.kind == "string" else cursor.literal()


def without_data(query: str) -> tuple[str, bool]:
    """The query of CREATE TABLE ... AS without ``WITH [NO] DATA`` at its end, and whether its rows are written."""
    found = _ENDING.search(query)
    return (query[: found.start()], not found["no"]) if found else (query, True)
