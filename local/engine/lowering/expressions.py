"""Expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from local.engine.analysis.nodes import (
    ArrayOf,
    Between,
    Case,
    Cast,
    Coalesce,
    ColumnRef,
    Comparison,
    Constant,
    Expression,
    Field,
    FieldOf,
    FunctionCall,
    InList,
    IsNull,
    Lambda,
    Like,
    Logical,
    Not,
    NullIf,
    Output,
    RowOf,
    SortKey,
    Try,
    WindowCall,
)
from local.engine.analysis.query_nodes import SubqueryExpression
from local.engine.errors import cannot_run
from local.engine.functions.casts import lower_cast
from local.engine.functions.registry import NOT_CONSTANT, Argument, Call
from local.engine.functions.templates import is_simple, lower_call
from local.engine.lowering.comparisons import compare, is_one_of, sort_value
from local.engine.lowering.constants import constant
from local.engine.types.representation import NotRepresented, duckdb_type, field_names, quoted

if TYPE_CHECKING:
    from local.engine.lowering.queries import QueryLowering

_FLOATS = ("real", "double")


class ExpressionLowering:
    """Writes expressions. ``queries`` writes the queries inside them.

    Attributes:
        replaced: columns of a query with groups, and the keys that subqueries of it see instead.
    """

    def __init__(self, queries: QueryLowering) -> None:
        self.queries = queries
        self.replaced: dict[Field, Field] = {}
        self._bound = 0

    def sql(self, node: Expression) -> str:
        """The DuckDB expression.

        Raises:
            QueryError: the engine can't run it.
        """
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise cannot_run(type(node).__name__)
        return handler(self, node)

    def type_of(self, node: Expression) -> str:
        """The DuckDB type of an expression."""
        try:
            return duckdb_type(node.type)
        except NotRepresented as error:
            raise cannot_run(f"values of type {error}") from error

    def sort_keys(self, keys: tuple[SortKey, ...]) -> str:
        """``a DESC NULLS LAST, ...``."""
        return ", ".join(
            f"{self._sort_value(key.value)} {'DESC' if key.descending else 'ASC'} "
            f"NULLS {'FIRST' if key.nulls_first else 'LAST'}"
            for key in keys
        )

    def _sort_value(self, value: Expression) -> str:
        if isinstance(value, Output):
            return str(value.index + 1)
        sql = sort_value(self.sql(value), value.type)
        # A bare number would be the number of a column.
        return f"({sql} + 0)" if isinstance(value, Constant) and value.type.is_number else sql

    def once(self, value: Expression, body: Callable[[str], str]) -> str:
        """``body`` of a value that is evaluated once."""
        sql = self.sql(value)
        if is_simple(sql):
            return body(sql)
        self._bound += 1
        name = f"b{self._bound}"
        return f"list_transform([{sql}], lambda {name}: {body(name)})[1]"

    def _column(self, node: ColumnRef) -> str:
        return self.replaced.get(node.field, node.field).sql

    def _cast(self, node: Cast) -> str:
        value = node.value
        self.type_of(node)
        if value.type.kind == "unknown":
            return f"CAST(NULL AS {self.type_of(node)})"
        if not node.safe:
            return lower_cast(self.sql(value), value.type, node.type)
        # Only the cast may fail: an error inside the value stays one.
        return self.once(value, lambda sql: f"TRY({lower_cast(sql, value.type, node.type)})")

    def _call(self, node: FunctionCall) -> str:
        arguments = tuple(
            Argument(self.sql(one), one.type, one.value if isinstance(one, Constant) else NOT_CONSTANT)
            for one in node.arguments
        )
        call = Call(arguments, node.type, node.bound.types, node.bound.numbers)
        lowering = node.function.lowering
        if not isinstance(lowering, str) and not callable(lowering):
            raise cannot_run(f"{node.function.name} here")
        try:
            return lower_call(lowering, call, null_on_null=node.function.null_on_null)  # type: ignore[arg-type]  # a scalar's
        except NotRepresented as error:
            raise cannot_run(f"values of type {error}") from error

    def _lambda(self, node: Lambda) -> str:
        return f"lambda {', '.join(one.sql for one in node.parameters)}: {self.sql(node.body)}"

    def _logical(self, node: Logical) -> str:
        return "(" + f" {node.operator} ".join(self.sql(one) for one in node.terms) + ")"

    def each_once(self, nodes: Sequence[Expression], body: Callable[[Sequence[str]], str]) -> str:
        """``body`` over the expressions, each of which is evaluated once, and outside of lambdas: DuckDB has no
        subqueries in their bodies.
        """
        sqls = [self.sql(node) for node in nodes]
        if all(map(is_simple, sqls)):
            return body(sqls)
        self._bound += 1
        name = f"b{self._bound}"
        fields = ", ".join(f"e{number} := {sql}" for number, sql in enumerate(sqls))
        values = [f"{name}.e{number}" for number in range(len(sqls))]
        return f"list_transform([struct_pack({fields})], lambda {name}: {body(values)})[1]"

    def _comparison(self, node: Comparison) -> str:
        left, right = node.left, node.right
        if isinstance(left, RowOf) and isinstance(right, RowOf) and node.operator in ("=", "<>"):
            parts = [
                self._comparison(Comparison(node.type, node.operator, one, other))
                for one, other in zip(left.items, right.items, strict=True)
            ]
            return "(" + (" AND " if node.operator == "=" else " OR ").join(parts) + ")"
        number = isinstance(right, Constant) and right.value is not None
        if left.type.kind in _FLOATS or (left.type.inner and node.operator != "IS DISTINCT FROM"):
            return self.each_once(
                [left, right],
                lambda both: compare(node.operator, both[0], both[1], left.type, right_is_number=number),
            )
        return compare(node.operator, self.sql(left), self.sql(right), left.type)

    def _between(self, node: Between) -> str:
        kind = node.value.type
        if kind.kind in _FLOATS or kind.inner:
            return self.each_once(
                [node.value, node.low, node.high],
                lambda each: f"({compare('>=', each[0], each[1], kind)} AND {compare('<=', each[0], each[2], kind)})",
            )
        value, low, high = (sort_value(self.sql(one), kind) for one in (node.value, node.low, node.high))
        return f"({value} BETWEEN {low} AND {high})"

    def _in(self, node: InList) -> str:
        kind = node.value.type
        items = [self.sql(one) for one in node.items]
        return self.once(node.value, lambda sql: is_one_of(sql, items, kind))

    def _like(self, node: Like) -> str:
        value = self.sql(node.value)
        if node.value.type.kind == "char":
            value = f"rpad({value}, {node.value.type.precision}, ' ')"
        if node.escape is not None:
            return f"py_like({value}, {self.sql(node.pattern)}, {self.sql(node.escape)})"
        return f"({value} LIKE {self.sql(node.pattern)})"

    def _case(self, node: Case) -> str:
        default = self.sql(node.default)
        operand = node.operand
        if operand is None:
            whens = " ".join(f"WHEN {self.sql(one)} THEN {self.sql(value)}" for one, value in node.whens)
            return f"CASE {whens} ELSE {default} END"

        def compared(sql: str) -> str:
            whens_ = " ".join(
                f"WHEN {compare('=', sql, self.sql(one), operand.type)} THEN {self.sql(value)}"
                for one, value in node.whens
            )
            return f"CASE {whens_} ELSE {default} END"

        return self.once(operand, compared)

    def _null_if(self, node: NullIf) -> str:
        return f"CASE WHEN {self.sql(node.equal)} THEN NULL ELSE {self.sql(node.value)} END"

    def _row(self, node: RowOf) -> str:
        names = field_names(node.type)
        fields = (f"{quoted(name)} := {self.sql(item)}" for name, item in zip(names, node.items, strict=True))
        return f"struct_pack({', '.join(fields)})"

    def _array(self, node: ArrayOf) -> str:
        if not node.items:
            return f"CAST([] AS {self.type_of(node)})"
        return f"[{', '.join(map(self.sql, node.items))}]"

    def _field(self, node: FieldOf) -> str:
        name = field_names(node.value.type)[node.index]
        return f"struct_extract({self.sql(node.value)}, '{name.replace(chr(39), chr(39) * 2)}')"

    def _window(self, node: WindowCall) -> str:
        from local.engine.lowering.aggregates import lower_window

        return lower_window(self, node)

    def _output(self, _: Output) -> str:
        raise cannot_run("an expression over a column of the result in ORDER BY")

    def _subquery(self, node: SubqueryExpression) -> str:
        before = self.replaced
        value = None if node.value is None else self.sql(node.value)
        self.replaced = {**before, **dict(node.replaced)}
        try:
            query = self.queries.query(node.query)
        finally:
            self.replaced = before
        match node.kind:
            case "scalar":
                return f"({query})"
            case "exists":
                return f"EXISTS ({query})"
            case "row":
                names = field_names(node.type)
                fields = ", ".join(f"{quoted(name)} := s.c{number}" for number, name in enumerate(names, start=1))
                return f"(SELECT struct_pack({fields}) FROM ({query}) AS s)"
        kind = node.query.types[0]
        if kind.inner:
            raise cannot_run(f"{node.kind.upper()} (subquery) of {kind}")
        key = sort_value("s.c1", kind)
        query = query if key == "s.c1" else f"SELECT {key} FROM ({query}) AS s"
        value = sort_value(value or "", kind)
        if node.kind == "in":
            return f"({value} IN ({query}))"
        return f"({value} {node.operator} {node.kind.upper()} ({query}))"


_HANDLERS: Mapping[type[Expression], Callable[[ExpressionLowering, Any], str]] = {
    Constant: lambda _, node: constant(node),
    ColumnRef: ExpressionLowering._column,
    Cast: ExpressionLowering._cast,
    FunctionCall: ExpressionLowering._call,
    Lambda: ExpressionLowering._lambda,
    Logical: ExpressionLowering._logical,
    Not: lambda self, node: f"(NOT {self.sql(node.value)})",
    IsNull: lambda self, node: f"({self.sql(node.value)} IS NULL)",
    Comparison: ExpressionLowering._comparison,
    Between: ExpressionLowering._between,
    InList: ExpressionLowering._in,
    Like: ExpressionLowering._like,
    Case: ExpressionLowering._case,
    Coalesce: lambda self, node: f"coalesce({', '.join(map(self.sql, node.items))})",
    NullIf: ExpressionLowering._null_if,
    Try: lambda self, node: f"TRY({self.sql(node.value)})",
    RowOf: ExpressionLowering._row,
    ArrayOf: ExpressionLowering._array,
    FieldOf: ExpressionLowering._field,
    WindowCall: ExpressionLowering._window,
    Output: ExpressionLowering._output,
    SubqueryExpression: ExpressionLowering._subquery,
}
