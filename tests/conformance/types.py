"""Trino's names of types, such as ``map(varchar(3), array(row(a bigint, double)))``, taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FIELD = re.compile(r'("(?:[^"]|"")*"|\w+) (.+)')
_INTERVAL = re.compile(r"INTERVAL (DAY TO SECOND|YEAR TO MONTH)", re.I)


@dataclass(frozen=True)
class TypeName:
    """A type: its name without parameters, the types in it, and the names of a row's fields ('' for none)."""

    name: str
    inner: tuple[TypeName, ...] = ()
    fields: tuple[str, ...] = ()

    def contains(self, *names: str) -> bool:
        """Whether it is, or has in it, a type with one of these names."""
        return self.name in names or any(inner.contains(*names) for inner in self.inner)


def type_name(text: str) -> TypeName:
    """Take a type's name apart."""
    name, bracket, rest = text.partition("(")
    if not bracket or name not in ("array", "map", "row"):
        return TypeName(name)
    parts = list(split_list(rest[:-1]))
    if name != "row":
        return TypeName(name, tuple(type_name(part) for part in parts))
    fields = [_field(part) for part in parts]
    return TypeName(name, tuple(type_name(kind) for _, kind in fields), tuple(field for field, _ in fields))


def spelled(text: str) -> str:
    """A type's name without blanks after commas, and with intervals in lower case, which Trino spells in two ways."""
    return _INTERVAL.sub(lambda match: match[0].lower(), text.replace(", ", ","))


def split_list(text: str) -> Iterator[str]:
    """The parts of a list between the commas that are outside brackets."""
    depth, part = 0, ""
    for character in text + ",":
        depth += (character in "(<") - (character in ")>")
        if character == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += character


def _field(part: str) -> tuple[str, str]:
    match = _FIELD.fullmatch(part)
    if match is None or _INTERVAL.fullmatch(part):
        return "", part
    return match[1].strip('"').replace('""', '"'), match[2]
