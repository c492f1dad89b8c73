"""JSON as Trino's functions with a path read it: token by token, from the front.

They stop at what they look for. So the first of several members with the same key counts, and what follows, even if it
isn't JSON, doesn't matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_ROOT_SEPARATORS = ("", " ", "\t", "\n", "\r")
_BLANKS = re.compile(r"[ \t\n\r]*")


class Number(str):
    """A number, as it is written."""

    __slots__ = ()


class Members(tuple[tuple[str, Any], ...]):
    """The members of an object, as they are written."""

    __slots__ = ()

    def first(self, key: str, missing: Any) -> Any:
        """The value of the first member with a key."""
        return next((value for name, value in self if name == key), missing)


def _reject(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=_reject, object_pairs_hook=Members
)  # fmt: skip


def _value(text: str, place: int) -> tuple[Any, int]:
    """The value that begins at a place, and where it ends. Raises ValueError."""
    try:
        return _DECODER.raw_decode(text, _skip(text, place))
    except RecursionError:
        raise ValueError("nested too deeply") from None


@lru_cache(maxsize=2048)
def document(text: str) -> Any:
    """The value that a text begins with. Raises ValueError."""
    return _value(text, 0)[0]


def value_at(text: str, steps: tuple[str | int, ...]) -> Any:
    """The value below keys and indexes of a text that isn't JSON to its end. Raises ValueError or LookupError."""
    place = _skip(text, 0)
    for step in steps:
        places = _members(text, place) if text[place : place + 1] == "{" else _elements(text, place)
        place = next(where for key, where in places if key == str(step))
    return _value(text, place)[0]


def items(text: str) -> Iterator[Any]:
    """The items of an array, up to what isn't JSON. Raises ValueError there, or if it isn't an array."""
    for _, place in _elements(text, _skip(text, 0)):
        yield _value(text, place)[0]


def _members(text: str, place: int) -> Iterator[tuple[str, int]]:
    """The keys of an object, and where their values begin."""
    while True:
        place = _skip(text, place + 1)
        if text[place : place + 1] != '"':
            return
        key, place = _value(text, place)
        place = _skip(text, place)
        if text[place : place + 1] != ":":
            return
        yield key, place + 1
        place = _skip(text, _value(text, place + 1)[1])
        if text[place : place + 1] != ",":
            return


def _elements(text: str, place: int) -> Iterator[tuple[str, int]]:
    """The indexes of an array, and where its items begin."""
    if text[place : place + 1] != "[":
        raise ValueError("not an array")
    number = 0
    while text[(place := _skip(text, place + 1)) : place + 1] != "]":
        yield str(number), place
        place = _skip(text, _value(text, place)[1])
        number += 1
        if text[place : place + 1] == "]":
            return
        if text[place : place + 1] != ",":
            raise ValueError("malformed array")


def _skip(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    return found.end() if found else place


def root(text: str) -> Any:
    """The value that a text begins with, as Jackson finds it: None in a blank text. Raises ValueError."""
    if _skip(text, 0) == len(text):
        return None
    value, end = _value(text, 0)
    following = text[end : end + 1]
    if isinstance(value, Number) and following not in _ROOT_SEPARATORS:
        raise ValueError("a number isn't followed by a blank")
    if (value is None or isinstance(value, bool)) and (following.isalnum() or following in ("_", "$")):
        raise ValueError("not a literal")
    return value


def whole(text: str) -> Any:
    """The value of a text that is nothing but JSON. Raises ValueError."""
    value, end = _value(text, 0)
    if _skip(text, end) != len(text):
        raise ValueError("more than one value")
    return value
