"""The mutants of a JSONata expression in a state machine definition: one of its tokens is replaced.

Language: https://docs.jsonata.org. An expression that does not parse is not a mutant, and neither is a change of a text
that people read: only strings that look like a name are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

_TOKEN = re.compile(
    r"""(?P<string>'[^']*')|(?P<regex>(?<=[,(]\s)/(?:[^/\\]|\\.)+/i?)|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<word>\$?[A-Za-z_][A-Za-z0-9_]*)|(?P<operator><=|>=|!=|:=|[=<>+*/-])|(?P<other>\$?\S)"""
)
_REPLACEMENTS: dict[str, tuple[str, ...]] = {
    "=": ("!=",),
    "!=": ("=",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
    "and": ("or",),
    "or": ("and",),
    "true": ("false",),
    "false": ("true",),
    "$min": ("$max",),
    "$max": ("$min",),
    "$floor": ("$ceil",),
    "$ceil": ("$floor",),
    "$exists": ("$not",),
    "$not": ("$boolean",),
}
_LARGE = 100
_NAME = re.compile(r"[\w.]+")


def mutants_of_jsonata(text: str) -> Iterator[tuple[str, str, str]]:
    """(before, after, whole text) of each mutant of an expression with its `{% %}`."""
    for token in _TOKEN.finditer(text, text.index("{%") + 2, text.rindex("%}")):
        for replacement in _replacements(token):
            yield (
                _near(text, token.start(), token.end(), token[0]),
                _near(text, token.start(), token.end(), replacement),
                text[: token.start()] + replacement + text[token.end() :],
            )


def _replacements(token: re.Match[str]) -> Iterator[str]:
    if token["number"]:
        number = Fraction(token[0])
        # Of a time or a length, which is large or a fraction, one more or less is no mistake.
        exact = number.denominator == 1 and number < _LARGE
        yield from map(str, (number + 1, number - 1) if exact else (float(number * 2), float(number / 2)))
    elif token["string"]:
        if _NAME.fullmatch(token[0][1:-1]):
            yield f"'X{token[0][1:]}"
    elif token["regex"]:
        yield from _without_an_alternative(token[0])
    else:
        yield from _REPLACEMENTS.get(token[0], ())


def _without_an_alternative(regex: str) -> Iterator[str]:
    """The regular expression without one of its alternatives, or one that matches nothing."""
    body, flags = regex[1 : regex.rindex("/")], regex[regex.rindex("/") :]
    inside = re.fullmatch(r"(\^?\()(.*)(\))", body)
    start, alternatives, end = (inside[1], inside[2], inside[3]) if inside else ("", body, "")
    parts = re.split(r"\|(?![^(]*\))", alternatives)
    for position in range(len(parts)):
        rest = "|".join(parts[:position] + parts[position + 1 :]) or "(?!)"
        yield f"/{start}{rest}{end}{flags}".replace("(?!)", "matches nothing")


def _near(text: str, start: int, end: int, token: str) -> str:
    """The token with a few characters of what surrounds it, which identifies it."""
    return " ".join(f"{text[max(3, start - 60) : start]}⟦{token}⟧{text[end : end + 40]}".split())
