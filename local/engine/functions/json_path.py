"""The path language of SQL/JSON: ``lax $.a[*] ? (@.b > 1).size()``, read into a tree.

https://trino.io/docs/435/functions/json.html#json-path-language
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<word>[A-Za-z_]\w*)
    |(?P<variable>\$[A-Za-z_]\w*|\$"(?:[^"]|"")*")|(?P<symbol>==|!=|<>|<=|>=|&&|\|\||[$@.*?()\[\],+\-/%<>!]))""",
    re.VERBOSE,
)
#: Methods without arguments.
METHODS = ("type", "size", "double", "ceiling", "floor", "abs")
_UNSUPPORTED_METHODS = ("datetime", "keyvalue")
_COMPARISONS = ("==", "!=", "<>", "<=", ">=", "<", ">")


class PathSyntaxError(ValueError):
    """A path that isn't one."""


class PathNotSupported(ValueError):  # noqa: N818 - it says what isn't
    """A path that the engine can't evaluate."""


@dataclass(frozen=True)
class Node:
    """One node of a path: its kind, its operands, and what else it holds (a name, a number, an operator)."""

    kind: str
    inner: tuple[Any, ...] = ()
    value: Any = None


@dataclass(frozen=True)
class Path:
    """A path. ``strict`` is its mode."""

    strict: bool
    root: Node


@lru_cache(maxsize=1024)
def read_path(text: str) -> Path:
    """The tree of a path.

    Raises:
        PathSyntaxError: it isn't one.
        PathNotSupported: the engine can't evaluate it.
    """
    reader = _Reader(text)
    mode = reader.next()
    if mode not in ("lax", "strict"):
        raise PathSyntaxError(f"missing {{'lax', 'strict'}} at '{mode}'")
    root = reader.sum()
    if reader.here:
        raise PathSyntaxError(f"no viable alternative at input '{reader.here}'")
    return Path(mode == "strict", root)


def variables(node: Node) -> set[str]:
    """The names of the variables (``$x``) in a path."""
    found = {node.value} if node.kind == "variable" else set[str]()
    ranges = node.value if node.kind == "subscripts" else ()
    for one in (*node.inner, *(bound for ends in ranges for bound in ends if bound is not None)):
        found |= variables(one)
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        self._kinds: list[str] = []
        place, text = 0, text.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise PathSyntaxError(f"no viable alternative at input '{text[place:].strip()[:20]}'")
            self._tokens.append(match[str(match.lastgroup)])
            self._kinds.append(str(match.lastgroup))
            place = match.end()
        self._place = 0

    @property
    def here(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    @property
    def kind(self) -> str:
        return self._kinds[self._place] if self._place < len(self._tokens) else ""

    def next(self) -> str:
        token = self.here
        self._place += 1
        return token

    def skip(self, *tokens: str) -> bool:
        if tuple(self._tokens[self._place : self._place + len(tokens)]) == tokens:
            self._place += len(tokens)
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.skip(token):
            raise PathSyntaxError(f"mismatched input '{self.here or '<EOF>'}'. Expecting: '{token}'")

    def sum(self) -> Node:
        left = self._product()
        while self.here in ("+", "-"):
            left = Node("arithmetic", value=self.next(), inner=(left, self._product()))
        return left

    def _product(self) -> Node:
        left = self._signed()
        while self.here in ("*", "/", "%"):
            left = Node("arithmetic", value=self.next(), inner=(left, self._signed()))
        return left

    def _signed(self) -> Node:
        if self.here in ("+", "-"):
            return Node("sign", value=self.next(), inner=(self._signed(),))
        return self._accessors(self._primary())

    def _primary(self) -> Node:
        kind, text = self.kind, self.next()
        if kind == "string":
            return Node("literal", value=text[1:-1].replace('""', '"'))
        if kind == "number":
            return Node("literal", value=_number(text))
        if kind == "variable":
            return Node("variable", value=text[1:].strip('"').replace('""', '"'))
        if text in ("null", "true", "false"):
            return Node("literal", value={"null": None, "true": True, "false": False}[text])
        if text in ("$", "@", "last"):
            return Node(text)
        if text == "(":
            found = self.sum()
            self.expect(")")
            return found
        raise PathSyntaxError(f"no viable alternative at input '{text or '<EOF>'}'")

    def _accessors(self, base: Node) -> Node:
        while True:
            if self.skip("."):
                base = self._member(base)
            elif self.skip("["):
                base = self._subscripts(base)
            elif self.skip("?"):
                self.expect("(")
                base = Node("filter", (base, self._predicate()))
                self.expect(")")
            else:
                return base

    def _member(self, base: Node) -> Node:
        if self.skip("*"):
            return Node("members", (base,))
        if self.kind not in ("word", "string"):
            raise PathSyntaxError("no viable alternative at input '.'")
        kind, name = self.kind, self.next()
        if kind == "word" and self.skip("("):
            if name in _UNSUPPORTED_METHODS:
                raise PathNotSupported(f"the method {name}() in JSON paths")
            if name not in METHODS:
                raise PathSyntaxError(f"no viable alternative at input '{name}('")
            self.expect(")")
            return Node("method", (base,), name)
        return Node("member", (base,), name[1:-1].replace('""', '"') if kind == "string" else name)

    def _subscripts(self, base: Node) -> Node:
        if self.skip("*", "]"):
            return Node("elements", (base,))
        ranges: list[tuple[Node, Node | None]] = []
        while True:
            first = self.sum()
            ranges.append((first, self.sum() if self.skip("to") else None))
            if not self.skip(","):
                break
        self.expect("]")
        return Node("subscripts", (base,), tuple(ranges))

    def _predicate(self) -> Node:
        terms = [self._conjunction()]
        while self.skip("||"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else Node("or", tuple(terms))

    def _conjunction(self) -> Node:
        terms = [self._condition()]
        while self.skip("&&"):
            terms.append(self._condition())
        return terms[0] if len(terms) == 1 else Node("and", tuple(terms))

    def _condition(self) -> Node:
        if self.skip("!"):
            return Node("not", (self._condition(),))
        if self.skip("exists", "("):
            found = Node("exists", (self.sum(),))
            self.expect(")")
            return found
        place = self._place
        if self.skip("("):
            try:
                inner = self._predicate()
                self.expect(")")
            except PathSyntaxError:
                self._place = place  # an operand of a comparison in brackets
            else:
                return Node("is unknown", (inner,)) if self.skip("is", "unknown") else inner
        left = self.sum()
        if self.here in _COMPARISONS:
            return Node("comparison", value=self.next(), inner=(left, self.sum()))
        if self.skip("starts", "with"):
            return Node("starts with", (left, self.sum()))
        if self.here == "like_regex":
            raise PathNotSupported("like_regex predicate in JSON path")
        raise PathSyntaxError(f"no viable alternative at input '{self.here or '<EOF>'}'")


def _number(text: str) -> int | float | Decimal:
    if text.isdigit():
        return int(text)
    return float(text) if "e" in text.lower() else Decimal(text)
