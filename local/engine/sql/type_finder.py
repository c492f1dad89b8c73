"""Finds the types of expressions at their place in a query, by having DuckDB bind them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from sqlglot import exp

from local.engine.errors import QueryCancelled
from local.engine.results.trino_types import TrinoType, from_duckdb
from local.engine.sql.dialect import EngineSql


class TypeFinder:
    """Types of expressions in a query whose FROM and WITH are already translated."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def types(self, place: exp.Expr, operands: Sequence[exp.Expr]) -> list[TrinoType | None]:
        """The type of each operand; None if it can't be known (a lambda's variable, a correlated subquery).

        ``place`` is the node that the operands belong to, or its SELECT.
        """
        if not operands:
            return []
        context = exp.Select()
        select = place if isinstance(place, exp.Select) else place.find_ancestor(exp.Select)
        found: list[TrinoType | None] = [None] * len(operands)
        # What isn't a column of this SELECT may be a column of a SELECT around it.
        while select is not None and None in found:
            context = _context(select, place, context)
            together = self._bind(context, operands)
            if together is not None:
                return list(together)
            # `a / sum(b)`: together they require a GROUP BY, separately they don't.
            found = [
                kind or next(iter(self._bind(context, [operand]) or ()), None)
                for operand, kind in zip(operands, found, strict=True)
            ]
            select = select.find_ancestor(exp.Select)
        return found

    def _bind(self, context: exp.Select, operands: Sequence[exp.Expr]) -> list[TrinoType] | None:
        query = context.copy()
        query.set("expressions", [exp.alias_(one.copy(), f"_{number}") for number, one in enumerate(operands)])
        try:
            # LIMIT 0 binds and plans, and reads no row.
            result = self._connection.execute(f"FROM ({query.sql(dialect=EngineSql)}) LIMIT 0")
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error:
            return None
        return [from_duckdb(column[1]) for column in result.description or ()]


def _context(select: exp.Select, place: exp.Expr, inner: exp.Select) -> exp.Select:
    """``SELECT … FROM`` what precedes ``place`` in ``select`` and in ``inner``, with the WITH queries visible there."""
    context = exp.Select()
    from_ = select.args.get("from_")
    inner_from, inner_joins = inner.args.get("from_"), [join.copy() for join in inner.args.get("joins") or ()]
    if isinstance(from_, exp.Expr) and not _holds(from_, place):
        joins = _joins_before(select, place)
        if isinstance(inner_from, exp.From):
            joins.append(exp.Join(this=inner_from.this.copy(), kind="CROSS"))
        context.set("from_", from_.copy())
        context.set("joins", joins + inner_joins)
    elif isinstance(inner_from, exp.From):
        context.set("from_", inner_from.copy())
        context.set("joins", inner_joins)
    ctes: dict[str, exp.Expr] = {}
    recursive = False
    node: exp.Expr | None = place
    while node is not None:
        with_ = node.args.get("with_")
        if isinstance(with_, exp.With):
            visible: dict[str, exp.Expr] = {}
            for cte in with_.expressions:
                if _holds(cte, place):
                    break
                visible[cte.alias.lower()] = cte.copy()
            ctes = {**visible, **{name: cte for name, cte in ctes.items() if name not in visible}, **ctes}
            recursive = recursive or bool(with_.args.get("recursive"))
        node = node.parent
    if ctes:
        context.set("with_", exp.With(expressions=list(ctes.values()), recursive=recursive))
    return context


def _joins_before(select: exp.Select, place: exp.Expr) -> list[exp.Expr]:
    joins: list[exp.Expr] = []
    for join in select.args.get("joins") or ():
        if not _holds(join, place):
            joins.append(join.copy())
            continue
        # A join's condition sees the joined table; an UNNEST sees only what precedes it.
        if not _holds(join.this, place):
            joins.append(join.copy())
            joins[-1].set("on", exp.true())
        break
    return joins


def _holds(outer: exp.Expr, inner: exp.Expr) -> bool:
    node: exp.Expr | None = inner
    while node is not None:
        if node is outer:
            return True
        node = node.parent
    return False
