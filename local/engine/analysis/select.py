"""One SELECT: its clauses in the order in which Trino analyses them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis.context import error_at
from local.engine.analysis.expressions import Expressions, uses_aggregates
from local.engine.analysis.grouping import Grouper
from local.engine.analysis.nodes import (
    AggregateCall,
    ColumnRef,
    Expression,
    Field,
    FieldOf,
    Grouping,
    Output,
    SortKey,
    WindowCall,
)
from local.engine.analysis.queries import ordinal, sort_key
from local.engine.analysis.query_nodes import Query, Relation, Select
from local.engine.analysis.relations import RelationAnalyzer
from local.engine.analysis.scopes import Scope, visible
from local.engine.sql.grammar.nodes import FunctionCall as CallNode
from local.engine.sql.places import position

if TYPE_CHECKING:
    from local.engine.analysis.queries import QueryAnalyzer

_MAX_GROUPING_SETS = 2048


class SelectAnalyzer:
    """Analyses one SELECT with the ORDER BY that belongs to it."""

    def __init__(self, queries: QueryAnalyzer, node: exp.Select, outer: Scope) -> None:
        self._queries = queries
        self._context = queries.context
        self._node = node
        self._outer = outer
        self._names: list[str | None] = []
        self._items: list[Expression] = []
        self._nodes: list[exp.Expr] = []

    def run(self) -> Query:
        """The query that consists of this SELECT."""
        node = self._node
        source, fields = self._source()
        scope = Scope(fields, self._outer.parent, self._outer.ctes)
        analyzer = Expressions(self._context, scope, self._queries)
        for window in node.args.get("windows") or ():
            analyzer.windows = {**analyzer.windows, window.alias.lower(): window.this}
        where = self._where(analyzer)
        self._select_items(analyzer, fields)
        order = self._order(analyzer, scope)
        having_node = node.args.get("having")
        having = None if having_node is None else analyzer.condition(having_node.this, "HAVING clause")
        if having is not None and any(isinstance(one, WindowCall) for one in having.walk()):
            raise error_at(
                "NESTED_WINDOW", "HAVING clause cannot contain window functions or row pattern measures", having_node
            )
        if node.args.get("group") is None:
            for one in self._items:
                if any(isinstance(inner, Grouping) for inner in one.walk()):
                    raise error_at(
                        "MISSING_GROUP_BY",
                        "A GROUPING() operation can only be used with a corresponding GROUPING "
                        "SET/CUBE/ROLLUP/GROUP BY clause",
                        node,
                    )
        aggregation = None
        all_expressions = [*self._items, *(key.value for key in order), *([having] if having is not None else [])]
        if node.args.get("group") is not None or having is not None or any(map(_aggregates, all_expressions)):
            grouper = Grouper(self._context, fields, position(node))
            self._group(analyzer, grouper)
            for number, (item, place) in enumerate(zip(self._items, self._nodes, strict=True)):
                grouper.place = position(place)
                self._items[number] = grouper.rewrite(item)
            order = [SortKey(grouper.rewrite(one.value), one.descending, one.nulls_first) for one in order]
            having = None if having is None else grouper.rewrite(having)
            aggregation = grouper.aggregation
        distinct = bool(node.args.get("distinct"))
        if distinct:
            order = [self._distinct_key(one) for one in order]
            for one in self._items:
                if not one.type.is_comparable:
                    raise error_at(
                        "TYPE_MISMATCH", f"DISTINCT can only be applied to comparable types (actual: {one.type})", node
                    )
        result = tuple(
            Field(name, item.type, f"c{number}", origin=_origin(item))
            for number, (name, item) in enumerate(zip(self._names, self._items, strict=True), start=1)
        )
        body = Select(tuple(self._items), source, where, aggregation, having, distinct)
        return Query(result, body, order=tuple(order))

    def _source(self) -> tuple[Relation | None, list[Field]]:
        from_ = self._node.args.get("from_")
        if from_ is None:
            return None, []
        return RelationAnalyzer(self._queries, self._outer).relation(from_.this)

    def _where(self, analyzer: Expressions) -> Expression | None:
        node = self._node.args.get("where")
        if node is None:
            return None
        found = analyzer.condition(node.this, "WHERE clause")
        if uses_aggregates(found) is not None:
            raise error_at(
                "EXPRESSION_NOT_SCALAR",
                "WHERE clause cannot contain aggregations, window functions or grouping operations",
                node,
            )
        return found

    # SELECT

    def _select_items(self, analyzer: Expressions, fields: list[Field]) -> None:
        for node in self._node.expressions:
            if isinstance(node, exp.Star):
                self._star(visible(fields), node)
            elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
                self._qualified_star(analyzer, node)
            else:
                alias = node.alias if isinstance(node, exp.Alias) else None
                value_node = node.this if isinstance(node, exp.Alias) else node
                self._add(alias or _implied_name(value_node), analyzer.analyse(value_node), value_node)

    def _star(self, fields: list[Field], node: exp.Expr) -> None:
        if self._node.args.get("from_") is None:
            raise error_at("COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause", node)
        if not fields:
            raise error_at("COLUMN_NOT_FOUND", "SELECT * not allowed from relation that has no columns", node)
        for one in fields:
            self._add(one.name, one.value if one.value is not None else ColumnRef(one.type, one), node)

    def _qualified_star(self, analyzer: Expressions, node: exp.Dot) -> None:
        names = [part.name for part in node.this.parts] if isinstance(node.this, exp.Column) else []
        aliases = node.args.get("columns") or []
        scope: Scope | None = analyzer.scope
        while names and scope is not None:
            found = visible(scope.of_relation(names))
            if found:
                self._check_aliases(aliases, len(found), node)
                for number, one in enumerate(found):
                    name = _alias(aliases[number]) if aliases else one.name
                    self._add(name, one.value if one.value is not None else ColumnRef(one.type, one), node)
                return
            scope = scope.parent
        if len(names) == 1 or (names and not analyzer.scope.is_column(names)):
            raise error_at("TABLE_NOT_FOUND", f"Unable to resolve reference {'.'.join(names)}", node)
        value = analyzer.analyse(node.this)
        if value.type.kind != "row":
            raise error_at("TYPE_MISMATCH", f"expected expression of type Row (actual: {value.type})", node)
        self._check_aliases(aliases, len(value.type.inner), node)
        for number, kind in enumerate(value.type.inner):
            name = _alias(aliases[number]) if aliases else value.type.names[number]
            self._add(name, FieldOf(kind, value, number), node)

    def _check_aliases(self, aliases: list[exp.Expr], columns: int, node: exp.Expr) -> None:
        if aliases and len(aliases) != columns:
            raise error_at(
                "MISMATCHED_COLUMN_ALIASES",
                f"Column alias list has {len(aliases)} entries but relation has {columns} columns",
                node,
            )

    def _add(self, name: str | None, value: Expression, node: exp.Expr) -> None:
        self._names.append(name)
        self._items.append(value)
        self._nodes.append(node)

    # GROUP BY

    def _group(self, analyzer: Expressions, grouper: Grouper) -> None:
        group = self._node.args.get("group")
        if group is None:
            return
        parts: list[list[tuple[int, ...]]] = []
        plain = True
        for node in group.expressions:
            if isinstance(node, exp.GroupingSets | exp.Rollup | exp.Cube):
                plain = False
                sets = [
                    tuple(self._key(analyzer, grouper, one, False) for one in item.expressions)
                    for item in node.expressions
                ]
                parts.append(_sets(node, sets))
            elif isinstance(node, exp.Tuple):
                plain = plain and bool(node.expressions)
                parts.append([tuple(self._key(analyzer, grouper, one, False) for one in node.expressions)])
            else:
                parts.append([(self._key(analyzer, grouper, node, True),)])
        if not plain:
            combined = [tuple(dict.fromkeys(key for part in parts_ for key in part)) for parts_ in product(*parts)]
            if group.args.get("distinct"):
                combined = list({tuple(sorted(one)): one for one in combined}.values())
            if len(combined) > _MAX_GROUPING_SETS:
                raise error_at(
                    "TOO_MANY_GROUPING_SETS",
                    f"GROUP BY has {len(combined)} grouping sets but can contain at most {_MAX_GROUPING_SETS}",
                    group,
                )
            grouper.aggregation.sets = combined

    def _key(self, analyzer: Expressions, grouper: Grouper, node: exp.Expr, ordinals: bool) -> int:
        number = ordinal(node, len(self._items), "GROUP BY") if ordinals or isinstance(node, exp.Literal) else None
        value = analyzer.analyse(node) if number is None else self._items[number]
        if uses_aggregates(value) is not None:
            raise error_at(
                "EXPRESSION_NOT_SCALAR",
                "GROUP BY clause cannot contain aggregations, window functions or grouping operations",
                node,
            )
        if not value.type.is_comparable:
            raise error_at(
                "TYPE_MISMATCH", f"{value.type} is not comparable, and therefore cannot be used in GROUP BY", node
            )
        return grouper.add_key(value)

    # ORDER BY

    def _order(self, analyzer: Expressions, scope: Scope) -> list[SortKey]:
        order = self._node.args.get("order")
        if order is None:
            return []
        results = [
            Field(name, item.type, "", value=item) for name, item in zip(self._names, self._items, strict=True) if name
        ]
        # A name of the result comes before a column of the same name.
        ordered = Expressions(self._context, Scope(_distinct_fields(results), scope, scope.ctes), self._queries)
        ordered.windows = analyzer.windows
        keys = []
        for item in order.expressions:
            number = ordinal(item.this, len(self._items), "ORDER BY")
            if number is not None:
                keys.append(sort_key(Output(self._items[number].type, number), item))
                continue
            value = ordered.analyse(item.this)
            written = any(one.this == "grouping" for one in item.this.find_all(CallNode))
            if written and any(isinstance(one, Grouping) and self._names_result(one) for one in value.walk()):
                raise error_at(
                    "INVALID_ARGUMENTS",
                    "Invalid reference to output of SELECT clause from grouping() expression in ORDER BY",
                    item,
                )
            index = next((place for place, one in enumerate(self._items) if one == value), None)
            keys.append(sort_key(value if index is None else Output(value.type, index), item))
        return keys

    def _names_result(self, call: Grouping) -> bool:
        """Whether GROUPING in ORDER BY names a column of the result."""
        names = {name.lower() for name in self._names if name}
        return any(isinstance(key, ColumnRef) and (key.field.name or "").lower() in names for key in call.keys)

    def _distinct_key(self, key: SortKey) -> SortKey:
        if isinstance(key.value, Output):
            return key
        for number, item in enumerate(self._items):
            if item == key.value:
                return SortKey(Output(item.type, number), key.descending, key.nulls_first)
        raise error_at(
            "EXPRESSION_NOT_IN_DISTINCT",
            "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
            self._node,
        )


def _aggregates(expression: Expression) -> bool:
    return any(isinstance(one, AggregateCall | Grouping) for one in expression.walk())


def _sets(node: exp.Expr, sets: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The grouping sets of one element of GROUP BY."""
    if isinstance(node, exp.GroupingSets):
        return sets
    if isinstance(node, exp.Rollup):
        return [tuple(key for one in sets[:length] for key in one) for length in range(len(sets), -1, -1)]
    chosen = product((True, False), repeat=len(sets))
    return [tuple(key for one, keep in zip(sets, kept, strict=True) if keep for key in one) for kept in chosen]


def _distinct_fields(fields: list[Field]) -> list[Field]:
    """The fields without those that have the name and the value of one before."""
    kept: list[Field] = []
    for one in fields:
        same = [other for other in kept if other.name and one.name and other.name.lower() == one.name.lower()]
        if not any(other.value == one.value for other in same):
            kept.append(one)
    return kept


def _alias(node: exp.Expr) -> str:
    """A name after ``t.* AS (...)``, which Trino makes upper case unless it is quoted."""
    return node.name if node.args.get("quoted") else node.name.upper()


def _implied_name(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Column):
        return node.name
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        base = node.this
        while isinstance(base, exp.Dot):
            base = base.this
        return node.expression.name if isinstance(base, exp.Column) else None
    return None


def _origin(item: Expression) -> object:
    return item.field.origin if isinstance(item, ColumnRef) else None
