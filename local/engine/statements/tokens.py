"""Hive's DDL as tokens, and a cursor over them.

Hive quotes names in backticks and strings in either kind of quotes; Trino quotes names in double quotes. Where a name
is expected, both are accepted, as in Athena.
https://cwiki.apache.org/confluence/display/Hive/LanguageManual+DDL
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from local.engine.errors import SYNTAX_ERROR, QueryError

# A comment or a quote without an end is one token with all that follows it, so that only one search for an end can
# fail: the server reads a statement before it queues it, and does nothing else meanwhile.
_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
    |(?P<string>(?:'(?:[^'\\]|\\.)*')+)
    |(?P<double>"(?:[^"\\]|\\.|"")*")
    |(?P<name>`(?:[^`]|``)*`)
    |(?P<unclosed>(?:/\*|['"`]).*)
    |(?P<number>\d+(?:\.\d+)?(?![\w]))
    |(?P<word>\w+)
    |(?P<symbol><>|<=|>=|!=|.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([0-3][0-7]{2})|(.))", re.DOTALL)


@dataclass(frozen=True)
class Token:
    """One token: its kind (``string``, ``double``, ``name``, ``number``, ``word``, ``symbol``, ``end``) and place."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """The tokens of a statement, without blanks and comments, and with one of kind ``end`` after the last."""
    tokens = [_token(found) for found in _TOKEN.finditer(text) if found.lastgroup != "space"]
    return [*tokens, Token("end", "<EOF>", len(text), len(text))]


def _token(found: re.Match[str]) -> Token:
    kind, text = str(found.lastgroup), found[0]
    if kind == "unclosed":
        # Nothing expects this symbol, so the statement fails at it.
        kind, text = "symbol", text[:2] if text.startswith("/*") else text[0]
    return Token(kind, text, found.start(), found.end())


def unescaped(text: str) -> str:
    """The value of a quoted string. Strings without anything between them are one: ``'a''b'`` is ``ab``, as in Hive."""
    if text[0] == "'":
        parts = re.findall(r"'((?:[^'\\]|\\.)*)'", text, re.DOTALL)
        return "".join(map(_replace_escapes, parts))
    return _replace_escapes(text[1:-1].replace('""', '"'))


def _replace_escapes(text: str) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2]:
            return chr(int(found[2], 8))
        # LIKE's wildcards keep their backslash.
        return _ESCAPES.get(found[3], found[0] if found[3] in "%_" else found[3])

    return _ESCAPED.sub(value, text)


class Cursor:
    """Reads tokens from left to right. Every ``expect...`` fails as Hive's parser does."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokenize(text)
        self._place = 0

    @property
    def next(self) -> Token:
        """The next token."""
        return self._tokens[self._place]

    @property
    def done(self) -> bool:
        """Whether all tokens were read."""
        return self.next.kind == "end"

    def advance(self) -> Token:
        """Read one token."""
        token = self.next
        self._place += token.kind != "end"
        return token

    def at(self, *words: str) -> bool:
        """Whether the next tokens are these keywords or symbols."""
        following = self._tokens[self._place : self._place + len(words)]
        return len(following) == len(words) and all(
            token.kind in ("word", "symbol") and token.text.upper() == word
            for token, word in zip(following, words, strict=True)
        )

    def accept(self, *words: str) -> bool:
        """Read these keywords or symbols if they are next."""
        found = self.at(*words)
        if found:
            self._place += len(words)
        return found

    def expect(self, *words: str) -> None:
        """Read these keywords or symbols."""
        for word in words:
            if not self.accept(word):
                raise self.error(f"expecting {word}")

    def name(self) -> str:
        """Read one name, in lower case."""
        token = self.advance()
        if token.kind in ("word", "number"):
            return token.text.lower()
        if token.kind in ("name", "double"):
            quote = token.text[0]
            return token.text[1:-1].replace(quote * 2, quote).lower()
        self._place -= token.kind != "end"
        raise self.error("expecting Identifier")

    def names(self) -> list[str]:
        """Read a name with the names before it: ``catalog.database.table``, or all of it in one pair of backticks."""
        parts = self.name().split(".")
        while self.accept("."):
            parts += self.name().split(".")
        return parts

    def string(self) -> str:
        """Read one string."""
        if self.next.kind not in ("string", "double"):
            raise self.error("expecting StringLiteral")
        return unescaped(self.advance().text)

    def trino_string(self) -> str:
        """Read one string of Trino, in which only a doubled quote is special."""
        if self.next.kind != "string":
            raise self.error("expecting a string")
        return self.advance().text[1:-1].replace("''", "'")

    def parenthesized(self) -> str:
        """Read what is between a parenthesis and the one that closes it; returns its text as ``query`` does."""
        self.expect("(")
        start, depth = self.next.start, 1
        while not self.done:
            depth += self.at("(") - self.at(")")
            if depth == 0:
                return self._in_place(start, self.advance().start)
            self.advance()
        raise self.error("expecting )")

    def mark(self) -> int:
        """This place, for ``reset``."""
        return self._place

    def reset(self, place: int) -> None:
        """Go back to a place."""
        self._place = place

    def literal(self) -> str | None:
        """Read a string, number or keyword as its text; None for NULL."""
        sign = "-" if self.accept("-") else ""
        if self.next.kind in ("string", "double"):
            return self.string()
        if self.next.kind not in ("number", "word"):
            raise self.error("expecting a constant")
        text = self.advance().text
        if text.upper() in ("DATE", "TIMESTAMP") and self.next.kind in ("string", "double"):
            return self.string()
        return None if text.upper() == "NULL" else sign + text

    def properties(self) -> dict[str, str]:
        """Read ``('key' = 'value', ...)``."""
        self.expect("(")
        found: dict[str, str] = {}
        while True:
            key = self.string()
            self.expect("=")
            found[key] = self.string()
            if not self.accept(","):
                break
        self.expect(")")
        return found

    def query(self) -> str:
        """The text from the next token on, at the same lines and columns: blanks take the place of what is before."""
        return self._in_place(self.next.start, len(self.text))

    def _in_place(self, start: int, end: int) -> str:
        before = "".join("\n" if letter == "\n" else " " for letter in self.text[:start])
        return before + self.text[start:end]

    def rest(self) -> str:
        """The text from the next token on."""
        return self.text[self.next.start :]

    def finish(self) -> None:
        """Fail unless all tokens were read."""
        if not self.done:
            raise self.error("expecting EOF")

    def error(self, expected: str) -> QueryError:
        """The error at the next token."""
        before = self.text[: self.next.start]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)
        return QueryError(
            f"FAILED: ParseException line {line}:{column} mismatched input '{self.next.text}' {expected}",
            error_type=SYNTAX_ERROR,
        )
