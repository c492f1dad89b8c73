"""Conditions that a query implies: what holds for one side of a join also holds for the columns it is joined with.

A condition on one column, such as ``bucket = 'b'``, that all rows of a relation meet is added for every column that a
join makes equal, so that DuckDB applies it to that side's tables too, and their partitions are pruned. DuckDB itself
does so for ``=`` only, and not if the rows come from a query with LIMIT. Trino does it for all conditions
(``EffectivePredicateExtractor`` and ``PredicatePushDown``).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import partial

from local.engine.analysis.nodes import (
    Cast,
    ColumnRef,
    Comparison,
    Constant,
    Expression,
    Field,
    FunctionCall,
    InList,
    Lambda,
    Logical,
    Try,
    WindowCall,
)
from local.engine.analysis.query_nodes import (
    CteScan,
    Derived,
    Join,
    Nested,
    Query,
    Relation,
    Select,
    SetOperation,
    SubqueryExpression,
    Values,
)
from local.engine.analysis.trees import map_children, queries_of
from local.engine.types.coerce import can_coerce
from local.engine.types.model import BOOLEAN

#: Types whose equal values are the same: any condition that holds for one holds for the other.
_EXACT = frozenset({"varchar", "boolean", "tinyint", "smallint", "integer", "bigint", "date"})
_INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_RANDOM = frozenset({"rand", "random", "shuffle", "uuid"})
#: A condition with more parts than these isn't repeated.
_MAX_PARTS = 100

Conditions = list[Expression]


def add_implied_conditions(query: Query) -> None:
    """Add the conditions that are implied to the joins and the WHERE clauses of a query and the queries inside it."""
    implied = _Implied()
    for one in queries_of(query):
        implied.of_query(one)


class _Implied:
    """Finds the conditions that hold for all rows, each query once; adds what follows from them at each join."""

    def __init__(self) -> None:
        # The queries are kept too: an ID is unique only while its object exists.
        self._known: dict[int, tuple[Query, Conditions]] = {}

    def of_query(self, query: Query) -> Conditions:
        """The conditions that all rows of a query meet, over its own fields."""
        if id(query) not in self._known:
            self._known[id(query)] = query, self._of_body(query)
        return self._known[id(query)][1]

    def _of_body(self, query: Query) -> Conditions:
        match query.body:
            case Select() as select:
                return _over(zip(select.items, query.fields, strict=True), self._of_select(select))
            case Nested(query=inner):
                return _renamed(inner.fields, query.fields, self.of_query(inner))
            case SetOperation(kind=kind, left=left, right=right):
                first = _renamed(left.fields, query.fields, self.of_query(left))
                second = _renamed(right.fields, query.fields, self.of_query(right))
                if kind == "UNION":
                    return [one for one in first if one in second]
                return first + second if kind == "INTERSECT" else first
            case Values(rows=rows):
                columns = zip(query.fields, zip(*rows, strict=True), strict=True)
                return [one for field, values in columns for one in _one_of(field, values)]
        return []

    def _of_select(self, select: Select) -> Conditions:
        """What holds for the rows from which the items of a SELECT are computed."""
        found = _terms(select.where)
        if select.source is not None:
            found += self._of_relation(select.source)
            derived = _derived(found, self._of_subqueries(found), _columns(select.source))
            select.where = _all_of(select.where, derived)
            found += derived
        if select.aggregation is not None:
            # A grouping set has nulls for the keys of the others.
            keys = select.aggregation.keys if select.aggregation.sets is None else []
            found = _over(keys, found) + _terms(select.having)
        return found

    def _of_relation(self, relation: Relation) -> Conditions:
        match relation:
            case Derived(query=query):
                return _renamed(query.fields, relation.fields, self.of_query(query))
            case CteScan(cte=cte) if not cte.recursive:
                return _renamed(cte.query.fields, relation.fields, self.of_query(cte.query))
            case Join():
                return self._of_join(relation)
        return []

    def _of_join(self, join: Join) -> Conditions:
        left, right = self._of_relation(join.left), self._of_relation(join.right)
        joined = [*left, *right, *_terms(join.condition)]
        # All rows of the other side are in the result of an outer join. A condition on them would only slow it down.
        sides = {"LEFT": [join.right], "RIGHT": [join.left], "FULL": []}.get(join.kind, [join.left, join.right])
        columns = {column for side in sides for column in _columns(side)}
        derived = _derived(joined, self._of_subqueries(joined), columns)
        if join.condition is not None:
            join.condition = _all_of(join.condition, derived)
        return {"LEFT": left, "RIGHT": right, "FULL": []}.get(join.kind, joined + derived)

    def _of_subqueries(self, conditions: Conditions) -> Conditions:
        """For each ``column IN (SELECT ...)``, what holds for the rows of the subquery."""
        found: Conditions = []
        for one in conditions:
            if isinstance(one, SubqueryExpression) and one.kind == "in" and isinstance(one.value, ColumnRef):
                column = one.query.fields[0]
                if column.type == one.value.type and column.type.kind in _EXACT:
                    found += _over([(ColumnRef(column.type, column), one.value.field)], self.of_query(one.query))
        return found


def _terms(condition: Expression | None) -> Conditions:
    """The conditions that all have to hold."""
    if condition is None:
        return []
    if isinstance(condition, Logical) and condition.operator == "AND":
        return [term for one in condition.terms for term in _terms(one)]
    return [condition]


def _all_of(condition: Expression | None, more: Conditions) -> Expression | None:
    if not more:
        return condition
    terms = (*_terms(condition), *map(_safe, more))
    return Logical(BOOLEAN, "AND", terms) if len(terms) > 1 else terms[0]


def _columns(relation: Relation) -> set[Field]:
    return _columns(relation.left) | _columns(relation.right) if isinstance(relation, Join) else set(relation.fields)


def _derived(conditions: Conditions, more: Conditions, columns: Container[Field]) -> Conditions:
    """What else holds for these columns: some of ``more``, and what follows because columns are equal."""
    equal = [pair for one in conditions for pair in _equalities(one)]
    known = [one for one in conditions if _column_of(one) is not None]
    given = len(known)
    known += [one for one in more if one not in known]
    for one in known:
        for field, value in equal:
            if _column_of(one) is field and (implied := _replaced(one, {field: value})) not in known:
                known.append(implied)
    return [one for one in known[given:] if _column_of(one) in columns]


def _equalities(condition: Expression) -> Iterator[tuple[Field, Expression]]:
    """The columns that a condition makes equal: a column, and what can be written instead of it."""
    if not isinstance(condition, Comparison) or condition.operator != "=":
        return
    for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
        column, value = _plain(one), _plain(other)
        if isinstance(column, ColumnRef) and isinstance(value, ColumnRef) and column.type.kind in _EXACT:
            if column.type.kind == value.type.kind:
                yield column.field, value
            elif one is column:
                # An integer can be written as a bigint, not the other way round.
                yield column.field, other


def _plain(value: Expression) -> Expression:
    """A value without the casts that don't change it: varchar(3) to varchar, integer to bigint."""
    while isinstance(value, Cast) and can_coerce(value.value.type, value.type) and value.type.kind in _EXACT:
        if value.type.kind not in (value.value.type.kind, *_INTEGERS):
            break
        value = value.value
    return value


def _column_of(condition: Expression) -> Field | None:
    """The only column of a condition that can be repeated for another one; None if there are more, or none."""
    columns: list[Field] = []
    for one in condition.walk():
        match one:
            case SubqueryExpression() | WindowCall() | Lambda():
                return None
            case InList(items=parts) | Logical(terms=parts) if len(parts) > _MAX_PARTS:
                return None
            case FunctionCall(function=function) if function.name in _RANDOM:
                return None
            case ColumnRef(field=field) if field not in columns:
                columns.append(field)
    return columns[0] if len(columns) == 1 else None


def _safe(condition: Expression) -> Expression:
    """A condition that is false where it would fail: the other side's values may be of another kind."""
    may_fail = any(
        isinstance(part, FunctionCall) or (isinstance(part, Cast) and part.value.type.kind != part.type.kind)
        for part in condition.walk()
        if _column_of(part) is not None
    )
    return Try(BOOLEAN, condition) if may_fail else condition


def _over(columns: Iterable[tuple[Expression, Field]], conditions: Conditions) -> Conditions:
    """The conditions over other columns: those that are computed by these expressions."""
    found: Conditions = []
    for value, field in columns:
        if isinstance(value, ColumnRef):
            new = {value.field: ColumnRef(field.type, field)}
            found += [_replaced(one, new) for one in conditions if _column_of(one) is value.field]
        else:
            found += _one_of(field, [value])
    return found


def _renamed(old: Sequence[Field], new: Sequence[Field], conditions: Conditions) -> Conditions:
    return _over([(ColumnRef(one.type, one), other) for one, other in zip(old, new, strict=False)], conditions)


def _one_of(field: Field, values: Sequence[Expression]) -> Conditions:
    """The condition that a column has one of these values, if they are known."""
    known = [_plain(one) for one in values]
    if field.type.kind not in _EXACT or len(known) > _MAX_PARTS:
        return []
    if not all(isinstance(one, Constant) and one.value is not None for one in known):
        return []
    column = ColumnRef(field.type, field)
    if len(values) == 1:
        return [Comparison(BOOLEAN, "=", column, values[0])]
    return [InList(BOOLEAN, column, tuple(values))]


def _replaced(expression: Expression, new: Mapping[Field, Expression]) -> Expression:
    if isinstance(expression, ColumnRef):
        return new.get(expression.field, expression)
    return map_children(expression, partial(_replaced, new=new))
