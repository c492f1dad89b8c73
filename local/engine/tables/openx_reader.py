"""JSON as the OpenX SerDe reads it, which is more than JSON.

Besides JSON it accepts comments (``//``, ``#``, ``/* */``), strings without quotes or in single quotes, ``=`` and
``=>`` for ``:``, ``;`` for ``,``, hexadecimal and octal numbers, and separators without a value between them in arrays.
The behaviour is that of ``JsonReader`` and ``JsonWriter`` in Trino's ``io.trino.hive.formats.line.openxjson``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "v": "\t"}
_SPACE = re.compile(r"(?:[ \t\n\r]+|//[^\r\n]*|#[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_BARE = re.compile(r"[^ \r\n\t\f{}\[\]/\\:,=;#]*")
_LITERAL = re.compile(r"0[xX][0-9a-fA-F]+|[+-]?\d+")

Pairs = Callable[[list[tuple[str, Any]]], dict[str, Any]]


class MalformedJsonError(ValueError):
    """A line that isn't JSON to the SerDe."""


class Bare(str):
    """A value without quotes: a number, ``true``, or text."""

    __slots__ = ()


def reader(pairs: Pairs) -> Callable[[str], Any]:
    """A function that reads the first value of a line. ``pairs`` makes a dictionary of an object's keys and values."""
    strict = json.JSONDecoder(object_pairs_hook=pairs, parse_int=Bare, parse_float=Bare, parse_constant=Bare).raw_decode

    def read(text: str) -> Any:
        try:
            return strict(text)[0]
        except MalformedJsonError:
            raise
        except ValueError:
            return _Lenient(text, pairs).value()

    return read


def integer(text: str) -> int | None:
    """A whole number as Java's ``Long`` and the SerDe read it: ``12``, ``0x1F``, ``017``; None for anything else."""
    try:
        if len(text) > 2 and text[0] == "0" and text[1] in "xX":
            return int(text[2:], 16)
        if len(text) > 1 and text[0] == "0" and text[1] in "01234567":
            return int(text[1:], 8)
        return int(text) if _LITERAL.fullmatch(text) else None
    except ValueError:
        return None


def canonical(value: Bare) -> str | None:
    """A value without quotes as JSON: ``true``, ``12``, ``1.50``; None if it is text."""
    lower = value.lower()
    if lower in ("true", "false"):
        return lower
    number = integer(value)
    if number is not None and -(1 << 63) <= number < 1 << 63:
        return str(number)
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    # Java's BigDecimal has no negative zero.
    found = found if found else found.copy_abs()
    return str(found) if found.is_finite() and "_" not in value else None


def to_json(value: Any) -> str:
    """A value as JSON text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ",".join([f"{_quoted(key)}:{to_json(inner)}" for key, inner in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(to_json, value)) + "]"
    return (canonical(value) if isinstance(value, Bare) else None) or _quoted(value)


def _quoted(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False).replace("</", "<\\/")


class _Lenient:
    def __init__(self, text: str, pairs: Pairs) -> None:
        self._text = text
        self._pairs = pairs
        self._place = 0

    def value(self) -> Any:
        """The next value."""
        character = self._next()
        if character == "{":
            return self._object()
        if character == "[":
            return self._array()
        if character in ("'", '"'):
            return self._string(character)
        if not character:
            raise self._malformed("End of input")
        self._place -= 1
        found = _BARE.match(self._text, self._place)
        literal = found[0] if found else ""
        if not literal:
            raise self._malformed("Expected literal value")
        self._place += len(literal)
        return None if literal.lower() == "null" else Bare(literal)

    def _next(self) -> str:
        """The next character after blanks and comments; "" at the end."""
        if found := _SPACE.match(self._text, self._place):
            self._place = found.end()
        if self._text.startswith("/*", self._place):
            raise self._malformed("Unterminated comment")
        character = self._text[self._place : self._place + 1]
        self._place += len(character)
        return character

    def _object(self) -> dict[str, Any]:
        if self._next() == "}":
            return {}
        self._place -= 1
        pairs: list[tuple[str, Any]] = []
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise self._malformed("Names must be strings")
            separator = self._next()
            if separator not in (":", "="):
                raise self._malformed(f"Expected a ':' after {name}")
            if separator == "=" and self._text.startswith(">", self._place):
                self._place += 1
            pairs.append((str(name), self.value()))
            following = self._next()
            if following == "}":
                return self._pairs(pairs)
            if following not in (",", ";"):
                raise self._malformed("Unterminated object")

    def _array(self) -> list[Any]:
        values: list[Any] = []
        separated = False
        while True:
            character = self._next()
            if not character:
                raise self._malformed("Unterminated array")
            if character == "]":
                return [*values, None] if separated else values
            separated = True
            if character in (",", ";"):
                values.append(None)
                continue
            self._place -= 1
            values.append(self.value())
            following = self._next()
            if following == "]":
                return values
            if following not in (",", ";"):
                raise self._malformed("Unterminated array")

    def _string(self, quote: str) -> str:
        parts: list[str] = []
        while self._place < len(self._text):
            character = self._text[self._place]
            self._place += 1
            if character == quote:
                return "".join(parts)
            parts.append(self._escaped() if character == "\\" else character)
        raise self._malformed("Unterminated string")

    def _escaped(self) -> str:
        character = self._text[self._place : self._place + 1]
        self._place += 1
        if not character:
            raise self._malformed("Unterminated escape sequence")
        if character != "u":
            return _ESCAPES.get(character, character)
        digits = self._text[self._place : self._place + 4]
        self._place += 4
        if not re.fullmatch(r"[0-9a-fA-F]{4}", digits):
            raise self._malformed("Invalid escape sequence")
        return chr(int(digits, 16))

    def _malformed(self, message: str) -> MalformedJsonError:
        return MalformedJsonError(f"{message} at {self._place} of {self._text[:100]}")
