"""Queries: WITH, set operations, SELECT, ORDER BY and LIMIT."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from local.engine.errors import at
from local.engine.sql.grammar.aliases import column_names, implicit_alias
from local.engine.sql.grammar.clauses import read_group, read_order, read_window
from local.engine.sql.grammar.expressions import Expressions
from local.engine.sql.grammar.nodes import Relations
from local.engine.sql.grammar.relations import read_relation, read_table_name
from local.engine.sql.grammar.tokens import Tokens


class Queries:
    """Reads queries."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.expressions = Expressions(tokens)
        self.expressions.queries = self
        self._depth = 0

    def is_next(self) -> bool:
        """Whether a query is next, perhaps in brackets."""
        place = self.tokens.place
        while self.tokens.skip("("):
            pass
        found = any(self.tokens.is_next(word) for word in ("SELECT", "WITH", "VALUES", "TABLE"))
        self.tokens.place = place
        return found

    def is_subquery(self) -> bool:
        """Whether what is next in brackets is a query, and not an expression that begins with a subquery."""
        tokens = self.tokens
        if not self.is_next():
            return False
        place = tokens.place
        opened = 0
        while tokens.skip("("):
            opened += 1
        if not opened:
            tokens.place = place
            return True
        # `((SELECT 1) + 1)`: after the inner bracket closes, only a query's clauses continue a query.
        depth = opened
        while depth >= opened and tokens.here is not None:
            depth += tokens.is_next("(")
            depth -= tokens.is_next(")")
            tokens.place += 1
        found = any(
            tokens.is_next(word) for word in (")", "UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "OFFSET", "FETCH")
        )
        tokens.place = place
        return found

    def query(self) -> exp.Expr:
        """``WITH ... SELECT ... ORDER BY ... OFFSET ... LIMIT ...``."""
        tokens = self.tokens
        with_ = self._with() if tokens.is_next("WITH") else None
        body = self._union()
        order = read_order(self.expressions) if tokens.is_next("ORDER", "BY") else None
        offset: exp.Expr | None = None
        limit: exp.Expr | None = None
        if tokens.skip("OFFSET"):
            offset = self._count()
            if not tokens.skip("ROW"):
                tokens.skip("ROWS")
        if tokens.skip("LIMIT"):
            limit = None if tokens.skip("ALL") else exp.Limit(expression=self._count())
        elif tokens.skip("FETCH"):
            limit = self._fetch()
        if with_ is None and order is None and offset is None and limit is None:
            return body
        if any(body.args.get(key) for key in ("with_", "order", "offset", "limit")):
            body = exp.Subquery(this=body)
        for key, value in (
            ("with_", with_),
            ("order", order),
            ("offset", exp.Offset(expression=offset) if offset is not None else None),
            ("limit", limit),
        ):
            body.set(key, value)
        return body

    def _fetch(self) -> exp.Expr:
        tokens = self.tokens
        if not tokens.skip("FIRST"):
            tokens.expect("NEXT")
        count = exp.Literal.number(1) if tokens.is_next("ROW") or tokens.is_next("ROWS") else self._count()
        if not tokens.skip("ROW"):
            tokens.expect("ROWS")
        if tokens.skip("WITH"):
            tokens.expect("TIES")
            return exp.Limit(expression=count, ties=True, fetch=True)
        tokens.expect("ONLY")
        return exp.Limit(expression=count, fetch=True)

    def _count(self) -> exp.Expr:
        token = self.tokens.here
        if self.tokens.skip("?"):
            return exp.Placeholder(this=str(token.start if token else 0))
        return exp.Literal.number(self.tokens.integer())

    def _with(self) -> exp.With:
        tokens = self.tokens
        tokens.expect("WITH")
        recursive = tokens.skip("RECURSIVE")
        ctes = []
        while True:
            name = tokens.name()
            columns = column_names(tokens)
            tokens.expect("AS")
            tokens.expect("(")
            query = self.query()
            tokens.expect(")")
            ctes.append(exp.CTE(this=query, alias=exp.TableAlias(this=name, columns=columns)))
            if not tokens.skip(","):
                return exp.With(expressions=ctes, recursive=recursive)

    def _union(self) -> exp.Expr:
        left = self._intersect()
        while True:
            token = self.tokens.here
            if self.tokens.skip("UNION"):
                kind: type[exp.SetOperation] = exp.Union
            elif self.tokens.skip("EXCEPT"):
                kind = exp.Except
            else:
                return left
            distinct = self._set_quantifier()
            left = self.tokens.node(kind(this=left, expression=self._intersect(), distinct=distinct), token)

    def _intersect(self) -> exp.Expr:
        left = self._simple()
        while self.tokens.is_next("INTERSECT"):
            token = self.tokens.next()
            distinct = self._set_quantifier()
            left = self.tokens.node(exp.Intersect(this=left, expression=self._simple(), distinct=distinct), token)
        return left

    def _set_quantifier(self) -> bool:
        if self.tokens.skip("ALL"):
            return False
        self.tokens.skip("DISTINCT")
        return True

    def _simple(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.here
        if tokens.is_next("SELECT"):
            return self._select()
        if tokens.skip("VALUES"):
            return tokens.node(exp.Values(expressions=self.expressions.several()), token)
        if tokens.skip("TABLE"):
            return tokens.node(exp.Select(expressions=[exp.Star()], from_=exp.From(this=read_table_name(self))), token)
        if tokens.skip("("):
            found = self.query()
            tokens.expect(")")
            return tokens.node(exp.Subquery(this=found), token)
        raise tokens.error("Expecting: 'SELECT', 'TABLE', 'VALUES', '('")

    def _select(self) -> exp.Select:
        tokens = self.tokens
        token = tokens.expect("SELECT")
        distinct = tokens.skip("DISTINCT")
        if not distinct:
            tokens.skip("ALL")
        select = exp.Select(expressions=self.expressions.several(self._item))
        if distinct:
            select.set("distinct", exp.Distinct())
        if tokens.skip("FROM"):
            relation = read_relation(self)
            while tokens.is_next(","):
                comma = tokens.next()
                relation = tokens.node(Relations(this=relation, expression=read_relation(self), kind="IMPLICIT"), comma)
            select.set("from_", exp.From(this=relation))
        if tokens.is_next("WHERE"):
            place = tokens.next()
            select.set("where", tokens.node(exp.Where(this=self.expressions.expression()), place))
        if tokens.is_next("GROUP", "BY"):
            select.set("group", read_group(self.expressions))
        if tokens.is_next("HAVING"):
            place = tokens.next()
            select.set("having", tokens.node(exp.Having(this=self.expressions.expression()), place))
        if tokens.skip("WINDOW"):
            windows = []
            while True:
                name = tokens.name()
                tokens.expect("AS")
                windows.append(exp.Alias(this=read_window(self.expressions), alias=name))
                if not tokens.skip(","):
                    break
            select.set("windows", windows)
        return tokens.node(select, token)

    def _item(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.here
        if tokens.skip("*"):
            return tokens.node(exp.Star(), token)
        value = self.expressions.expression()
        if tokens.is_next(".", "*"):
            tokens.place += 2
            star = tokens.node(exp.Dot(this=value, expression=exp.Star()), token)
            if tokens.skip("AS"):
                columns = column_names(tokens)
                if not columns:
                    raise tokens.error("Expecting: '('")
                star.set("columns", columns)
            return star
        if tokens.skip("AS"):
            return exp.Alias(this=value, alias=tokens.name())
        alias = implicit_alias(tokens)
        return exp.Alias(this=value, alias=alias) if alias is not None else value


def read_query(text: str) -> exp.Expr:
    """The tree of a query: an ``exp.Select``, ``exp.SetOperation``, ``exp.Values`` or ``exp.Subquery``.

    Raises:
        QueryError: it isn't a query.
    """
    return _read(text, Queries.query)


def read_expression(text: str) -> exp.Expr:
    """The tree of an expression.

    Raises:
        QueryError: it isn't an expression.
    """
    return _read(text, lambda queries: queries.expressions.expression())


def _read(text: str, read: Callable[[Queries], exp.Expr]) -> exp.Expr:
    tokens = Tokens(text)
    try:
        found = read(Queries(tokens))
    except RecursionError:
        raise at("SYNTAX_ERROR", "the statement is nested too deeply") from None
    if tokens.here is not None:
        raise tokens.error("Expecting: <EOF>")
    return found
