"""FROM: tables, views, WITH queries, subqueries, UNNEST and joins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis.context import FoundTable, FoundView, error_at
from local.engine.analysis.expressions import Expressions, uses_aggregates
from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import Coalesce, ColumnRef, Comparison, Constant, Expression, Field, Logical
from local.engine.analysis.queries import aliased_names
from local.engine.analysis.query_nodes import CteScan, Derived, Join, Query, Relation, TableScan, Unnest
from local.engine.analysis.scopes import Scope, visible
from local.engine.analysis.views import check_not_stale, in_view
from local.engine.errors import QueryError, cannot_run
from local.engine.interface import CATALOG
from local.engine.sql.grammar.nodes import NamedRelation, Relations
from local.engine.sql.grammar.queries import read_query
from local.engine.sql.places import position
from local.engine.types.coerce import common_type
from local.engine.types.model import BIGINT, BOOLEAN, TrinoType
from local.engine.types.representation import quoted

if TYPE_CHECKING:
    from local.engine.analysis.queries import QueryAnalyzer

Found = tuple[Relation, list[Field]]


class RelationAnalyzer:
    """Analyses one FROM. ``outer`` has what is visible around it."""

    def __init__(self, queries: QueryAnalyzer, outer: Scope) -> None:
        self._queries = queries
        self._context = queries.context
        self._outer = outer

    def relation(self, node: exp.Expr, left: Scope | None = None) -> Found:
        """A relation and its columns. ``left`` has the columns that UNNEST and LATERAL see."""
        if isinstance(node, Relations):
            return self._join(node)
        if isinstance(node, NamedRelation):
            relation, fields = self.relation(node.this, left)
            alias = node.args.get("alias")
            return relation, fields if alias is None else self._renamed(fields, alias, node)
        if isinstance(node, exp.Table):
            return self._table(node)
        if isinstance(node, exp.Subquery):
            query = self._queries.query(node.this, Scope((), self._outer.parent, self._outer.ctes))
            return self._derived(query, node, lateral=False)
        if isinstance(node, exp.Lateral):
            visible_ = left if left is not None else self._outer.parent
            query = self._queries.query(node.this, Scope((), visible_, self._outer.ctes))
            return self._derived(query, node, lateral=True)
        if isinstance(node, exp.Unnest):
            return self._unnest(node, left)
        raise cannot_run(f"{node.key.upper()} in FROM")

    # Tables and queries

    def _table(self, node: exp.Table) -> Found:
        name = node.name.lower()
        if not node.db and name in self._outer.ctes:
            if node.args.get("version") is not None:
                raise error_at("NOT_SUPPORTED", "FOR AS OF isn't supported for WITH queries", node)
            return self._cte(node)
        if node.catalog and node.catalog.lower() != CATALOG:
            raise error_at("CATALOG_NOT_FOUND", f"Catalog '{node.catalog.lower()}' does not exist", node)
        found = self._context.tables.look_up(node, self._context.database)
        if isinstance(found, FoundView):
            return self._view(found, node)
        return self._scan(found, node)

    def _scan(self, found: FoundTable, node: exp.Table) -> Found:
        alias = self._context.unique("r")
        # A column may be qualified by what FROM says, no more.
        fields = [
            Field(
                one.name,
                one.type,
                f"{alias}.{quoted(one.name)}",
                found.qualifier[-len(node.parts) :],
                one.hidden,
                origin=(found.handle, one.name),
            )
            for one in found.columns
        ]
        relation = TableScan(alias, tuple(fields), found.handle)
        return relation, self._renamed(fields, node.args.get("alias"), node)

    def _cte(self, node: exp.Table) -> Found:
        cte = self._outer.ctes[node.name.lower()]
        alias = self._context.unique("r")
        fields = [
            Field(name, kind, f"{alias}.c{number}", (node.name.lower(),))
            for number, (name, kind) in enumerate(zip(cte.columns, cte.types, strict=True), start=1)
        ]
        return CteScan(alias, tuple(fields), cte), self._renamed(fields, node.args.get("alias"), node)

    def _view(self, view: FoundView, node: exp.Table) -> Found:
        name = ".".join(view.qualifier)
        if view.qualifier in self._context.views:
            raise error_at("VIEW_IS_RECURSIVE", f"View '{name}' reads itself", node)
        query = self._context.analysed_views.get(view.qualifier)
        if query is None:
            query = self._view_query(view, name, node)
            self._context.analysed_views[view.qualifier] = query
        alias = self._context.unique("r")
        fields = [
            Field(column, kind, f"{alias}.c{number}", view.qualifier[-len(node.parts) :])
            for number, (column, kind) in enumerate(view.columns, start=1)
        ]
        return Derived(alias, tuple(fields), query), self._renamed(fields, node.args.get("alias"), node)

    def _view_query(self, view: FoundView, name: str, node: exp.Table) -> Query:
        from local.engine.analysis.queries import QueryAnalyzer

        try:
            queries = QueryAnalyzer(self._context.inside(view))
            query = queries.query(read_query(view.sql), Scope(()))
        except QueryError as error:
            raise in_view(error, name, position(node)) from error
        found = [(one.name or f"_col{number}", one.type) for number, one in enumerate(query.fields)]
        check_not_stale(name, found, view.columns, position(node))
        return queries.cast(query, [kind for _, kind in view.columns])

    def _derived(self, query: Query, node: exp.Expr, *, lateral: bool) -> Found:
        alias = self._context.unique("r")
        fields = [
            Field(one.name, one.type, f"{alias}.c{number}", origin=one.origin)
            for number, one in enumerate(query.fields, start=1)
        ]
        relation = Derived(alias, tuple(fields), query, lateral)
        return relation, self._renamed(fields, node.args.get("alias"), node)

    def _renamed(self, fields: Sequence[Field], alias: exp.TableAlias | None, node: exp.Expr) -> list[Field]:
        """The columns as ``AS alias(a, b)`` names them. Hidden columns keep their names."""
        if alias is None:
            return list(fields)
        shown = visible(fields)
        names = iter(aliased_names(alias.columns, [one.name for one in shown], node))
        renamed = []
        for one in fields:
            if one.hidden and alias.columns:
                continue
            name = one.name if one.hidden else next(names)
            # The relation's own fields are renamed in place: other scopes don't see them.
            one.name, one.qualifier = name, (alias.this.name,)
            renamed.append(one)
        return renamed

    # UNNEST

    def _unnest(self, node: exp.Unnest, left: Scope | None) -> Found:
        scope = left if left is not None else Scope((), self._outer.parent, self._outer.ctes)
        analyzer = Expressions(self._context, scope, self._queries)
        arguments = tuple(analyzer.analyse(one) for one in node.expressions)
        alias = self._context.unique("r")
        kinds: list[tuple[str | None, TrinoType]] = []
        for one, argument in zip(arguments, node.expressions, strict=True):
            if uses_aggregates(one) is not None:
                raise error_at(
                    "EXPRESSION_NOT_SCALAR",
                    "UNNEST cannot contain aggregations, window functions or grouping operations",
                    argument,
                )
            kinds += _unnested(one.type, argument)
        if node.args.get("offset"):
            kinds.append((None, BIGINT))
        fields = [Field(name, kind, f"{alias}.c{number}") for number, (name, kind) in enumerate(kinds, start=1)]
        relation = Unnest(alias, tuple(fields), arguments, bool(node.args.get("offset")))
        return relation, self._renamed(fields, node.args.get("alias"), node)

    # Joins

    def _join(self, node: Relations) -> Found:
        left, left_fields = self.relation(node.this)
        seen = Scope(left_fields, self._outer.parent, self._outer.ctes)
        right, right_fields = self.relation(node.expression, seen)
        kind = node.args["kind"]
        fields = [*left_fields, *right_fields]
        alias = self._context.unique("j")
        if node.args.get("natural"):
            raise error_at("NOT_SUPPORTED", "Natural join not supported", node)
        if kind in ("CROSS", "IMPLICIT"):
            return Join(alias, tuple(fields), "CROSS", left, right, None), fields
        if node.args.get("using") is not None:
            return self._using(node, alias, (left, left_fields), (right, right_fields))
        scope = Scope(fields, self._outer.parent, self._outer.ctes)
        condition = Expressions(self._context, scope, self._queries).condition(node.args["on"], "JOIN ON clause")
        if uses_aggregates(condition) is not None:
            raise error_at(
                "EXPRESSION_NOT_SCALAR",
                "JOIN clause cannot contain aggregations, window functions or grouping operations",
                node,
            )
        is_lateral = isinstance(right, Unnest) or (isinstance(right, Derived) and right.lateral)
        if is_lateral and kind != "INNER" and condition != Constant(BOOLEAN, True):
            what = "UNNEST" if isinstance(right, Unnest) else "LATERAL"
            raise error_at(
                "NOT_SUPPORTED", f"{kind} JOIN involving {what} is only supported with condition ON TRUE", node
            )
        if is_lateral and kind in ("RIGHT", "FULL"):
            raise error_at(
                "NOT_SUPPORTED" if isinstance(right, Unnest) else "INVALID_COLUMN_REFERENCE",
                f"{kind} JOIN involving UNNEST or LATERAL is not supported",
                node,
            )
        return Join(alias, tuple(fields), kind, left, right, condition), fields

    def _using(self, node: Relations, alias: str, left: Found, right: Found) -> Found:
        kind = node.args["kind"]
        shared: list[Field] = []
        conditions: list[Expression] = []
        used: set[int] = set()
        for name in node.args["using"]:
            one, other = (self._only(name, side[1], place) for side, place in ((left, "left"), (right, "right")))
            common = common_type(one.type, other.type)
            if common is None or not common.is_comparable:
                raise error_at(
                    "TYPE_MISMATCH", f"Column types of {one.type} and {other.type} are not compatible for USING", name
                )
            sides = tuple(coerce(_reference(field), common) for field in (one, other))
            conditions.append(Comparison(BOOLEAN, "=", *sides))
            value = Coalesce(common, sides) if kind == "FULL" else sides[kind == "RIGHT"]
            shared.append(Field(one.name, common, "", value=value))
            used |= {id(one), id(other)}
        fields = [*shared, *(one for one in (*left[1], *right[1]) if id(one) not in used)]
        condition = conditions[0] if len(conditions) == 1 else Logical(BOOLEAN, "AND", tuple(conditions))
        return Join(alias, tuple(fields), kind, left[0], right[0], condition), fields

    def _only(self, name: exp.Expr, fields: Sequence[Field], side: str) -> Field:
        found = Scope(fields).find([name.name])
        if not found:
            raise error_at("COLUMN_NOT_FOUND", f"Column '{name.name}' is missing from {side} side of join", name)
        if len(found) > 1:
            raise error_at("AMBIGUOUS_NAME", f"Column '{name.name}' is ambiguous", name)
        return found[0]


def _reference(field: Field) -> Expression:
    return field.value if field.value is not None else ColumnRef(field.type, field)


def _unnested(kind: TrinoType, node: exp.Expr) -> list[tuple[str | None, TrinoType]]:
    """The names and types of the columns that UNNEST of a type has."""
    if kind.kind == "map":
        return [(None, kind.inner[0]), (None, kind.inner[1])]
    if kind.kind == "array" and kind.inner[0].kind == "row":
        return list(zip(kind.inner[0].names, kind.inner[0].inner, strict=True))
    if kind.kind == "array":
        return [(None, kind.inner[0])]
    raise error_at("INVALID_FUNCTION_ARGUMENT", f"Cannot unnest type: {kind}", node)
