"""Clauses over expressions: GROUP BY, ORDER BY and windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.errors import cannot_run
from local.engine.sql.grammar.nodes import Frame

if TYPE_CHECKING:
    from local.engine.sql.grammar.expressions import Expressions

#: What ends an item of GROUP BY: ALL before it is a name.
_AFTER_GROUP = (",", ")", "HAVING", "WINDOW", "ORDER", "OFFSET", "LIMIT", "FETCH", "UNION", "INTERSECT", "EXCEPT")


def read_group(expressions: Expressions) -> exp.Group:
    """``GROUP BY a, ROLLUP (b, c)``."""
    tokens = expressions.tokens
    token = tokens.expect("GROUP", "BY")
    distinct = tokens.skip("DISTINCT")
    if not distinct and tokens.skip("ALL") and (tokens.here is None or tokens.word() in _AFTER_GROUP):
        tokens.place -= 1
    group = exp.Group(expressions=expressions.several(lambda: _grouping_element(expressions)))
    if distinct:
        group.set("distinct", True)
    return tokens.node(group, token)


def _grouping_element(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.here
    if tokens.is_next("GROUPING", "SETS"):
        tokens.place += 2
        tokens.expect("(")
        sets = expressions.several(lambda: _grouping_set(expressions))
        tokens.expect(")")
        return tokens.node(exp.GroupingSets(expressions=sets), token)
    for word, kind in (("ROLLUP", exp.Rollup), ("CUBE", exp.Cube)):
        if tokens.skip(word):
            tokens.expect("(")
            sets = [] if tokens.is_next(")") else expressions.several(lambda: _grouping_set(expressions))
            tokens.expect(")")
            return tokens.node(kind(expressions=sets), token)
    if tokens.is_next("(", ")"):
        tokens.place += 2
        return exp.Tuple(expressions=[])
    return expressions.expression()


def _grouping_set(expressions: Expressions) -> exp.Expr:
    """One set as a tuple."""
    tokens = expressions.tokens
    if not tokens.is_next("("):
        return exp.Tuple(expressions=[expressions.expression()])
    place = tokens.place
    tokens.next()
    if tokens.skip(")"):
        return exp.Tuple(expressions=[])
    items = expressions.several()
    tokens.expect(")")
    if not tokens.is_next(",") and not tokens.is_next(")"):
        tokens.place = place
        return exp.Tuple(expressions=[expressions.expression()])
    return exp.Tuple(expressions=items)


def read_order(expressions: Expressions) -> exp.Order:
    """``ORDER BY a DESC NULLS FIRST, ...``."""
    tokens = expressions.tokens
    token = tokens.expect("ORDER", "BY")
    return tokens.node(exp.Order(expressions=expressions.several(lambda: _ordered(expressions))), token)


def _ordered(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    value = expressions.expression()
    descending = tokens.skip("DESC")
    if not descending:
        tokens.skip("ASC")
    nulls_first = False
    if tokens.skip("NULLS"):
        nulls_first = tokens.skip("FIRST")
        if not nulls_first:
            tokens.expect("LAST")
    return exp.Ordered(this=value, desc=descending, nulls_first=nulls_first)


def read_window(expressions: Expressions) -> exp.Expr:
    """What follows OVER: the name of a window, or a definition in brackets."""
    tokens = expressions.tokens
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
        frame.set("partition_by", expressions.several())
    if tokens.is_next("ORDER", "BY"):
        frame.set("order", read_order(expressions))
    if tokens.is_next("MEASURES"):
        raise cannot_run("row pattern recognition in windows")
    for unit in ("ROWS", "RANGE", "GROUPS"):
        if tokens.skip(unit):
            frame.set("unit", unit)
            _frame(expressions, frame)
    tokens.expect(")")
    return tokens.node(frame, token)


def _frame(expressions: Expressions, frame: Frame) -> None:
    between = expressions.tokens.skip("BETWEEN")
    _bound(expressions, frame, "start")
    if between:
        expressions.tokens.expect("AND")
        _bound(expressions, frame, "end")


def _bound(expressions: Expressions, frame: Frame, side: str) -> None:
    tokens = expressions.tokens
    for words in (("UNBOUNDED", "PRECEDING"), ("UNBOUNDED", "FOLLOWING"), ("CURRENT", "ROW")):
        if tokens.is_next(*words):
            tokens.place += 2
            frame.set(side, " ".join(words))
            return
    frame.set(f"{side}_value", expressions.expression())
    direction = next((word for word in ("PRECEDING", "FOLLOWING") if tokens.skip(word)), "")
    if not direction:
        raise tokens.error("Expecting: 'PRECEDING', 'FOLLOWING'")
    frame.set(side, direction)
