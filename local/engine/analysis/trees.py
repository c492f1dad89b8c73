"""Walks over typed trees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from local.engine.analysis.nodes import Expression, SortKey, WindowFrame
from local.engine.analysis.query_nodes import (
    Aggregation,
    Cte,
    CteScan,
    Derived,
    Join,
    Nested,
    Query,
    Relation,
    Select,
    SetOperation,
    SubqueryExpression,
    TableScan,
    Unnest,
    Values,
)

Change = Callable[[Expression], Expression]


def map_children(expression: Expression, change: Change) -> Expression:
    """The expression with each of its parts changed; the same object if nothing changes."""
    changes: dict[str, Any] = {}
    for one in fields(expression):
        value = getattr(expression, one.name)
        new = _mapped(value, change)
        if new is not value:
            changes[one.name] = new
    return replace(expression, **changes) if changes else expression


def _mapped(value: object, change: Change) -> object:
    if isinstance(value, Expression):
        return change(value)
    if isinstance(value, SortKey):
        new = change(value.value)
        return value if new is value.value else replace(value, value=new)
    if isinstance(value, WindowFrame):
        start = None if value.start_value is None else change(value.start_value)
        end = None if value.end_value is None else change(value.end_value)
        if start is value.start_value and end is value.end_value:
            return value
        return replace(value, start_value=start, end_value=end)
    if isinstance(value, tuple):
        items = tuple(_mapped(item, change) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def expressions_of(query: Query) -> Iterator[Expression]:
    """Every expression in a query and the queries inside it, in no particular order; subqueries once."""
    for relation_or_expression in _parts(query):
        if isinstance(relation_or_expression, Expression):
            yield from _all(relation_or_expression)


def _all(expression: Expression) -> Iterator[Expression]:
    for one in expression.walk():
        yield one
        if isinstance(one, SubqueryExpression):
            yield from expressions_of(one.query)


def scans(query: Query) -> list[TableScan]:
    """The tables that a query reads, each as often as it reads it, in the order of the text."""
    found: list[TableScan] = []
    for part in _parts(query, inside=frozenset()):
        if isinstance(part, TableScan):
            found.append(part)
        elif isinstance(part, Expression):
            for one in part.walk():
                if isinstance(one, SubqueryExpression):
                    found += scans(one.query)
    return found


def _parts(query: Query, *, inside: frozenset[Cte] | None = None) -> Iterator[Relation | Expression]:
    """The relations and top expressions of a query and of the queries in its FROM.

    ``inside`` are the WITH queries around it: those that it names are then part of it. None: they are listed once.
    """
    if inside is None:
        for cte in query.ctes:
            yield from _parts(cte.query)
            if cte.step is not None:
                yield from _parts(cte.step)
    body = query.body
    match body:
        case Select():
            if body.source is not None:
                yield from _relation(body.source, inside)
            yield from (one for one in (body.where, body.having) if one is not None)
            if body.aggregation is not None:
                yield from _aggregation(body.aggregation)
            yield from body.items
        case SetOperation():
            yield from _parts(body.left, inside=inside)
            yield from _parts(body.right, inside=inside)
        case Nested():
            yield from _parts(body.query, inside=inside)
        case Values():
            for row in body.rows:
                yield from row
    yield from (key.value for key in query.order)


def _aggregation(aggregation: Aggregation) -> Iterator[Expression]:
    yield from (one for one, _ in aggregation.keys)
    yield from (one for one, _ in aggregation.calls)


def _relation(relation: Relation, inside: frozenset[Cte] | None) -> Iterator[Relation | Expression]:
    yield relation
    match relation:
        case Join():
            yield from _relation(relation.left, inside)
            yield from _relation(relation.right, inside)
            if relation.condition is not None:
                yield relation.condition
        case Derived():
            yield from _parts(relation.query, inside=inside)
        case CteScan() if inside is not None and relation.cte not in inside:
            yield from _parts(relation.cte.query, inside=inside | {relation.cte})
            if relation.cte.step is not None:
                yield from _parts(relation.cte.step, inside=inside | {relation.cte})
        case Unnest():
            yield from relation.arguments


def queries_of(query: Query) -> Iterator[Query]:
    """A query and all queries inside it, each as often as it is named."""
    yield query
    body = query.body
    inner: list[Query] = []
    if isinstance(body, SetOperation):
        inner = [body.left, body.right]
    elif isinstance(body, Nested):
        inner = [body.query]
    for cte in query.ctes:
        inner += [cte.query] if cte.step is None else [cte.query, cte.step]
    if isinstance(body, Select) and body.source is not None:
        inner += [one.query for one in _relation(body.source, None) if isinstance(one, Derived)]
    tops = [part for part in _parts(query) if isinstance(part, Expression)]
    inner += [one.query for top in tops for one in top.walk() if isinstance(one, SubqueryExpression)]
    seen: set[int] = set()
    for one in inner:
        if id(one) not in seen:
            seen.add(id(one))
            yield from queries_of(one)
