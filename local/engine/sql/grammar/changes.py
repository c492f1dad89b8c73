"""Statements that change the rows of a table: INSERT, DELETE, UPDATE and MERGE.

https://docs.aws.amazon.com/athena/latest/ug/dml-queries-functions-operators.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlglot import exp

from local.engine.errors import cannot_run
from local.engine.sql.grammar.aliases import column_names
from local.engine.sql.grammar.parameters import bind
from local.engine.sql.grammar.queries import Queries
from local.engine.sql.grammar.relations import read_relation, read_table_name
from local.engine.sql.grammar.tokens import Tokens

Change = TypeVar("Change", bound=exp.Expr)


def read_insert(text: str, parameters: Sequence[str] = ()) -> exp.Insert:
    """``INSERT INTO t (a, b) SELECT ...``: ``this`` is the table, ``columns`` the names, ``expression`` the query."""
    return _read(text, parameters, _insert)


def read_delete(text: str, parameters: Sequence[str] = ()) -> exp.Delete:
    """``DELETE FROM t WHERE ...``: ``this`` is the table, ``where`` the condition."""
    return _read(text, parameters, _delete)


def read_update(text: str, parameters: Sequence[str] = ()) -> exp.Update:
    """``UPDATE t SET a = 1 WHERE ...``: ``this`` is the table, ``expressions`` are the assignments (``exp.EQ``)."""
    return _read(text, parameters, _update)


def read_merge(text: str, parameters: Sequence[str] = ()) -> exp.Merge:
    """``MERGE INTO t USING s ON ... WHEN ...``.

    ``this`` is the table, ``using`` the source, ``on`` the condition. ``whens`` has an ``exp.When`` for each clause:
    ``matched``, ``condition``, and ``then``, which is an ``exp.Delete``, ``exp.Update`` or ``exp.Insert`` (whose
    ``expression`` is an ``exp.Tuple``).
    """
    return _read(text, parameters, _merge)


def _read(text: str, parameters: Sequence[str], read: Callable[[Queries], Change]) -> Change:
    tokens = Tokens(text)
    found = read(Queries(tokens))
    if tokens.here is not None:
        raise tokens.error("Expecting: <EOF>")
    return bind(found, text, parameters)


def _insert(queries: Queries) -> exp.Insert:
    tokens = queries.tokens
    tokens.expect("INSERT")
    tokens.expect("INTO")
    table = read_table_name(queries)
    names = [] if queries.is_next() else column_names(tokens)
    return exp.Insert(this=table, columns=names, expression=queries.query())


def _delete(queries: Queries) -> exp.Delete:
    tokens = queries.tokens
    tokens.expect("DELETE")
    tokens.expect("FROM")
    return exp.Delete(this=read_table_name(queries), where=_where(queries))


def _update(queries: Queries) -> exp.Update:
    tokens = queries.tokens
    tokens.expect("UPDATE")
    table = read_table_name(queries)
    tokens.expect("SET")
    return exp.Update(this=table, expressions=_assignments(queries), where=_where(queries))


def _merge(queries: Queries) -> exp.Merge:
    tokens = queries.tokens
    tokens.expect("MERGE")
    tokens.expect("INTO")
    table = read_table_name(queries)
    if tokens.skip("AS") or not tokens.is_next("USING"):
        table.set("alias", exp.TableAlias(this=tokens.name()))
    tokens.expect("USING")
    source = read_relation(queries)
    tokens.expect("ON")
    condition = queries.expressions.expression()
    clauses = [_when(queries)]
    while tokens.here is not None:
        clauses.append(_when(queries))
    return exp.Merge(this=table, using=source, on=condition, whens=exp.Whens(expressions=clauses))


def _when(queries: Queries) -> exp.When:
    tokens = queries.tokens
    tokens.expect("WHEN")
    matched = not tokens.skip("NOT")
    tokens.expect("MATCHED")
    if tokens.is_next("BY"):
        raise cannot_run("MERGE with NOT MATCHED BY")
    condition = queries.expressions.expression() if tokens.skip("AND") else None
    tokens.expect("THEN")
    return exp.When(matched=matched, condition=condition, then=_matched(queries) if matched else _not_matched(queries))


def _matched(queries: Queries) -> exp.Expr:
    tokens = queries.tokens
    if tokens.skip("DELETE"):
        return exp.Delete()
    if not tokens.skip("UPDATE"):
        raise tokens.error("Expecting: 'DELETE', 'UPDATE'")
    tokens.expect("SET")
    return exp.Update(expressions=_assignments(queries))


def _not_matched(queries: Queries) -> exp.Expr:
    tokens = queries.tokens
    tokens.expect("INSERT")
    names = column_names(tokens)
    tokens.expect("VALUES")
    tokens.expect("(")
    values = queries.expressions.several()
    tokens.expect(")")
    return exp.Insert(columns=names, expression=exp.Tuple(expressions=values))


def _assignments(queries: Queries) -> list[exp.EQ]:
    tokens = queries.tokens
    found = []
    while True:
        token = tokens.here
        name = tokens.name()
        tokens.expect("=")
        found.append(tokens.node(exp.EQ(this=name, expression=queries.expressions.expression()), token))
        if not tokens.skip(","):
            return found


def _where(queries: Queries) -> exp.Where | None:
    token = queries.tokens.here
    if not queries.tokens.skip("WHERE"):
        return None
    return queries.tokens.node(exp.Where(this=queries.expressions.expression()), token)
