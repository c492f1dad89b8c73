"""Queries and relations."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from local.engine.errors import cannot_run
from local.engine.sql.grammar.expressions import Expressions
from local.engine.sql.grammar.nodes import Frame, NamedRelation, Relations
from local.engine.sql.grammar.tokens import Tokens

#: Words after a relation or an item of SELECT that Trino doesn't reserve, and that can't be read as its alias here.
_NOT_AN_ALIAS = ("TABLESAMPLE", "MATCH_RECOGNIZE", "LIMIT", "OFFSET", "FETCH", "WINDOW")


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
        order = self.order() if tokens.is_next("ORDER", "BY") else None
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
            columns = self._column_names()
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
            return tokens.node(exp.Select(expressions=[exp.Star()], from_=exp.From(this=self._table_name())), token)
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
            relation = self.relation()
            while tokens.is_next(","):
                comma = tokens.next()
                relation = tokens.node(Relations(this=relation, expression=self.relation(), kind="IMPLICIT"), comma)
            select.set("from_", exp.From(this=relation))
        if tokens.is_next("WHERE"):
            place = tokens.next()
            select.set("where", tokens.node(exp.Where(this=self.expressions.expression()), place))
        if tokens.is_next("GROUP", "BY"):
            select.set("group", self._group())
        if tokens.is_next("HAVING"):
            place = tokens.next()
            select.set("having", tokens.node(exp.Having(this=self.expressions.expression()), place))
        if tokens.skip("WINDOW"):
            windows = []
            while True:
                name = tokens.name()
                tokens.expect("AS")
                windows.append(exp.Alias(this=self.window(), alias=name))
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
                columns = self._column_names()
                if not columns:
                    raise tokens.error("Expecting: '('")
                star.set("columns", columns)
            return star
        if tokens.skip("AS"):
            return exp.Alias(this=value, alias=tokens.name())
        alias = self._implicit_alias()
        return exp.Alias(this=value, alias=alias) if alias is not None else value

    def _implicit_alias(self) -> exp.Identifier | None:
        tokens = self.tokens
        token = tokens.here
        if token is None:
            return None
        if token.token_type != TokenType.IDENTIFIER and token.text.upper() in _NOT_AN_ALIAS:
            after_window = token.text.upper() == "WINDOW" and not tokens.is_after(2, "AS")
            if not after_window:
                return None
        return tokens.optional_name()

    def _group(self) -> exp.Group:
        tokens = self.tokens
        token = tokens.expect("GROUP", "BY")
        distinct = tokens.skip("DISTINCT")
        if not distinct and tokens.is_next("ALL"):
            tokens.next()
        group = exp.Group(expressions=self.expressions.several(self._grouping_element))
        if distinct:
            group.set("distinct", True)
        return tokens.node(group, token)

    def _grouping_element(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.here
        if tokens.is_next("GROUPING", "SETS"):
            tokens.place += 2
            tokens.expect("(")
            sets = self.expressions.several(self._grouping_set)
            tokens.expect(")")
            return tokens.node(exp.GroupingSets(expressions=sets), token)
        for word, kind in (("ROLLUP", exp.Rollup), ("CUBE", exp.Cube)):
            if tokens.skip(word):
                tokens.expect("(")
                sets = [] if tokens.is_next(")") else self.expressions.several(self._grouping_set)
                tokens.expect(")")
                return tokens.node(kind(expressions=sets), token)
        if tokens.is_next("(", ")"):
            tokens.place += 2
            return exp.Tuple(expressions=[])
        return self.expressions.expression()

    def _grouping_set(self) -> exp.Expr:
        """One set as a tuple."""
        tokens = self.tokens
        if not tokens.is_next("("):
            return exp.Tuple(expressions=[self.expressions.expression()])
        place = tokens.place
        tokens.next()
        if tokens.skip(")"):
            return exp.Tuple(expressions=[])
        items = self.expressions.several()
        tokens.expect(")")
        if not tokens.is_next(",") and not tokens.is_next(")"):
            tokens.place = place
            return exp.Tuple(expressions=[self.expressions.expression()])
        return exp.Tuple(expressions=items)

    def order(self) -> exp.Order:
        """``ORDER BY a DESC NULLS FIRST, ...``."""
        tokens = self.tokens
        token = tokens.expect("ORDER", "BY")
        return tokens.node(exp.Order(expressions=self.expressions.several(self._ordered)), token)

    def _ordered(self) -> exp.Expr:
        tokens = self.tokens
        value = self.expressions.expression()
        descending = tokens.skip("DESC")
        if not descending:
            tokens.skip("ASC")
        nulls_first = False
        if tokens.skip("NULLS"):
            nulls_first = tokens.skip("FIRST")
            if not nulls_first:
                tokens.expect("LAST")
        return exp.Ordered(this=value, desc=descending, nulls_first=nulls_first)

    def window(self) -> exp.Expr:
        """What follows OVER: the name of a window, or a definition in brackets."""
        tokens = self.tokens
        token = tokens.here
        if not tokens.skip("("):
            return tokens.name()
        frame = Frame()
        if not tokens.is_next("PARTITION", "BY") and not any(
            tokens.is_next(word) for word in ("ORDER", "ROWS", "RANGE", "GROUPS", "MEASURES", ")")
        ):
            frame.set("this", tokens.name())
        if tokens.is_next("PARTITION", "BY"):
            tokens.place += 2
            frame.set("partition_by", self.expressions.several())
        if tokens.is_next("ORDER", "BY"):
            frame.set("order", self.order())
        if tokens.is_next("MEASURES"):
            raise cannot_run("row pattern recognition in windows")
        for unit in ("ROWS", "RANGE", "GROUPS"):
            if tokens.skip(unit):
                frame.set("unit", unit)
                self._frame(frame)
        tokens.expect(")")
        return tokens.node(frame, token)

    def _frame(self, frame: Frame) -> None:
        between = self.tokens.skip("BETWEEN")
        self._bound(frame, "start")
        if between:
            self.tokens.expect("AND")
            self._bound(frame, "end")

    def _bound(self, frame: Frame, side: str) -> None:
        tokens = self.tokens
        for words in (("UNBOUNDED", "PRECEDING"), ("UNBOUNDED", "FOLLOWING"), ("CURRENT", "ROW")):
            if tokens.is_next(*words):
                tokens.place += 2
                frame.set(side, " ".join(words))
                return
        frame.set(f"{side}_value", self.expressions.expression())
        direction = next((word for word in ("PRECEDING", "FOLLOWING") if tokens.skip(word)), "")
        if not direction:
            raise tokens.error("Expecting: 'PRECEDING', 'FOLLOWING'")
        frame.set(side, direction)

    def relation(self) -> exp.Expr:
        """A relation with its joins."""
        tokens = self.tokens
        left = self._sampled()
        while True:
            token = tokens.here
            natural = False
            if tokens.is_next("CROSS", "JOIN"):
                tokens.place += 2
                left = tokens.node(Relations(this=left, expression=self._sampled(), kind="CROSS"), token)
                continue
            if tokens.skip("NATURAL"):
                natural = True
            kind = self._join_kind()
            if not kind:
                if natural:
                    raise tokens.error("Expecting: 'JOIN'")
                return left
            if natural:
                join = Relations(this=left, expression=self._sampled(), kind=kind, natural=True)
            else:
                join = Relations(this=left, expression=self.relation_of_join(), kind=kind)
                if tokens.skip("ON"):
                    join.set("on", self.expressions.expression())
                else:
                    tokens.expect("USING")
                    tokens.expect("(")
                    names: list[exp.Expr] = [tokens.name()]
                    while tokens.skip(","):
                        names.append(tokens.name())
                    tokens.expect(")")
                    join.set("using", names)
            left = tokens.node(join, token)

    def relation_of_join(self) -> exp.Expr:
        """The right side of JOIN, which may itself hold joins (``a JOIN b JOIN c ON ... ON ...``)."""
        tokens = self.tokens
        right = self._sampled()
        while not tokens.is_next("ON") and not tokens.is_next("USING"):
            place = tokens.place
            token = tokens.here
            if tokens.is_next("CROSS", "JOIN"):
                tokens.place += 2
                right = tokens.node(Relations(this=right, expression=self._sampled(), kind="CROSS"), token)
                continue
            kind = self._join_kind()
            if not kind:
                tokens.place = place
                break
            join = Relations(this=right, expression=self.relation_of_join(), kind=kind)
            tokens.expect("ON")
            join.set("on", self.expressions.expression())
            right = tokens.node(join, token)
        return right

    def _join_kind(self) -> str:
        tokens = self.tokens
        if tokens.skip("JOIN") or tokens.skip("INNER", "JOIN"):
            return "INNER"
        for kind in ("LEFT", "RIGHT", "FULL"):
            if tokens.skip(kind):
                tokens.skip("OUTER")
                tokens.expect("JOIN")
                return kind
        return ""

    def _sampled(self) -> exp.Expr:
        relation = self._aliased()
        if self.tokens.is_next("TABLESAMPLE"):
            raise cannot_run("TABLESAMPLE")
        return relation

    def _aliased(self) -> exp.Expr:
        tokens = self.tokens
        relation = self._primary()
        if tokens.is_next("MATCH_RECOGNIZE", "("):
            raise cannot_run("MATCH_RECOGNIZE")
        name = tokens.name() if tokens.skip("AS") else self._implicit_alias()
        if name is None:
            return relation
        alias = exp.TableAlias(this=name, columns=self._column_names())
        if isinstance(relation, Relations | NamedRelation):
            return NamedRelation(this=relation, alias=alias)
        relation.set("alias", alias)
        return relation

    def _column_names(self) -> list[exp.Identifier]:
        tokens = self.tokens
        if not tokens.skip("("):
            return []
        names = [tokens.name()]
        while tokens.skip(","):
            names.append(tokens.name())
        tokens.expect(")")
        return names

    def _primary(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.here
        if tokens.is_next("UNNEST"):
            return self._unnest()
        if tokens.is_next("LATERAL", "("):
            tokens.place += 2
            query = self.query()
            tokens.expect(")")
            return tokens.node(exp.Lateral(this=query), token)
        if tokens.is_next("TABLE", "("):
            raise cannot_run("table functions")
        if tokens.is_next("JSON_TABLE"):
            raise cannot_run("JSON_TABLE")
        if tokens.is_next("("):
            start = tokens.place
            tokens.next()
            if self.is_subquery():
                query = self.query()
                tokens.expect(")")
                return tokens.node(exp.Subquery(this=query), token)
            tokens.place = start
            tokens.next()
            relation = self.relation()
            tokens.expect(")")
            return relation if not relation.args.get("alias") else NamedRelation(this=relation)
        return self._table_name()

    def _table_name(self) -> exp.Table:
        tokens = self.tokens
        parts = [tokens.name()]
        while tokens.skip("."):
            parts.append(tokens.name())
        if len(parts) > 3:
            raise tokens.error("Expecting: a table name of at most three parts")
        table = exp.Table(
            this=parts[-1],
            db=parts[-2] if len(parts) > 1 else None,
            catalog=parts[-3] if len(parts) > 2 else None,
        )
        if tokens.is_next("FOR") and (tokens.is_after(1, "TIMESTAMP") or tokens.is_after(1, "VERSION")):
            tokens.next()
            kind = tokens.next().text.upper()
            tokens.expect("AS")
            tokens.expect("OF")
            first = tokens.here
            self.expressions.value()
            last = tokens.previous
            text = tokens.text[first.start : last.end + 1] if first is not None else ""
            table.set("version", exp.Version(this=kind, kind="AS OF", expression=exp.Var(this=text)))
        return table

    def _unnest(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("UNNEST")
        tokens.expect("(")
        unnest = exp.Unnest(expressions=self.expressions.several())
        tokens.expect(")")
        if tokens.is_next("WITH", "ORDINALITY"):
            tokens.place += 2
            unnest.set("offset", True)
        return tokens.node(unnest, token)


def read_query(text: str) -> exp.Expr:
    """The tree of a query: an ``exp.Select``, ``exp.SetOperation``, ``exp.Values`` or ``exp.Subquery``.

    Raises:
        QueryError: it isn't a query.
    """
    tokens = Tokens(text)
    found = Queries(tokens).query()
    if tokens.here is not None:
        raise tokens.error("Expecting: <EOF>")
    return found


def read_expression(text: str) -> exp.Expr:
    """The tree of an expression.

    Raises:
        QueryError: it isn't an expression.
    """
    tokens = Tokens(text)
    found = Queries(tokens).expressions.expression()
    if tokens.here is not None:
        raise tokens.error("Expecting: <EOF>")
    return found
