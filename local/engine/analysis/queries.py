"""Queries: WITH, set operations, VALUES, ORDER BY, LIMIT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis.context import Context, error_at
from local.engine.analysis.expressions import Expressions, uses_aggregates
from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import ColumnRef, Expression, Field, SortKey
from local.engine.analysis.query_nodes import Cte, Derived, Nested, Query, Select, SetOperation, Values
from local.engine.analysis.scopes import Scope
from local.engine.errors import cannot_run
from local.engine.types.coerce import common_type
from local.engine.types.model import TrinoType

if TYPE_CHECKING:
    pass


class QueryAnalyzer:
    """Analyses queries of one context."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def nested(self, node: exp.Expr, scope: Scope | None) -> Query:
        """A query inside another one, whose columns it sees."""
        return self.query(node, Scope((), scope, scope.ctes if scope is not None else {}))

    def query(self, node: exp.Expr, outer: Scope) -> Query:
        """A query. ``outer`` has the WITH queries, and as its parent the columns, that are visible in it."""
        with_ = node.args.get("with_")
        ctes: tuple[Cte, ...] = ()
        if isinstance(with_, exp.With):
            ctes, outer = self._with(with_, outer)
        query = self._body(node, outer)
        query.ctes = (*ctes, *query.ctes)
        if node.args.get("offset") is not None:
            query.offset = _count(node.args["offset"].expression)
        if node.args.get("limit") is not None:
            query.limit = _count(node.args["limit"].expression)
            if query.limit == 0 and node.args["limit"].args.get("fetch"):
                raise error_at(
                    "NUMERIC_VALUE_OUT_OF_RANGE", "FETCH FIRST row count must be positive (actual value: 0)", node
                )
            query.with_ties = bool(node.args["limit"].args.get("ties"))
            if query.with_ties and not query.order:
                raise error_at("MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY", node)
        return query

    def _body(self, node: exp.Expr, outer: Scope) -> Query:
        if isinstance(node, exp.Select):
            from local.engine.analysis.select import SelectAnalyzer

            return SelectAnalyzer(self, node, outer).run()
        if isinstance(node, exp.SetOperation):
            query = self._set_operation(node, outer)
        elif isinstance(node, exp.Values):
            query = self._values(node, outer)
        elif isinstance(node, exp.Subquery):
            inner = self.query(node.this, outer)
            query = self._over(inner.fields, Nested(inner))
        else:
            raise cannot_run(node.key.upper())
        query.order = self._order(node.args.get("order"), query, outer)
        return query

    def _over(self, columns: Sequence[Field], body: SetOperation | Values | Nested) -> Query:
        """A query whose result has new columns like ``columns``."""
        alias = self.context.unique("q")
        fields = tuple(
            Field(one.name, one.type, f"{alias}.c{number}", origin=one.origin)
            for number, one in enumerate(columns, start=1)
        )
        return Query(fields, body, alias)

    def cast(self, query: Query, types: Sequence[TrinoType]) -> Query:
        """The query with columns of other types, to which its own can be coerced."""
        if query.types == tuple(types):
            return query
        alias = self.context.unique("r")
        inner = tuple(
            Field(one.name, one.type, f"{alias}.c{number}") for number, one in enumerate(query.fields, start=1)
        )
        items = tuple(coerce(ColumnRef(one.type, one), kind) for one, kind in zip(inner, types, strict=True))
        fields = tuple(
            Field(one.name, kind, f"c{number}", origin=one.origin)
            for number, (one, kind) in enumerate(zip(query.fields, types, strict=True), start=1)
        )
        return Query(fields, Select(items, Derived(alias, inner, query), None, None, None))

    def _set_operation(self, node: exp.SetOperation, outer: Scope) -> Query:
        kind = type(node).__name__.upper()
        # A chain of the same operation is balanced only by recursion; its depth is the number of operands.
        left, right = self.query(node.this, outer), self.query(node.expression, outer)
        if len(left.fields) != len(right.fields):
            raise error_at(
                "TYPE_MISMATCH",
                f"{kind} query has different number of fields: {len(left.fields)}, {len(right.fields)}",
                node,
            )
        types: list[TrinoType] = []
        for number, (one, other) in enumerate(zip(left.types, right.types, strict=True), start=1):
            common = common_type(one, other)
            if common is None:
                raise error_at(
                    "TYPE_MISMATCH", f"column {number} in {kind} query has incompatible types: {one}, {other}", node
                )
            types.append(common)
        distinct = bool(node.args.get("distinct"))
        if distinct or kind != "UNION":
            for common in types:
                if not common.is_comparable:
                    raise error_at(
                        "TYPE_MISMATCH", f"Type {common} is not comparable and therefore cannot be used in {kind}", node
                    )
        body = SetOperation(kind, distinct, self.cast(left, types), self.cast(right, types))
        columns = [Field(one.name, kind_, "") for one, kind_ in zip(left.fields, types, strict=True)]
        return self._over(columns, body)

    def _values(self, node: exp.Values, outer: Scope) -> Query:
        analyzer = Expressions(self.context, outer, self)
        rows: list[list[Expression]] = []
        for item in node.expressions:
            parts = item.expressions if isinstance(item, exp.Tuple) else [item]
            row = [analyzer.analyse(part) for part in parts]
            if len(row) == 1 and not isinstance(item, exp.Tuple) and row[0].type.kind == "row":
                raise cannot_run("VALUES of rows that aren't written out")
            for one in row:
                _check_scalar(one, "VALUES", item)
            rows.append(row)
        width = len(rows[0])
        if any(len(row) != width for row in rows):
            raise error_at("TYPE_MISMATCH", "Values rows have mismatched sizes", node)
        types = [one.type for one in rows[0]]
        for row in rows[1:]:
            for number, one in enumerate(row):
                if one.type == types[number]:
                    continue
                common = common_type(types[number], one.type)
                if common is None:
                    raise error_at(
                        "TYPE_MISMATCH", f"Values rows have mismatched types: {types[number]} vs {one.type}", node
                    )
                types[number] = common
        body = Values(tuple(tuple(map(coerce, row, types)) for row in rows))
        return self._over([Field(None, kind, "") for kind in types], body)

    def _order(self, order: exp.Expr | None, query: Query, outer: Scope) -> tuple[SortKey, ...]:
        """ORDER BY of a query that isn't a SELECT: it sees the columns of the result."""
        if order is None:
            return ()
        analyzer = Expressions(self.context, Scope(query.fields, outer.parent, outer.ctes), self)
        keys = []
        for item in order.expressions:
            number = ordinal(item.this, len(query.fields), "ORDER BY")
            if number is None:
                value = analyzer.analyse(item.this)
            else:
                value = ColumnRef(query.types[number], query.fields[number])
            keys.append(sort_key(value, item))
        return tuple(keys)

    def _with(self, with_: exp.With, outer: Scope) -> tuple[tuple[Cte, ...], Scope]:
        ctes = dict(outer.ctes)
        found: list[Cte] = []
        names: set[str] = set()
        for one in with_.expressions:
            name = one.alias.lower()
            if name in names:
                raise error_at("DUPLICATE_NAMED_QUERY", f"WITH query name '{name}' specified more than once", one)
            names.add(name)
            scope = Scope((), outer.parent, ctes)
            cte = self._recursive(one, scope) if with_.args.get("recursive") else None
            if cte is None:
                query = self.query(one.this, scope)
                columns = aliased_names(one.args["alias"].columns, [f.name for f in query.fields], one, unique=True)
                cte = Cte(self.context.unique(f"w_{_plain(name)}_"), query, tuple(columns), query.types)
            ctes = {**ctes, name: cte}
            found.append(cte)
        return tuple(found), Scope((), outer.parent, ctes)

    def _recursive(self, node: exp.CTE, scope: Scope) -> Cte | None:
        """A recursive WITH query, or None if it doesn't name itself."""
        name = node.alias.lower()
        body = node.this
        if not any(
            isinstance(table, exp.Table) and not table.db and table.name.lower() == name
            for table in body.find_all(exp.Table)
        ):
            return None
        if not isinstance(body, exp.Union) or any(body.args.get(key) for key in ("with_", "order", "limit", "offset")):
            raise cannot_run("a recursive WITH query that isn't a plain UNION")
        if not node.args["alias"].columns:
            raise error_at("MISSING_COLUMN_ALIASES", f"missing column aliases in recursive WITH query", node)  # noqa: F541
        anchor = self.query(body.this, scope)
        columns = aliased_names(node.args["alias"].columns, [one.name for one in anchor.fields], node, unique=True)
        cte = Cte(self.context.unique(f"w_{_plain(name)}_"), anchor, tuple(columns), anchor.types, recursive=True)
        step = self.query(body.expression, Scope((), scope.parent, {**scope.ctes, name: cte}))
        if len(step.fields) != len(anchor.fields):
            raise error_at(
                "TYPE_MISMATCH",
                f"base and step relations of recursion have different number of fields: {len(anchor.fields)}, "
                f"{len(step.fields)}",
                node,
            )
        for number, (one, other) in enumerate(zip(anchor.types, step.types, strict=True), start=1):
            if common_type(one, other) != one:
                raise error_at(
                    "TYPE_MISMATCH",
                    f"recursion step relation output type ({other}) is not coercible to recursion base relation "
                    f"output type ({one}) at column {number}",
                    node,
                )
        if body.args.get("distinct"):
            raise cannot_run("a recursive WITH query with UNION DISTINCT")
        cte.step = self.cast(step, anchor.types)
        return cte


def ordinal(node: exp.Expr, columns: int, clause: str) -> int | None:
    """The number, from 0, of the column that ``ORDER BY 2`` or ``GROUP BY 2`` means; None for other expressions."""
    if not isinstance(node, exp.Literal) or node.is_string or not node.name.isdigit():
        return None
    number = int(node.name)
    if not 1 <= number <= columns:
        raise error_at("INVALID_COLUMN_REFERENCE", f"{clause} position {number} is not in select list", node)
    return number - 1


def sort_key(value: Expression, item: exp.Expr) -> SortKey:
    """An item of ORDER BY."""
    if not value.type.is_orderable:
        raise error_at(
            "TYPE_MISMATCH", f"Type {value.type} is not orderable, and therefore cannot be used in ORDER BY", item.this
        )
    return SortKey(value, bool(item.args.get("desc")), bool(item.args.get("nulls_first")))


def aliased_names(
    aliases: Sequence[exp.Expr], names: Sequence[str | None], node: exp.Expr, *, unique: bool = False
) -> list[str | None]:
    """The names of columns after ``AS t(a, b)``."""
    if not aliases:
        return list(names)
    if len(aliases) != len(names):
        raise error_at(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(aliases)} entries but relation has {len(names)} columns",
            node,
        )
    seen: set[str] = set()
    for alias in aliases:
        if unique and alias.name.lower() in seen:
            raise error_at("DUPLICATE_COLUMN_NAME", f"Column name '{alias.name}' specified more than once", alias)
        seen.add(alias.name.lower())
    return [alias.name for alias in aliases]


def _check_scalar(expression: Expression, clause: str, node: exp.Expr) -> None:
    if uses_aggregates(expression) is not None:
        raise error_at(
            "EXPRESSION_NOT_SCALAR",
            f"{clause} cannot contain aggregations, window functions or grouping operations",
            node,
        )


def _count(node: exp.Expr) -> int:
    if isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Literal) or node.is_string or not node.name.isdigit():
        raise error_at("TYPE_MISMATCH", "Non constant parameter value for LIMIT or OFFSET", node)
    return int(node.name)


def _plain(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)[:20]
