"""Relations in FROM: tables, subqueries, UNNEST and joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.errors import cannot_run
from local.engine.sql.grammar.aliases import column_names, implicit_alias
from local.engine.sql.grammar.nodes import NamedRelation, Relations
from local.engine.sql.grammar.tokens import Tokens

if TYPE_CHECKING:
    from local.engine.sql.grammar.queries import Queries


def read_relation(queries: Queries) -> exp.Expr:
    """A relation with its joins."""
    tokens = queries.tokens
    left = _sampled(queries)
    while True:
        token = tokens.here
        natural = False
        if tokens.is_next("CROSS", "JOIN"):
            tokens.place += 2
            left = tokens.node(Relations(this=left, expression=_sampled(queries), kind="CROSS"), token)
            continue
        if tokens.skip("NATURAL"):
            natural = True
        kind = _join_kind(tokens)
        if not kind:
            if natural:
                raise tokens.error("Expecting: 'JOIN'")
            return left
        if natural:
            join = Relations(this=left, expression=_sampled(queries), kind=kind, natural=True)
        else:
            join = Relations(this=left, expression=_right_side(queries), kind=kind)
            if tokens.skip("ON"):
                join.set("on", queries.expressions.expression())
            else:
                tokens.expect("USING")
                tokens.expect("(")
                names: list[exp.Expr] = [tokens.name()]
                while tokens.skip(","):
                    names.append(tokens.name())
                tokens.expect(")")
                join.set("using", names)
        left = tokens.node(join, token)


def _right_side(queries: Queries) -> exp.Expr:
    """The right side of JOIN, which may itself hold joins (``a JOIN b JOIN c ON ... ON ...``)."""
    tokens = queries.tokens
    right = _sampled(queries)
    while not tokens.is_next("ON") and not tokens.is_next("USING"):
        place = tokens.place
        token = tokens.here
        if tokens.is_next("CROSS", "JOIN"):
            tokens.place += 2
            right = tokens.node(Relations(this=right, expression=_sampled(queries), kind="CROSS"), token)
            continue
        kind = _join_kind(tokens)
        if not kind:
            tokens.place = place
            break
        join = Relations(this=right, expression=_right_side(queries), kind=kind)
        tokens.expect("ON")
        join.set("on", queries.expressions.expression())
        right = tokens.node(join, token)
    return right


def _join_kind(tokens: Tokens) -> str:
    if tokens.skip("JOIN") or tokens.skip("INNER", "JOIN"):
        return "INNER"
    for kind in ("LEFT", "RIGHT", "FULL"):
        if tokens.skip(kind):
            tokens.skip("OUTER")
            tokens.expect("JOIN")
            return kind
    return ""


def _sampled(queries: Queries) -> exp.Expr:
    relation = _aliased(queries)
    if queries.tokens.is_next("TABLESAMPLE"):
        raise cannot_run("TABLESAMPLE")
    return relation


def _aliased(queries: Queries) -> exp.Expr:
    tokens = queries.tokens
    relation = _primary(queries)
    if tokens.is_next("MATCH_RECOGNIZE", "("):
        raise cannot_run("MATCH_RECOGNIZE")
    name = tokens.name() if tokens.skip("AS") else implicit_alias(tokens)
    if name is None:
        return relation
    alias = exp.TableAlias(this=name, columns=column_names(tokens))
    if isinstance(relation, Relations | NamedRelation):
        return NamedRelation(this=relation, alias=alias)
    relation.set("alias", alias)
    return relation


def _primary(queries: Queries) -> exp.Expr:
    tokens = queries.tokens
    token = tokens.here
    if tokens.is_next("UNNEST"):
        return _unnest(queries)
    if tokens.is_next("LATERAL", "("):
        tokens.place += 2
        query = queries.query()
        tokens.expect(")")
        return tokens.node(exp.Lateral(this=query), token)
    if tokens.is_next("TABLE", "("):
        raise cannot_run("table functions")
    if tokens.is_next("JSON_TABLE"):
        raise cannot_run("JSON_TABLE")
    if tokens.is_next("("):
        start = tokens.place
        tokens.next()
        if queries.is_subquery():
            query = queries.query()
            tokens.expect(")")
            return tokens.node(exp.Subquery(this=query), token)
        tokens.place = start
        tokens.next()
        relation = read_relation(queries)
        tokens.expect(")")
        return relation if not relation.args.get("alias") else NamedRelation(this=relation)
    return read_table_name(queries)


def read_table_name(queries: Queries) -> exp.Table:
    """``catalog.database.table FOR VERSION AS OF 1``."""
    tokens = queries.tokens
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
        table.set("version", exp.Version(this=kind, kind="AS OF", expression=queries.expressions.value()))
    return table


def _unnest(queries: Queries) -> exp.Expr:
    tokens = queries.tokens
    token = tokens.expect("UNNEST")
    tokens.expect("(")
    unnest = exp.Unnest(expressions=queries.expressions.several())
    tokens.expect(")")
    if tokens.is_next("WITH", "ORDINALITY"):
        tokens.place += 2
        unnest.set("offset", True)
    return tokens.node(unnest, token)
