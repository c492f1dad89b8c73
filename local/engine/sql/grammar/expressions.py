"""Expressions: operators and predicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from local.engine.errors import at
from local.engine.sql.grammar.literals import plain_literal, read_interval
from local.engine.sql.grammar.primaries import read_primary
from local.engine.sql.grammar.tokens import Tokens, place_of

if TYPE_CHECKING:
    from local.engine.sql.grammar.queries import Queries

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "<>": exp.NEQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_FACTORS: dict[str, type[exp.Binary]] = {"*": exp.Mul, "/": exp.Div, "%": exp.Mod}
_TERMS: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub}
#: The greatest number of brackets inside each other.
_MAX_DEPTH = 120


class Expressions:
    """Reads expressions. ``queries`` reads the queries inside them."""

    tokens: Tokens
    queries: Queries

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._depth = 0

    def expression(self) -> exp.Expr:
        """A condition or value."""
        literal = plain_literal(self.tokens)
        if literal is not None:
            return literal
        left = self._conjunction()
        if not self.tokens.is_next("OR"):
            return left
        terms = [left]
        while self.tokens.skip("OR"):
            terms.append(self._conjunction())
        return _balanced(exp.Or, terms)

    def several(self, one: Callable[[], exp.Expr] | None = None) -> list[exp.Expr]:
        """Expressions with commas between them."""
        read = one or self.expression
        found = [read()]
        while self.tokens.skip(","):
            found.append(read())
        return found

    def value(self) -> exp.Expr:
        """An expression without a comparison, AND, OR and NOT at its top."""
        left = self._term()
        while self.tokens.is_next("||"):
            token = self.tokens.next()
            left = self.tokens.node(exp.DPipe(this=left, expression=self._term()), token)
        return left

    def _conjunction(self) -> exp.Expr:
        left = self._negation()
        if not self.tokens.is_next("AND"):
            return left
        terms = [left]
        while self.tokens.skip("AND"):
            terms.append(self._negation())
        return _balanced(exp.And, terms)

    def _negation(self) -> exp.Expr:
        if self.tokens.is_next("NOT"):
            token = self.tokens.next()
            return self.tokens.node(exp.Not(this=self._negation()), token)
        return self._predicate(self.value())

    def _predicate(self, left: exp.Expr) -> exp.Expr:
        tokens = self.tokens
        token = tokens.here
        if token is None:
            return left
        if token.text in _COMPARISONS and token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER):
            tokens.next()
            return tokens.node(_COMPARISONS[token.text](this=left, expression=self._compared()), token)
        if tokens.skip("IS"):
            negated = tokens.skip("NOT")
            if tokens.skip("NULL"):
                found: exp.Expr = exp.Is(this=left, expression=exp.Null())
            else:
                tokens.expect("DISTINCT", "FROM")
                found = exp.NullSafeNEQ(this=left, expression=self.value())
            return self._negated(found, token, negated)
        negated = tokens.is_next("NOT") and any(tokens.is_after(1, word) for word in ("BETWEEN", "IN", "LIKE"))
        if negated:
            tokens.next()
        if tokens.skip("BETWEEN"):
            low = self.value()
            tokens.expect("AND")
            found = exp.Between(this=left, low=low, high=self.value())
        elif tokens.skip("IN"):
            tokens.expect("(")
            if self.queries.is_next():
                found = exp.In(this=left, query=self.queries.query())
            else:
                found = exp.In(this=left, expressions=self.several())
            tokens.expect(")")
        elif tokens.skip("LIKE"):
            found = exp.Like(this=left, expression=self.value())
            if tokens.skip("ESCAPE"):
                found = exp.Escape(this=found, expression=self.value())
        else:
            return left
        return self._negated(found, token, negated)

    def _negated(self, node: exp.Expr, token: Token, negated: bool) -> exp.Expr:
        self.tokens.node(node, token)
        return self.tokens.node(exp.Not(this=node), token) if negated else node

    def _compared(self) -> exp.Expr:
        tokens = self.tokens
        for word, kind in (("ALL", exp.All), ("ANY", exp.Any), ("SOME", exp.Any)):
            if tokens.is_next(word, "("):
                token = tokens.next()
                tokens.expect("(")
                if not self.queries.is_next():
                    raise at("FUNCTION_NOT_FOUND", f"Function '{word.lower()}' not registered", *place_of(token))
                query = self.queries.query()
                tokens.expect(")")
                return tokens.node(kind(this=query), token)
        return self.value()

    def _term(self) -> exp.Expr:
        return self._binary(_TERMS, self._factor)

    def _factor(self) -> exp.Expr:
        return self._binary(_FACTORS, self._unary)

    def _binary(self, operators: dict[str, type[exp.Binary]], operand: Callable[[], exp.Expr]) -> exp.Expr:
        left = operand()
        while (kind := operators.get(self.tokens.word())) is not None:
            token = self.tokens.next()
            left = self.tokens.node(kind(this=left, expression=operand()), token)
        return left

    def _unary(self) -> exp.Expr:
        token = self.tokens.here
        if self.tokens.skip("-"):
            return self.tokens.node(exp.Neg(this=self._unary()), token)
        if self.tokens.skip("+"):
            return self.tokens.node(exp.Paren(this=self._unary(), sign=True), token)
        left = self.primary()
        while self.tokens.is_next("AT"):
            token = self.tokens.next()
            self.tokens.expect("TIME", "ZONE")
            interval = self.tokens.is_next("INTERVAL")
            text = None if interval else self.tokens.string()
            zone = exp.Literal.string(text) if text is not None else read_interval(self.tokens) if interval else None
            if zone is None:
                raise self.tokens.error("Expecting: <string> or INTERVAL")
            left = self.tokens.node(exp.AtTimeZone(this=left, zone=zone), token)
        return left

    def primary(self) -> exp.Expr:
        """An operand, with its subscripts and fields."""
        tokens = self.tokens
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise at("SYNTAX_ERROR", "the statement is nested too deeply")
        found = read_primary(self)
        while True:
            token = tokens.here
            if tokens.skip("["):
                found = tokens.node(exp.Bracket(this=found, expressions=[self.value()]), token)
                tokens.expect("]")
            elif tokens.is_next(".") and not tokens.is_after(1, "*"):
                tokens.next()
                found = _dotted(found, tokens.name())
            else:
                self._depth -= 1
                return found


def _dotted(base: exp.Expr, name: exp.Identifier) -> exp.Expr:
    """``base.name``: a longer column name, or a row's field."""
    if isinstance(base, exp.Column) and not base.args.get("catalog"):
        return exp.Column(this=name, table=base.this, db=base.args.get("table"), catalog=base.args.get("db"))
    return exp.Dot(this=base, expression=name)


def _balanced(kind: type[exp.Connector], terms: list[exp.Expr]) -> exp.Expr:
    """All terms in a tree of small depth, because Python's recursion is limited."""
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return kind(this=_balanced(kind, terms[:middle]), expression=_balanced(kind, terms[middle:]))
