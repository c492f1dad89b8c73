"""Types from their names, in Trino's grammar.

https://github.com/trinodb/trino/blob/435/core/trino-parser/src/main/antlr4/io/trino/sql/parser/SqlBase.g4 (``type``)
"""

from __future__ import annotations

import re
from functools import lru_cache

from local.engine.types.model import (
    DAY_TO_SECOND,
    MAX_CHAR,
    MAX_PRECISION,
    SIMPLE,
    YEAR_TO_MONTH,
    TrinoType,
    array,
    map_of,
    varchar,
)

_TOKEN = re.compile(r'\s*(?:("(?:[^"]|"")*")|([A-Za-z_][A-Za-z0-9_@$-]*)|(\d+)|(.))', re.DOTALL)
_SYNONYMS = {"int": "integer"}
_TIMES = ("time", "timestamp")
#: The digits after the second of ``time`` and ``timestamp`` without a number.
_DEFAULT_DIGITS = 3
_MAX_DIGITS = 12


class UnknownType(ValueError):  # noqa: N818 - named after Trino's message
    """Trino has no such type, or the engine doesn't know it."""


class InvalidType(ValueError):  # noqa: N818 - named after Trino's error
    """A type with impossible parameters, such as ``decimal(39, 0)``."""


@lru_cache(maxsize=4096)
def parse(text: str) -> TrinoType:
    """The type with a name such as ``row(type varchar, value varchar)``.

    Raises:
        UnknownType: there is no such type.
        InvalidType: its parameters are out of range.
    """
    reader = _Reader(text)
    found = reader.type()
    if reader.here:
        raise UnknownType(f"Unknown type: {text}")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = [match.group().strip() for match in _TOKEN.finditer(text.strip())]
        self._place = 0

    @property
    def here(self) -> str:
        """The next token in lower case, quoted names as they are; empty at the end."""
        token = self._tokens[self._place] if self._place < len(self._tokens) else ""
        return token if token.startswith('"') else token.lower()

    def type(self) -> TrinoType:
        found = self._base()
        while self.here == "array":
            self._next()
            found = array(found)
        return found

    def _base(self) -> TrinoType:
        name = self._next()
        name = _SYNONYMS.get(name, name)
        if name == "double":
            self._skip("precision")
        if name == "interval":
            return self._interval()
        if name in _TIMES:
            return self._time(name)
        if name in SIMPLE:
            return SIMPLE[name]
        if name in ("array", "map"):
            closing = self._open()
            inner = [self.type()]
            if name == "map":
                self._expect(",")
                inner.append(self.type())
            self._expect(closing)
            return array(inner[0]) if name == "array" else map_of(*inner)
        if name == "row":
            return self._row()
        numbers = self._numbers()
        match name, numbers:
            case "varchar", []:
                return varchar(None)
            case "varchar", [length]:
                return varchar(length)
            case "char", []:
                return TrinoType("char", precision=1)
            case "char", [length]:
                if length > MAX_CHAR:
                    raise UnknownType(f"Unknown type: {self._text}")
                return TrinoType("char", precision=length)
            case "decimal", [] | [_] | [_, _]:
                return _decimal(numbers)
        raise UnknownType(f"Unknown type: {self._text}")

    def _interval(self) -> TrinoType:
        words = (self._next(), self._next(), self._next())
        if words == ("day", "to", "second"):
            return DAY_TO_SECOND
        if words == ("year", "to", "month"):
            return YEAR_TO_MONTH
        raise UnknownType(f"Unknown type: {self._text}")

    def _time(self, name: str) -> TrinoType:
        numbers = self._numbers()
        if len(numbers) > 1:
            raise UnknownType(f"Unknown type: {self._text}")
        digits = numbers[0] if numbers else _DEFAULT_DIGITS
        if digits > _MAX_DIGITS:
            raise UnknownType(f"Unknown type: {self._text}")
        if self.here in ("with", "without"):
            word = self._next()
            self._expect("time")
            self._expect("zone")
            name += " with time zone" if word == "with" else ""
        return TrinoType(name, precision=digits)

    def _row(self) -> TrinoType:
        closing = self._open()
        names: list[str | None] = []
        inner: list[TrinoType] = []
        while True:
            before = self._place
            try:
                kind: TrinoType = self.type()
                if self.here not in (",", closing):
                    raise UnknownType(self._text)
                names.append(None)
            except UnknownType:
                # `a integer`, where a may be the name of a type too
                self._place = before
                names.append(self._name())
                kind = self.type()
            inner.append(kind)
            if self._skip(closing):
                return TrinoType("row", tuple(names), tuple(inner))
            self._expect(",")

    def _name(self) -> str:
        token = self._tokens[self._place] if self.here else ""
        self._place += 1
        if token.startswith('"'):
            return token[1:-1].replace('""', '"')
        return token.lower()

    def _numbers(self) -> list[int]:
        if not self._skip("("):
            return []
        numbers = [self._number()]
        while self._skip(","):
            numbers.append(self._number())
        self._expect(")")
        return numbers

    def _number(self) -> int:
        word = self._next()
        if not word.isdigit():
            raise UnknownType(f"Unknown type: {self._text}")
        return int(word)

    def _open(self) -> str:
        """Skip the opening bracket; returns the closing one."""
        if self._skip("<"):
            return ">"
        self._expect("(")
        return ")"

    def _next(self) -> str:
        token = self.here
        self._place += 1
        if token.startswith('"'):
            token = token[1:-1].lower()
        return token

    def _skip(self, token: str) -> bool:
        if self.here == token:
            self._place += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._skip(token):
            raise UnknownType(f"Unknown type: {self._text}")


def _decimal(numbers: list[int]) -> TrinoType:
    precision = numbers[0] if numbers else MAX_PRECISION
    scale = numbers[1] if len(numbers) > 1 else 0
    if not 1 <= precision <= MAX_PRECISION:
        raise InvalidType(f"DECIMAL precision must be in range [1, {MAX_PRECISION}]: {precision}")
    if scale > precision:
        raise InvalidType(f"DECIMAL scale must be in range [0, precision ({precision})]: {scale}")
    return TrinoType("decimal", precision=precision, scale=scale)
