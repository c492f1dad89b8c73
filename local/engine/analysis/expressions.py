"""Expressions: names become fields, calls become overloads, and every coercion is written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.engine.analysis import calls, literals, operators, references
from local.engine.analysis.context import Context, error_at
from local.engine.analysis.json_calls import analyse_json
from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import (
    AggregateCall,
    ArrayOf,
    Between,
    Case,
    Cast,
    ColumnRef,
    Comparison,
    Constant,
    Expression,
    Field,
    Grouping,
    InList,
    IsNull,
    Like,
    Logical,
    Not,
    RowOf,
    WindowCall,
)
from local.engine.analysis.query_nodes import Query, Select, SubqueryExpression, Unnest
from local.engine.analysis.scopes import Scope
from local.engine.analysis.special_forms import SPECIAL_FORMS
from local.engine.errors import cannot_run
from local.engine.functions.casts import cast_exists
from local.engine.functions.json import is_json
from local.engine.sql.grammar.nodes import FunctionCall as CallNode
from local.engine.sql.grammar.nodes import JsonFunction, TypedLiteral
from local.engine.types.coerce import can_coerce, common_type
from local.engine.types.model import BOOLEAN, UNKNOWN, VARCHAR, TrinoType, array, row

if TYPE_CHECKING:
    from local.engine.analysis.queries import QueryAnalyzer

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}  # fmt: skip


class Expressions:
    """Analyses the expressions of one scope.

    Attributes:
        scope: the columns they see.
        windows: the named windows of their SELECT.
    """

    def __init__(self, context: Context, scope: Scope, queries: QueryAnalyzer) -> None:
        self.context = context
        self.scope = scope
        self.queries = queries
        self.windows: Mapping[str, exp.Expr] = {}
        self.parameters: list[dict[str, Field]] = []

    def analyse(self, node: exp.Expr) -> Expression:
        """The typed expression.

        Raises:
            QueryError: it is wrong, or the engine can't run it.
        """
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise cannot_run(node.key.upper())
        return handler(self, node)

    def condition(self, node: exp.Expr, clause: str) -> Expression:
        """A condition; ``clause`` is where it is, for the message."""
        found = self.analyse(node)
        if found.type not in (BOOLEAN, UNKNOWN):
            raise error_at("TYPE_MISMATCH", f"{clause} must evaluate to a boolean: actual type {found.type}", node)
        return coerce(found, BOOLEAN)

    def coerced(self, node: exp.Expr, target: TrinoType, what: str) -> Expression:
        """An expression that has to be of a type."""
        found = self.analyse(node)
        if not can_coerce(found.type, target):
            raise error_at("TYPE_MISMATCH", f"{what} must evaluate to a {target} (actual: {found.type})", node)
        return coerce(found, target)

    def same_type(self, items: Sequence[tuple[exp.Expr, Expression]], message: str) -> tuple[Expression, ...]:
        """The expressions, coerced to their common type. ``message`` has two places for types."""
        common = items[0][1].type
        for node, item in items[1:]:
            found = common_type(common, item.type)
            if found is None:
                raise error_at("TYPE_MISMATCH", message.format(common, item.type), node)
            common = found
        return tuple(coerce(item, common) for _, item in items)

    # Literals, conditions

    def _typed_literal(self, node: TypedLiteral) -> Expression:
        if node.args["kind"] == "json":
            if not is_json(node.this):
                raise error_at("INVALID_LITERAL", f"'{node.this}' is not a valid JSON literal", node)
            return calls.call(self, "json_parse", [literals.text(node.this)], node)
        return literals.typed(node)

    def _paren(self, node: exp.Paren) -> Expression:
        found = self.analyse(node.this)
        if node.args.get("sign") and not (found.type.is_number or found.type.kind.startswith("interval")):
            raise error_at("TYPE_MISMATCH", f"Unary '+' operator cannot be applied to {found.type}", node)
        return found

    def _logical(self, node: exp.Expr) -> Expression:
        operator = "AND" if isinstance(node, exp.And) else "OR"
        terms = tuple(self.condition(one, "Logical expression term") for one in operators.operands(node, type(node)))
        return Logical(BOOLEAN, operator, terms)

    def _not(self, node: exp.Not) -> Expression:
        return Not(BOOLEAN, self.condition(node.this, "Value of logical NOT expression"))

    def _comparison(self, node: exp.Expr) -> Expression:
        operator = _COMPARISONS[type(node)]
        right = node.args["expression"]
        if isinstance(right, exp.Any | exp.All):
            return self._quantified(node, operator)
        return self.compare(operator, self.analyse(node.this), self.analyse(right), node)

    def compare(self, operator: str, left: Expression, right: Expression, node: exp.Expr) -> Expression:
        """A comparison of two values."""
        common = common_type(left.type, right.type)
        needs_order = operator in ("<", "<=", ">", ">=")
        if common is None or not (common.is_orderable if needs_order else common.is_comparable):
            raise error_at("TYPE_MISMATCH", f"Cannot apply operator: {left.type} {operator} {right.type}", node)
        return Comparison(BOOLEAN, operator, coerce(left, common), coerce(right, common))

    def _quantified(self, node: exp.Expr, operator: str) -> Expression:
        side = node.args["expression"]
        value = self.analyse(node.this)
        query, value = self._membership(value, side.this, node)
        kind = "any" if isinstance(side, exp.Any) else "all"
        return SubqueryExpression(BOOLEAN, kind, query, value, operator)

    def _membership(self, value: Expression, query_node: exp.Expr, node: exp.Expr) -> tuple[Query, Expression]:
        query = self._subquery_of(query_node)
        if len(query.fields) != 1:
            raise error_at(
                "NOT_SUPPORTED",
                f"Multiple columns returned by subquery are not yet supported. Found {len(query.fields)}",
                node,
            )
        common = common_type(value.type, query.types[0])
        if common is None:
            raise error_at(
                "TYPE_MISMATCH",
                f"value and result of subquery must be of the same type for IN expression: {value.type} vs "
                f"{query.types[0]}",
                node,
            )
        return self.queries.cast(query, (common,)), coerce(value, common)

    def _is(self, node: exp.Is) -> Expression:
        return IsNull(BOOLEAN, self.analyse(node.this))

    def _between(self, node: exp.Between) -> Expression:
        parts = [node.this, node.args["low"], node.args["high"]]
        items = [(part, self.analyse(part)) for part in parts]
        value, low, high = self.same_type(items, "Cannot check if {} is BETWEEN {}")
        if not value.type.is_orderable:
            raise error_at("TYPE_MISMATCH", f"Cannot check if {value.type} is BETWEEN {low.type} and {high.type}", node)
        return Between(BOOLEAN, value, low, high)

    def _in(self, node: exp.In) -> Expression:
        value = self.analyse(node.this)
        if node.args.get("query") is not None:
            query, value = self._membership(value, node.args["query"], node)
            _check_unnest(query, node)
            return SubqueryExpression(BOOLEAN, "in", query, value)
        items = [(node, value), *((one, self.analyse(one)) for one in node.expressions)]
        value, *rest = self.same_type(items, "IN value and list items must be the same type: {} vs {}")
        if not value.type.is_comparable:
            raise error_at("TYPE_MISMATCH", f"Cannot apply operator: {value.type} = {value.type}", node)
        return InList(BOOLEAN, value, tuple(rest))

    def _like(self, node: exp.Expr) -> Expression:
        like = node.this if isinstance(node, exp.Escape) else node
        value = self.analyse(like.this)
        if not value.type.is_text and value.type != UNKNOWN:
            raise error_at(
                "TYPE_MISMATCH", f"Left side of LIKE expression must evaluate to a varchar (actual: {value.type})", node
            )
        pattern = self.coerced(like.args["expression"], VARCHAR, "Pattern for LIKE expression")
        escape = None
        if isinstance(node, exp.Escape):
            escape = self.coerced(node.expression, VARCHAR, "Escape for LIKE expression")
        if value.type == UNKNOWN:
            value = coerce(value, VARCHAR)
        return Like(BOOLEAN, value, pattern, escape)

    # Values

    def _case(self, node: exp.Case) -> Expression:
        operand_node = node.args.get("this")
        ifs = node.args["ifs"]
        results = [(one.args["true"], self.analyse(one.args["true"])) for one in ifs]
        if node.args.get("default") is not None:
            results.append((node.args["default"], self.analyse(node.args["default"])))
        else:
            results.append((node, literals.null()))
        coerced = self.same_type(
            results,
            "All CASE results must be the same type or coercible to a common type. Cannot find common type between "
            "{} and {}",
        )
        operand: Expression | None = None
        if operand_node is None:
            conditions = tuple(self.condition(one.this, "CASE WHEN clause") for one in ifs)
        else:
            items = [(operand_node, self.analyse(operand_node)), *((one.this, self.analyse(one.this)) for one in ifs)]
            operand, *rest = self.same_type(
                items, "CASE operand type does not match WHEN clause operand type: {} vs {}"
            )
            conditions = tuple(rest)
        whens = tuple(zip(conditions, coerced[:-1], strict=True))
        return Case(coerced[-1].type, operand, whens, coerced[-1])

    def special(self, name: str, node: CallNode) -> Expression | None:
        """What has the syntax of a call, but isn't a function; None for any other name."""
        handler = SPECIAL_FORMS.get(name)
        return None if handler is None else handler(self, node)

    def _array(self, node: exp.Array) -> Expression:
        if not node.expressions:
            return ArrayOf(array(UNKNOWN), ())
        items = self.same_type(
            [(one, self.analyse(one)) for one in node.expressions],
            "All ARRAY elements must be the same type or coercible to a common type. Cannot find common type "
            "between {} and {}",
        )
        return ArrayOf(array(items[0].type), items)

    def _row(self, node: exp.Tuple) -> Expression:
        items = tuple(self.analyse(one) for one in node.expressions)
        return RowOf(row(*((None, item.type) for item in items)), items)

    def _cast(self, node: exp.Expr) -> Expression:
        target: TrinoType = node.args["to"]
        value = self.analyse(node.this)
        safe = isinstance(node, exp.TryCast)
        if value.type == target:
            return value
        if value.type == UNKNOWN:
            return Cast(target, value, safe) if not isinstance(value, Constant) else Constant(target, None)
        if not cast_exists(value.type, target):
            raise error_at("TYPE_MISMATCH", f"Cannot cast {value.type} to {target}", node)
        return Cast(target, value, safe)

    def _call(self, node: CallNode) -> Expression:
        return calls.analyse_call(self, node)

    # Subqueries

    def _subquery_of(self, node: exp.Expr) -> Query:
        return self.queries.nested(node, self._own_scope())

    def _own_scope(self) -> Scope:
        if self.parameters:
            raise cannot_run("a subquery in a lambda")
        return self.scope

    def _scalar(self, node: exp.Subquery) -> Expression:
        query = self._subquery_of(node.this)
        if len(query.fields) == 1:
            return SubqueryExpression(query.types[0], "scalar", query)
        kind = row(*((one.name, one.type) for one in query.fields))
        return SubqueryExpression(kind, "row", query)

    def _exists(self, node: exp.Exists) -> Expression:
        query = self._subquery_of(node.this)
        _check_unnest(query, node)
        return SubqueryExpression(BOOLEAN, "exists", query)

    def _json(self, node: JsonFunction) -> Expression:
        return analyse_json(self, node)

    def _lambda_outside(self, node: exp.Lambda) -> Expression:
        raise error_at("TYPE_MISMATCH", "Lambda expression should always be used inside a function", node)


def uses_aggregates(expression: Expression) -> Expression | None:
    """The first aggregate, GROUPING or window call in it, or None."""
    for one in expression.walk():
        if isinstance(one, AggregateCall | WindowCall | Grouping):
            return one
    return None


def _check_unnest(query: Query, node: exp.Expr) -> None:
    """Trino can't run EXISTS and IN over UNNEST of a column of the query around them."""
    source = query.body.source if isinstance(query.body, Select) else None
    if isinstance(source, Unnest) and any(
        isinstance(inner, ColumnRef) for one in source.arguments for inner in one.walk()
    ):
        raise error_at("NOT_SUPPORTED", "Given correlated subquery is not supported", node)


_HANDLERS: Mapping[type[exp.Expr], Callable[[Expressions, Any], Expression]] = {
    exp.Literal: lambda _, node: literals.text(node.name) if node.is_string else literals.number(node),
    exp.Null: lambda *_: literals.null(),
    exp.Boolean: lambda _, node: Constant(BOOLEAN, bool(node.this)),
    exp.HexString: lambda _, node: literals.binary(node.this),
    TypedLiteral: Expressions._typed_literal,
    exp.Interval: lambda _, node: literals.interval(node),
    exp.Column: references.column,
    exp.Dot: references.dot,
    exp.Paren: Expressions._paren,
    exp.And: Expressions._logical,
    exp.Or: Expressions._logical,
    exp.Not: Expressions._not,
    exp.Is: Expressions._is,
    exp.Between: Expressions._between,
    exp.In: Expressions._in,
    exp.Like: Expressions._like,
    exp.Escape: Expressions._like,
    exp.Neg: operators.negate,
    exp.DPipe: operators.concatenation,
    exp.Bracket: operators.subscript,
    exp.AtTimeZone: operators.at_time_zone,
    exp.Extract: operators.extract,
    exp.Case: Expressions._case,
    exp.Cast: Expressions._cast,
    exp.TryCast: Expressions._cast,
    exp.Array: Expressions._array,
    exp.Tuple: Expressions._row,
    exp.Subquery: Expressions._scalar,
    exp.Exists: Expressions._exists,
    exp.Lambda: Expressions._lambda_outside,
    CallNode: Expressions._call,
    JsonFunction: Expressions._json,
    **dict.fromkeys(_COMPARISONS, Expressions._comparison),
    **dict.fromkeys(operators.ARITHMETIC, operators.arithmetic),
}
