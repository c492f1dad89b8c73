"""GROUP BY: what is computed for each group, and what is computed from that afterwards.

A SELECT with groups becomes two levels: the keys and aggregates, then everything else over their results. A column that
is left over after that is neither grouped nor aggregated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from local.engine.analysis.context import Context
from local.engine.analysis.nodes import AggregateCall, ColumnRef, Expression, Field, Grouping, Lambda, Output
from local.engine.analysis.query_nodes import Aggregation, SubqueryExpression
from local.engine.analysis.trees import expressions_of, map_children
from local.engine.errors import at


class Grouper:
    """Rewrites the expressions of one SELECT that has groups.

    Attributes:
        aggregation: the keys and calls found so far.
        place: line and column of the expression that is rewritten.
    """

    def __init__(self, context: Context, source: Sequence[Field], place: tuple[int, int]) -> None:
        self._context = context
        self._source = {id(one) for field in source for one in _fields_of(field)}
        self.place = place
        self.aggregation = Aggregation(context.unique("g"))

    def add_key(self, key: Expression) -> int:
        """Group by an expression; returns its number."""
        for number, (known, _) in enumerate(self.aggregation.keys):
            if known == key:
                return number
        number = len(self.aggregation.keys)
        field = Field(None, key.type, f"{self.aggregation.alias}.k{number}")
        self.aggregation.keys.append((key, field))
        return number

    def rewrite(self, expression: Expression) -> Expression:
        """The expression over the results of the groups.

        Raises:
            QueryError: it has a column that is neither grouped nor aggregated.
        """
        for key, field in self.aggregation.keys:
            if key == expression:
                return ColumnRef(field.type, field)
        if isinstance(expression, AggregateCall):
            return self._result(expression)
        if isinstance(expression, Grouping):
            return self._grouping(expression)
        if isinstance(expression, ColumnRef):
            if id(expression.field) in self._source:
                self._fail(expression.field)
            return expression
        if isinstance(expression, SubqueryExpression):
            return self._subquery(expression)
        if isinstance(expression, Lambda | Output):
            return map_children(expression, self.rewrite)
        return map_children(expression, self.rewrite)

    def _result(self, call: Expression) -> Expression:
        for known, field in self.aggregation.calls:
            if known == call:
                return ColumnRef(field.type, field)
        field = Field(None, call.type, f"{self.aggregation.alias}.a{len(self.aggregation.calls)}")
        self.aggregation.calls.append((call, field))
        return ColumnRef(field.type, field)

    def _grouping(self, call: Grouping) -> Expression:
        known = [key for key, _ in self.aggregation.keys]
        for key in call.keys:
            if key not in known:
                raise at(
                    "INVALID_ARGUMENTS",
                    "The arguments to GROUPING() must be expressions referenced by "
                    "the GROUP BY at the associated query level",
                    *self.place,
                )
        return self._result(call)

    def _subquery(self, expression: SubqueryExpression) -> Expression:
        """A subquery sees keys only: columns of the source that are keys are replaced while it is lowered."""
        replaced = {}
        for one in expressions_of(expression.query):
            if isinstance(one, ColumnRef) and id(one.field) in self._source:
                for key, field in self.aggregation.keys:
                    if key == one:
                        replaced[one.field] = field
                        break
                else:
                    self._fail(one.field)
        value = None if expression.value is None else self.rewrite(expression.value)
        return replace(expression, value=value, replaced=(*expression.replaced, *replaced.items()))

    def _fail(self, field: Field) -> NoReturn:
        raise at(
            "EXPRESSION_NOT_AGGREGATE",
            f"'{field.name or '?'}' must be an aggregate expression or appear in GROUP BY clause",
            *self.place,
        )


def _fields_of(field: Field) -> list[Field]:
    """The field, and those that its value is made of."""
    if field.value is None:
        return [field]
    return [field, *(one.field for one in field.value.walk() if isinstance(one, ColumnRef))]
