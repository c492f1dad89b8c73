"""CloudWatch Logs' filter patterns for JSON log events, as far as the template uses them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html: comparisons of a field with a
string, in which ``*`` stands for any characters, joined by ``&&`` and ``||`` with parentheses. A field that does not
exist equals nothing, and differs from everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

_TOKEN = re.compile(r'\s*(?:(&&|\|\||!=|=|[(){}])|(\$[\w.]+)|"([^"]*)")')


class Pattern:
    """A parsed filter pattern."""

    def __init__(self, text: str) -> None:
        """Raises ValueError if the pattern has anything that is not supported here."""
        self._tokens: list[str] = []
        position = 0
        text = text.strip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise ValueError(f"not supported in a filter pattern: {text[position:]}")
            operator, field, string = match.groups()
            self._tokens.append(operator or field or f'"{string}')
            position = match.end()
        if self._tokens[:1] != ["{"] or self._tokens[-1:] != ["}"]:
            raise ValueError(f"not a pattern for JSON: {text}")

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether a log event matches."""
        rest = self._tokens[1:-1]
        found = self._any(rest, event)
        if rest:
            raise ValueError(f"not understood in a filter pattern: {rest}")
        return found

    def _any(self, rest: list[str], event: Mapping[str, Any]) -> bool:
        found = self._all(rest, event)
        while rest[:1] == ["||"]:
            rest.pop(0)
            found = self._all(rest, event) or found
        return found

    def _all(self, rest: list[str], event: Mapping[str, Any]) -> bool:
        found = self._one(rest, event)
        while rest[:1] == ["&&"]:
            rest.pop(0)
            found = self._one(rest, event) and found
        return found

    def _one(self, rest: list[str], event: Mapping[str, Any]) -> bool:
        first = rest.pop(0)
        if first == "(":
            found = self._any(rest, event)
            if rest.pop(0) != ")":
                raise ValueError("a parenthesis is not closed")
            return found
        operator, string = rest.pop(0), rest.pop(0)
        if not first.startswith("$.") or not string.startswith('"'):
            raise ValueError(f"not a comparison: {first} {operator} {string}")
        value: Any = event
        for name in first[2:].split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return (value is not None and fnmatchcase(str(value), string[1:])) == (operator == "=")
