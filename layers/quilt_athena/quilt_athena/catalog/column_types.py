"""Conversion of column types between Hive (Glue tables) and Presto (Athena's query language).

``array<struct<type:string>>`` is ``array(row(type varchar))``. Source: Trino's ``HiveTypeTranslator`` and Athena's
"Data types" page. A type that the other side does not have is rejected: with a guess, Athena would call the view stale.
"""

import re
from collections.abc import Iterator

from quilt_athena.errors import InvalidViewError

_TO_PRESTO = {
    "boolean": "boolean",
    "tinyint": "tinyint",
    "smallint": "smallint",
    "int": "integer",
    "bigint": "bigint",
    "float": "real",
    "double": "double",
    "string": "varchar",
    "binary": "varbinary",
    "date": "date",
    "timestamp": "timestamp(3)",
}
_TO_HIVE = {presto: hive for hive, presto in _TO_PRESTO.items()} | {"timestamp": "timestamp"}
_SIZED = re.compile(r"(varchar|char|decimal)\((\d+(?:, ?\d+)?)\)")
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")


def hive_to_presto(hive: str) -> str:
    """``struct<type:string,value:string>`` -> ``row(type varchar, value varchar)``.

    Raises:
        InvalidViewError: Presto has no such type, or it is not in Hive's notation.
    """
    if hive in _TO_PRESTO:
        return _TO_PRESTO[hive]
    if sized := _SIZED.fullmatch(hive):
        return f"{sized[1]}({sized[2].replace(' ', '')})"
    if inner := _inside(hive, "array", "<>"):
        return f"array({hive_to_presto(inner)})"
    if inner := _inside(hive, "map", "<>"):
        key, value = _pair(inner, hive)
        return f"map({hive_to_presto(key)}, {hive_to_presto(value)})"
    if inner := _inside(hive, "struct", "<>"):
        fields = [_field(part, ":", hive) for part in _split(inner)]
        return "row(" + ", ".join(f"{name} {hive_to_presto(kind)}" for name, kind in fields) + ")"
    raise InvalidViewError(f"column type {hive!r} has no equivalent in Athena's query language")


def presto_to_hive(presto: str) -> str:
    """``row(type varchar, value varchar)`` -> ``struct<type:string,value:string>``.

    Raises:
        InvalidViewError: Hive has no such type (``json``, ``time``, ``timestamp with time zone``, ...).
    """
    if presto in _TO_HIVE:
        return _TO_HIVE[presto]
    if sized := _SIZED.fullmatch(presto):
        return f"{sized[1]}({sized[2].replace(' ', '')})"
    if inner := _inside(presto, "array", "()"):
        return f"array<{presto_to_hive(inner)}>"
    if inner := _inside(presto, "map", "()"):
        key, value = _pair(inner, presto)
        return f"map<{presto_to_hive(key)},{presto_to_hive(value)}>"
    if inner := _inside(presto, "row", "()"):
        fields = [_field(part, " ", presto) for part in _split(inner)]
        return "struct<" + ",".join(f"{name}:{presto_to_hive(kind)}" for name, kind in fields) + ">"
    raise InvalidViewError(
        f"column type {presto!r} cannot be stored in the Glue catalog: CAST it to a type that Hive has"
    )


def _inside(text: str, name: str, brackets: str) -> str | None:
    """The text between the outer brackets of ``name<...>``; None if ``text`` is something else."""
    if text.startswith(name + brackets[0]) and text.endswith(brackets[1]):
        return text[len(name) + 1 : -1].strip()
    return None


def _split(text: str) -> Iterator[str]:
    """The parts of ``text`` between the commas that are outside all brackets."""
    depth, start = 0, 0
    for position, character in enumerate(text):
        if character in "(<":
            depth += 1
        elif character in ")>":
            depth -= 1
        elif character == "," and depth == 0:
            yield text[start:position].strip()
            start = position + 1
    yield text[start:].strip()


def _pair(inner: str, whole: str) -> tuple[str, str]:
    parts = list(_split(inner))
    if len(parts) != 2:
        raise InvalidViewError(f"column type {whole!r}: expected a key type and a value type")
    return parts[0], parts[1]


def _field(part: str, separator: str, whole: str) -> tuple[str, str]:
    name, found, kind = part.partition(separator)
    name = name.strip()
    if not found or not _IDENTIFIER.fullmatch(name):
        raise InvalidViewError(f"column type {whole!r}: expected a name{separator}type for each field, got {part!r}")
    return name, kind.strip()
