"""The tokens of a statement, and the place in them."""

from __future__ import annotations

import re
from typing import ClassVar, TypeVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from local.engine.errors import QueryError, at

#: Words that can't be names unless they are quoted.
RESERVED = frozenset(
    [
        "ALTER",
        "AND",
        "AS",
        "BETWEEN",
        "BY",
        "CASE",
        "CAST",
        "CONSTRAINT",
        "CREATE",
        "CROSS",
        "CUBE",
        "CURRENT_CATALOG",
        "CURRENT_DATE",
        "CURRENT_PATH",
        "CURRENT_ROLE",
        "CURRENT_SCHEMA",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "DEALLOCATE",
        "DELETE",
        "DESCRIBE",
        "DISTINCT",
        "DROP",
        "ELSE",
        "END",
        "ESCAPE",
        "EXCEPT",
        "EXECUTE",
        "EXISTS",
        "EXTRACT",
        "FALSE",
        "FOR",
        "FROM",
        "FULL",
        "GROUP",
        "GROUPING",
        "HAVING",
        "IN",
        "INNER",
        "INSERT",
        "INTERSECT",
        "INTO",
        "IS",
        "JOIN",
        "JSON_ARRAY",
        "JSON_EXISTS",
        "JSON_OBJECT",
        "JSON_QUERY",
        "JSON_TABLE",
        "JSON_VALUE",
        "LEFT",
        "LIKE",
        "LISTAGG",
        "LOCALTIME",
        "LOCALTIMESTAMP",
        "NATURAL",
        "NORMALIZE",
        "NOT",
        "NULL",
        "ON",
        "OR",
        "ORDER",
        "OUTER",
        "PREPARE",
        "RECURSIVE",
        "RIGHT",
        "ROLLUP",
        "SELECT",
        "SKIP",
        "TABLE",
        "THEN",
        "TRIM",
        "TRUE",
        "UESCAPE",
        "UNION",
        "UNNEST",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WITH",
    ]
)

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEX_NUMBER = re.compile(r"0[xX][0-9A-Fa-f_]+")
_NUMBER = re.compile(
    r"0[xX][0-9A-Fa-f]+(_[0-9A-Fa-f]+)*|0[oO][0-7]+(_[0-7]+)*|0[bB][01]+(_[01]+)*"
    r"|(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)([eE][+-]?\d+)?"
)
_STRINGS = (TokenType.STRING, TokenType.UNICODE_STRING, TokenType.HEX_STRING)
#: What follows a number without a blank and isn't part of it.
_NUMBER_PARTS = (TokenType.NUMBER, TokenType.VAR, TokenType.HEX_STRING)

Node = TypeVar("Node", bound=exp.Expr)


class _Tokens(Trino):
    class Tokenizer(Trino.Tokenizer):
        #: Each word is a token of its own.
        KEYWORDS: ClassVar[dict[str, TokenType]] = {
            word: kind
            for word, kind in Trino.Tokenizer.KEYWORDS.items()
            if " " not in word and not word.startswith(("{", "%", "+%", "-%", "/*"))
        }


class Tokens:
    """The tokens of one statement. ``here`` is the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._tokens: list[Token] = _Tokens().tokenize(text)
        except TokenError as error:
            raise at("SYNTAX_ERROR", f"mismatched input: {str(error).splitlines()[0][:200]}") from error
        self.place = 0
        self._upper = [
            token.text.upper() if token.token_type not in (*_STRINGS, TokenType.IDENTIFIER) and token.text else ""
            for token in self._tokens
        ]
        self._upper += [""] * 4

    @property
    def here(self) -> Token | None:
        """The next token, or None at the end."""
        return self._tokens[self.place] if self.place < len(self._tokens) else None

    @property
    def previous(self) -> Token:
        """The token before the next one."""
        return self._tokens[self.place - 1]

    def is_next(self, *words: str) -> bool:
        """Whether the next tokens are these words or symbols, without quotes."""
        place = self.place
        return self._upper[place] == words[0] and (
            len(words) == 1 or all(self._upper[place + number] == word for number, word in enumerate(words))
        )

    def word(self) -> str:
        """The next token in upper case; empty for a string, a quoted name, or the end."""
        return self._upper[self.place]

    def is_after(self, offset: int, word: str) -> bool:
        """Whether the token ``offset`` places after the next one is this word or symbol."""
        place = self.place + offset
        return place < len(self._upper) and self._upper[place] == word

    def is_string_after(self, offset: int) -> bool:
        """Whether the token ``offset`` places after the next one is a string."""
        place = self.place + offset
        return place < len(self._tokens) and self._tokens[place].token_type in (
            TokenType.STRING,
            TokenType.UNICODE_STRING,
        )

    def skip(self, *words: str) -> bool:
        """Skip the words if they are next."""
        if self.is_next(*words):
            self.place += len(words)
            return True
        return False

    def expect(self, *words: str) -> Token:
        """Skip the words; returns the first.

        Raises:
            QueryError: they aren't next.
        """
        if not self.is_next(*words):
            raise self.error(f"Expecting: '{' '.join(words)}'")
        first = self._tokens[self.place]
        self.place += len(words)
        return first

    def next(self) -> Token:
        """Skip a token and return it."""
        token = self.here
        if token is None:
            raise self.error("Expecting: more input")
        self.place += 1
        return token

    def string(self) -> str | None:
        """Skip a string literal, if it is next, and return its value."""
        token = self.here
        if token is None:
            return None
        if token.token_type == TokenType.STRING:
            if self.text[token.start] != "'":
                raise self.error("Expecting: a string in single quotes")
            self.place += 1
            return token.text
        if token.token_type == TokenType.UNICODE_STRING:
            self.place += 1
            escape = "\\"
            if self.skip("UESCAPE"):
                escape = self.string() or ""
                if len(escape) != 1:
                    raise at("SYNTAX_ERROR", "Invalid Unicode escape character", *place_of(token))
            return _unicode(token, escape)
        return None

    def binary(self) -> str | None:
        """Skip a literal ``X'...'``, if it is next, and return its digits."""
        token = self.here
        if token is None or token.token_type != TokenType.HEX_STRING or _HEX_NUMBER.match(self.text, token.start):
            return None
        self.place += 1
        digits = "".join(self.text[token.start : token.end + 1][2:-1].split())
        if not re.fullmatch(r"[0-9A-Fa-f]*", digits) or len(digits) % 2:
            raise at(
                "SYNTAX_ERROR", "Binary literal must contain an even number of hexadecimal digits", *place_of(token)
            )
        return digits

    def number(self) -> str | None:
        """Skip a number, if it is next; returns it without ``_``, a hexadecimal, octal or binary one as a decimal."""
        token = self.here
        if token is None:
            return None
        if token.token_type != TokenType.NUMBER:
            dotted = token.token_type == TokenType.DOT and _NUMBER.match(self.text, token.start)
            if not dotted and token.token_type != TokenType.HEX_STRING:
                return None
        match = _NUMBER.match(self.text, token.start)
        if match is None:
            return None
        if _WORD.match(self.text, match.end()):
            raise at("SYNTAX_ERROR", "identifiers must not start with a digit", *place_of(token))
        while self.here is not None and self.here.start < match.end():
            self.place += 1
        text = match[0].replace("_", "")
        return str(int(text, 0)) if text[:2].lower() in ("0x", "0o", "0b") else text

    def name(self) -> exp.Identifier:
        """Skip a name.

        Raises:
            QueryError: the next token isn't one.
        """
        found = self.optional_name()
        if found is None:
            raise self.error("Expecting: <identifier>")
        return found

    def optional_name(self) -> exp.Identifier | None:
        """Skip a name, if it is next, and return it."""
        token = self.here
        if token is None:
            return None
        if token.token_type == TokenType.NATIONAL_STRING:
            raise at("TYPE_NOT_FOUND", "Unknown resolvedType: N", *place_of(token))
        if token.token_type in (TokenType.IDENTIFIER, TokenType.VAR) and self.text[token.start].isdigit():
            raise at("SYNTAX_ERROR", "identifiers must not start with a digit", *place_of(token))
        quoted = token.token_type == TokenType.IDENTIFIER
        if not quoted and (
            token.token_type in _STRINGS or not _WORD.fullmatch(token.text) or token.text.upper() in RESERVED
        ):
            return None
        if quoted and not token.text:
            raise at("SYNTAX_ERROR", "Zero-length delimited identifier not allowed", *place_of(token))
        self.place += 1
        return self.node(exp.Identifier(this=token.text, quoted=quoted), token)

    def integer(self) -> int:
        """Skip an integer and return it."""
        token = self.here
        number = self.number()
        if token is None or number is None or not number.isdigit():
            self.place -= number is not None
            raise self.error("Expecting: <integer>")
        return int(number)

    def node(self, node: Node, token: Token | None) -> Node:
        """The node, at the place of a token."""
        if token is not None:
            node.update_positions(token)
        return node

    def error(self, expected: str) -> QueryError:
        """The error for a token that the grammar doesn't allow here."""
        token = self.here
        near = self.text[token.start : token.end + 1] if token else "<EOF>"
        if token:
            line, column = place_of(token)
        else:
            lines = self.text.split("\n")
            line, column = len(lines), len(lines[-1]) + 1
        return at("SYNTAX_ERROR", f"mismatched input '{near[:60]}'. {expected}", line, column)


def place_of(token: Token) -> tuple[int, int]:
    """The line and column of a token, from 1."""
    return token.line, max(1, token.col - (token.end - token.start))


def _unicode(token: Token, escape: str) -> str:
    mark = re.escape(escape)
    pattern = re.compile(rf"{mark}(?:({mark})|\+([0-9A-Fa-f]{{6}})|([0-9A-Fa-f]{{4}})|(.?))", re.DOTALL)

    def decode(match: re.Match[str]) -> str:
        if match[1]:
            return escape
        if match[4] is not None:
            raise at("SYNTAX_ERROR", "Invalid Unicode escape sequence", *place_of(token))
        code = int(match[2] or match[3], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise QueryError("SYNTAX_ERROR: Invalid escaped character")
        return chr(code)

    return pattern.sub(decode, token.text)
